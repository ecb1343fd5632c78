import type { KeyObject } from 'node:crypto';
import { chmod, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../../signing/clock.ts';
import { isSha256, type Sha256 } from '../../signing/digest.ts';
import type { NewId } from '../../signing/ids.ts';
import type { Database } from './database.ts';
import { openEmbeddedDatabase } from './embedded-database.ts';
import { createDeviceApi } from './device-api.ts';
import { enrol, findKiosk, type Enrolment } from './enrolment.ts';
import { lockFolder } from './folder-lock.ts';
import { openJobs, type Jobs } from './jobs/queue.ts';
import { ingest } from './ingest.ts';
import { raiseLevels, type RaiseLevelsPorts } from './raise-levels.ts';
import { openFolderStore, type ObjectStore } from './object-store.ts';
import { documentCopy } from './document-copy.ts';
import { findPackage, listPackages, type PackageFilter } from './package-list.ts';
import type { VerifyPackage } from './package-verdict.ts';
import { createReceiptSigner, type ReceiptSigner } from './receipts.ts';
import { destroyDue } from './retention/destroy-due.ts';
import { destroySuperseded } from './succession.ts';
import { createStaffDesk, type CloudStaffDesk } from './staff.ts';
import { openUploads, type Uploads } from './uploads.ts';

export interface CloudOptions {
  readonly database: Database;
  readonly objects: ObjectStore;
  /** Folder of uploads under way. */
  readonly uploadsFolder: string;
  /** Address kiosks know this cloud by: the audience of their tokens. */
  readonly audience: string;
  /** P-256 private key that signs receipts. */
  readonly receiptKey: KeyObject;
  /** Tenants and kiosks to add when not known yet. */
  readonly enrolment: Enrolment | null;
  readonly verifyPackage: VerifyPackage;
  /** Services for long-term evidence; absent: documents stay at the level they came with. */
  readonly evidence?: Omit<RaiseLevelsPorts, 'database' | 'objects' | 'clock'>;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Default 256 MiB: a package is held in memory while it is checked. */
  readonly maxPackageBytes?: number;
  readonly onFault: (error: unknown) => void;
}

export interface Cloud {
  readonly receipts: ReceiptSigner;
  readonly staff: CloudStaffDesk;
  handleDevice(request: Request): Promise<Response>;
  packages(filter?: PackageFilter): ReturnType<typeof listPackages>;
  /** @param tenant whose package it has to be; null or absent for anybody's */
  package(digest: string, tenant?: string | null): ReturnType<typeof findPackage>;
  /** A document of a package at the level reached. @param number from 1 */
  documentCopy(digest: string, number: number, tenant: string | null): ReturnType<typeof documentCopy>;
  /** DER roots of the tenant of an enrolled kiosk; empty where it is not known here. */
  rootsOf(kiosk: string): Promise<readonly Uint8Array[]>;
  packageBytes(digest: Sha256): ReturnType<ObjectStore['get']>;
  /** Settles what is complete and clears abandoned uploads; also run on opening. */
  sweep(): Promise<void>;
  /** Destroys what is due by the tenants' retention and under no legal hold; gives the number of packages. */
  applyRetention(): Promise<number>;
  /** Raises the level of documents that are due for it; gives the number of packages looked at. */
  raiseLevels(): Promise<number>;
  ready(): Promise<boolean>;
  /** From now on this process takes its share of the background work; once. */
  startJobs(): Promise<Jobs>;
  /** Waits for jobs under way. */
  close(): Promise<void>;
}

const SWEEP_EVERY_SECONDS = 3600;
/** Soon after arrival; what cannot be had waits longer by itself (`raise-levels.ts`). */
const RAISE_EVERY_SECONDS = 60;
const MAX_PACKAGE_BYTES = 256 * 1024 * 1024;

/**
 * The embedded parts: PGlite in `database/`, packages in `objects/`, uploads under way in `uploads/`.
 *
 * @throws FolderInUse when another process has the folder open.
 */
export async function openEmbeddedCloud(
  folder: string,
  options: Omit<CloudOptions, 'database' | 'objects' | 'uploadsFolder'>,
): Promise<Cloud> {
  const unlock = await lockFolder(folder);
  try {
    const databaseFolder = path.join(folder, 'database');
    await mkdir(databaseFolder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
    const objects = await openFolderStore(path.join(folder, 'objects'));
    const database = await openEmbeddedDatabase(databaseFolder);
    const cloud = await openCloud({ ...options, database, objects, uploadsFolder: path.join(folder, 'uploads') });
    return { ...cloud, close: () => cloud.close().finally(unlock) };
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** Opens a cloud on its parts, and settles what a crash left complete but unstored. Closes the database with itself. */
export async function openCloud(options: CloudOptions): Promise<Cloud> {
  const { database, objects, verifyPackage, clock, newId, onFault } = options;
  const ports = { database, objects, clock };
  const receipts = await createReceiptSigner(options.receiptKey);
  if (options.enrolment !== null) await enrol(database, options.enrolment);
  const uploads: Uploads = await openUploads({
    folder: options.uploadsFolder,
    database,
    ingest: (delivery) =>
      ingest(
        {
          ...{ database, objects, receipts, verifyPackage, clock },
          onSuperseded: (digests, kiosk) => uploads.discardUnfinished(digests, kiosk),
        },
        delivery,
      ),
    maxBytes: options.maxPackageBytes ?? MAX_PACKAGE_BYTES,
    clock,
    newId,
    onFault,
  });
  const { evidence } = options;
  const raise = (): Promise<number> =>
    evidence === undefined ? Promise.resolve(0) : raiseLevels({ ...evidence, database, objects, clock });
  const sweep = async (): Promise<void> => {
    await destroySuperseded(ports);
    await uploads.sweep();
  };
  const applyRetention = (): Promise<number> => destroyDue({ ...ports, receipts });
  await sweep();
  let jobs: Jobs | null = null;

  return {
    receipts,
    staff: createStaffDesk({ database, clock }),
    handleDevice: createDeviceApi({ database, uploads, audience: options.audience, clock, onFault }),
    packages: (filter) => listPackages(database, filter),
    package: async (digest, tenant) => (isSha256(digest) ? findPackage(database, digest, tenant) : null),
    documentCopy: async (digest, number, tenant) =>
      isSha256(digest) ? documentCopy({ database, objects }, digest, number, tenant) : null,
    rootsOf: async (kiosk) => (await findKiosk(database, kiosk))?.roots ?? [],
    packageBytes: (digest) => objects.get(digest),
    sweep,
    applyRetention,
    ready: async () => (await database.query('select 1 as one')).length === 1,
    raiseLevels: raise,
    startJobs: async () => {
      jobs = await openJobs(database, { onFault });
      await jobs.register({ name: 'sweep', everySeconds: SWEEP_EVERY_SECONDS, run: sweep });
      await jobs.register({ name: 'retention', everySeconds: SWEEP_EVERY_SECONDS, run: applyRetention });
      await jobs.register({ name: 'raise-levels', everySeconds: RAISE_EVERY_SECONDS, run: raise });
      return jobs;
    },
    close: async () => {
      await jobs?.close();
      await database.close();
    },
  };
}
