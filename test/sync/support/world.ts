import { createHash, generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { issueCertificate, type CertificateProfile } from '../../../signing/cms/certificates.ts';
import { certificatePem } from '../../../signing/cms/pem.ts';
import type { Clock } from '../../../signing/clock.ts';
import type { Database } from '../../../sync/cloud/database.ts';
import { openEmbeddedDatabase } from '../../../sync/cloud/embedded-database.ts';
import { openCloud, type Cloud, type CloudOptions } from '../../../sync/cloud/cloud.ts';
import type { Enrolment } from '../../../sync/cloud/enrolment.ts';
import { openFolderStore, unjudged, type ObjectStore, type StoredObject } from '../../../sync/cloud/object-store.ts';
import { sealedObjects } from '../../../sync/cloud/sealed-objects.ts';
import { openFolderUploads } from '../../../sync/cloud/upload-store.ts';
import { publicReceiptKey } from '../../../sync/cloud/receipts.ts';
import { createDeviceTokenSource } from '../../../sync/kiosk/device-token-source.ts';
import { createReceiptVerifier } from '../../../sync/kiosk/receipt-verifier.ts';
import { packageMaker, verifyTestPackage } from './packages.ts';

export const AUDIENCE = 'https://cloud.example.test';
export const TENANT = 'banka-primer';

export interface TestKiosk {
  readonly id: string;
  readonly tenant: string;
  readonly branch: string;
  readonly deviceKey: KeyObject;
  readonly deviceCertificate: Uint8Array;
  readonly sealCertificate: Uint8Array;
}

let serial = 1;
export function newCertificate(profile: CertificateProfile, commonName: string) {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const certificate = issueCertificate({
    profile,
    subject: { commonName },
    publicKey: keys.publicKey,
    issuer: { certificate: 'self', privateKey: keys.privateKey },
    serial: Uint8Array.of((serial += 1)),
    notBefore: new Date('2026-01-01T00:00:00Z'),
    notAfter: new Date('2036-01-01T00:00:00Z'),
  });
  return { key: keys.privateKey, certificate };
}

export function newKiosk(id: string, tenant = TENANT): TestKiosk {
  const device = newCertificate('device', id);
  return {
    id,
    tenant,
    branch: 'Bled',
    deviceKey: device.key,
    deviceCertificate: device.certificate,
    sealCertificate: newCertificate('seal', id).certificate,
  };
}

export function enrolmentOf(kiosks: readonly TestKiosk[]): Enrolment {
  const tenants = [...new Set(kiosks.map((kiosk) => kiosk.tenant))];
  return {
    version: 1,
    tenants: tenants.map((id) => ({
      id,
      name: id,
      roots: certificatePem(newCertificate('root-ca', id).certificate),
      kiosks: kiosks
        .filter((kiosk) => kiosk.tenant === id)
        .map((kiosk) => ({
          id: kiosk.id,
          branch: kiosk.branch,
          deviceCertificate: certificatePem(kiosk.deviceCertificate),
          sealCertificate: certificatePem(kiosk.sealCertificate),
        })),
    })),
  };
}

export interface TestCloud {
  readonly folder: string;
  readonly database: Database;
  readonly objects: ObjectStore;
  readonly receiptKey: KeyObject;
  readonly faults: unknown[];
  /** The cloud as it is now; `restart` gives another one on the same database and folders. */
  cloud(): Cloud;
  restart(): Promise<void>;
  /** One more on the same database and folders, as another process would be. */
  another(): Promise<Cloud>;
  objectNames(): Promise<readonly string[]>;
  uploadNames(): Promise<readonly string[]>;
  end(): Promise<void>;
}

/** A cloud on a real database (PGlite unless said otherwise) and real stores (folders unless said otherwise). `wrap` lets a test put faults around its parts. */
export async function startTestCloud(
  clock: Clock,
  kiosks: readonly TestKiosk[],
  wrap: (options: CloudOptions) => Partial<CloudOptions> = () => ({}),
  openDatabase: (folder: string) => Promise<Database> = openEmbeddedDatabase,
  openStores?: () => Promise<Pick<CloudOptions, 'objects' | 'uploadStore'>>,
): Promise<TestCloud> {
  const folder = await mkdtemp(path.join(tmpdir(), 'countersign-cloud-'));
  const database = await openDatabase(path.join(folder, 'database'));
  const { objects, uploadStore } = (await openStores?.()) ?? {
    objects: sealedObjects(await openFolderStore(path.join(folder, 'objects'), unjudged), database),
    uploadStore: await openFolderUploads(path.join(folder, 'uploads')),
  };
  const receiptKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const faults: unknown[] = [];
  const plain: CloudOptions = {
    database,
    objects,
    uploadStore,
    audience: AUDIENCE,
    receiptKey,
    enrolment: enrolmentOf(kiosks),
    verifyPackage: verifyTestPackage,
    clock,
    newId: randomUUID,
    onFault: (error) => faults.push(error),
  };
  const open = () => openCloud({ ...plain, ...wrap(plain) });
  let current = await open();
  return {
    folder,
    database,
    objects,
    receiptKey,
    faults,
    cloud: () => current,
    restart: async () => {
      current = await open();
    },
    another: open,
    objectNames: async () => {
      const all = await allOf<StoredObject>((last) => objects.list(last?.digest ?? null));
      return all.map(({ digest }) => digest);
    },
    uploadNames: () => allOf<string>((last) => uploadStore.list(last)),
    end: async () => {
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function allOf<T>(list: (after: T | null) => Promise<readonly T[]>): Promise<readonly T[]> {
  const all: T[] = [];
  for (;;) {
    const page = await list(all.at(-1) ?? null);
    if (page.length === 0) return all;
    all.push(...page);
  }
}

/** node:http in front of a function from Request to Response, as Next does it. */
export async function serve(
  handler: (request: Request) => Promise<Response>,
): Promise<{ readonly url: string; readonly server: Server; close(): Promise<void> }> {
  const server = createServer((incoming, outgoing) => {
    const hasBody = incoming.method !== 'GET' && incoming.method !== 'HEAD';
    const request = new Request(`http://${incoming.headers.host ?? 'localhost'}${incoming.url ?? '/'}`, {
      method: incoming.method ?? 'GET',
      headers: Object.entries(incoming.headers).map(([name, value]): [string, string] => [name, String(value)]),
      ...(hasBody ? { body: Readable.toWeb(incoming) as ReadableStream, duplex: 'half' } : {}),
    });
    handler(request).then(
      async (response) => {
        outgoing.writeHead(response.status, Object.fromEntries(response.headers));
        outgoing.end(Buffer.from(await response.arrayBuffer()));
      },
      () => outgoing.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The kiosk's side of trust: its tokens and the pinned cloud key. */
export async function kioskTrust(kiosk: TestKiosk, receiptKey: KeyObject, clock: Clock) {
  return {
    token: createDeviceTokenSource({
      kiosk: kiosk.id,
      audience: AUDIENCE,
      key: kiosk.deviceKey,
      algorithm: 'ES256',
      clock,
      newId: randomUUID,
    }),
    receipts: createReceiptVerifier([await publicReceiptKey(receiptKey)], { tenant: kiosk.tenant, kiosk: kiosk.id }),
    packages: packageMaker(kiosk),
  };
}

/** Repeatable numbers 0..1 from a seed. */
export function seeded(seed: number): () => number {
  let counter = 0;
  return () => createHash('sha256').update(`${seed}/${counter++}`).digest().readUInt32BE(0) / 2 ** 32;
}
