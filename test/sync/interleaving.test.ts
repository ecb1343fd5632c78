import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CloudOptions } from '../../sync/cloud/cloud.ts';
import { testTime } from './support/clock.ts';
import { courierRig, type CourierRig } from './support/courier-rig.ts';
import { cloudKinds, type DatabaseServer } from './support/databases.ts';
import { vaultOutbox } from './support/vault-outbox.ts';
import { kioskTrust, newKiosk, seeded, startTestCloud, type TestCloud } from './support/world.ts';

/**
 * What a branch lives through, in random order: cuts, lost answers, requests that arrive twice, late or out of order, a clock
 * that is set wrong, full disks on both sides, kiosks that die between any two steps, and so each of two clouds on one
 * database while the other goes on. The kiosk's real outbox in a file, real ingest on each real database, and real stores;
 * the seed is in the failure. `COUNTERSIGN_RUNS` says how many worlds.
 */
const time = testTime();
const kiosk = newKiosk('kiosk-1');
const FAULTS = [
  ...(['cut', 'lose-answer', 'duplicate', 'late-copy', 'overtaken', 'kiosk-dies', 'cloud-dies'] as const),
  ...(['kiosk-full', 'cloud-full', 'clock-wrong', 'clock-right'] as const),
];
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const WRONG_BY = [-90_000, 20_000, 10 * MINUTE, -10 * MINUTE, 3 * DAY, -3 * DAY];

