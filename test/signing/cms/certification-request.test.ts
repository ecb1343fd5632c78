import { execFileSync } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { createCertificationRequest, readCertificationRequest } from '../../../signing/cms/certification-request.ts';
import { encodePem, parsePem } from '../../../signing/cms/pem.ts';
import { newKeys, scratch } from '../../support/seal-fixtures.ts';
import { requireTool } from '../../support/tools.ts';

const work = scratch();
afterAll(() => work.end());

describe.each(['rsa', 'p256'] as const)('certification requests of a %s key', (kind) => {
  const { privateKey, publicKey } = newKeys(kind);

  it('are what openssl takes for one, with its proof and its name', (ctx) => {
    requireTool(ctx, 'openssl');
    const pem = encodePem('CERTIFICATE REQUEST', createCertificationRequest(privateKey, 'blagajna Črnomelj'));
    const file = work.file(`${kind}.csr`, pem);
    const args = ['req', '-in', file, '-verify', '-noout', '-subject', '-nameopt', 'utf8', '-pubkey'];
    const out = execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'ignore'] }).toString();
    expect(out).toContain('blagajna Črnomelj');
    expect(out).toContain(publicKey.export({ type: 'spki', format: 'pem' }).toString());
  });

  it('are read as openssl writes them, extensions and all', (ctx) => {
    requireTool(ctx, 'openssl');
    const key = work.file(`${kind}.key`, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    const out = `${key}.csr`;
    const extra = ['-addext', 'subjectAltName=DNS:x.test'];
    execFileSync('openssl', ['req', '-new', '-key', key, '-subj', '/O=Banka/CN=kiosk-1', '-out', out, ...extra]);
    const [der] = parsePem('CERTIFICATE REQUEST', readFileSync(out, 'utf8'));
    const read = readCertificationRequest(der ?? new Uint8Array());
    expect(read.ok && read.value.commonName).toBe('kiosk-1');
    expect(read.ok && read.value.publicKey.equals(publicKey)).toBe(true);
  });

  it('prove that the key is there: any other bit is refused', () => {
    const der = createCertificationRequest(privateKey, null);
    expect(readCertificationRequest(der)).toMatchObject({ ok: true, value: { commonName: null } });
    for (let at = 0; at < der.length; at += 7) {
      const changed = Uint8Array.from(der);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(readCertificationRequest(changed).ok).toBe(false);
    }
  });
});

it('refuses weak keys and other curves', () => {
  const weak = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  expect(readCertificationRequest(createCertificationRequest(weak, null))).toEqual({ ok: false, error: 'key-weak' });
  const odd = createPrivateKey(
    generateKeyPairSync('rsa', { modulusLength: 3072, publicExponent: 3 }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    }),
  );
  expect(readCertificationRequest(createCertificationRequest(odd, null))).toEqual({ ok: false, error: 'key-weak' });
  const curve = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
  expect(() => createCertificationRequest(curve, null)).toThrow(RangeError);
  expect(readCertificationRequest(new Uint8Array(20))).toEqual({ ok: false, error: 'malformed' });
});
