import type { KeyObject } from 'node:crypto';
import { systemRandom } from '../../signing/access/session.ts';
import type { Clock } from '../../signing/clock.ts';
import { isSha256, type Sha256 } from '../../signing/digest.ts';
import type { NewId } from '../../signing/ids.ts';
import type { CloudEvent } from './cloud-event.ts';
import { countCloud, type CloudCounts } from './counts.ts';
import type { Database } from './database.ts';
import type { ConfigurationPorts } from './configuration/answer.ts';
import { changePart, listParts, type PartChange } from './configuration/parts.ts';
import { CONFIGURATION_TYPE } from '../protocol/configuration.ts';
import { createConsoleDesk, type ConsoleDesk } from './console/console-desk.ts';
import { createDeviceApi } from './device-api.ts';
import { localAuthority, type LocalAuthority, type TenantAuthority } from './devices/authority.ts';
import { cloudName, createDeviceDesk, type DeviceDesk } from './devices/device-desk.ts';
import { createReceiptRing, type ReceiptKeyStore } from './devices/receipt-ring.ts';
import { enrol, findKiosk, rootsOfTenants, type Enrolment } from './enrolment.ts';
import { openIntegration, type Integration, type IntegrationOptions } from './integration/integration.ts';
import { openJobs, type Jobs } from './jobs/queue.ts';
import { ingest } from './ingest.ts';
import { raiseLevels, type RaiseLevelsPorts } from './raise-levels.ts';
import { listKiosks } from './kiosk-status.ts';
import type { ObjectStore } from './object-store.ts';
import { openStores } from './open-stores.ts';
import { sweepOrphans } from './orphans.ts';
import { findPackage, listPackages, type PackageFilter } from './package-list.ts';
import type { VerifyPackage } from './package-verdict.ts';
import { subjectFile, type SubjectFile } from './data-subject.ts';
import { removeBuried } from './retention/bury.ts';
import { exportArchives, type ExportPorts } from './archive/export-archives.ts';
import { destroyDue } from './retention/destroy-due.ts';
import { destroyOnDemand, type DestructionDemand } from './retention/destroy-on-demand.ts';
import { destroySuperseded } from './succession.ts';
import { createStaffDesk, type CloudStaffDesk } from './staff.ts';
import { createUserDesk, type UserDesk } from './access/users.ts';
import type { StoresConfig } from './stores-config.ts';
import type { UploadStore } from './upload-store.ts';
import { createUploads, type Uploads } from './uploads.ts';

export interface CloudOptions {
  readonly database: Database;
  readonly objects: ObjectStore;
  /** Where the bytes of uploads under way are. */
  readonly uploadStore: UploadStore;
  /** Address kiosks know this cloud by: the audience of their tokens. */
  readonly audience: string;
  /** P-256 private key that signed the first receipts. */
  readonly receiptKey: KeyObject;
  /** Those that came after it; absent: kept as long as this process runs. */
  readonly laterReceiptKeys?: { keys(): readonly KeyObject[]; add(key: KeyObject): void };
  /** Issuing authorities by tenant: keys that are here, or ports to where they are. */
  readonly authorities?: ReadonlyMap<string, LocalAuthority | TenantAuthority>;
  /** Tenants and kiosks to add when not known yet. */
  readonly enrolment: Enrolment | null;
  readonly verifyPackage: VerifyPackage;
  /** Services for long-term evidence; absent: documents stay at the level they came with. */
  readonly evidence?: Omit<RaiseLevelsPorts, 'database' | 'objects' | 'clock'>;
  /** Where tenants archive; absent, or without `evidence`: nothing is handed over. */
  readonly archive?: Pick<ExportPorts, 'archiveOf' | 'level' | 'afterDays'>;
  /** For other programs; absent: none can hand anything in. */
  readonly integration?: IntegrationOptions;
  /** How a held question about a configuration waits; default: real time. */
  readonly pause?: NonNullable<ConfigurationPorts['pause']>;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Default 256 MiB: a package is held in memory while it is checked. */
  readonly maxPackageBytes?: number;
  readonly onFault: (error: unknown) => void;
  /** Told of each request of a kiosk and each delivery that was judged. */
  readonly onEvent?: (event: CloudEvent) => void;
}

