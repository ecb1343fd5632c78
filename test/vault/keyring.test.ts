import { createPublicKey, generateKeyPairSync, verify, X509Certificate, type JsonWebKey } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { utf8 } from '../../signing/bytes.ts';
import {
  hasKeyring,
  KEYRING_FILES,
  openKeyring,
  writeKeyring,
  writeKeyringConfig,
  type KeyMaterial,
} from '../../vault/keyring.ts';
import { readPrivateFile, writePrivateFile } from '../../vault/private-files.ts';
import { makePki } from '../support/seal-fixtures.ts';
import { temporaryFolder } from './vault-fixtures.ts';

const pki = makePki('p256');
const receipt = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const receiptKey: JsonWebKey = { ...receipt.publicKey.export({ format: 'jwk' }), kid: 'cloud-1' };
const material: KeyMaterial = {
  sealKey: pki.seal.privateKey,
  sealChain: [pki.seal.certificate, pki.issuing.certificate],
  deviceKey: pki.device.privateKey,
  escrowCertificates: [pki.escrow.certificate, pki.backup.certificate],
  recordCertificates: [pki.escrow.certificate],
  tenantRoot: pki.root.certificate,
  receiptKeys: [receiptKey],
  config: { tenant: 'Banka Čebelica', branch: 'b-1' },
};
function written(): string {
  const folder = path.join(temporaryFolder(), 'keys');
  writeKeyring(folder, material);
  return folder;
}
const fileError = (value: string): unknown => expect.objectContaining({ name: 'PrivateFileError', code: value });
const keyError = (value: string, file: string): unknown =>
  expect.objectContaining({ name: 'KeyringError', code: value, file });

describe('keyring', () => {
  it('gives back what was written', async () => {
    const keys = openKeyring(written());
    expect(keys.sealKey().chain).toEqual(material.sealChain.map((der) => Uint8Array.from(der)));
    expect(keys.sealKey().privateKey.equals(pki.seal.privateKey)).toBe(true);
    expect(keys.deviceKey().equals(pki.device.privateKey)).toBe(true);
    expect(keys.escrowCertificates()).toHaveLength(2);
    expect(new X509Certificate(keys.escrowCertificates()[0]!).subject).toContain('Notarka Ančka Žnidaršič');
    expect(keys.recordCertificates()).toHaveLength(1);
    expect(Buffer.compare(keys.tenantRoot(), pki.root.certificate)).toBe(0);
    expect(keys.receiptKeys()).toEqual([receiptKey]);
    expect(keys.config()).toEqual(material.config);
    const signature = await keys.signer().sign(utf8('data'));
    expect(verify('sha256', utf8('data'), createPublicKey(pki.seal.privateKey), signature)).toBe(true);
  });

  it('is for its owner only: folder 0700, files 0600, nothing left over from writing', () => {
    const folder = written();
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder).sort()).toEqual(Object.values(KEYRING_FILES).sort());
    for (const file of Object.values(KEYRING_FILES)) expect(statSync(path.join(folder, file)).mode & 0o777).toBe(0o600);
  });

  it('is not opened when others can read a file or the folder', () => {
    for (const file of Object.values(KEYRING_FILES)) {
      const folder = written();
      chmodSync(path.join(folder, file), 0o640);
      expect(() => openKeyring(folder)).toThrow(fileError('too-open'));
    }
    const folder = written();
    chmodSync(folder, 0o750);
    expect(() => openKeyring(folder)).toThrow(fileError('too-open'));
  });

  it('is not opened when a file is missing, a link, or a folder', () => {
    for (const file of Object.values(KEYRING_FILES)) {
      const folder = written();
      const at = path.join(folder, file);
      const elsewhere = path.join(path.dirname(folder), 'elsewhere');
      writeFileSync(elsewhere, readFileSync(at), { mode: 0o600 });
      rmSync(at);
      expect(() => openKeyring(folder)).toThrow(fileError('missing'));
      symlinkSync(elsewhere, at);
      expect(() => openKeyring(folder)).toThrow(fileError('not-a-file'));
      rmSync(at);
      mkdirSync(at, { mode: 0o700 });
      expect(() => openKeyring(folder)).toThrow(fileError('not-a-file'));
    }
  });

  it('names the file whose contents are wrong, and nothing of the contents', () => {
    const spoil = (file: string, text: string): string => {
      const folder = written();
      writePrivateFile(path.join(folder, file), utf8(text));
      return folder;
    };
    const secret = 'SECRET-CONTENTS';
    for (const file of Object.values(KEYRING_FILES)) {
      const folder = spoil(file, secret);
      expect(() => openKeyring(folder)).toThrow(keyError('malformed', file));
      expect(() => openKeyring(folder)).toThrow(
        expect.not.objectContaining({ message: expect.stringContaining(secret) }),
      );
    }
    const broken = `-----BEGIN CERTIFICATE-----\n${Buffer.from(secret).toString('base64')}\n-----END CERTIFICATE-----\n`;
    expect(() => openKeyring(spoil(KEYRING_FILES.root, broken))).toThrow(keyError('malformed', KEYRING_FILES.root));
    const two = readFileSync(path.join(written(), KEYRING_FILES.escrow), 'utf8');
    expect(() => openKeyring(spoil(KEYRING_FILES.root, two))).toThrow(keyError('malformed', KEYRING_FILES.root));
    const keys = KEYRING_FILES.receiptKeys;
    for (const list of [[], {}, [null], [receipt.privateKey.export({ format: 'jwk' })], [{ kty: 'oct', k: 'AA' }]]) {
      expect(() => openKeyring(spoil(keys, JSON.stringify(list)))).toThrow(keyError('malformed', keys));
    }
  });

  it('is not opened when the certificate is of another key', () => {
    const folder = path.join(temporaryFolder(), 'keys');
    writeKeyring(folder, { ...material, sealKey: pki.device.privateKey });
    expect(() => openKeyring(folder)).toThrow(keyError('key-mismatch', KEYRING_FILES.sealChain));
  });

  it('counts as enrolled once the configuration, written last, is there', () => {
    const folder = written();
    expect(hasKeyring(folder)).toBe(true);
    rmSync(path.join(folder, KEYRING_FILES.config));
    expect(hasKeyring(folder)).toBe(false);
  });

  it('takes a new configuration, which those who open it later see', () => {
    const folder = written();
    const before = openKeyring(folder);
    writeKeyringConfig(folder, { tenant: 'Nova' });
    expect(before.config()).toEqual(material.config);
    expect(openKeyring(folder).config()).toEqual({ tenant: 'Nova' });
  });
});

describe('private files', () => {
  it('are replaced whole, and leave the old one when writing fails', () => {
    const folder = path.join(temporaryFolder(), 'private');
    const file = path.join(folder, 'a');
    writePrivateFile(file, utf8('one'));
    writePrivateFile(file, utf8('two'));
    expect(Buffer.from(readPrivateFile(file)).toString()).toBe('two');
    const taken = path.join(folder, 'taken');
    mkdirSync(path.join(taken, 'inside'), { recursive: true, mode: 0o700 });
    expect(() => writePrivateFile(taken, utf8('x'))).toThrow();
    expect(readdirSync(folder).sort()).toEqual(['a', 'taken']);
  });

  it('have a largest size', () => {
    const file = path.join(temporaryFolder(), 'large');
    writePrivateFile(file, new Uint8Array(1024 * 1024 + 1));
    expect(() => readPrivateFile(file)).toThrow(fileError('too-large'));
  });
});
