import { X509Certificate } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { afterAll, describe, expect, it } from 'vitest';
import { certificateFacts } from '../../../signing/cms/certificate-facts.ts';
import { issueCertificate } from '../../../signing/cms/certificates.ts';
import { certificatePem, parseCertificatesPem } from '../../../signing/cms/pem.ts';
import { makePki, newKeys, scratch, type KeyKind } from '../../support/seal-fixtures.ts';
import { requireTool } from '../../support/tools.ts';

const work = scratch();
afterAll(() => work.end());

describe.each<KeyKind>(['rsa', 'p256'])('certificates of a %s authority', (kind) => {
  const pki = makePki(kind);

  it('chain to the root for openssl, with strict X.509 checks', (ctx) => {
    requireTool(ctx, 'openssl');
    const root = work.file(`${kind}-root.pem`, certificatePem(pki.root.certificate));
    const issuing = work.file(`${kind}-ica.pem`, certificatePem(pki.issuing.certificate));
    for (const leaf of [pki.seal, pki.device]) {
      const file = work.file(`${kind}-leaf.pem`, certificatePem(leaf.certificate));
      const out = execFileSync('openssl', ['verify', '-x509_strict', '-CAfile', root, '-untrusted', issuing, file]);
      expect(out.toString()).toContain(': OK');
    }
  });

  it('carry names with č š ž, the right constraints and the right key usage', () => {
    const seal = certificateFacts(pki.seal.certificate);
    expect(seal.commonName).toBe('Žig poslovalnice Škofja Loka');
    expect(seal.keyUsage).toEqual(['digitalSignature', 'nonRepudiation']);
    expect(seal.authority).toBe(false);
    expect(seal.selfIssued).toBe(false);
    expect(seal.extendedKeyUsage).toBeNull();
    expect(certificateFacts(pki.issuing.certificate).authority).toBe(true);
    expect(certificateFacts(pki.root.certificate).selfIssued).toBe(true);
    expect(certificateFacts(pki.escrow.certificate).keyUsage).toEqual(['keyEncipherment']);
    expect(certificateFacts(pki.root.certificate).keyUsage).toEqual(['keyCertSign', 'cRLSign']);
  });

  it('agree with node on serial, validity, subject and issuance', () => {
    const facts = certificateFacts(pki.seal.certificate);
    const node = new X509Certificate(pki.seal.certificate);
    expect(Buffer.from(facts.serialNumber).toString('hex')).toBe(`020200${node.serialNumber.toLowerCase()}`);
    expect(facts.notBefore).toEqual(new Date(node.validFrom));
    expect(facts.notAfter).toEqual(new Date(node.validTo));
    expect(node.checkIssued(new X509Certificate(pki.issuing.certificate))).toBe(true);
    expect(node.verify(new X509Certificate(pki.issuing.certificate).publicKey)).toBe(true);
  });

  it('write dates from 2050 on as GeneralizedTime', () => {
    const { privateKey, publicKey } = newKeys(kind);
    const notAfter = new Date('2051-02-03T04:05:06Z');
    const certificate = issueCertificate({
      profile: 'tsa',
      subject: { commonName: 'TSA' },
      publicKey,
      issuer: { certificate: 'self', privateKey },
      serial: Uint8Array.of(1),
      notBefore: new Date('2026-01-01T00:00:00Z'),
      notAfter,
    });
    expect(certificateFacts(certificate).notAfter).toEqual(notAfter);
    expect(certificateFacts(certificate).extendedKeyUsage).toEqual(['1.3.6.1.5.5.7.3.8']);
    expect(new X509Certificate(certificate).validTo).toContain('2051');
  });

  it('refuse a serial of zero or of more than 20 octets', () => {
    const { privateKey, publicKey } = newKeys(kind);
    for (const serial of [new Uint8Array(3), new Uint8Array(21).fill(1), new Uint8Array()]) {
      expect(() =>
        issueCertificate({
          profile: 'root-ca',
          subject: { commonName: 'x' },
          publicKey,
          issuer: { certificate: 'self', privateKey },
          serial,
          notBefore: new Date(0),
          notAfter: new Date(1e12),
        }),
      ).toThrow(RangeError);
    }
  });

  it('survive PEM and back', () => {
    const pem = certificatePem(pki.seal.certificate, pki.issuing.certificate);
    expect(parseCertificatesPem(pem).map((der) => Buffer.from(der).toString('hex'))).toEqual(
      [pki.seal.certificate, pki.issuing.certificate].map((der) => Buffer.from(der).toString('hex')),
    );
  });
});
