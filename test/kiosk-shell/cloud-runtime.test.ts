import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { concat } from '../../signing/bytes.ts';
import { certificatePem, parseCertificatesPem } from '../../signing/cms/pem.ts';
import { systemClock } from '../../signing/clock.ts';
import { sha256 } from '../../signing/digest.ts';
import type { TransactionId } from '../../signing/ids.ts';
import { buildPackage } from '../../signing/sealing/package.ts';
import { sealField } from '../../signing/sealing/seal-field.ts';
import { createDeviceTokenSource } from '../../sync/kiosk/device-token-source.ts';
import { createReceiptVerifier } from '../../sync/kiosk/receipt-verifier.ts';
import { openKeyring, type Keyring } from '../../vault/keyring.ts';
import { openVault, type Vault } from '../../vault/vault.ts';
import type { CloudApi } from '../../kiosk-shell/cloud-api.ts';
import { openCloudRuntime } from '../../kiosk-shell/cloud-runtime.ts';
import { provisionDemo, type DemoSecrets } from '../../kiosk-shell/demo/provision.ts';
import { parseKioskEnrolment, type KioskEnrolment } from '../../kiosk-shell/enrolment.ts';
import { makeAuthorities } from '../support/authorities.ts';
import { serveAuthorities } from '../support/authority-http.ts';
import { makePki, samplePdf, sealInput, type SampleField, type TestPki } from '../support/seal-fixtures.ts';
import { requireTool } from '../support/tools.ts';
import { testTime } from '../sync/support/clock.ts';
import { courierRig } from '../sync/support/courier-rig.ts';
import { serve } from '../sync/support/world.ts';

const CLOUD_URL = 'http://127.0.0.1:4000';
const FIELD: SampleField = { name: 'customer', box: [60, 300, 220, 80] };

let folder: string;
let secrets: DemoSecrets;
let keys: Keyring;
let enrolment: KioskEnrolment;
let vault: Vault;
let cloud: CloudApi;
let http: Awaited<ReturnType<typeof serve>>;
const faults: unknown[] = [];

