import { createPrivateKey, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '../../../signing/clock.ts';
import { openCloud } from '../../../sync/cloud/cloud.ts';
import { parseEnrolment } from '../../../sync/cloud/enrolment.ts';
import { openStores } from '../../../sync/cloud/open-stores.ts';
import { parseStoresConfig } from '../../../sync/cloud/stores-config.ts';
import { AUDIENCE, serve } from './world.ts';
import { verifyTestPackage } from './packages.ts';

/**
 * A cloud in a process of its own: `node cloud-process.ts FOLDER STEP`, on what FOLDER/stores.json says or in the folder. At STEP of the first ingest it is asked for it kills itself
 * with SIGKILL, as the power would: no handler runs, nothing is flushed. Says its address on standard output.
 */
const [folder, step] = process.argv.slice(2);
if (folder === undefined) throw new Error('which folder?');

/** Not while starting: what the last crash left is settled first. */
let serving = false;

function dieAt(here: string): void {
  if (serving && here === step) process.kill(process.pid, 'SIGKILL');
}

const enrolment = parseEnrolment(JSON.parse(readFileSync(path.join(folder, 'tenants.json'), 'utf8')));
if (!enrolment.ok) throw new Error(enrolment.error);
const storesFile = path.join(folder, 'stores.json');
const config = existsSync(storesFile) ? parseStoresConfig(JSON.parse(readFileSync(storesFile, 'utf8'))) : null;
if (config?.ok === false) throw new Error(config.error);
const { database, objects, uploadStore } = await openStores(folder, config?.value ?? null, systemClock);
const cloud = await openCloud({
  database: {
    ...database,
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
  },
  uploadStore,
  audience: AUDIENCE,
  receiptKey: createPrivateKey(readFileSync(path.join(folder, 'receipt.key.pem'), 'utf8')),
  enrolment: enrolment.value,
  verifyPackage: async (bytes, trust) => {
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
