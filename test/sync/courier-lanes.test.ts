import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fetch } from '../../sync/kiosk/line.ts';
import { Pace } from '../../sync/kiosk/pace.ts';
import { pause } from '../../sync/kiosk/timers.ts';
import { testTime, type TestTime } from './support/clock.ts';
import { allDelivered, courierRig, type CourierRig } from './support/courier-rig.ts';
import { memoryOutbox, type MemoryOutbox } from './support/memory-outbox.ts';
import type { TestPackage } from './support/packages.ts';
import { paperCloud } from './support/paper-cloud.ts';
import { kioskTrust, newKiosk } from './support/world.ts';

const kiosk = newKiosk('kiosk-1');
const receiptKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
let time: TestTime;
let trust: Awaited<ReturnType<typeof kioskTrust>>;
let cloud: Awaited<ReturnType<typeof paperCloud>>;
let store: MemoryOutbox;
let made: TestPackage[];
let running: CourierRig[];

beforeEach(async () => {
  time = testTime();
  trust = await kioskTrust(kiosk, receiptKey, time);
  made = [];
  running = [];
  store = memoryOutbox();
  cloud = await paperCloud(kiosk, receiptKey, () => made);
});
afterEach(async () => {
  await Promise.all(running.map(({ courier }) => courier.stop()));
});

function queue(transaction: string, size = 100): TestPackage {
  const one = trust.packages.make(transaction, { size });
  made.push(one);
  store.queue(one, new Date(time.now()).toISOString());
  return one;
}

function rig(options: Partial<Parameters<typeof courierRig>[2]> = {}, outbox = store): CourierRig {
  const one = courierRig(time, outbox, { ...trust, cloudUrl: 'http://cloud.test', fetch: cloud.fetch, ...options });
  running.push(one);
  return one;
}

/** Requests of one package hang until `open` is called. */
function gate(one: () => TestPackage, inner: Fetch = cloud.fetch) {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const fetch: Fetch = async (url, init) => {
    if (url.includes(one().digest)) {
      await Promise.race([
        opened,
        new Promise((_, reject) => init.signal?.addEventListener('abort', () => reject(new TypeError('aborted')))),
      ]);
    }
    return inner(url, init);
  };
  return { fetch, open: () => open() };
}

