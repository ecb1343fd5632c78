import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCloud, type Cloud } from '../../sync/cloud/cloud.ts';
import { SILENT_AFTER_MS } from '../../sync/cloud/kiosk-status.ts';
import { createCloudClient, type CloudContact } from '../../sync/kiosk/cloud-client.ts';
import { createDeviceTokenSource } from '../../sync/kiosk/device-token-source.ts';
import { STATUS_PATH, type KioskStatus } from '../../sync/protocol/status.ts';
import { PROTOCOL_HEADER } from '../../sync/protocol/wire.ts';
import { CHAIN_START } from '../../signing/audit/audit-entry.ts';
import { testTime } from './support/clock.ts';
import { databaseKinds, type DatabaseServer } from './support/databases.ts';
import { AUDIENCE, newKiosk, serve, startTestCloud, type TestCloud, type TestKiosk } from './support/world.ts';

const [bled, bohinj, strange] = [newKiosk('bled-1'), newKiosk('bohinj-1'), newKiosk('other-1', 'druga-banka')];
const HEAD = { name: 'Cene', tenant: null };
const FINE: KioskStatus = {
  version: 1,
  software: '0.5.0',
  pads: [{ model: 'STU-540', state: 'ready' }],
  ...{ waiting: 0, oldestWaiting: null, setAside: 0, diskFreeBytes: 20e9 },
  clock: { offsetMs: 40, uncertaintyMs: 12 },
  configuration: 3,
  audit: { sequence: 0, digest: CHAIN_START },
  keyStore: 'passphrase-file',
  certificatesEnd: '2027-11-23T08:00:00.000Z',
};

