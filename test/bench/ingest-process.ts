import { createPrivateKey, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '../../signing/clock.ts';
import { openCloud } from '../../sync/cloud/cloud.ts';
import { parseEnrolment } from '../../sync/cloud/enrolment.ts';
import { openFolderStore } from '../../sync/cloud/object-store.ts';
import { openPostgresDatabase, type PostgresOptions } from '../../sync/cloud/postgres-database.ts';
import { openFolderUploads } from '../../sync/cloud/upload-store.ts';
import { verifyTestPackage } from '../sync/support/packages.ts';
import { AUDIENCE, serve } from '../sync/support/world.ts';

/**
 * One of several clouds on one PostgreSQL: `node ingest-process.ts FOLDER`. Objects of all lie in one folder, in place of a bucket: what
 * is measured is the rows. Real packages would be verified; these are stand-ins, since that cost is measured with the seals.
 */
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('which folder?');
const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
const enrolment = parseEnrolment(JSON.parse(read('tenants.json')));
if (!enrolment.ok) throw new Error(enrolment.error);
const cloud = await openCloud({
  database: await openPostgresDatabase(JSON.parse(read('postgres.json')) as PostgresOptions),
  objects: await openFolderStore(path.join(folder, 'objects')),
  uploadStore: await openFolderUploads(path.join(folder, 'uploads')),
  audience: AUDIENCE,
  receiptKey: createPrivateKey(read('receipt.key.pem')),
  enrolment: enrolment.value,
  verifyPackage: verifyTestPackage,
  clock: systemClock,
  newId: randomUUID,
  onFault: (error) => console.error(error),
});
const http = await serve((request) => cloud.handleDevice(request));
process.stdout.write(`${http.url}\n`);
process.on('disconnect', () => process.exit(0));
