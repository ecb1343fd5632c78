import { spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../../signing/clock.ts';
import { createCloudClient } from '../../sync/kiosk/cloud-client.ts';
import { deliver } from '../../sync/kiosk/delivery.ts';
import { Pace } from '../../sync/kiosk/pace.ts';
import { pause, systemTimers } from '../../sync/kiosk/timers.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import type { TestPackage } from '../sync/support/packages.ts';
import { enrolmentOf, kioskTrust, newKiosk, type TestKiosk } from '../sync/support/world.ts';

const KIOSKS_OF_TENANT = 100;

/** One kiosk of a simulated fleet: everything of a delivery but the file it is kept in. */
export interface LightKiosk {
  make(size: number): TestPackage;
  /** From the first question to the verified receipt. @throws Error when it does not come at the first try. */
  deliver(made: TestPackage, cloudUrl: string): Promise<void>;
}

export interface FleetWorld {
  readonly postgres: TestPostgres;
  readonly kiosks: readonly LightKiosk[];
  /** Processes on the one database, empty of packages. */
  startClouds(count: number): Promise<{ readonly urls: readonly string[]; end(): Promise<void> }>;
  end(): Promise<void>;
}

/** A fleet, a hundred kiosks to a tenant, and a PostgreSQL for its clouds. All kiosks share one pair of keys: making them is no part of this. */
export async function fleetWorld(kiosks: number): Promise<FleetWorld> {
  const folder = mkdtempSync(path.join(tmpdir(), 'countersign-bench-fleet-'));
  const receiptKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const one = newKiosk('kiosk-0');
  const fleet = Array.from({ length: kiosks }, (_, i): TestKiosk => ({
    ...one,
    ...{ id: `kiosk-${i}`, tenant: `tenant-${Math.floor(i / KIOSKS_OF_TENANT)}` },
  }));
  const postgres = await startPostgres(['max_connections=200']);
  const write = (name: string, text: string): void => writeFileSync(path.join(folder, name), text, { mode: 0o600 });
  write('tenants.json', JSON.stringify(enrolmentOf(fleet)));
  write('receipt.key.pem', receiptKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  const light: LightKiosk[] = [];
  for (const kiosk of fleet) light.push(lightKiosk(await kioskTrust(kiosk, receiptKey, systemClock)));
  return {
    postgres,
    kiosks: light,
    async startClouds(count) {
      write('postgres.json', JSON.stringify(postgres.newDatabase()));
      const started: Awaited<ReturnType<typeof startOne>>[] = [];
      for (let i = 0; i < count; i += 1) started.push(await startOne(folder));
      return {
        urls: started.map(({ url }) => url),
        end: async () => {
          for (const { end } of started) await end();
        },
      };
    },
    async end() {
      await postgres.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startOne(folder: string): Promise<{ readonly url: string; readonly end: () => Promise<void> }> {
  const script = path.join(import.meta.dirname, 'ingest-process.ts');
  const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const exit = once(child, 'exit');
  const { stdout } = child;
  if (stdout === null) throw new Error('no pipe to the cloud');
  const [text] = (await Promise.race([
    once(stdout, 'data'),
    exit.then(() => Promise.reject(new Error('the cloud did not start'))),
  ])) as [Buffer];
  return {
    url: text.toString().trim(),
    end: async () => {
      child.kill('SIGKILL');
      await exit;
    },
  };
}

function lightKiosk({ token, receipts, packages }: Awaited<ReturnType<typeof kioskTrust>>): LightKiosk {
  const wait = (ms: number, signal: AbortSignal): Promise<void> => pause(systemTimers, ms, signal);
  return {
    make: (size) => packages.make(randomUUID(), { size }),
    async deliver({ bytes, ...made }, cloudUrl) {
      const client = createCloudClient({ cloudUrl, fetch: (url, init) => fetch(url, init), token, clock: systemClock });
      const entry = {
        ...{
          ...made,
          size: bytes.length,
          queuedAt: new Date().toISOString(),
          attempts: 0,
          trace: randomBytes(16).toString('hex'),
        },
        ...{ uploadUrl: null, refusedBefore: false },
      };
      const store = {
        part: (_: string, from: number, length: number) => bytes.subarray(from, from + length),
        markSending: () => undefined,
      };
      const pace = new Pace({ bytesPerSecond: null, chunkBytes: 2_097_152, clock: systemClock, pause: wait });
      const ports = { store, client, receipts, pace, clock: systemClock, reached: new Map(), pause: wait };
      const outcome = await deliver(ports, entry, new AbortController().signal);
      if (outcome.kind !== 'delivered') throw new Error(`not delivered: ${JSON.stringify(outcome)}`);
    },
  };
}

/** Each kiosk in its turn of `atOnce` lanes; seconds of each delivery, in the order they ended. */
export async function deliverAll(
  kiosks: readonly LightKiosk[],
  urls: readonly string[],
  load: { readonly packages: number; readonly size: number; readonly atOnce: number },
): Promise<readonly number[]> {
  const work = Array.from({ length: load.packages }, (_, i) => {
    const kiosk = kiosks[i % kiosks.length];
    const url = urls[i % urls.length];
    if (kiosk === undefined || url === undefined) throw new Error('no kiosk, or no cloud');
    const made = kiosk.make(load.size);
    return () => kiosk.deliver(made, url);
  });
  const times: number[] = [];
  const lane = async (): Promise<void> => {
    for (let next = work.shift(); next !== undefined; next = work.shift()) {
      const began = performance.now();
      await next();
      times.push((performance.now() - began) / 1000);
    }
  };
  await Promise.all(Array.from({ length: load.atOnce }, lane));
  return times;
}
