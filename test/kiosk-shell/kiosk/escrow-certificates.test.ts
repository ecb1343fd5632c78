import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { examine } from '../../../kiosk-shell/doctor.ts';
import { openKioskRuntime } from '../../../kiosk-shell/kiosk/kiosk-runtime.ts';
import { systemClock, type Clock } from '../../../signing/clock.ts';
import { issueCertificate } from '../../../signing/cms/certificates.ts';
import { certificatePem, parseCertificatesPem } from '../../../signing/cms/pem.ts';
import { parseSha256 } from '../../../signing/digest.ts';
import { embeddedCaptures } from '../../../signing/pdf/embedded-captures.ts';
import { verifyPackage } from '../../../signing/verification/verify-package.ts';
import { openKeyring, writeKeyringConfig } from '../../../vault/keyring.ts';
import { openVault } from '../../../vault/vault.ts';
import { randomId } from '../../../signing/ids.ts';
import { ManualClock } from '../../drivers/manual-clock.ts';
import { reach, takeIn, taggedPdf } from '../../support/kiosk-desk.ts';
import {
  copyOf,
  DEAD_CLOUD,
  demoFolder,
  kioskConfig,
  NO_PADS,
  signedIn,
  surfaceInk,
  until,
  walkToEnd,
  type DemoFolder,
} from '../../support/kiosk-rig.ts';
import { ROOT } from '../../support/cli-runs.ts';

// A whole kiosk on a machine that does other work too.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const DAY_MS = 24 * 60 * 60_000;
const KEYS = [0, 1].map(() => generateKeyPairSync('rsa', { modulusLength: 3072 }).privateKey);
let tenant: DemoFolder;
let folder: DemoFolder;
beforeAll(async () => {
  tenant = await demoFolder();
});
afterAll(() => tenant.remove());
beforeEach(() => {
  folder = copyOf(tenant);
});
afterEach(() => folder.remove());

const keyFolder = (): string => join(folder.dataDir, 'kiosk/keys');
function configured(changes: object): void {
  const config = openKeyring(keyFolder()).config() as object;
  writeKeyringConfig(keyFolder(), { ...config, ...changes });
}
/** The counter in earnest, sealing to certificates of a notary that hold from a day ago for so many days. */
function inEarnest(days: number | null): void {
  configured({ demo: false });
  if (days === null) return;
  const pair = KEYS.map((privateKey, i) =>
    issueCertificate({
      profile: 'escrow',
      subject: { commonName: ['Notarka Ančka', 'Rezerva'][i] ?? '' },
      publicKey: createPublicKey(privateKey),
      issuer: { certificate: 'self', privateKey },
      serial: Uint8Array.of(i + 1),
      notBefore: new Date(Date.now() - DAY_MS),
      notAfter: new Date(Date.now() + days * DAY_MS),
    }),
  );
  writeFileSync(join(keyFolder(), 'escrow.certs.pem'), certificatePem(...pair), { mode: 0o600 });
}
async function opened(clock: Clock = systemClock) {
  return openKioskRuntime({ ...kioskConfig(folder.dataDir), demo: false }, { pads: NO_PADS, clock });
}
async function doctorSays(now = Date.now()): Promise<string> {
  const pads = {
    see: async () => Promise.resolve({ found: [], unusable: [], hidLibrary: true }),
    open: async () => Promise.reject(new Error('nothing is to be opened')),
    clock: new ManualClock(),
  };
  const options = { root: ROOT, dataDir: folder.dataDir, cloudUrl: DEAD_CLOUD, path: '', kiosk: null };
  const found = (await examine({ ...options, now, pads })).find(({ name }) => name === 'escrow certificate');
  return `${found?.outcome ?? 'absent'}: ${found?.sentence ?? ''}`;
}

describe('escrow certificates outside a demo', () => {
  it('of a demo stop the kiosk and the self-test, with the reason and what to do', async () => {
    inEarnest(null);
    await expect(opened()).rejects.toThrow(/“DEMO escrow holder” was made for tests or a demo; .* real escrow holder/);
    expect(await doctorSays()).toMatch(/^stop: .*“DEMO escrow holder” was made for tests or a demo/);
  });

  it('that ran out or are not valid yet stop it too', async () => {
    inEarnest(10);
    expect(await doctorSays()).toMatch(/^look: The escrow certificate is good for (9|10) more days\. Renew it\.$/);
    expect(await doctorSays(Date.now() + 11 * DAY_MS)).toMatch(/^stop: .*“Notarka Ančka” ran out/);
    expect(await doctorSays(Date.now() - 2 * DAY_MS)).toMatch(/^stop: .*is not valid yet/);
    const late: Clock = { ...systemClock, now: () => Date.now() + 11 * DAY_MS };
    await expect(opened(late)).rejects.toThrow(/ran out\. Ask the escrow holder/);
  });

  it('that run out while the kiosk is open stop the seal: nothing is sealed to them, and the trail says why', async () => {
    inEarnest(10);
    let ahead = 0;
    const kiosk = await opened({ ...systemClock, now: () => Date.now() + ahead });
    const clerk = await signedIn(kiosk, folder.demo, 'clerk');
    const { id } = await takeIn(kiosk, clerk, {
      Pogodba: await taggedPdf(['Podpis;role=customer;type=signature;order=1']),
    });
    const { id: ceremony } = await reach(kiosk, id, clerk, 'capture');
    expect((await kiosk.chooseDevice(ceremony, { kind: 'surface' }, clerk)).ok).toBe(true);
    ahead = 11 * DAY_MS;
    expect(await kiosk.acceptInk(ceremony, surfaceInk())).toMatchObject({
      ok: false,
      error: { detail: 'escrow-refused' },
    });
    ahead = 0;
    expect(kiosk.auditOf(id).at(-1)).toMatchObject({
      eventType: 'signature.sealed',
      success: false,
      extra: { problem: 'escrow-refused' },
    });
    expect((await kiosk.acceptInk(ceremony, surfaceInk())).ok).toBe(true);
    await kiosk.close();
  });
});

describe('a tenant that wants sealed captures inside the document', () => {
  it('gets a package that verifies, with the capture in the PDF and nowhere else', async () => {
    configured({ captures: 'document' });
    const kiosk = await openKioskRuntime(kioskConfig(folder.dataDir), { pads: NO_PADS });
    const clerk = await signedIn(kiosk, folder.demo, 'clerk');
    const { id } = await takeIn(kiosk, clerk, {
      Pogodba: await taggedPdf(['Podpis;role=customer;type=signature;order=1']),
    });
    expect((await walkToEnd(kiosk, id, clerk)).state).toBe('complete');
    const { packageDigest } = await until(kiosk, id, (detail) => detail.packageDigest !== null);
    await kiosk.close();
    const vault = openVault(join(folder.dataDir, 'kiosk/vault.sqlite'), { clock: systemClock, newId: randomId });
    const bytes = vault.outbox.bytes(parseSha256(packageDigest))!;
    const document = vault.documents.bytes(vault.documents.ofTransaction(id)[0]!.id)!;
    vault.close();
    expect(embeddedCaptures(document)).toHaveLength(1);
    expect(Buffer.from(bytes).includes('captures/')).toBe(false);
    const trust = parseCertificatesPem(readFileSync(join(folder.dataDir, 'demo/trust.pem'), 'utf8'));
    const report = await verifyPackage(bytes, { name: 'x', roots: trust });
    expect(report.verdict).toBe('passed');
    expect(report.documents[0]!.signatures[0]!.commitment.code).toBe('capture-embedded');
  });
});
