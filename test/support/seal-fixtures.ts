import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { issueCertificate, type CertificateProfile } from '../../signing/cms/certificates.ts';
import { certificatePem } from '../../signing/cms/pem.ts';
import { localSigner } from '../../signing/sealing/local-signer.ts';
import type { Signer } from '../../signing/sealing/signer.ts';

export interface KeyAndCertificate {
  readonly privateKey: KeyObject;
  readonly certificate: Uint8Array;
}
export interface TestPki {
  readonly root: KeyAndCertificate;
  readonly issuing: KeyAndCertificate;
  readonly seal: KeyAndCertificate;
  readonly device: KeyAndCertificate;
  readonly escrow: KeyAndCertificate;
  readonly backup: KeyAndCertificate;
  readonly signer: Signer;
  readonly deviceSigner: Signer;
}

export type KeyKind = 'rsa' | 'p256';

/** A throw-away tenant: root, issuing authority, seal, device and two escrow certificates. */
export function makePki(kind: KeyKind): TestPki {
  const notBefore = new Date('2026-01-01T00:00:00Z');
  const notAfter = new Date('2036-01-01T00:00:00Z');
  let serial = 0x80;
  const issue = (
    profile: CertificateProfile,
    commonName: string,
    by: KeyAndCertificate | null,
    keys: KeyKind = kind,
  ): KeyAndCertificate => {
    const { privateKey, publicKey } = newKeys(keys);
    serial += 1;
    const certificate = issueCertificate({
      profile,
      subject: { commonName, organization: 'Čuječi žigi d.o.o.', country: 'SI' },
      publicKey,
      issuer: by ?? { certificate: 'self', privateKey },
      serial: Uint8Array.of(serial),
      notBefore,
      notAfter,
    });
    return { privateKey, certificate };
  };
  const root = issue('root-ca', `Test root ${kind}`, null);
  const issuing = issue('issuing-ca', `Test issuing ${kind}`, root);
  const seal = issue('seal', 'Žig poslovalnice Škofja Loka', issuing);
  const device = issue('device', 'Kiosk 1', issuing);
  const escrow = issue('escrow', 'Notarka Ančka Žnidaršič', null, 'rsa');
  const backup = issue('escrow', 'Backup', null, 'rsa');
  return {
    root,
    issuing,
    seal,
    device,
    escrow,
    backup,
    signer: localSigner(seal.privateKey, [seal.certificate, issuing.certificate]),
    deviceSigner: localSigner(device.privateKey, [device.certificate, issuing.certificate]),
  };
}

export function newKeys(kind: KeyKind): { privateKey: KeyObject; publicKey: KeyObject } {
  return kind === 'rsa'
    ? generateKeyPairSync('rsa', { modulusLength: 3072 })
    : generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

/** A folder of its own; `end` removes it. */
export function scratch(): { file(name: string, bytes?: Uint8Array | string): string; dir: string; end(): void } {
  const dir = mkdtempSync(path.join(tmpdir(), 'countersign-seal-'));
  return {
    dir,
    file: (name, bytes) => {
      const full = path.join(dir, name);
      if (bytes !== undefined) writeFileSync(full, bytes);
      return full;
    },
    end: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** Root first, then the issuing authority: OpenSSL 3.0 builds chains from one CAfile. */
export function trustPem(pki: TestPki): string {
  return certificatePem(pki.root.certificate, pki.issuing.certificate);
}

/** An NSS database that trusts the root, for pdfsig. */
export function trustDatabase(dir: string, pki: TestPki): string {
  const db = path.join(dir, 'nss');
  execFileSync('mkdir', ['-p', db]);
  const pem = path.join(dir, 'root.pem');
  writeFileSync(pem, certificatePem(pki.root.certificate));
  execFileSync('certutil', ['-N', '-d', `sql:${db}`, '--empty-password']);
  execFileSync('certutil', ['-A', '-d', `sql:${db}`, '-n', 'root', '-t', 'CT,CT,CT', '-i', pem]);
  return `sql:${db}`;
}

/** Repeatable bytes: not random at all, for tests that compare whole messages. */
export function countingBytes(): (count: number) => Uint8Array {
  let next = 1;
  return (count) => Uint8Array.from({ length: count }, () => (next++ * 73) & 0xff);
}
