import type { CertificateFacts } from '../cms/certificate-facts.ts';
import { isCertIdOf, isResponder, type OcspResponse, type SingleStatus } from '../cms/ocsp.ts';
import { OID } from '../cms/oids.ts';
import { Fault } from './checks.ts';
import { isIssuedBy } from './public-key.ts';
import { checkSignedBy } from './signed-structure.ts';

/**
 * What an OCSP answer says of one certificate, once the answer is signed by its issuer or by a responder that the issuer
 * delegates to (RFC 6960 4.2.2.2). A delegate's own revocation is not asked: its certificate says id-pkix-ocsp-nocheck
 * or lives shortly, by the practice of those who issue them. Null when the answer is about other certificates.
 * @throws Fault, DerError
 */
export function statusFromOcsp(
  response: OcspResponse,
  subject: CertificateFacts,
  issuer: CertificateFacts,
): SingleStatus | null {
  const answers = response.answers.filter(({ certId }) => isCertIdOf(certId, subject, issuer));
  const [answer] = answers;
  if (answer === undefined) return null;
  if (answers.length > 1) throw new Fault('ocsp-ambiguous', 'The OCSP answer speaks of the certificate twice.');
  if (response.criticalExtension || answer.criticalExtension) {
    throw new Fault('ocsp-extension', 'The OCSP answer has a critical extension that is not understood.');
  }
  checkSignedBy(response, signerOf(response, issuer));
  return answer;
}

function signerOf(response: OcspResponse, issuer: CertificateFacts): CertificateFacts {
  if (isResponder(response, issuer)) return issuer;
  const delegate = response.certificates.find(
    (certificate) =>
      isResponder(response, certificate) &&
      certificate.extendedKeyUsage?.includes(OID.ocspSigning) === true &&
      (certificate.keyUsage === null || certificate.keyUsage.includes('digitalSignature')) &&
      response.producedAt >= certificate.notBefore &&
      response.producedAt <= certificate.notAfter &&
      isIssuedBy(certificate, issuer),
  );
  if (delegate === undefined) {
    throw new Fault('ocsp-responder', 'The OCSP answer is not by the issuer or by a responder it has appointed.');
  }
  return delegate;
}
