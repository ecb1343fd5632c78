import type { CertificateFacts } from '../cms/certificate-facts.ts';
import type { RevocationList } from '../cms/crl.ts';
import type { CertificateStatus } from '../cms/ocsp.ts';
import { equalBytes } from '../bytes.ts';
import { Fault } from './checks.ts';
import { checkSignedBy } from './signed-structure.ts';

/**
 * What a revocation list says of one certificate, once the list is signed by the certificate's issuer (RFC 5280 6.3).
 * A list with a critical extension (partial, indirect, delta) is refused: what it leaves out is not good. Null when the list
 * is another authority's. @throws Fault, DerError
 */
export function statusFromCrl(
  list: RevocationList,
  subject: CertificateFacts,
  issuer: CertificateFacts,
): CertificateStatus | null {
  if (!equalBytes(list.issuer, issuer.subject)) return null;
  if (issuer.keyUsage !== null && !issuer.keyUsage.includes('cRLSign')) {
    throw new Fault('crl-issuer', 'The issuer may not sign revocation lists.');
  }
  if (list.critical.length > 0) {
    throw new Fault('crl-extension', 'The revocation list has a critical extension that is not understood.');
  }
  checkSignedBy(list, issuer);
  const entry = list.find(subject.serialNumber);
  if (entry === null) return { state: 'good' };
  if (entry.criticalExtension) {
    throw new Fault('crl-extension', 'The entry has a critical extension that is not understood.');
  }
  return { state: 'revoked', at: entry.at, reason: entry.reason };
}
