import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { issueCertificate } from '../../../signing/cms/certificates.ts';
import { encryptFor } from '../../../signing/cms/enveloped-data.ts';
import { EnvelopeError, openEnveloped, parseEnvelope } from '../../../signing/cms/open-enveloped.ts';
import { encodePem, parseCertificatesPem } from '../../../signing/cms/pem.ts';
import { countingBytes, makePki, scratch } from '../../support/seal-fixtures.ts';
import { requireTool } from '../../support/tools.ts';

const vectors = path.resolve(import.meta.dirname, '../../fixtures/cms');
const vector = (name: string): Uint8Array => readFileSync(path.join(vectors, name));
const vectorKey = (name: string): KeyObject => createPrivateKey(vector(`${name}.TEST-ONLY.key.pem`).toString());
const vectorCertificate = (name: string): Uint8Array => parseCertificatesPem(vector(`${name}.crt.pem`).toString())[0]!;
const pki = makePki('rsa');
const work = scratch();
afterAll(() => work.end());

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof EnvelopeError) return error.code;
    throw error;
  }
  return 'no error';
}

describe('opening messages of other writers', () => {
  it.each(['ok-no-attrs.der', 'ok-openssl-two-recipients.der', 'ok-auth-attrs.der'])(
    'opens %s with either key',
    (file) => {
      const plaintext = vector('plaintext.json');
      for (const who of ['escrow', 'backup']) {
        expect(openEnveloped(vector(file), vectorKey(who))).toEqual(plaintext);
        expect(openEnveloped(vector(file), vectorKey(who), vectorCertificate(who))).toEqual(plaintext);
      }
    },
  );

  it.each(['bad-tag.der', 'bad-auth-attr-changed.der'])('refuses %s and releases no plaintext', (file) => {
    expect(codeOf(() => openEnveloped(vector(file), vectorKey('escrow')))).toBe('authentication-failed');
  });
});

