import { chmod, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../../signing/clock.ts';
import type { Database } from './database.ts';
import { openEmbeddedDatabase } from './embedded-database.ts';
import { lockFolder } from './folder-lock.ts';
import { openFolderStore, unjudged, type ObjectStore } from './object-store.ts';
import { openPostgresDatabase } from './postgres-database.ts';
import { openS3Bucket } from './s3-bucket.ts';
import { s3ObjectStore } from './s3-object-store.ts';
import { sealedObjects } from './sealed-objects.ts';
import { s3Uploads } from './s3-uploads.ts';
import type { StoresConfig } from './stores-config.ts';
import { openFolderUploads, type UploadStore } from './upload-store.ts';

export interface OpenStores {
  readonly database: Database;
  readonly objects: ObjectStore;
  readonly uploadStore: UploadStore;
  /** After the database was closed. */
  readonly release: () => Promise<void>;
}

/**
 * What a cloud keeps: in `folder` (PGlite in `database/`, packages in `objects/`, uploads under way in `uploads/`) or
 * where `config` says. Anything in the folder makes it one process's own; with database and objects outside any number
 * of processes may run.
 *
 * @throws FolderInUse when another process has the folder open.
 */
export async function openStores(folder: string, config: StoresConfig | null, clock: Clock): Promise<OpenStores> {
  const outside = { database: config?.database ?? null, objects: config?.objects ?? null };
  const release =
    outside.database !== null && outside.objects !== null ? () => Promise.resolve() : await lockFolder(folder);
  try {
    const stores = outside.objects === null ? await folderStores(folder) : await bucketStores(outside.objects, clock);
    const database =
      outside.database === null ? await embeddedIn(folder) : await openPostgresDatabase(outside.database);
    return { ...stores, objects: sealedObjects(stores.objects, database), database, release };
  } catch (error) {
    await release();
    throw error;
  }
}

type Stores = Pick<OpenStores, 'objects' | 'uploadStore'>;

async function folderStores(folder: string): Promise<Stores> {
  const objects = await openFolderStore(path.join(folder, 'objects'), unjudged);
  return { objects, uploadStore: await openFolderUploads(path.join(folder, 'uploads')) };
}

async function bucketStores(options: NonNullable<StoresConfig['objects']>, clock: Clock): Promise<Stores> {
  const bucket = await openS3Bucket(options);
  return { objects: s3ObjectStore(bucket, clock, unjudged), uploadStore: s3Uploads(bucket) };
}

async function embeddedIn(folder: string): Promise<Database> {
  const databaseFolder = path.join(folder, 'database');
  await mkdir(databaseFolder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  const database = await openEmbeddedDatabase(databaseFolder);
  // Nobody else has the folder: what the last process held is free.
  await database.query('delete from upload_locks');
  return database;
}