/** The source of all misfortune of one run; after `most` strikes the weather clears. */
class Chaos {
  readonly #random: () => number;
  #left: number;
  /** Steps until the cloud that takes the last of them dies, or null. */
  #fuse: number | null = null;
  /** So many of the cloud's next writes find no room. */
  full = 0;
  constructor(seed: number, most: number) {
    this.#random = seeded(seed);
    this.#left = most;
  }
  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }
  isOver(): boolean {
    return this.#left <= 0;
  }
  next(): (typeof FAULTS)[number] | null {
    if (this.isOver() || this.#random() > 0.4) return null;
    this.#left -= 1;
    return FAULTS[this.below(FAULTS.length)] ?? null;
  }
  light(): void {
    this.#fuse = this.below(6);
  }
  calm(): void {
    this.#fuse = null;
    this.full = 0;
  }
  /** Called between the durable steps of a cloud; one that died does none any more, whatever it had begun. */
  step(life: Life): void {
    if (life.dead) throw new Error('this cloud is dead');
    if (this.#fuse === null) return;
    this.#fuse -= 1;
    if (this.#fuse >= 0) return;
    this.#fuse = null;
    life.dead = true;
    throw new Error('the cloud died here');
  }
  room(): void {
    if (this.full <= 0) return;
    this.full -= 1;
    throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  }
}

/** Of one cloud between its start and its death. */
interface Life {
  dead: boolean;
}

let chaos = new Chaos(0, 0);
let cloud: TestCloud;
let server: DatabaseServer;
/** That of the cloud opened last. */
let born: Life = { dead: false };

function mortal({ database, objects, uploadStore, verifyPackage }: CloudOptions): Partial<CloudOptions> {
  const life = { dead: false };
  born = life;
  return {
    database: {
      ...database,
      transaction: async (work) => {
        chaos.step(life);
        const result = await database.transaction(async (sql) => {
          const value = await work(sql);
          chaos.step(life);
          return value;
        });
        chaos.step(life);
        return result;
      },
    },
    objects: {
      ...objects,
      put: async (digest, bytes) => {
        chaos.step(life);
        chaos.room();
        const result = await objects.put(digest, bytes);
        chaos.step(life);
        return result;
      },
    },
    uploadStore: {
      ...uploadStore,
      bytes: async (id, size) => {
        chaos.room();
        return uploadStore.bytes(id, size);
      },
    },
    verifyPackage: async (bytes, trust) => {
      chaos.step(life);
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
      chaos = new Chaos(0, 0);
      server = await startServer();
      cloud = await startTestCloud(time, [kiosk], mortal, () => server.open(), server.stores);
    });
    afterAll(async () => {
      await cloud.end();
      await server.end();
    });

    it('ends in exactly one row, one object and one receipt for each package', async () => {
      let wrongBy = 0;
      const kioskClock = { now: () => time.now() + wrongBy, monotonicMicros: () => time.monotonicMicros() };
      const trust = await kioskTrust(kiosk, cloud.receiptKey, kioskClock);
      const start = async () => {
        const opening = cloud.another();
        // Taken before anything is waited for: another may be born meanwhile.
        const life = born;
        return { cloud: await opening, life };
      };
      const clouds = [await start(), await start()];
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 0, max: 2 ** 31 }), async (seed) => {
          chaos = new Chaos(seed, 24);
          wrongBy = 0;
          let marksFail = 0;
          const diskIsFull = (): boolean => marksFail > 0 && (marksFail -= 1) >= 0;
          const made = Array.from({ length: 4 }, () =>
            trust.packages.make(randomUUID(), { size: chaos.below(40_000) }),
          );
          const kept = vaultOutbox(kioskClock, made, diskIsFull);
          let kioskDied = false;
          const late: Promise<unknown>[] = [];
          const copies: { readonly after: number; readonly send: () => Promise<unknown> }[] = [];
          let exchanges = 0;

          /** The dead are started again while the others go on. @returns whether it was this one. */
          const buried = async (asked: number): Promise<boolean> => {
            const died = clouds[asked]?.life.dead === true;
            for (const [i, { life }] of clouds.entries()) if (life.dead) clouds[i] = await start();
            return died;
          };
          const line = async (url: string, init: RequestInit): Promise<Response> => {
            exchanges += 1;
            for (const copy of copies.filter(({ after }) => after === exchanges)) late.push(copy.send());
            const fault = chaos.next();
            // As a balancer would: any of them, request by request.
            const asked = chaos.below(clouds.length);
            const handle = (cutAt: number | null = null): Promise<Response> => {
              const to = clouds[asked] ?? clouds[0];
              if (to === undefined) throw new Error('there is no cloud');
              return to.cloud.handleDevice(requestOf(url, init, cutAt));
            };
            if (fault === 'cloud-dies') chaos.light();
            if (fault === 'kiosk-full') marksFail = 1 + chaos.below(3);
            if (fault === 'cloud-full') chaos.full = 1 + chaos.below(4);
            if (fault === 'clock-wrong') wrongBy = WRONG_BY[chaos.below(WRONG_BY.length)] ?? 0;
            if (fault === 'clock-right' || chaos.isOver()) wrongBy = 0;
            if (fault === 'late-copy') copies.push({ after: exchanges + 1 + chaos.below(5), send: () => handle() });
            if (fault === 'duplicate') late.push(handle());
            if (fault === 'overtaken') for (let i = chaos.below(40); i > 0; i -= 1) await turn();
            const size = init.body instanceof Uint8Array ? init.body.length : 0;
            const response = await handle(fault === 'cut' ? chaos.below(size + 1) : null);
            if (await buried(asked)) throw new TypeError('fetch failed');
            if (fault === 'cut' || fault === 'lose-answer') throw new TypeError('fetch failed');
            if (fault === 'kiosk-dies') {
              kioskDied = true;
              throw new TypeError('fetch failed');
            }
            return response;
          };
          const startKiosk = (): CourierRig => {
            const rig = courierRig(time, kept.store, {
              ...trust,
              ...{ clock: kioskClock, cloudUrl: 'http://cloud.test', fetch: line, chunkBytes: 8_000, seed },
            });
            rig.courier.start();
            return rig;
          };
          // As a function, since it changes behind the back of the loop.
          const wasKilled = (): boolean => kioskDied;
          let rig = startKiosk();
          while (!kept.allDelivered()) {
            await rig.until(() => kept.allDelivered() || kioskDied || kept.asideIn().length > 0, 5000);
            for (const transaction of kept.asideIn()) kept.retry(transaction);
            if (!wasKilled()) continue;
            kioskDied = false;
            await rig.courier.stop();
            kept.reopen();
            rig = startKiosk();
          }
          await rig.courier.stop();
          await Promise.all(late);
          chaos.calm();
          await buried(0);
          await clouds[0]?.cloud.sweep();

          const objects = await cloud.objectNames();
          for (const one of made) {
            const { digest } = one;
            const receipt = kept.receiptOf(one) ?? '';
            const rows = await cloud.database.query('select receipt from packages where digest = $1', [digest]);
            expect(rows).toEqual([{ receipt }]);
            expect(objects.filter((name) => name === digest)).toHaveLength(1);
            const verified = await trust.receipts.verify(receipt, { ...one, size: one.bytes.length });
            expect(verified.ok && verified.value.package.digest).toBe(digest);
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
          numRuns: Number(process.env['COUNTERSIGN_RUNS'] ?? (name === 'PostgreSQL and S3' ? 4 : 40)),
          seed: 20_261_123,
        },
      );
    }, 3_600_000);
  },
);
