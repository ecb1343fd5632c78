import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { examine } from '../../../kiosk-shell/doctor.ts';
import type { KioskApi } from '../../../kiosk-shell/kiosk-api/kiosk-api.ts';
import type { Actor } from '../../../kiosk-shell/kiosk-api/staff.ts';
import { openKioskRuntime } from '../../../kiosk-shell/kiosk/kiosk-runtime.ts';
import { systemClock, type Clock } from '../../../signing/clock.ts';
import { toHex } from '../../../signing/bytes.ts';
import { certificateFacts } from '../../../signing/cms/certificate-facts.ts';
import { unrecordableNoticeDigest } from '../../../signing/ceremony/notice-digest.ts';
import { issueCertificate } from '../../../signing/cms/certificates.ts';
import { parseEnvelope } from '../../../signing/cms/open-enveloped.ts';
import { certificatePem, parseCertificatesPem } from '../../../signing/cms/pem.ts';
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
  must,
  NO_PADS,
  signedIn,
  surfaceInk,
  until,
  walkToEnd,
  type DemoFolder,
} from '../../support/kiosk-rig.ts';
import { packageIn } from '../../support/vault-bytes.ts';
import { ROOT } from '../../support/cli-runs.ts';

// A whole kiosk on a machine that does other work too.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const DAY_MS = 24 * 60 * 60_000;
const WEAK = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
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
/** A pair of a notary's, from and until so many days from now. */
function pair(from: number, until: number): readonly Uint8Array[] {
  return KEYS.map((privateKey, i) =>
    issueCertificate({
      profile: 'escrow',
      subject: { commonName: ['Notarka Ančka', 'Rezerva'][i] ?? '' },
      publicKey: createPublicKey(privateKey),
      issuer: { certificate: 'self', privateKey },
      serial: Uint8Array.of(i + 1, from & 0x7f),
      notBefore: new Date(Date.now() + from * DAY_MS),
      notAfter: new Date(Date.now() + until * DAY_MS),
    }),
  );
}
/** The counter in earnest, sealing to these; to those of the demo when there are none. */
function inEarnest(...pairs: readonly (readonly Uint8Array[])[]): void {
  configured({ demo: false });
  if (pairs.length === 0) return;
  writeFileSync(join(keyFolder(), 'escrow.certs.pem'), certificatePem(...pairs.flat()), { mode: 0o600 });
}
/** A clock that a test puts so many days ahead. */
function movable(days = 0): Clock & { set(days: number): void } {
  let ahead = days * DAY_MS;
  return { ...systemClock, now: () => Date.now() + ahead, set: (to) => void (ahead = to * DAY_MS) };
}
async function slip(kiosk: KioskApi, clerk: Actor, tags = ['Podpis;role=customer;type=signature;order=1']) {
  return takeIn(kiosk, clerk, { Pogodba: await taggedPdf(tags) });
}
/** Which of these pairs the captures of a transaction's last ceremony are locked to, by its place; null without capture. */
function sealedTo(id: string, pairs: readonly (readonly Uint8Array[])[]): readonly (number | null)[] {
  const serials = pairs.map((one) => one.map((der) => toHex(certificateFacts(der).serialNumber)));
  const vault = openVault(join(folder.dataDir, 'kiosk/vault.sqlite'), { clock: systemClock, newId: randomId });
  try {
    const last = vault.ceremonies.ofTransaction(id).at(-1)!.id;
    const seals = vault.seals.ofTransaction(id).filter(({ ceremony }) => ceremony === last);
    return seals.map(({ sealedCapture }) => {
      if (sealedCapture === null) return null;
      const named = parseEnvelope(sealedCapture).recipients.map(({ issuerAndSerial }) => toHex(issuerAndSerial!));
      return serials.findIndex((pair) => pair.every((serial) => named.some((name) => name.endsWith(serial))));
    });
  } finally {
    vault.close();
  }
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
    inEarnest();
    await expect(opened()).rejects.toThrow(/“DEMO escrow holder” was made for tests or a demo; .* real escrow holder/);
    expect(await doctorSays()).toMatch(/^stop: .*“DEMO escrow holder” was made for tests or a demo/);
  });

  it('are told of by the self-test 30 days ahead, those to come counted, and after', async () => {
    inEarnest(pair(-1, 10));
    expect(await doctorSays()).toMatch(/^look: The escrow certificate is good for (9|10) more days\. Renew it\.$/);
    const gone = /^look: .*“Notarka Ančka” ran out.* new pair .*; signing with the picture alone and delivery go on\.$/;
    expect(await doctorSays(Date.now() + 11 * DAY_MS)).toMatch(gone);
    expect(await doctorSays(Date.now() - 2 * DAY_MS)).toMatch(/^look: .*is not valid yet/);
    inEarnest(pair(-1, 10), pair(9, 400));
    expect(await doctorSays()).toMatch(/^ok: The escrow certificate is good for (399|400) more days\.$/);
    inEarnest(pair(-1, 10), pair(12, 400));
    expect(await doctorSays()).toMatch(/^look: The escrow certificate is good for (9|10) more days\. Renew it\.$/);
  });
});

