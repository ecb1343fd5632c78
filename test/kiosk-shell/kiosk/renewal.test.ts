import { randomUUID, X509Certificate, type KeyObject } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { enrolKiosk } from '../../../kiosk-shell/enrol-kiosk.ts';
import { certificatesEnd } from '../../../kiosk-shell/kiosk/certificates-end.ts';
import { RenewalDesk } from '../../../kiosk-shell/kiosk/renewal-desk.ts';
import { utf8 } from '../../../signing/bytes.ts';
import { randomId } from '../../../signing/ids.ts';
import { OVERLAP_MS } from '../../../sync/cloud/devices/renew.ts';
import { openEmbeddedDatabase } from '../../../sync/cloud/embedded-database.ts';
import { createCloudClient } from '../../../sync/kiosk/cloud-client.ts';
import { createDeviceTokenSource } from '../../../sync/kiosk/device-token-source.ts';
import type { Fetch } from '../../../sync/kiosk/line.ts';
import { readEnrolmentCode } from '../../../sync/protocol/enrolment-code.ts';
import { RENEWAL_PATH } from '../../../sync/protocol/enrolment.ts';
import { writePrivateFile } from '../../../vault/private-files.ts';
import { openKeyring, type Keyring } from '../../../vault/keyring.ts';
import { openVault, type Vault } from '../../../vault/vault.ts';
import { certificateMaker } from '../../support/certificates.ts';
import { must } from '../../support/kiosk-rig.ts';
import { testTime } from '../../sync/support/clock.ts';
import { BANK, HEAD, isOfKey, startEnrollingCloud } from '../../sync/support/enrolment.ts';
import { serve } from '../../sync/support/world.ts';

const DAY = 86_400_000;
const HALF = 183 * DAY;

let time: ReturnType<typeof testTime>;
let cloud: Awaited<ReturnType<typeof startEnrollingCloud>>;
let http: Awaited<ReturnType<typeof serve>>;
let dataDir: string;
let folder: string;
let cloudName: string;
let kiosk: string;
let vault: Vault;
let keys: Keyring;
/** Somebody signs. */
let signing: boolean;

beforeAll(async () => {
  time = testTime();
  cloud = await startEnrollingCloud(time, () => openEmbeddedDatabase(null));
  http = await serve((request) => cloud.cloud().handleDevice(request));
});
afterAll(async () => {
  await http.close();
  await cloud.end();
});
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'countersign-renewal-'));
  folder = join(dataDir, 'kiosk', 'keys');
  kiosk = `bled-${randomUUID().slice(0, 8)}`;
  signing = false;
  const branch = { id: 'bled', name: 'Bled' };
  const made = must(await cloud.cloud().devices.makeCode({ tenant: BANK, branch, kiosk }, HEAD));
  const code = must(readEnrolmentCode(made.code));
  const signal = AbortSignal.timeout(30_000);
  const config = must(await enrolKiosk({ dataDir, cloudUrl: http.url, code, key: 'p256', clock: time, fetch, signal }));
  cloudName = config.cloud?.name ?? '';
  vault = openVault(join(dataDir, 'kiosk', 'vault.sqlite'), { clock: time, newId: randomId });
  keys = openKeyring(folder);
});
afterEach(() => {
  vault.close();
  rmSync(dataDir, { recursive: true, force: true });
});

function clientOf(key: KeyObject, line: Fetch = fetch) {
  const token = createDeviceTokenSource({
    ...{ kiosk, audience: cloudName, key, algorithm: 'ES256', clock: time, newId: randomUUID },
  });
  return createCloudClient({ cloudUrl: http.url, fetch: line, clock: time, token });
}
/** As a start of the kiosk makes it: what the one before had in memory is gone. */
function started(line: Fetch = fetch): RenewalDesk {
  keys = openKeyring(folder);
  const ceremonies = { allActive: () => (signing ? [{}] : []) };
  return new RenewalDesk({
    vault: { ...vault, ceremonies } as unknown as Vault,
    ...{ keys, keyStore: null, clock: time },
    client: (key) => clientOf(key, line),
  });
}
const signal = new AbortController().signal;
const isAdmitted = async (): Promise<boolean> => (await clientOf(keys.deviceKey()).hello(signal)).kind === 'done';
const sealsWithIts = (): boolean => isOfKey(keys.sealKey().chain[0], keys.sealKey().privateKey);
const events = (): readonly string[] => vault.audit.range(1, 20).map(({ eventType }) => eventType);
const serial = (): string => new X509Certificate(keys.sealKey().chain[0] ?? new Uint8Array()).serialNumber;
/** The cloud answers, and the answer does not arrive. */
const deaf: Fetch = async (url, init) => {
  await (await fetch(url, init)).arrayBuffer();
  throw new TypeError('fetch failed');
};

