import { createVerify } from 'node:crypto';
import type { CertificateFacts } from '../cms/certificate-facts.ts';
import type { SignedStructure } from '../cms/signed-structure.ts';
import { schemeOf, signatureDigestOf } from './algorithms.ts';
import { Fault } from './checks.ts';
import { publicKeyOf } from './public-key.ts';

/** The signature on a revocation list or an OCSP answer is by the key of this certificate. @throws Fault ('signature'), DerError */
export function checkSignedBy(structure: SignedStructure, signer: CertificateFacts): void {
  const digest = signatureDigestOf(structure.signatureAlgorithm);
  const key = publicKeyOf(signer);
  const scheme = schemeOf(structure.signatureAlgorithm, digest, key);
  const verify = createVerify(digest).update(structure.signed);
  if (!isValid(() => verify.verify({ key, ...scheme }, structure.signature))) {
    throw new Fault('signature', 'The signature on the revocation data does not verify.');
  }
}

/** OpenSSL throws, rather than says no, for parameters out of range. */
function isValid(verify: () => boolean): boolean {
  try {
    return verify();
  } catch {
    return false;
  }
}
