import { createPrivateKey, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '../../../signing/clock.ts';
import { verifyPackage } from '../../../signing/verification/verify-package.ts';
import { openCloud } from '../../../sync/cloud/cloud.ts';
import { parseEnrolment } from '../../../sync/cloud/enrolment.ts';
import { inspectWith } from '../../../sync/cloud/inspect-package.ts';
import { openStores } from '../../../sync/cloud/open-stores.ts';
import { parseStoresConfig } from '../../../sync/cloud/stores-config.ts';
import { AUDIENCE, serve } from './world.ts';
import { verifyTestPackage } from './packages.ts';

/**
 * A cloud in a process of its own: `node cloud-process.ts FOLDER STEP [erasure]`, on what FOLDER/stores.json says or in the
 * folder. At STEP of the first ingest it is asked for it kills itself with SIGKILL, as the power would: no handler runs, nothing
 * is flushed. With 'erasure' it judges real packages, and only the ingest of an erased one counts. Says its address on standard
 * output.
 */
const [folder, step, kind = 'any'] = process.argv.slice(2);
if (folder === undefined) throw new Error('which folder?');

/** Not while starting: what the last crash left is settled first. */
let serving = false;
let armed = kind === 'any';

function dieAt(here: string): void {
  if (serving && armed && here === step) process.kill(process.pid, 'SIGKILL');
}

const verifyReal = inspectWith((bytes, { roots }) => verifyPackage(bytes, { name: 'package', roots }));

const enrolment = parseEnrolment(JSON.parse(readFileSync(path.join(folder, 'tenants.json'), 'utf8')));
if (!enrolment.ok) throw new Error(enrolment.error);
const storesFile = path.join(folder, 'stores.json');
const config = existsSync(storesFile) ? parseStoresConfig(JSON.parse(readFileSync(storesFile, 'utf8'))) : null;
if (config?.ok === false) throw new Error(config.error);
const { database, objects, uploadStore } = await openStores(folder, config?.value ?? null, systemClock);
const cloud = await openCloud({
  database: {
    ...database,
    query: async (text, given) => {
      const rows = await database.query(text, given);
      if (text.includes('destroyed_at = ')) dieAt('destruction-recorded');
      return rows;
    },
    transaction: async (work) => {
      const result = await database.transaction(async (sql) => {
        const value = await work(sql);
        dieAt('before-commit');
        return value;
      });
      dieAt('after-commit');
      return result;
    },
  },
  objects: {
    ...objects,
    put: async (digest, bytes) => {
      const result = await objects.put(digest, bytes);
      dieAt('object-written');
      return result;
    },
    remove: async (digest) => {
      dieAt('before-removal');
      await objects.remove(digest);
      dieAt('after-removal');
    },
  },
  uploadStore,
  audience: AUDIENCE,
  receiptKey: createPrivateKey(readFileSync(path.join(folder, 'receipt.key.pem'), 'utf8')),
  enrolment: enrolment.value,
  verifyPackage: async (bytes, trust) => {
    if (kind === 'erasure') {
      const verdict = await verifyReal(bytes, trust);
      armed = (verdict.facts?.erasures.length ?? 0) > 0;
      dieAt('received');
      return verdict;
    }
    dieAt('received');
    return verifyTestPackage(bytes, trust);
  },
  clock: systemClock,
  newId: randomUUID,
  onFault: () => undefined,
});
serving = true;
const http = await serve(async (request) => {
  const response = await cloud.handleDevice(request);
  if (request.method === 'PATCH' || request.method === 'POST') dieAt('before-answer');
  return response;
});
process.stdout.write(`${http.url}\n`);
process.on('disconnect', () => process.exit(0));