describe('a kiosk renews its certificates', () => {
  it('from half of their life on, without a restart, and finds them again after one', async () => {
    const desk = started();
    const before = { serial: serial(), device: keys.deviceKey(), end: certificatesEnd(keys.sealKey().chain) };
    time.advance(182 * DAY);
    expect(await desk.renewIfDue(signal)).toBe('early');
    time.advance(DAY);
    const renewedAt = time.now();
    expect(await desk.renewIfDue(signal)).toBe('renewed');
    expect(keys.deviceKey()).not.toBe(before.device);
    expect(certificatesEnd(keys.sealKey().chain)).toBeGreaterThan(before.end + 182 * DAY);
    expect([await isAdmitted(), sealsWithIts()]).toEqual([true, true]);
    // What was complete before is packed under the certificate of that time.
    const older = keys.sealKey(renewedAt - DAY).chain[0] ?? new Uint8Array();
    expect(new X509Certificate(older).serialNumber).toBe(before.serial);
    expect(await desk.renewIfDue(signal)).toBe('early');
    const inUse = serial();
    expect(await started().renewIfDue(signal)).toBe('early');
    expect([serial(), await isAdmitted()]).toEqual([inUse, true]);
    time.advance(OVERLAP_MS + 190 * DAY);
    expect([await started().renewIfDue(signal), await isAdmitted()]).toEqual(['renewed', true]);
    expect(events()).toEqual(['kiosk.certificates-renewed', 'kiosk.certificates-renewed']);
  });

  it('never in the middle of a ceremony', async () => {
    const desk = started();
    const before = serial();
    time.advance(HALF);
    signing = true;
    expect(await desk.renewIfDue(signal)).toBe('renewed');
    expect([serial(), desk.settle()]).toEqual([before, false]);
    expect(await desk.renewIfDue(signal)).toBe('early');
    signing = false;
    expect([desk.settle(), serial() === before, desk.settle()]).toEqual([true, false, false]);
  });

  it('goes on with the same request when it was killed before the answer was here, also long after', async () => {
    time.advance(HALF);
    expect(await started(deaf).renewIfDue(signal)).toBe('failed');
    const waiting = readdirSync(folder).filter((name) => name.includes('.2.'));
    expect(waiting.toSorted()).toEqual(['device.key.2.pem', 'renewal.2.json', 'seal.key.2.pem']);
    const issued = (): Promise<readonly unknown[]> =>
      cloud.database.query('select 1 from kiosk_certificates where kiosk = $1', [kiosk]);
    expect(await issued()).toHaveLength(4);
    // The old key is not taken any more by then.
    time.advance(OVERLAP_MS + DAY);
    expect(await isAdmitted()).toBe(false);
    expect(await started().renewIfDue(signal)).toBe('renewed');
    expect([await isAdmitted(), sealsWithIts()]).toEqual([true, true]);
    expect(await issued()).toHaveLength(4);
    expect(readdirSync(folder)).not.toContain('renewal.2.json');
  });

  it('makes its keys anew when it was killed while it wrote them', async () => {
    time.advance(HALF);
    writePrivateFile(join(folder, 'device.key.2.pem'), utf8('of a start that was cut off'));
    expect([await started().renewIfDue(signal), await isAdmitted(), sealsWithIts()]).toEqual(['renewed', true, true]);
  });

  it('takes nothing that does not lead from its own key to the pinned root, says so once, and asks again', async () => {
    time.advance(HALF);
    const make = certificateMaker();
    const root = make('root-ca', 'another root', null);
    const false64 = Buffer.from(make('seal', kiosk, root).certificate).toString('base64');
    const lying: Fetch = (url, init) =>
      url.endsWith(RENEWAL_PATH)
        ? Promise.resolve(Response.json({ deviceChain: [false64], sealChain: [false64] }))
        : fetch(url, init);
    const desk = started(lying);
    const before = serial();
    expect([await desk.renewIfDue(signal), await desk.renewIfDue(signal)]).toEqual(['failed', 'failed']);
    expect([serial(), sealsWithIts()]).toEqual([before, true]);
    expect(events()).toEqual(['kiosk.renewal-failed']);
    expect([await started().renewIfDue(signal), await isAdmitted()]).toEqual(['renewed', true]);
  });
});

describe('a kiosk whose certificates ended', () => {
  it('is enrolled again with a code made for that, and keeps the key by which it sealed before', async () => {
    const desk = started();
    const sealedAt = time.now();
    const before = serial();
    const inTrail = vault.audit.head();
    time.advance(366 * DAY);
    expect(await clientOf(keys.deviceKey()).hello(signal)).toMatchObject({
      ...{ kind: 'denied', refusal: { reason: 'certificate-ended' } },
    });
    expect(await desk.renewIfDue(signal)).toBe('failed');

    const { devices } = cloud.cloud();
    const wanted = { tenant: BANK, branch: { id: 'bled', name: 'Bled' }, kiosk };
    expect(await devices.makeCode(wanted, HEAD)).toEqual({ ok: false, error: 'kiosk-exists' });
    const elsewhere = { ...wanted, branch: { id: 'kranj', name: 'Kranj' }, again: true };
    expect(await devices.makeCode(elsewhere, HEAD)).toEqual({ ok: false, error: 'no-such-kiosk' });
    const withCode = async (text: string, again: boolean) =>
      enrolKiosk({
        ...{ dataDir, cloudUrl: http.url, code: must(readEnrolmentCode(text)), key: 'p256', clock: time, fetch },
        ...{ signal: AbortSignal.timeout(30_000), again },
      });
    const another = must(await devices.makeCode({ ...wanted, kiosk: `${kiosk}-b` }, HEAD));
    expect(await withCode(another.code, true)).toEqual({ ok: false, error: { kind: 'another-kiosk' } });
    const { code } = must(await devices.makeCode({ ...wanted, again: true }, HEAD));
    expect(await withCode(code, false)).toEqual({ ok: false, error: { kind: 'enrolled' } });
    expect(must(await withCode(code, true))).toMatchObject({ kiosk, cloud: { name: cloudName } });
    keys = openKeyring(folder);
    expect([await isAdmitted(), sealsWithIts(), serial() === before]).toEqual([true, true, false]);
    const older = keys.sealKey(sealedAt).chain[0] ?? new Uint8Array();
    expect(new X509Certificate(older).serialNumber).toBe(before);
    expect(vault.audit.verify(inTrail).ok).toBe(true);
    const told = (await devices.events(kiosk, HEAD)).map(({ event }) => event);
    expect(told).toEqual(['code-made', 'enrolled', 'code-made', 'enrolled']);
  });
});
