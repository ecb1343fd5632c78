import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../signing/digest.ts';
import type { PackageAnswer } from '../../sync/protocol/wire.ts';
import { SET_ASIDE_AFTER } from '../../sync/kiosk/courier.ts';
import { testTime } from './support/clock.ts';
import { cloudKinds, type DatabaseServer } from './support/databases.ts';
import { allDelivered, courierRig, type CourierRig } from './support/courier-rig.ts';
import { openLine, type Line } from './support/line.ts';
import { memoryOutbox, type MemoryOutbox } from './support/memory-outbox.ts';
import type { TestPackage } from './support/packages.ts';
import { kioskTrust, newKiosk, serve, startTestCloud, type TestCloud } from './support/world.ts';

const time = testTime();
const kiosk = newKiosk('kiosk-1');
let cloud: TestCloud;
let server: DatabaseServer;
let http: Awaited<ReturnType<typeof serve>>;
let line: Line;
let trust: Awaited<ReturnType<typeof kioskTrust>>;

let store: MemoryOutbox;
const rigs: CourierRig[] = [];

function rig(options: Partial<Parameters<typeof courierRig>[2]> = {}): CourierRig {
  const made = courierRig(time, store, { ...trust, cloudUrl: line.url, ...options });
  rigs.push(made);
  return made;
}

function queue(options: Parameters<typeof trust.packages.make>[1] = {}): TestPackage {
  const made = trust.packages.make(randomUUID(), options);
  store.queue(made, new Date(time.now()).toISOString());
  return made;
}

async function rowsOf(made: TestPackage): Promise<number> {
  return (await cloud.database.query('select 1 from packages where digest = $1', [made.digest])).length;
}

async function expectStoredOnce(made: TestPackage): Promise<void> {
  expect(await rowsOf(made)).toBe(1);
  expect((await cloud.objectNames()).filter((name) => name === made.digest)).toHaveLength(1);
  const bytes = await cloud.cloud().packageBytes(made.digest);
  expect(bytes === null ? null : sha256(bytes)).toBe(made.digest);
}

