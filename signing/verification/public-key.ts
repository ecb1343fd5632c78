import { X509Certificate, type KeyObject } from 'node:crypto';
import type { CertificateFacts } from '../cms/certificate-facts.ts';
import { equalBytes } from '../bytes.ts';
import { Fault } from './checks.ts';

/** Reading a certificate into OpenSSL costs more than checking a signature: done once for each. */
const opened = new WeakMap<CertificateFacts, X509Certificate>();

function open(certificate: CertificateFacts): X509Certificate {
  let found = opened.get(certificate);
  if (found === undefined) {
    found = new X509Certificate(certificate.der);
    opened.set(certificate, found);
  }
  return found;
}

/** @throws Fault for a certificate or key that OpenSSL does not read. */
export function publicKeyOf(certificate: CertificateFacts): KeyObject {
  try {
    return open(certificate).publicKey;
  } catch {
    throw new Fault('certificate-damaged', 'A certificate in the signature cannot be read.');
  }
}

/** Names fit and the signature on the subject's certificate is by the issuer's key. Not: whether it may issue. */
export function isIssuedBy(subject: CertificateFacts, issuer: CertificateFacts): boolean {
  if (!equalBytes(subject.issuer, issuer.subject)) return false;
  try {
    return open(subject).verify(open(issuer).publicKey);
  } catch {
    return false; // a key or algorithm OpenSSL does not know issues nothing here
  }
}