describe.each(databaseKinds())('what kiosks say of themselves, on $name', ({ start }) => {
  const time = testTime();
  let server: DatabaseServer;
  let first: TestCloud;
  let second: Cloud;
  let doors: readonly Awaited<ReturnType<typeof serve>>[];

  beforeAll(async () => {
    server = await start();
    let options: Parameters<typeof openCloud>[0] | undefined;
    first = await startTestCloud(
      time,
      [bled, bohinj, strange],
      (plain) => {
        options = plain;
        return {};
      },
      () => server.open(),
    );
    if (options === undefined) throw new Error('no options');
    second = await openCloud(options);
    doors = [
      await serve((request) => first.cloud().handleDevice(request)),
      await serve((request) => second.handleDevice(request)),
    ];
  });
  afterAll(async () => {
    for (const door of doors) await door.close();
    await first.end();
    await server.end();
  });

  const tokenOf = ({ id, deviceKey }: TestKiosk, clock = time): (() => Promise<string>) =>
    createDeviceTokenSource({
      ...{ kiosk: id, audience: AUDIENCE, key: deviceKey, algorithm: 'ES256', clock, newId: randomUUID },
    });
  const clientOf = (kiosk: TestKiosk, door: number, onContact: (contact: CloudContact) => void = () => undefined) =>
    createCloudClient({ cloudUrl: doors[door]?.url ?? '', fetch, token: tokenOf(kiosk), clock: time, onContact });
  const tell = (kiosk: TestKiosk, status: KioskStatus, door = 0) =>
    clientOf(kiosk, door).report(status, AbortSignal.timeout(30_000));
  const stateOf = async (id: string) => (await second.kiosks(null)).find((kiosk) => kiosk.id === id);

  it('are listed with state and last report, whichever process heard it, and of the own tenant only', async () => {
    expect(await stateOf('bled-1')).toMatchObject({ state: 'silent', lastContact: null, report: null });
    expect(await tell(bled, { ...FINE, software: '0.4.9' })).toEqual({ kind: 'done', value: 'kept' });
    await tell(bled, FINE, 1);
    expect(await first.cloud().kiosks(bled.tenant)).toMatchObject([
      { id: 'bled-1', state: 'ok', troubles: [], report: FINE, lastContact: '2026-11-23T08:00:00.000Z' },
      { id: 'bohinj-1', state: 'silent' },
    ]);
    expect(await first.cloud().kiosks('druga-banka')).toMatchObject([{ id: 'other-1', report: null }]);
  });

  it('say what is wrong with each, then that it is silent, then that it was shut out', async () => {
    const oldestWaiting = new Date(time.now() - 61 * 60_000).toISOString();
    await tell(bohinj, {
      ...FINE,
      pads: [{ model: 'STU-540', state: 'trouble' }],
      ...{ waiting: 4, oldestWaiting, setAside: 1, diskFreeBytes: 1e9, certificatesEnd: '2026-12-20T00:00:00.000Z' },
      clock: { offsetMs: -62_000, uncertaintyMs: 500 },
    });
    expect(await stateOf('bohinj-1')).toMatchObject({
      state: 'trouble',
      troubles: ['pad', 'set-aside', 'waiting-long', 'disk', 'clock', 'certificates'],
    });
    // Nobody knows whether that clock is wrong.
    await tell(bohinj, { ...FINE, clock: { offsetMs: -62_000, uncertaintyMs: 2_001 } });
    expect(await stateOf('bohinj-1')).toMatchObject({ state: 'ok', troubles: [] });
    time.advance(SILENT_AFTER_MS);
    expect(await stateOf('bohinj-1')).toMatchObject({ state: 'ok' });
    time.advance(1);
    expect(await stateOf('bohinj-1')).toMatchObject({ state: 'silent' });
    await first.cloud().devices.revoke('bohinj-1', 'stolen', HEAD);
    expect(await stateOf('bohinj-1')).toMatchObject({ state: 'revoked', revoked: { reason: 'stolen' } });
    await first.cloud().devices.reinstate('bohinj-1', HEAD);
    expect(await stateOf('bohinj-1')).toMatchObject({ state: 'silent', revoked: null });
  });

  it('are refused when they are something else, and nothing of it is kept', async () => {
    const before = await stateOf('bled-1');
    const post = async (body: string) => {
      const headers = { authorization: `Bearer ${await tokenOf(bled)()}`, [PROTOCOL_HEADER]: '1' };
      return (await fetch(`${doors[0]?.url ?? ''}${STATUS_PATH}`, { method: 'POST', headers, body })).status;
    };
    for (const wrong of [{ ...FINE, customer: 'Živa Čuš' }, { ...FINE, version: 2 }, { ...FINE, waiting: -1 }, []]) {
      expect(await post(JSON.stringify(wrong))).toBe(400);
    }
    expect(await post('{')).toBe(400);
    expect(await post(JSON.stringify({ ...FINE, software: ' '.repeat(9000) }))).toBe(400);
    expect(await stateOf('bled-1')).toEqual(before);
  });

  it('every answer says the time and whether the kiosk is let in, also one that refuses a wrong clock', async () => {
    const heard: CloudContact[] = [];
    await clientOf(bled, 0, (contact) => heard.push(contact)).hello(AbortSignal.timeout(30_000));
    const wrong = { now: () => time.now() + 600_000, monotonicMicros: () => time.monotonicMicros() };
    const late = createCloudClient({
      ...{ cloudUrl: doors[0]?.url ?? '', fetch, clock: wrong, token: tokenOf(bled, { ...time, ...wrong }) },
      onContact: (contact) => heard.push(contact),
    });
    await late.hello(AbortSignal.timeout(30_000));
    await first.cloud().devices.revoke('bled-1', 'stolen', HEAD);
    await clientOf(bled, 0, (contact) => heard.push(contact)).receiptKeys(AbortSignal.timeout(30_000));
    await first.cloud().devices.reinstate('bled-1', HEAD);
    expect(heard.map(({ admission, clock }) => [admission, clock?.offsetMs, clock?.uncertaintyMs])).toEqual([
      ['admitted', 0, 1],
      ['unauthorized', 600_000, 1],
      ['revoked', 0, 1],
    ]);
  });
});