export interface Cloud {
  readonly devices: DeviceDesk;
  readonly staff: CloudStaffDesk;
  readonly console: ConsoleDesk;
  readonly users: UserDesk;
  /** API keys, and the whole interface for other programs. */
  readonly integration: Integration;
  handleDevice(request: Request): Promise<Response>;
  packages(filter?: PackageFilter): ReturnType<typeof listPackages>;
  /** @param tenant whose package it has to be; null or absent for anybody's */
  package(digest: string, tenant?: string | null): ReturnType<typeof findPackage>;
  /** DER roots of the tenant of an enrolled kiosk; empty where it is not known here. */
  rootsOf(kiosk: string): Promise<readonly Uint8Array[]>;
  /** What the kiosks of a tenant are told, part by part. */
  configurationParts(tenant: string): ReturnType<typeof listParts>;
  changeConfiguration(change: PartChange): ReturnType<typeof changePart>;
  /** Kiosks of a tenant, null for all, with what each last said of itself. */
  kiosks(tenant: string | null): ReturnType<typeof listKiosks>;
  packageBytes(digest: Sha256): ReturnType<ObjectStore['get']>;
  /** Settles what is complete and clears abandoned uploads, as is done on opening, and removes objects without a row. */
  sweep(): Promise<void>;
  /** Destroys what is due by the tenants' retention and under no legal hold; gives the number of packages. */
  applyRetention(): Promise<number>;
  /** What is here about a package's transaction, for the person it is about; audited. */
  subjectFile(wanted: Parameters<typeof subjectFile>[1]): Promise<SubjectFile | null>;
  destroyOnDemand(demand: DestructionDemand): ReturnType<typeof destroyOnDemand>;
  /** Raises the level of documents that are due for it; gives the number of packages looked at. */
  raiseLevels(): Promise<number>;
  /** Hands what is due to the tenants' archives; gives the number of packages. */
  exportArchives(): Promise<number>;
  /** Each resolves when that part answers, and rejects when it does not. */
  readonly probes: Readonly<Record<'database' | 'objects' | 'keys', () => Promise<unknown>>>;
  counts(): Promise<CloudCounts>;
  /** Held questions are let go, and requests under way come to their end. */
  drain(): Promise<void>;
  /** From now on this process takes its share of the background work; once. */
  startJobs(): Promise<Jobs>;
  /** Waits for jobs under way. */
  close(): Promise<void>;
}

const SWEEP_EVERY_SECONDS = 3600;
/** Soon after arrival; what cannot be had waits longer by itself (`raise-levels.ts`). */
const RAISE_EVERY_SECONDS = 60;
const ARCHIVE_EVERY_SECONDS = 300;
const MAX_PACKAGE_BYTES = 256 * 1024 * 1024;
const NOBODYS = '0'.repeat(64) as Sha256;

/**
 * A cloud on what its folder holds, but for what `stores` says to be elsewhere (`open-stores.ts`).
 *
 * @throws FolderInUse when another process has the folder open.
 */
export async function openCloudIn(
  folder: string,
  stores: StoresConfig | null,
  options: Omit<CloudOptions, 'database' | 'objects' | 'uploadStore'>,
): Promise<Cloud> {
  const { release, ...parts } = await openStores(folder, stores, options.clock);
  try {
    const cloud = await openCloud({ ...options, ...parts });
    return { ...cloud, close: () => cloud.close().finally(release) };
  } catch (error) {
    await parts.database.close().finally(release);
    throw error;
  }
}