describe('a counter whose escrow certificates ended', () => {
  it.each([
    ['ran out', [-1, 10], 11, 'expired'],
    ['have not begun', [2, 10], 0, 'not-yet-valid'],
  ] as const)(
    '%s: it starts, refuses before anybody sits down, and signs for the picture alone',
    async (_, [begins, ends], days, problem) => {
      inEarnest(pair(begins, ends));
      const kiosk = await opened(movable(days));
      expect(kiosk.counter().escrow).toEqual({ problem, until: null });
      const clerk = await signedIn(kiosk, folder.demo, 'clerk');
      const { id, signatoryList } = await slip(kiosk, clerk);
      const person = signatoryList[0]!.id;
      expect(await kiosk.begin(id, person, clerk)).toMatchObject({ ok: false, error: { code: 'escrow-unavailable' } });
      expect(kiosk.transaction(id)).toMatchObject({ state: 'open', ceremony: null });
      must(await kiosk.begin(id, person, clerk, { pictureOnly: true }));
      expect(kiosk.auditOf(id).at(-1)).toMatchObject({ eventType: 'ceremony.started', extra: { escrow: problem } });
      const { id: ceremony } = await reach(kiosk, id, clerk, 'consent');
      expect(kiosk.display()).toMatchObject({ kind: 'consent', recordable: false });
      expect(await kiosk.answerConsent(ceremony, 'biometric', 'sl')).toMatchObject({
        ok: false,
        error: { code: 'escrow-unavailable' },
      });
      must(await kiosk.answerConsent(ceremony, 'picture-only', 'sl'));
      const { tenant: by } = kiosk.display();
      const answered = kiosk.auditOf(id).find(({ eventType }) => eventType === 'consent.refused');
      expect(answered?.extra).toMatchObject({ notice: unrecordableNoticeDigest('sl', { tenant: by }) });
      expect((await walkToEnd(kiosk, id, clerk)).state).toBe('complete');
      await until(kiosk, id, ({ packageDigest }) => packageDigest !== null);
      const manager = await signedIn(kiosk, folder.demo, 'manager');
      expect(kiosk.approve(id, manager).ok).toBe(true);
      expect(must(await kiosk.verify(id, manager)).documents[0]!.signatures).toHaveLength(1);
      await kiosk.close();
      expect(sealedTo(id, [])).toEqual([null]);
    },
  );

  it('starts with nothing but dates wrong: a weak key behind one that ran out still keeps it closed', async () => {
    const [good] = pair(-20, -1);
    const weak = issueCertificate({
      profile: 'escrow',
      subject: { commonName: 'Rezerva' },
      publicKey: createPublicKey(WEAK),
      issuer: { certificate: 'self', privateKey: WEAK },
      serial: Uint8Array.of(7),
      notBefore: new Date(Date.now() - DAY_MS),
      notAfter: new Date(Date.now() + DAY_MS),
    });
    inEarnest([good!, weak]);
    await expect(opened()).rejects.toThrow(/“Rezerva” has a key that is no RSA key of 3072 bits/);
  });
});

