import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CloudOptions } from '../../sync/cloud/cloud.ts';
import { testTime } from './support/clock.ts';
import { courierRig, type CourierRig } from './support/courier-rig.ts';
import { cloudKinds, type DatabaseServer } from './support/databases.ts';
import { vaultOutbox } from './support/vault-outbox.ts';
import { kioskTrust, newKiosk, seeded, startTestCloud, type TestCloud } from './support/world.ts';

/**
 * What a branch lives through, in random order: cuts, lost answers, requests that arrive twice or long after, kiosks
 * and clouds that die between any two steps, a kiosk's disk that is full. The kiosk's real outbox in a file, real ingest on each real database, and real folders; the seed is in the failure.
 */
const time = testTime();
const kiosk = newKiosk('kiosk-1');
const FAULTS = ['cut', 'lose-answer', 'duplicate', 'late-copy', 'kiosk-dies', 'cloud-dies', 'disk-full'] as const;

/** The source of all misfortune of one run; after `most` strikes the weather clears. */
class Chaos {
  readonly #random: () => number;
  #left: number;
  /** Steps until the cloud dies, or null. */
  #fuse: number | null = null;
  crashed = false;
  constructor(seed: number, most: number) {
    this.#random = seeded(seed);
    this.#left = most;
  }
  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }
  next(): (typeof FAULTS)[number] | null {
    if (this.#left <= 0 || this.#random() > 0.4) return null;
    this.#left -= 1;
    return FAULTS[this.below(FAULTS.length)] ?? null;
  }
  light(): void {
    this.#fuse = this.below(6);
  }
  calm(): void {
    this.#fuse = null;
    this.crashed = false;
  }
  /** Called between the durable steps of the cloud. */
  step(): void {
    if (this.#fuse === null) return;
    this.#fuse -= 1;
    if (this.#fuse >= 0) return;
    this.crashed = true;
    throw new Error('the cloud died here');
  }
}

let chaos = new Chaos(0, 0);
let cloud: TestCloud;
let server: DatabaseServer;

function mortal({ database, objects, verifyPackage }: CloudOptions): Partial<CloudOptions> {
  return {
    database: {
      ...database,
      transaction: async (work) => {
        chaos.step();
        const result = await database.transaction(async (sql) => {
          const value = await work(sql);
          chaos.step();
          return value;
        });
        chaos.step();
        return result;
      },
    },
    objects: {
      ...objects,
      put: async (digest, bytes) => {
        chaos.step();
        const result = await objects.put(digest, bytes);
        chaos.step();
        return result;
      },
    },
    verifyPackage: async (bytes, trust) => {
      chaos.step();
      return verifyPackage(bytes, trust);
    },
  };
}

function requestOf(url: string, init: RequestInit, cutAt: number | null = null): Request {
  const { method, headers, body } = init;
  if (cutAt === null || !(body instanceof Uint8Array)) {
    return new Request(url, { method: method ?? 'GET', headers: headers ?? {}, body: body ?? null });
  }
  const cut = new ReadableStream({
    pull(controller) {
      controller.enqueue(body.subarray(0, cutAt));
      controller.error(new Error('cut'));
    },
  });
  return new Request(url, {
    method: method ?? 'GET',
    headers: headers ?? {},
    body: cut,
    duplex: 'half',
  } as RequestInit);
}

describe.each(cloudKinds())(
  'any order of cut, crash, duplicate and delay, on $name',
  ({ name, start: startServer }) => {
    beforeAll(async () => {
      server = await startServer();
      cloud = await startTestCloud(time, [kiosk], mortal, () => server.open(), server.stores);
    });
    afterAll(async () => {
      await cloud.end();
      await server.end();
    });

    it('ends in exactly one row, one object and one receipt for each package', async () => {
      const trust = await kioskTrust(kiosk, cloud.receiptKey, time);
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 0, max: 2 ** 31 }), async (seed) => {
          chaos = new Chaos(seed, 24);
          let marksFail = 0;
          const diskIsFull = (): boolean => marksFail > 0 && (marksFail -= 1) >= 0;
          const made = Array.from({ length: 4 }, () =>
            trust.packages.make(randomUUID(), { size: chaos.below(40_000) }),
          );
          const kept = vaultOutbox(time, made, diskIsFull);
          let kioskDied = false;
          const late: Promise<unknown>[] = [];
          const copies: { readonly after: number; readonly send: () => Promise<unknown> }[] = [];
          let exchanges = 0;

          const line = async (url: string, init: RequestInit): Promise<Response> => {
            exchanges += 1;
            for (const copy of copies.filter(({ after }) => after === exchanges)) late.push(copy.send());
            const fault = chaos.next();
            const handle = (cutAt: number | null = null): Promise<Response> =>
              cloud.cloud().handleDevice(requestOf(url, init, cutAt));
            if (fault === 'cloud-dies') chaos.light();
            if (fault === 'disk-full') marksFail = 1 + chaos.below(3);
            if (fault === 'late-copy') copies.push({ after: exchanges + 1 + chaos.below(5), send: () => handle() });
            if (fault === 'duplicate') late.push(handle());
            const size = init.body instanceof Uint8Array ? init.body.length : 0;
            const response = await handle(fault === 'cut' ? chaos.below(size + 1) : null);
            if (chaos.crashed) {
              chaos.calm();
              await cloud.restart();
              throw new TypeError('fetch failed');
            }
            if (fault === 'cut' || fault === 'lose-answer') throw new TypeError('fetch failed');
            if (fault === 'kiosk-dies') {
              kioskDied = true;
              throw new TypeError('fetch failed');
            }
            return response;
          };
          const start = (): CourierRig => {
            const rig = courierRig(time, kept.store, {
              ...trust,
              cloudUrl: 'http://cloud.test',
              fetch: line,
              chunkBytes: 8_000,
              seed,
            });
            rig.courier.start();
            return rig;
          };
          // As a function, since it changes behind the back of the loop.
          const wasKilled = (): boolean => kioskDied;
          let rig = start();
          while (!kept.allDelivered()) {
            await rig.until(() => kept.allDelivered() || kioskDied || kept.asideIn().length > 0, 2000);
            for (const transaction of kept.asideIn()) kept.retry(transaction);
            if (!wasKilled()) continue;
            kioskDied = false;
            await rig.courier.stop();
            kept.reopen();
            rig = start();
          }
          await rig.courier.stop();
          await Promise.all(late);
          chaos.calm();
          await cloud.cloud().sweep();

          const objects = await cloud.objectNames();
          for (const one of made) {
            const { digest } = one;
            const rows = await cloud.database.query('select receipt from packages where digest = $1', [digest]);
            expect(rows).toEqual([{ receipt: kept.receiptOf(one) }]);
            expect(objects.filter((name) => name === digest)).toHaveLength(1);
            const events = kept.eventsOf(one);
            expect(events).not.toContain('receipt.alarm');
            expect(events.filter((event) => event === 'package.receipt-verified')).toHaveLength(1);
          }
          kept.end();
          const [count] = await cloud.database.query(
            'select count(*)::float8 as stored, max(sequence)::float8 as newest from packages',
          );
          expect(count?.['stored']).toBe(count?.['newest']);
          expect(objects).toHaveLength(Number(count?.['stored']));
        }),
        {
          numRuns: Number(process.env['COUNTERSIGN_RUNS'] ?? (name === 'PostgreSQL and S3' ? 4 : 20)),
          seed: 20_261_123,
        },
      );
    });
  },
);