const openCloud = (): Promise<CloudApi> =>
  openCloudRuntime({ dataDir: folder, cloudUrl: CLOUD_URL, onFault: (error) => faults.push(error) });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-runtime-'));
  secrets = await provisionDemo(folder, { kioskUrl: 'http://127.0.0.1:3000', cloudUrl: CLOUD_URL, now: new Date() });
  keys = openKeyring(join(folder, 'kiosk', 'keys'));
  const parsed = parseKioskEnrolment(keys.config());
  if (!parsed.ok) throw new Error(parsed.error);
  enrolment = parsed.value;
  mkdirSync(join(folder, 'kiosk'), { recursive: true });
  vault = openVault(join(folder, 'kiosk', 'vault.sqlite'), { clock: systemClock, newId: randomUUID });
  cloud = await openCloud();
  http = await serve((request) => cloud.handleDevice(request));
});
afterAll(async () => {
  await http.close();
  await cloud.close();
  vault.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A complete transaction, sealed and packed with the kiosk's own keys, queued in the real vault. */
async function queuePackage(tamper = false): Promise<{ id: TransactionId; digest: string; bytes: Uint8Array }> {
  const id = randomUUID() as TransactionId;
  vault.write(() => {
    vault.transactions.insert({ id, name: 'Pogodba o računu', state: 'complete', createdBy: null });
    vault.audit.append({ eventType: 'transaction.opened', transactionId: id, transactionName: 'Pogodba o računu' });
  });
  const original = await samplePdf({ fields: [FIELD] });
  const [escrow, backup] = keys.escrowCertificates();
  const signer = keys.signer();
  const input = sealInput({ signer, escrow: {}, backup: {} } as unknown as TestPki, original, FIELD);
  const facts = { tenant: enrolment.tenant.id, branch: enrolment.branch.id, kiosk: enrolment.kiosk };
  const sealed = await sealField({
    ...input,
    signer,
    escrow: [escrow!, backup!],
    signedAt: new Date(),
    binding: { ...input.binding, ...facts, transaction: id, auditHead: vault.audit.head().digest },
  });
  if (!sealed.ok) throw new Error(sealed.error.code);
  const final = concat(original, sealed.value.increment);
  vault.write(() => vault.audit.append({ eventType: 'transaction.completed', transactionId: id }));
  const audit = vault.audit.excerpt(id);
  const built = await buildPackage({
    ...facts,
    transaction: id,
    transactionName: 'Pogodba o računu',
    completedAt: new Date(),
    documents: [
      {
        id: 'document-1',
        name: 'Pogodba.pdf',
        bytes: final,
        original: sha256(original),
        prepared: sha256(original),
        revisions: [original, final].map((bytes) => ({ digest: sha256(bytes), length: bytes.length })),
      },
    ],
    signatures: [
      {
        document: 'document-1',
        field: FIELD.name,
        ceremony: 'ceremony-1',
        signatory: 'signatory-1',
        role: 'customer',
        statement: sealed.value.statement,
        sealedCapture: sealed.value.sealedCapture,
      },
    ],
    ceremonyRecords: {},
    recordRecipients: keys.recordCertificates(),
    audit,
    signer,
    signedAt: new Date(),
  });
  const bytes = tamper ? built.bytes.map((byte, i) => (i === 3000 ? byte ^ 1 : byte)) : built.bytes;
  vault.write(() => vault.outbox.insert({ transaction: id, auditHead: audit.head.digest, package: bytes }));
  return { id, digest: sha256(bytes), bytes };
}

function newRig() {
  return courierRig(testTime(Date.now() + 1000), vault.outbox, {
    cloudUrl: http.url,
    token: createDeviceTokenSource({
      kiosk: enrolment.kiosk,
      audience: CLOUD_URL,
      key: keys.deviceKey(),
      algorithm: 'ES256',
      clock: systemClock,
      newId: randomUUID,
    }),
    receipts: createReceiptVerifier(keys.receiptKeys(), { tenant: enrolment.tenant.id, kiosk: enrolment.kiosk }),
  });
}

describe('the cloud runtime with a provisioned kiosk', () => {
  it('verifies and stores a real package from the real outbox, and the vault keeps the receipt', async () => {
    const made = await queuePackage();
    const { courier, until } = newRig();
    courier.start();
    await until(() => vault.outbox.get(made.digest)?.state === 'delivered' || vault.outbox.counts().refused > 0);
    await courier.stop();
    expect(vault.outbox.get(made.digest)).toMatchObject({ state: 'delivered', refusalReason: null });
    const found = await cloud.package(made.digest);
    expect(found?.summary).toMatchObject({
      state: 'stored',
      tenant: 'banka-primer',
      branch: 'Bled',
      transaction: made.id,
      transactionName: 'Pogodba o računu',
      size: made.bytes.length,
      sequence: 1,
    });
    expect(found?.report?.verdict).toBe('passed');
    expect(vault.audit.ofTransaction(made.id).map((entry) => entry.eventType)).toContain('package.receipt-verified');
    expect(faults).toEqual([]);
  });

  it('refuses a package with one bit flipped, by reason', async () => {
    const made = await queuePackage(true);
    const { courier, until } = newRig();
    courier.start();
    await until(() => vault.outbox.get(made.digest)?.state === 'refused');
    await courier.stop();
    expect(vault.outbox.get(made.digest)?.refusalReason).toBe('container-invalid');
    expect((await cloud.package(made.digest))?.summary).toMatchObject({
      state: 'refused',
      reason: 'container-invalid',
    });
  });

  it('signs Cene in with the PIN that was printed, and nobody of the kiosk', async () => {
    const pins = Object.fromEntries(secrets.signIns.map(({ name, pin }) => [name, pin]));
    const signedIn = await cloud.signIn('cene', pins['Cene']!, null);
    if (!signedIn.ok) throw new Error(signedIn.error.code);
    expect(signedIn.value.staff).toMatchObject({ name: 'Cene', role: 'cloud' });
    expect(await cloud.staffByToken(signedIn.value.token)).toEqual(signedIn.value.staff);
    await cloud.signOut(signedIn.value.token);
    expect(await cloud.staffByToken(signedIn.value.token)).toBe(null);
    expect(await cloud.signIn('Ana', pins['Ana']!, null)).toMatchObject({ ok: false });
  });

  it('has everything again after a restart', async () => {
    const before = await cloud.packages();
    expect(before.length).toBe(2);
    await cloud.close();
    cloud = await openCloud();
    expect(await cloud.packages()).toEqual(before);
    expect(await cloud.watch.health()).toMatchObject({ ready: true });
  });

  it('raises what has arrived once services for evidence are configured, and refuses a configuration it cannot read', async (ctx) => {
    requireTool(ctx, 'openssl');
    const pki = makePki('p256');
    const dir = join(folder, 'authorities');
    mkdirSync(dir);
    const authority = await serveAuthorities(makeAuthorities(pki, dir));
    ctx.onTestFinished(() => authority.close());
    expect(await cloud.raiseLevels()).toBe(0);
    await cloud.close();
    const file = join(folder, 'cloud', 'keys', 'evidence.json');
    writeFileSync(file, JSON.stringify({ version: 1, timestamp: 'ftp://stamps.example.test' }), { mode: 0o600 });
    await expect(openCloud()).rejects.toThrow('evidence.json');

    const config = { timestamp: authority.timestamp, roots: certificatePem(pki.root.certificate), goal: 'B-T' };
    writeFileSync(file, JSON.stringify({ version: 1, ...config }));
    cloud = await openCloud();
    expect(await cloud.raiseLevels()).toBe(1);
    const [stored] = await cloud.packages({ state: 'stored' });
    expect(stored!.longTerm).toMatchObject([{ document: 'documents/001.pdf', level: 'B-T', reason: null }]);
    expect(authority.asked).toEqual(['/timestamp']);
    expect(await cloud.raiseLevels()).toBe(0);
    expect(faults).toEqual([]);
  });

  it('trusts the root that the demo hands out', () => {
    const [root] = parseCertificatesPem(readFileSync(join(folder, 'demo', 'trust.pem'), 'utf8'));
    expect(Buffer.from(root!).equals(Buffer.from(keys.tenantRoot()))).toBe(true);
  });
});