describe('escrow certificates that end while the kiosk is open', () => {
  it('during a ceremony cost no ink: who agreed before is sealed to them, who has not is not asked', async () => {
    const certificates = pair(-1, 10);
    inEarnest(certificates);
    const clock = movable(9);
    const kiosk = await opened(clock);
    const clerk = await signedIn(kiosk, folder.demo, 'clerk');
    const two = ['Podpis;role=customer;type=signature;order=1', 'Drugi;role=customer;type=signature;order=1'];
    const { id } = await slip(kiosk, clerk, two);
    clock.set(9.9);
    const { id: ceremony } = await reach(kiosk, id, clerk, 'capture');
    must(await kiosk.chooseDevice(ceremony, { kind: 'surface' }, clerk));
    must(await kiosk.acceptInk(ceremony, surfaceInk()));
    clock.set(10.1);
    must(await kiosk.acceptInk(ceremony, surfaceInk(2)));
    expect(kiosk.transaction(id)!.state).toBe('complete');
    clock.set(9.9);
    const next = await slip(kiosk, clerk);
    await reach(kiosk, next.id, clerk, 'consent');
    clock.set(10.1);
    expect(kiosk.display()).toMatchObject({ kind: 'consent', recordable: false });
    await kiosk.close();
    expect(sealedTo(id, [certificates])).toEqual([0, 0]);
  });

  it('are not sealed to by a sitting that was left lying, and the trail says why; its ink waits', async () => {
    inEarnest(pair(-1, 10));
    const clock = movable();
    const kiosk = await opened(clock);
    const clerk = await signedIn(kiosk, folder.demo, 'clerk');
    const { id } = await slip(kiosk, clerk);
    const { id: ceremony } = await reach(kiosk, id, clerk, 'capture');
    must(await kiosk.chooseDevice(ceremony, { kind: 'surface' }, clerk));
    clock.set(11);
    expect(await kiosk.acceptInk(ceremony, surfaceInk())).toMatchObject({
      ok: false,
      error: { detail: 'escrow-refused' },
    });
    expect(kiosk.auditOf(id).at(-1)).toMatchObject({
      eventType: 'signature.sealed',
      success: false,
      extra: { problem: 'escrow-refused' },
    });
    clock.set(0);
    expect((await kiosk.acceptInk(ceremony, surfaceInk())).ok).toBe(true);
    await kiosk.close();
  });

  it('give way to the next pair by date alone, in the middle of a ceremony and without a restart', async () => {
    const [first, second] = [pair(-1, 10), pair(9, 400)];
    inEarnest(first, second);
    const clock = movable(8.9);
    const kiosk = await opened(clock);
    expect(Date.parse(kiosk.counter().escrow.until!)).toBeGreaterThan(Date.now() + 398 * DAY_MS);
    const clerk = await signedIn(kiosk, folder.demo, 'clerk');
    const two = ['Podpis;role=customer;type=signature;order=1', 'Drugi;role=customer;type=signature;order=1'];
    const { id } = await slip(kiosk, clerk, two);
    const { id: ceremony } = await reach(kiosk, id, clerk, 'capture');
    must(await kiosk.chooseDevice(ceremony, { kind: 'surface' }, clerk));
    must(await kiosk.acceptInk(ceremony, surfaceInk()));
    clock.set(9.1);
    must(await kiosk.acceptInk(ceremony, surfaceInk(2)));
    clock.set(20);
    const later = await slip(kiosk, clerk);
    expect((await walkToEnd(kiosk, later.id, clerk)).state).toBe('complete');
    await kiosk.close();
    expect(sealedTo(id, [first, second])).toEqual([0, 1]);
    expect(sealedTo(later.id, [first, second])).toEqual([1]);
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
    const bytes = packageIn(vault, packageDigest)!;
    const document = (await vault.documents.read(vault.documents.ofTransaction(id)[0]!.id))!;
    vault.close();
    expect(embeddedCaptures(document)).toHaveLength(1);
    expect(Buffer.from(bytes).includes('captures/')).toBe(false);
    const trust = parseCertificatesPem(readFileSync(join(folder.dataDir, 'demo/trust.pem'), 'utf8'));
    const report = await verifyPackage(bytes, { name: 'x', roots: trust });
    expect(report.verdict).toBe('passed');
    expect(report.documents[0]!.signatures[0]!.commitment.code).toBe('capture-embedded');
  });
});
