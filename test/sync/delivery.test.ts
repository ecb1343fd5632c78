import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../signing/digest.ts';
import { testTime } from './support/clock.ts';
import { allDelivered, courierRig } from './support/courier-rig.ts';
import { memoryOutbox } from './support/memory-outbox.ts';
import { kioskTrust, newKiosk, serve, startTestCloud, type TestCloud } from './support/world.ts';

const time = testTime();
const kiosk = newKiosk('kiosk-1');
let cloud: TestCloud;
let http: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  cloud = await startTestCloud(time, [kiosk]);
  http = await serve((request) => cloud.cloud().handleDevice(request));
});
afterAll(async () => {
  await http.close();
  await cloud.end();
});

describe('delivery of a package', () => {
  it('stores it once and comes back with a receipt that verifies', async () => {
    const trust = await kioskTrust(kiosk, cloud.receiptKey, time);
    const store = memoryOutbox();
    const made = trust.packages.make('t-1', { size: 5000 });
    store.queue(made, '2026-11-23T08:00:00.000Z');
    const { courier, events, until } = courierRig(time, store, { ...trust, cloudUrl: http.url });
    courier.start();
    await until(() => allDelivered(store));
    await courier.stop();

    expect(events.map((event) => event.type)).toEqual(['sending', 'line', 'delivered']);
    expect(courier.status()).toEqual({ state: 'up' });
    const stored = await cloud.cloud().packageBytes(made.digest);
    expect(stored === null ? null : sha256(stored)).toBe(made.digest);
    const found = await cloud.cloud().package(made.digest);
    expect(found?.summary).toMatchObject({ state: 'stored', kiosk: 'kiosk-1', transaction: 't-1', sequence: 1 });
    expect(await cloud.uploadFiles()).toEqual([]);
    expect(cloud.faults).toEqual([]);
  });
});