describe.each(cloudKinds())('on $name', ({ start: startServer }) => {
  beforeAll(async () => {
    server = await startServer();
    cloud = await startTestCloud(time, [kiosk], undefined, () => server.open(), server.stores);
    http = await serve((request) => cloud.cloud().handleDevice(request));
    line = await openLine(http.url);
    trust = await kioskTrust(kiosk, cloud.receiptKey, time);
  });

  afterAll(async () => {
    await line.close();
    await http.close();
    await cloud.end();
    await server.end();
  });

  beforeEach(() => {
    store = memoryOutbox();
  });

  afterEach(async () => {
    await Promise.all(rigs.splice(0).map((rig) => rig.courier.stop()));
  });

  describe('delivery of a package', () => {
    it('stores it once and comes back with a receipt that verifies', async () => {
      const made = queue({ size: 5000 });
      const { courier, events, until } = rig();
      courier.start();
      await until(() => allDelivered(store));

      expect(events.map((event) => event.type)).toEqual(['sending', 'line', 'delivered']);
      expect(courier.status()).toEqual({ state: 'up' });
      await expectStoredOnce(made);
      const found = await cloud.cloud().package(made.digest);
      expect(found?.summary).toMatchObject({ state: 'stored', kiosk: 'kiosk-1', transaction: made.transaction });
      expect(await cloud.uploadNames()).toEqual([]);
      expect(cloud.faults).toEqual([]);
    });

    it('goes on where the bytes stopped, wherever the line was cut', async () => {
      const size = 300_000;
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.integer({ min: 0, max: 65_000 }), { minLength: 1, maxLength: 3 }),
          async (cuts) => {
            store = memoryOutbox();
            const made = queue({ size });
            for (const afterBytes of cuts) line.fault(/^(POST|PATCH)/, { kind: 'cut', afterBytes });
            const { courier, until } = rig({ chunkBytes: 64 * 1024 });
            courier.start();
            await until(() => allDelivered(store));
            await courier.stop();
            expect(line.pending()).toBe(0);
            await expectStoredOnce(made);
          },
        ),
        { numRuns: 8, seed: 20_261_123 },
      );
      expect(cloud.faults).toEqual([]);
    });

    it('is given up in the middle when another package takes its place, and that one arrives', async () => {
      const made = queue({ size: 400_000 });
      const other = trust.packages.make(made.transaction);
      let sent = 0;
      const { courier, events, until } = rig({
        chunkBytes: 50_000,
        fetch: (url, init) => {
          sent += 1;
          if (sent === 4) {
            store.replace(made.digest, other, new Date(time.now()).toISOString());
            courier.abandon(made.digest);
          }
          return fetch(url, init);
        },
      });
      courier.start();
      await until(() => store.rows.size === 1 && allDelivered(store));
      expect([...store.rows.keys()]).toEqual([other.digest]);
      expect(events.filter(({ type }) => type === 'fault' || type === 'waiting')).toEqual([]);
      expect(await rowsOf(made)).toBe(0);
      await expectStoredOnce(other);
      // What had come of it: in earnest the records in the other package name it, and this is cleared with its arrival.
      expect(await cloud.uploadNames()).not.toEqual([]);
      await cloud.database.query('delete from uploads where digest = $1', [made.digest]);
      await cloud.cloud().sweep();
    });

    it('does not send again what arrived before a cut', async () => {
      const made = queue({ size: 400_000 });
      const chunkBytes = 50_000;
      let sent = 0;
      const counting = (url: string, init: RequestInit): Promise<Response> => {
        if (init.body instanceof Uint8Array) sent += init.body.length;
        return fetch(url, init);
      };
      line.fault(/^PATCH/, { kind: 'lose-answer' });
      const { courier, until } = rig({ chunkBytes, fetch: counting });
      courier.start();
      await until(() => allDelivered(store));
      expect(sent).toBe(made.bytes.length);
    });

    it.each([
      ['first question', /^GET/],
      ['creation', /^POST/],
      ['last bytes', /^PATCH/],
    ])('ends in one receipt when the answer to the %s is lost', async (_, match) => {
      const made = queue({ size: 100_000 });
      line.fault(match, { kind: 'lose-answer' });
      const { courier, until } = rig({ chunkBytes: 64_000 });
      courier.start();
      await until(() => allDelivered(store));
      expect(line.pending()).toBe(0);
      await expectStoredOnce(made);
    });

    it('takes up the upload of a courier that died, by the address in the outbox or by asking', async () => {
      const made = queue({ size: 200_000 });
      const first = rig({ chunkBytes: 50_000 });
      line.fault(/^PATCH/, { kind: 'cut', afterBytes: 20_000 });
      first.courier.start();
      await first.until(() => line.pending() === 0);
      await first.courier.stop();
      expect(store.rows.get(made.digest)?.uploadUrl).toMatch(/^\/api\/cloud\/v1\/uploads\//);
      store.retry(made.digest);
      expect(store.rows.get(made.digest)?.uploadUrl).toBe(null);
      const [upload] = await cloud.database.query('select id from uploads where digest = $1', [made.digest]);

      const methods: string[] = [];
      const second = rig({
        chunkBytes: 50_000,
        fetch: (url, init) => {
          methods.push(`${init.method ?? ''} ${new URL(url).pathname}`);
          return fetch(url, init);
        },
      });
      second.courier.start();
      await second.until(() => allDelivered(store));
      expect(methods).toContain(`HEAD /api/cloud/v1/uploads/${String(upload?.['id'])}`);
      expect(methods.filter((method) => method.startsWith('POST'))).toEqual([]);
      await expectStoredOnce(made);
    });

    it('answers a digest that is already there with the stored receipt, without a byte sent', async () => {
      const made = queue();
      const first = rig();
      first.courier.start();
      await first.until(() => allDelivered(store));
      const receipt = store.rows.get(made.digest)?.receipt;
      await first.courier.stop();

      store = memoryOutbox();
      store.queue(made, new Date(time.now()).toISOString());
      const methods: (string | undefined)[] = [];
      const second = rig({
        fetch: (url, init) => {
          methods.push(init.method);
          return fetch(url, init);
        },
      });
      second.courier.start();
      await second.until(() => allDelivered(store));
      expect(store.rows.get(made.digest)?.receipt).toBe(receipt);
      expect(methods[0]).toBe('GET');
      expect(methods).not.toContain('POST');
    });

    it('gives one row, one object and one receipt to two deliveries at the same moment', async () => {
      const made = trust.packages.make(randomUUID(), { size: 50_000 });
      const outboxes = [memoryOutbox(), memoryOutbox(), memoryOutbox()];
      for (const outbox of outboxes) outbox.queue(made, new Date(time.now()).toISOString());
      const couriers = outboxes.map((outbox) => {
        const each = courierRig(time, outbox, { ...trust, cloudUrl: line.url, chunkBytes: 10_000 });
        rigs.push(each);
        return each;
      });
      for (const { courier } of couriers) courier.start();
      for (const [i, { until }] of couriers.entries()) await until(() => allDelivered(outboxes[i]!));
      expect(new Set(outboxes.map((outbox) => outbox.rows.get(made.digest)?.receipt)).size).toBe(1);
      await expectStoredOnce(made);
      // What one had begun to send when the receipt of another came.
      await cloud.cloud().sweep();
      expect(await cloud.uploadNames()).toEqual([]);
    });
  });

  describe('what the cloud refuses', () => {
    it.each([
      ['container-content-damaged', 'container-invalid'],
      ['signature-value', 'package-signature-invalid'],
      ['capture-mismatch', 'commitment-invalid'],
      ['integrity', 'seal-invalid'],
      ['chain', 'seal-invalid'],
      ['later-changes', 'seal-invalid'],
      ['binding', 'binding-invalid'],
      ['commitment', 'commitment-invalid'],
      ['audit', 'audit-invalid'],
    ])('marks a package with a failing %s check as refused: %s', async (verdict, reason) => {
      const made = queue({ verdict });
      const { courier, until, events } = rig();
      courier.start();
      await until(() => store.rows.get(made.digest)?.state === 'refused');
      expect(store.rows.get(made.digest)?.problem).toBe(reason);
      expect(events.at(-1)).toMatchObject({ type: 'refused', reason });
      const found = await cloud.cloud().package(made.digest);
      expect(found?.summary).toMatchObject({ state: 'refused', reason, sequence: 0 });
      expect(await cloud.cloud().packageBytes(made.digest)).toBe(null);
      expect(await cloud.uploadNames()).toEqual([]);
    });

    it.each([
      ['of another tenant', { tenant: 'other' }, 'wrong-tenant'],
      ['of another kiosk', { kiosk: 'kiosk-9' }, 'unknown-kiosk'],
      ['sealed by a certificate that is not enrolled', { sealedBy: 'AAAA' }, 'package-signature-invalid'],
    ])('refuses a package %s', async (_, facts, reason) => {
      const made = queue({ facts });
      const { courier, until } = rig();
      courier.start();
      await until(() => store.rows.get(made.digest)?.state === 'refused');
      expect(store.rows.get(made.digest)?.problem).toBe(reason);
    });

    it('looks at a refused package again when a manager asks for it, and stores it when the fault was here', async () => {
      const made = queue();
      await cloud.database.query(
        `insert into refusals (digest, kiosk, tenant, branch, transaction_id, transaction_name, size, refused_at, reason, detail)
       values ($1, $2, $3, 'Bled', 't', '', 1, now(), 'seal-invalid', 'a root was missing')`,
        [made.digest, kiosk.id, kiosk.tenant],
      );
      const first = rig();
      first.courier.start();
      await first.until(() => store.rows.get(made.digest)?.state === 'refused');
      await first.courier.stop();
      store.retry(made.digest);
      const second = rig();
      second.courier.start();
      await second.until(() => allDelivered(store));
      await expectStoredOnce(made);
      const listed = (await cloud.cloud().packages({ text: made.digest })).map((each) => each.state);
      expect(listed).toEqual(['stored']);
    });
  });

  describe('what the kiosk does not believe', () => {
    /** A cloud that answers every question about a package with what `forge` makes of it. */
    function lying(forge: (answer: PackageAnswer) => PackageAnswer | Promise<PackageAnswer>) {
      return async (url: string, init: RequestInit): Promise<Response> => {
        const response = await fetch(url, init);
        if (init.method !== 'GET' || !url.includes('/packages/') || !response.ok) return response;
        return Response.json(await forge((await response.json()) as PackageAnswer), { status: response.status });
      };
    }

    it('a genuine receipt for other bytes raises the alarm, and the package is never released', async () => {
      const other = queue();
      const honest = rig();
      honest.courier.start();
      await honest.until(() => allDelivered(store));
      await honest.courier.stop();
      const receipt = store.rows.get(other.digest)?.receipt ?? '';

      store = memoryOutbox();
      const made = queue();
      const { courier, until, events } = rig({ fetch: lying(() => ({ state: 'stored', receipt })) });
      courier.start();
      await until(() => store.rows.get(made.digest)?.state === 'set-aside');
      const row = store.rows.get(made.digest);
      expect(row?.receipt).toBe(null);
      expect(row?.alarms).toHaveLength(SET_ASIDE_AFTER);
      expect(new Set(row?.alarms)).toEqual(new Set(['receipt-for-other-package']));
      expect(row?.bytes).toEqual(made.bytes);
      expect(events.some((event) => event.type === 'delivered')).toBe(false);
    });

    it('a receipt under a key that is not pinned raises the alarm', async () => {
      const made = queue();
      const foreign = await startForeignSigner(made);
      const { courier, until } = rig({ fetch: lying(() => ({ state: 'stored', receipt: foreign })) });
      courier.start();
      await until(() => store.rows.get(made.digest)?.alarms.length === 1);
      expect(store.rows.get(made.digest)?.alarms).toEqual(['receipt-untrusted']);
      expect(store.rows.get(made.digest)?.receipt).toBe(null);
    });

    it('its own bytes when they changed on disk: nothing is sent, a person is asked', async () => {
      const made = queue();
      const damaged = { ...made, bytes: made.bytes.map((byte, i) => (i === 10 ? byte ^ 1 : byte)) };
      store.queue(damaged, new Date(time.now()).toISOString());
      const { courier, until } = rig();
      courier.start();
      await until(() => store.rows.get(made.digest)?.state === 'set-aside');
      expect(store.rows.get(made.digest)?.alarms).toEqual(['local-bytes-changed']);
      expect(await rowsOf(made)).toBe(0);
    });

    async function startForeignSigner(made: TestPackage): Promise<string> {
      const { generateKeyPairSync } = await import('node:crypto');
      const { createReceiptSigner } = await import('../../sync/cloud/receipts.ts');
      const signer = await createReceiptSigner(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
      return signer.sign({
        type: 'countersign.receipt',
        version: 1,
        package: { algorithm: 'sha-256', digest: made.digest, size: made.bytes.length },
        tenant: kiosk.tenant,
        kiosk: kiosk.id,
        transaction: made.transaction,
        arrivedAt: new Date(time.now()).toISOString(),
        auditHead: made.auditHead,
        sequence: 1,
      });
    }
  });

  describe('a package that cannot pass', () => {
    it('is set aside once others have passed, and holds nobody up', async () => {
      const poison = queue();
      const failing = (url: string, init: RequestInit): Promise<Response> =>
        url.endsWith(poison.digest) ? Promise.resolve(new Response(null, { status: 500 })) : fetch(url, init);
      const { courier, until } = rig({ fetch: failing });
      courier.start();
      await until(() => (store.rows.get(poison.digest)?.attempts ?? 0) >= 2);
      const others = [queue(), queue(), queue()];
      await until(() => others.every((made) => store.rows.get(made.digest)?.state === 'delivered'));
      expect(store.rows.get(poison.digest)?.state).toBe('waiting');
      await until(() => store.rows.get(poison.digest)?.state === 'set-aside');
      expect(store.rows.get(poison.digest)?.bytes).toEqual(poison.bytes);
    });

    it('is never set aside while nothing else passes: then it is the cloud that is unwell', async () => {
      const made = queue();
      let well = false;
      const { courier, until } = rig({
        fetch: (url, init) => (well ? fetch(url, init) : Promise.resolve(new Response(null, { status: 503 }))),
      });
      courier.start();
      await until(() => (store.rows.get(made.digest)?.attempts ?? 0) > 2 * SET_ASIDE_AFTER);
      expect(store.rows.get(made.digest)?.state).toBe('waiting');
      well = true;
      await until(() => allDelivered(store));
    });

    it('says the line is down while nobody answers, without counting against the package', async () => {
      const made = queue();
      let up = false;
      const { courier, until, events } = rig({
        fetch: (url, init) => (up ? fetch(url, init) : Promise.reject(new TypeError('fetch failed'))),
      });
      courier.start();
      await until(() => courier.status().state === 'down');
      time.advance(3600_000);
      await until(() => events.filter((event) => event.type === 'sending').length > 3);
      expect(store.rows.get(made.digest)?.attempts).toBe(0);
      up = true;
      courier.poke();
      await until(() => allDelivered(store));
      expect(courier.status().state).toBe('up');
    });
  });
});