/** Opens a cloud on its parts, and settles what a crash left complete but unstored. Closes the database with itself. */
export async function openCloud(options: CloudOptions): Promise<Cloud> {
  const { database, objects, verifyPackage, clock, newId, onFault, onEvent = () => undefined } = options;
  const ports = { database, objects, clock };
  if (options.enrolment !== null) await enrol(database, options.enrolment);
  const receiptKeys = receiptKeyStore(options);
  const ring = createReceiptRing(receiptKeys, clock);
  const authorities = withRoots(options.authorities ?? new Map(), await rootsOfTenants(database));
  const identity = { database, authorities, clock, newId, random: systemRandom, ring };
  const uploads: Uploads = createUploads({
    store: options.uploadStore,
    database,
    ingest: (delivery) =>
      ingest(
        {
          ...{ database, objects, receipts: ring, verifyPackage, clock, onEvent },
          onSuperseded: (digests, kiosk) => uploads.discardUnfinished(digests, kiosk),
        },
        delivery,
      ),
    maxBytes: options.maxPackageBytes ?? MAX_PACKAGE_BYTES,
    clock,
    newId,
    onFault,
  });
  const settle = async (): Promise<void> => {
    await destroySuperseded(ports);
    await uploads.sweep();
  };
  // A store that is away now is one that kiosks are told to come again for; the next sweep makes up for it.
  await settle().catch(onFault);
  const { evidence } = options;
  const closing = new AbortController();
  const configuration = {
    sign: async (claims: object) => ring.statement(await ring.presentId(database), CONFIGURATION_TYPE, claims),
    closing: closing.signal,
    ...(options.pause === undefined ? {} : { pause: options.pause }),
  };
  const raise = (): Promise<number> =>
    evidence === undefined ? Promise.resolve(0) : raiseLevels({ ...evidence, database, objects, clock });
  const sweep = async (): Promise<void> => {
    await settle();
    await sweepOrphans(ports);
  };
  const retention = { ...ports, receipts: ring };
  const applyRetention = (): Promise<number> => destroyDue(retention);
  const integration = openIntegration({ ...ports, newId, random: systemRandom, onFault }, options.integration ?? null);
  const { archive } = options;
  const toArchives = (): Promise<number> =>
    archive === undefined || evidence === undefined
      ? Promise.resolve(0)
      : exportArchives({ ...archive, client: evidence.client, open: evidence.open, database, objects, clock });
  let jobs: Jobs | null = null;
  const answer = createDeviceApi({
    ...{ database, objects, uploads, identity, configuration, clock, onFault, onEvent },
    audience: [options.audience, await cloudName({ database })],
  });
  const underWay = new Set<Promise<Response>>();
  const tracked = (answering: Promise<Response>): Promise<Response> => {
    const answered = answering.finally(() => underWay.delete(answered));
    underWay.add(answered);
    return answered;
  };
  const drain = async (): Promise<void> => {
    closing.abort();
    await Promise.allSettled(underWay);
  };

  return {
    devices: createDeviceDesk({ ...identity, receiptKeys }),
    staff: createStaffDesk({ database, clock }),
    console: createConsoleDesk({ ...ports, newId, ring, jobs: () => jobs }),
    users: createUserDesk({ database, clock, newId, random: systemRandom }),
    integration: { ...integration, handle: (request, readFiles) => tracked(integration.handle(request, readFiles)) },
    handleDevice: (request) => tracked(answer(request)),
    packages: (filter) => listPackages(database, filter),
    package: async (digest, tenant) => (isSha256(digest) ? findPackage(database, digest, tenant) : null),
    rootsOf: async (kiosk) => (await findKiosk(database, kiosk))?.roots ?? [],
    configurationParts: (tenant) => listParts(database, tenant),
    changeConfiguration: (change) => changePart(ports, change),
    kiosks: (tenant) => listKiosks(database, tenant, clock.now()),
    packageBytes: (digest) => objects.get(digest),
    sweep,
    applyRetention,
    subjectFile: (wanted) => subjectFile(ports, wanted),
    destroyOnDemand: async (demand) => {
      const done = await destroyOnDemand(retention, demand);
      // The keys went with the commit: what a store that is away still has goes at the next run.
      if (done.ok) await removeBuried(retention).catch(onFault);
      return done;
    },
    probes: {
      database: () => database.query('select 1 as one'),
      // Nobody has bytes of this digest: a store that says so answers.
      objects: () => objects.get(NOBODYS),
      keys: () => ring.presentId(database),
    },
    counts: () => countCloud(database, clock),
    drain,
    raiseLevels: raise,
    exportArchives: toArchives,
    startJobs: async () => {
      jobs = await openJobs(database, { onFault });
      await jobs.register({ name: 'sweep', everySeconds: SWEEP_EVERY_SECONDS, run: sweep });
      await jobs.register({ name: 'retention', everySeconds: SWEEP_EVERY_SECONDS, run: applyRetention });
      for (const job of integration.jobs) await jobs.register(job);
      await jobs.register({ name: 'archive', everySeconds: ARCHIVE_EVERY_SECONDS, run: toArchives });
      await jobs.register({ name: 'raise-levels', everySeconds: RAISE_EVERY_SECONDS, run: raise });
      return jobs;
    },
    close: async () => {
      await drain();
      await jobs?.close();
      await database.close();
    },
  };
}

function receiptKeyStore({ receiptKey, laterReceiptKeys }: CloudOptions): ReceiptKeyStore {
  const held: KeyObject[] = [];
  const later = laterReceiptKeys ?? { keys: () => held, add: (key) => void held.push(key) };
  return { keys: () => [receiptKey, ...later.keys()], add: (key) => later.add(key) };
}

/** @throws Error naming the tenant when an authority does not stand below its root. */
function withRoots(
  authorities: NonNullable<CloudOptions['authorities']>,
  roots: ReadonlyMap<string, readonly Uint8Array[]>,
): ReadonlyMap<string, TenantAuthority> {
  return new Map(
    [...authorities].map(([tenant, authority]) => {
      if ('issue' in authority) return [tenant, authority];
      const made = localAuthority(authority.privateKey, authority.chain, roots.get(tenant) ?? []);
      if (!made.ok) throw new Error(`the issuing authority of tenant ${tenant}: ${made.error}`);
      return [tenant, made.value];
    }),
  );
}