const turns = async (done: () => boolean): Promise<void> => {
  for (let i = 0; i < 20_000 && !done(); i += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(done()).toBe(true);
};

describe('several packages under way', () => {
  it('let thirty small ones past a large one that is on its way, those that come later too', async () => {
    const large = queue('large', 5_000_000);
    const held = gate(() => large);
    const { courier } = rig({ fetch: held.fetch });
    courier.start();
    for (let i = 0; i < 15; i += 1) queue(`before-${i}`);
    courier.poke();
    await turns(() => cloud.arrived.length === 15);
    for (let i = 0; i < 15; i += 1) queue(`later-${i}`);
    courier.poke();
    await turns(() => cloud.arrived.length === 30);
    expect(store.rows.get(large.digest)?.state).not.toBe('delivered');
    held.open();
    await turns(() => allDelivered(store));
    expect(cloud.arrived.at(-1)).toBe('large');
  });

  it('are never two large ones, so that a way past stays open; and a small one behind many large ones is seen', async () => {
    const large = Array.from({ length: 20 }, (_, i) => queue(`large-${i}`, 4_000_001));
    const going = new Set<string>();
    const { courier } = rig({
      fetch: (url, init) => {
        const one = large.find(({ digest }) => url.includes(digest));
        if (one === undefined) return cloud.fetch(url, init);
        going.add(one.transaction);
        return new Promise((_, reject) =>
          init.signal?.addEventListener('abort', () => reject(new TypeError('aborted'))),
        );
      },
    });
    courier.start();
    queue('small');
    courier.poke();
    await turns(() => cloud.arrived.length > 0 && going.size > 0);
    expect(cloud.arrived).toEqual(['small']);
    expect(going.size).toBe(1);
  });

  it('are never two of one transaction: what was taken the place of is over before its successor begins', async () => {
    const before = queue('contract');
    const held = gate(() => before);
    let under = 0;
    let most = 0;
    const counting: Fetch = async (url, init) => {
      if (url.endsWith('/hello')) return held.fetch(url, init);
      most = Math.max(most, (under += 1));
      try {
        return await held.fetch(url, init);
      } finally {
        under -= 1;
      }
    };
    const { courier } = rig({ fetch: counting });
    courier.start();
    await turns(() => under === 1);
    const after = trust.packages.make('contract');
    made.push(after);
    store.replace(before.digest, after, new Date(time.now()).toISOString());
    courier.abandon(before.digest);
    await turns(() => allDelivered(store));
    expect(most).toBe(1);
    expect(cloud.offsets.has(before.digest)).toBe(false);
  });
});

describe('what the line and the cloud say instead of an answer', () => {
  const html = new Map([['content-type', 'text/html; charset=utf-8']]);
  it.each([
    ['a page of a guest network', () => new Response('<html>log in</html>', { headers: [...html] })],
    ['a page that nothing is here', () => new Response('<html>', { status: 404, headers: [...html] })],
    ['a demand to log in', () => new Response(null, { status: 511 })],
  ])('%s is a line that is down, and no package is blamed', async (_, answer) => {
    const one = queue('one');
    let portal = true;
    const { courier, until, events } = rig({
      fetch: (url, init) => (portal ? Promise.resolve(answer()) : cloud.fetch(url, init)),
    });
    courier.start();
    await until(() => events.filter(({ type }) => type === 'sending').length === 12);
    expect(courier.status()).toEqual({ state: 'down' });
    expect(store.rows.get(one.digest)).toMatchObject({ attempts: 0, uploadUrl: null });
    expect(cloud.offsets.size).toBe(0);
    portal = false;
    await until(() => allDelivered(store));
  });

  it.each([
    ['429 in seconds', 429, () => '600'],
    ['503 by a date', 503, () => new Date(time.now() + 600_000).toUTCString()],
  ])('a pause asked for with %s is kept, whatever is queued meanwhile', async (_, status, after) => {
    const one = queue('one');
    const started = time.now();
    const asked: number[] = [];
    const { courier, until } = rig({
      fetch: (url, init) => {
        asked.push(time.now() - started);
        if (asked.length > 1) return cloud.fetch(url, init);
        return Promise.resolve(new Response(null, { status, headers: { 'retry-after': after() } }));
      },
    });
    courier.start();
    await until(() => store.rows.get(one.digest)?.problem !== null);
    queue('two');
    courier.poke();
    await until(() => allDelivered(store));
    expect(asked[1]).toBe(600_000);
    expect(store.rows.get(one.digest)?.attempts).toBe(0);
  });

  it('a certificate nobody trusts is a line that is down, and nothing was sent', async () => {
    const one = queue('one');
    const { courier, until } = rig({
      fetch: () =>
        Promise.reject(
          new TypeError('fetch failed', {
            cause: Object.assign(new Error('self-signed'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }),
          }),
        ),
    });
    courier.start();
    await until(() => courier.status().state === 'down');
    expect(store.rows.get(one.digest)).toMatchObject({ attempts: 0, state: 'waiting' });
  });
});

describe('a vault that cannot write', () => {
  it('is told, and what was delivered meanwhile is marked when it can again, without a byte sent twice', async () => {
    queue('one');
    queue('two');
    let full = true;
    let sent = 0;
    const failing: MemoryOutbox = {
      ...store,
      markDelivered(...given) {
        if (full) throw new Error('disk-full');
        store.markDelivered(...given);
      },
    };
    const { courier, events, until } = rig(
      {
        fetch: (url, init) => {
          if (init.body instanceof Uint8Array) sent += init.body.length;
          return cloud.fetch(url, init);
        },
      },
      failing,
    );
    courier.start();
    await until(() => events.filter(({ type }) => type === 'fault').length > 4);
    expect(events.some(({ type }) => type === 'delivered')).toBe(false);
    full = false;
    await until(() => allDelivered(store));
    expect(sent).toBe(made.reduce((sum, { bytes }) => sum + bytes.length, 0));
  });
});

describe('the pace', () => {
  const paceOf = (bytesPerSecond: number | null): Pace =>
    new Pace({
      bytesPerSecond,
      chunkBytes: 8_000_000,
      clock: time,
      pause: (ms, signal) => pause(time.timers, ms, signal),
    });

  it('keeps to the bytes per second that were set, whoever asks', async () => {
    const made = Array.from({ length: 12 }, (_, i) => queue(`t-${i}`, 50_000));
    const total = made.reduce((sum, { bytes }) => sum + bytes.length, 0);
    const { courier, until } = rig({ bytesPerSecond: 20_000 });
    const started = time.now();
    courier.start();
    await until(() => allDelivered(store), 2000);
    const seconds = (time.now() - started) / 1000;
    // A second's worth may leave at once, and the last request is paid for after it left.
    expect(seconds).toBeGreaterThan(total / 20_000 - 3);
    expect(seconds).toBeLessThan(total / 20_000 + 3);
  });

  it('makes requests of about five seconds: small on a thin line, large on a broad one, halved by a cut', () => {
    const pace = paceOf(null);
    expect(pace.chunkBytes()).toBe(262_144);
    pace.learn(262_144, 32_768_000);
    expect(pace.chunkBytes()).toBe(65_536);
    for (let i = 0; i < 10; i += 1) pace.learn(pace.chunkBytes(), 1000);
    expect(pace.chunkBytes()).toBe(8_000_000);
    pace.learn(8_000_000, null);
    expect(pace.chunkBytes()).toBe(4_000_000);
    expect(paceOf(5000).chunkBytes()).toBe(5000);
  });

  it('counts what a cut request brought as progress: a thin line sets nothing aside', async () => {
    const one = queue('one', 2_000_000);
    const { courier, until, events } = rig({
      // Each request with bytes is cut after 60,000 of them.
      fetch: async (url, init) => {
        const bytes = init.body instanceof Uint8Array ? init.body : null;
        if (bytes === null || bytes.length <= 60_000) return cloud.fetch(url, init);
        await cloud.fetch(url, { ...init, body: bytes.subarray(0, 60_000) as Uint8Array<ArrayBuffer> });
        throw new TypeError('fetch failed');
      },
    });
    courier.start();
    await until(() => allDelivered(store), 2000);
    expect(store.rows.get(one.digest)?.attempts).toBeLessThanOrEqual(1);
    expect(events.some(({ type }) => type === 'set-aside')).toBe(false);
  });
});
