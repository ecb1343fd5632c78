import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { openCloudRuntime } from '../../kiosk-shell/cloud-runtime.ts';
import { isoTime, systemClock } from '../../signing/clock.ts';
import { sha256 } from '../../signing/digest.ts';
import type { Database } from '../../sync/cloud/database.ts';
import { createJob, findJob, type BranchJob } from '../../sync/cloud/integration/branch-jobs.ts';
import type { ObjectStore } from '../../sync/cloud/object-store.ts';
import { openStores } from '../../sync/cloud/open-stores.ts';

const HOUR = 3600_000;

interface Stored {
  readonly database: Database;
  readonly objects: ObjectStore;
  readonly kiosk: { readonly tenant: string; readonly branch: string };
}

/** What a cloud of a demo folder has; nobody else may have it open. */
async function inCloudOf<T>(dataDir: string, work: (stored: Stored) => Promise<T>): Promise<T> {
  const { release, database, objects } = await openStores(join(dataDir, 'cloud'), null, systemClock);
  try {
    const [kiosk] = await database.query('select tenant, branch from kiosks');
    return await work({ database, objects, kiosk: kiosk as Stored['kiosk'] });
  } finally {
    await database.close();
    await release();
  }
}

/** Sends documents to the branch of a demo's kiosk while its cloud is not running; gives the id. */
export async function putJob(
  dataDir: string,
  name: string,
  files: Readonly<Record<string, Uint8Array>>,
  hours = 8,
): Promise<string> {
  // It makes its tables and enrols the demo's kiosk.
  await (await openCloudRuntime({ dataDir, cloudUrl: 'http://127.0.0.1:9' })).close();
  return inCloudOf(dataDir, async ({ database, objects, kiosk }) => {
    const id = randomUUID();
    const documents = Object.entries(files).map(([file, bytes]) => ({
      ...{ name: file, digest: sha256(bytes), size: bytes.length },
    }));
    for (const bytes of Object.values(files)) await objects.put(sha256(bytes), bytes);
    const expiresAt = isoTime(systemClock.now() + hours * HOUR);
    await database.transaction((sql) =>
      createJob(sql, systemClock, { ...kiosk, id, name, by: 'key-1', documents, expiresAt }),
    );
    return id;
  });
}

export function jobOf(dataDir: string, id: string): Promise<BranchJob | null> {
  return inCloudOf(dataDir, ({ database, kiosk }) => findJob(database, kiosk.tenant, id));
}