describe('encrypting to escrow and backup', () => {
  const content = Buffer.from('čšž pen data');
  const sealed = encryptFor(content, [pki.escrow.certificate, pki.backup.certificate]);

  it('opens with either key, with and without naming the certificate', () => {
    for (const { privateKey, certificate } of [pki.escrow, pki.backup]) {
      expect(openEnveloped(sealed, privateKey)).toEqual(content);
      expect(openEnveloped(sealed, privateKey, certificate)).toEqual(content);
    }
  });

  const another = (serial: number): Uint8Array =>
    issueCertificate({
      profile: 'escrow',
      subject: { commonName: 'One of many', organization: 'x', country: 'SI' },
      publicKey: createPublicKey(pki.escrow.privateKey),
      issuer: { certificate: 'self', privateKey: pki.escrow.privateKey },
      serial: Uint8Array.of(serial),
      notBefore: new Date('2026-01-01T00:00:00Z'),
      notAfter: new Date('2036-01-01T00:00:00Z'),
    });

  it('tries no more recipients than a sealed capture can have', () => {
    const many = encryptFor(
      content,
      Array.from({ length: 33 }, (_, i) => another(i + 1)),
    );
    expect(codeOf(() => openEnveloped(many, pki.escrow.privateKey))).toBe('malformed');
  });

  it('writes the algorithm identifiers byte for byte as formats 3.4 gives them', () => {
    const hex = Buffer.from(sealed).toString('hex');
    expect(hex).toContain(
      '303806092a864886f70d010107302ba00d300b0609608648016503040201a11a301806092a864886f70d010108300b0609608648016503040201',
    );
    expect(hex).toMatch(/301e060960864801650304012e3011040c[0-9a-f]{24}020110/);
    expect(parseEnvelope(sealed).aad).toHaveLength(0);
  });

  it('is opened by openssl cms with either recipient', (ctx) => {
    requireTool(ctx, 'openssl');
    const message = work.file('message.p7m', sealed);
    for (const [name, { privateKey, certificate }] of Object.entries({ escrow: pki.escrow, backup: pki.backup })) {
      const out = work.file(`${name}.out`);
      const run = spawnSync('openssl', [
        ...['cms', '-decrypt', '-inform', 'DER', '-in', message, '-out', out],
        ...['-recip', work.file(`${name}.pem`, encodePem('CERTIFICATE', certificate))],
        ...['-inkey', work.file(`${name}.key`, privateKey.export({ type: 'pkcs8', format: 'pem' }))],
      ]);
      expect(run.status, run.stderr.toString()).toBe(0);
      expect(readFileSync(out)).toEqual(content);
      rmSync(out);
    }
  });

  it('gives the same frame for the same randomness but a fresh key and nonce otherwise', () => {
    const fixed = (): Uint8Array => encryptFor(content, [pki.escrow.certificate], countingBytes());
    expect(parseEnvelope(fixed()).ciphertext).toEqual(parseEnvelope(fixed()).ciphertext);
    const other = encryptFor(content, [pki.escrow.certificate]);
    expect(parseEnvelope(other).nonce).not.toEqual(parseEnvelope(encryptFor(content, [pki.escrow.certificate])).nonce);
  });

  it('takes 0 to 100,000 bytes of content', () => {
    for (const length of [0, 1, 15, 16, 127, 128, 65_536, 100_000]) {
      const bytes = Buffer.alloc(length, 0xa5);
      expect(openEnveloped(encryptFor(bytes, [pki.escrow.certificate]), pki.escrow.privateKey)).toEqual(bytes);
    }
  });

  it('refuses no recipient, one twice and an elliptic-curve recipient', () => {
    const p256 = makePki('p256');
    expect(() => encryptFor(content, [])).toThrow(RangeError);
    expect(() => encryptFor(content, [pki.escrow.certificate, pki.escrow.certificate])).toThrow(RangeError);
    expect(() => encryptFor(content, [p256.seal.certificate])).toThrow(RangeError);
  });

  it('answers each kind of failure with its own code', () => {
    const stranger = makePki('rsa').escrow;
    expect(codeOf(() => openEnveloped(sealed, stranger.privateKey))).toBe('no-recipient-for-key');
    // Of the same name as a recipient, with another key: no different from a damaged one.
    expect(codeOf(() => openEnveloped(sealed, stranger.privateKey, stranger.certificate))).toBe(
      'authentication-failed',
    );
    expect(codeOf(() => openEnveloped(sealed, pki.escrow.privateKey, pki.backup.certificate))).toBe('key-unsuitable');
    expect(codeOf(() => openEnveloped(sealed.subarray(0, 100), pki.escrow.privateKey))).toBe('not-der');
    expect(codeOf(() => openEnveloped(Buffer.concat([sealed, Buffer.alloc(1)]), pki.escrow.privateKey))).toBe(
      'not-der',
    );
    expect(codeOf(() => openEnveloped(pki.escrow.certificate, pki.escrow.privateKey))).toBe('malformed');
    const renamed = sealed.slice();
    renamed[16] = 0x16;
    expect(codeOf(() => openEnveloped(renamed, pki.escrow.privateKey))).toBe('not-auth-enveloped');
    const sha1 = Buffer.from(sealed);
    sha1[sha1.indexOf(Buffer.from('0609608648016503040201', 'hex')) + 10] = 0x03;
    expect(codeOf(() => openEnveloped(sha1, pki.escrow.privateKey))).toBe('algorithm-unsupported');
  });

  it('notices one flipped bit anywhere: no changed message opens for both recipients', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: sealed.length * 8 - 1 }), (bit) => {
        const changed = sealed.slice();
        changed[bit >> 3] = changed[bit >> 3]! ^ (1 << (bit & 7));
        const codes = [pki.escrow, pki.backup].map(({ privateKey, certificate }) =>
          codeOf(() => openEnveloped(changed, privateKey, certificate)),
        );
        expect(codes).not.toEqual(['no error', 'no error']);
      }),
      { seed: 20261123, numRuns: 300 },
    );
  });
});
