import { X509Certificate } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifySecret } from '../../signing/access/password.ts';
import { parseEnrolment } from '../../sync/cloud/enrolment.ts';
import { openKeyring } from '../../vault/keyring.ts';
import { provisionDemo, type DemoSecrets } from '../../kiosk-shell/demo/provision.ts';
import { parseKioskEnrolment } from '../../kiosk-shell/enrolment.ts';

const options = {
  kioskUrl: 'http://127.0.0.1:3000',
  cloudUrl: 'http://127.0.0.1:4000',
  now: new Date('2026-11-23T08:00:00Z'),
};

describe('provisioning of the demo tenant', () => {
  let folder: string;
  let secrets: DemoSecrets;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-demo-'));
    secrets = await provisionDemo(join(folder, 'data'), options);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('makes a keyring that opens, with a seal chain that leads to the tenant root', () => {
    const keys = openKeyring(join(folder, 'data', 'kiosk', 'keys'));
    const [seal, issuing] = keys.sealKey().chain.map((der) => new X509Certificate(der));
    const root = new X509Certificate(keys.tenantRoot());
    expect(seal?.publicKey.asymmetricKeyDetails?.modulusLength).toBe(3072);
    expect(seal?.verify(issuing!.publicKey)).toBe(true);
    expect(issuing?.verify(root.publicKey)).toBe(true);
    expect(keys.escrowCertificates().map((der) => new X509Certificate(der).subject)).toEqual([
      expect.stringContaining('DEMO'),
      expect.stringContaining('DEMO'),
    ]);
    expect(parseKioskEnrolment(keys.config())).toMatchObject({
      ok: true,
      value: { demo: true, tenant: { name: 'Banka Primer d.d.' }, branch: { name: 'Bled' } },
    });
  });

  it('hands out PINs that open the accounts, and keeps only their verifiers with the kiosk and the cloud', async () => {
    expect(secrets.signIns.map(({ name, role }) => `${role} ${name}`)).toEqual([
      'clerk Ana',
      'clerk Bor',
      'manager Maja',
      'cloud Cene',
    ]);
    expect(new Set(secrets.signIns.map(({ pin }) => pin)).size).toBe(4);
    const parsed = parseKioskEnrolment(openKeyring(join(folder, 'data', 'kiosk', 'keys')).config());
    const ana = parsed.ok ? parsed.value.staff.find(({ name }) => name === 'Ana') : undefined;
    const pin = secrets.signIns[0]!.pin;
    expect(await verifySecret(pin, ana!.verifier)).toBe(true);
    for (const file of filesBelow(join(folder, 'data'))) {
      if (file.endsWith('sign-ins.json')) continue;
      expect(JSON.stringify(readFileSync(file, 'utf8'))).not.toContain(`"${pin}"`);
    }
  });

  it('enrols the kiosk with the cloud under its own certificates', () => {
    const file = join(folder, 'data', 'cloud', 'keys', 'tenants.json');
    const enrolment = parseEnrolment(JSON.parse(readFileSync(file, 'utf8')));
    const keys = openKeyring(join(folder, 'data', 'kiosk', 'keys'));
    const kiosk = enrolment.ok ? enrolment.value.tenants[0]!.kiosks[0]! : null;
    expect(new X509Certificate(kiosk!.deviceCertificate).checkPrivateKey(keys.deviceKey())).toBe(true);
    expect(new X509Certificate(kiosk!.sealCertificate).checkPrivateKey(keys.sealKey().privateKey)).toBe(true);
  });

  it('lets nobody else read what it wrote', () => {
    for (const file of filesBelow(join(folder, 'data'))) expect(statSync(file).mode & 0o777, file).toBe(0o600);
  });

  it('does nothing the second time', async () => {
    const before = filesBelow(join(folder, 'data')).map((file) => [file, statSync(file).mtimeMs]);
    expect(await provisionDemo(join(folder, 'data'), options)).toEqual(secrets);
    expect(filesBelow(join(folder, 'data')).map((file) => [file, statSync(file).mtimeMs])).toEqual(before);
  });
});

describe('provisioning that was killed', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-demo-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('while keys were made begins anew', async () => {
    const data = join(folder, 'early');
    mkdirSync(join(data, 'provisioning', 'demo'), { recursive: true, mode: 0o700 });
    writeFileSync(join(data, 'provisioning', 'demo', 'sign-ins.json'), '{"signIns"');
    const { signIns } = await provisionDemo(data, { ...options, sealKey: 'p-256' });
    expect(signIns).toHaveLength(4);
    expect(readdirSync(data).sort()).toEqual(['cloud', 'demo', 'kiosk']);
    const { privateKey } = openKeyring(join(data, 'kiosk', 'keys')).sealKey();
    expect(privateKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
  });

  it('while they were moved goes on with the same keys', async () => {
    const data = join(folder, 'late');
    const made = await provisionDemo(data, { ...options, sealKey: 'p-256' });
    const seal = readFileSync(join(data, 'kiosk', 'keys', 'seal.chain.pem'), 'utf8');
    // As if only the kiosk's keys had been moved before the kill.
    const staging = join(data, 'provisioning');
    mkdirSync(staging, { mode: 0o700 });
    writeFileSync(join(staging, 'complete'), '');
    renameSync(join(data, 'cloud', 'keys'), join(staging, 'cloud-keys'));
    renameSync(join(data, 'demo'), join(staging, 'demo'));
    expect(await provisionDemo(data, options)).toEqual(made);
    expect(readFileSync(join(data, 'kiosk', 'keys', 'seal.chain.pem'), 'utf8')).toBe(seal);
    expect(readdirSync(join(data, 'cloud', 'keys')).sort()).toEqual([
      'authorities',
      'receipt.key.pem',
      'staff.json',
      'tenants.json',
    ]);
    expect(readdirSync(data).sort()).toEqual(['cloud', 'demo', 'kiosk']);
  });
});

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
