import { certificateFacts, type CertificateFacts } from '../cms/certificate-facts.ts';
import { DerError, TAG, expectInteger, expectOid, expectSequence, isContext, readDer } from '../cms/der-reader.ts';
import { OID } from '../cms/oids.ts';
import { equalBytes } from '../bytes.ts';
import { readSigned } from '../cms/signed-structure.ts';
import { schemeOf, signatureDigestOf } from './algorithms.ts';
import { checking, Fault, indeterminate, passed } from './checks.ts';
import { isIssuedBy, publicKeyOf } from './public-key.ts';
import type { Check } from './verification-report.ts';

/**
 * Path validation after RFC 5280 6.1, as far as a kiosk's seals need it: names, signatures and their algorithms, validity,
 * CA flag, path length, key usage. Revocation, name constraints and policies are not judged; a critical extension
 * that would ask for them fails the chain.
 */
export type Purpose = 'document-signature' | 'timestamp';

const CRITICAL_UNDERSTOOD: ReadonlySet<string> = new Set([
  OID.basicConstraints,
  OID.keyUsage,
  OID.extendedKeyUsage,
  '2.5.29.32', // certificate policies: any policy is accepted
]);
const ANY_USAGE = '2.5.29.37.0';
/** Usages that say nothing against signing documents: the RFC 9336 one, Adobe's, e-mail, client, any. */
const SIGNING_USAGES: ReadonlySet<string> = new Set([
  '1.3.6.1.5.5.7.3.36',
  '1.2.840.113583.1.1.5',
  '1.3.6.1.5.5.7.3.4',
  '1.3.6.1.5.5.7.3.2',
  '1.3.6.1.4.1.311.10.3.12',
  ANY_USAGE,
]);

/**
 * Certificates that nobody vouches for: neither on the way from the signer upwards, nor issued (signature
 * checked) by one that is. Their bits could be anything.
 */
export function strangers(
  signer: CertificateFacts,
  delivered: readonly CertificateFacts[],
): readonly CertificateFacts[] {
  const known = [signer];
  let left = delivered.filter((certificate) => certificate !== signer);
  for (let last: CertificateFacts | undefined = signer; last !== undefined && !isSelfSigned(last);) {
    const current: CertificateFacts = last;
    last = left.find((candidate) => isIssuedBy(current, candidate));
    if (last !== undefined) known.push(last);
    left = left.filter((certificate) => certificate !== last);
  }
  for (let before = -1; before !== left.length;) {
    before = left.length;
    const vouched = left.filter((certificate) => known.some((issuer) => isIssuedBy(certificate, issuer)));
    known.push(...vouched);
    left = left.filter((certificate) => !vouched.includes(certificate));
  }
  return left;
}

function isSelfSigned(certificate: CertificateFacts): boolean {
  return certificate.selfIssued && isIssuedBy(certificate, certificate);
}

export interface ChainOptions {
  readonly roots: readonly Uint8Array[];
  readonly at: Date;
  /** When nothing proves `at`: the time of judging, at which the certificates have to be valid as well. */
  readonly now?: Date;
  readonly purpose: Purpose;
  /** Further certificates that may lie between signer and root, e.g. from a DSS. */
  readonly helpers?: readonly CertificateFacts[];
  readonly strangers?: Strangers;
}

/**
 * What a signer who leads to none of the roots given is: 'failed' (default) where the roots are all that may sign, 'indeterminate'
 * (as EN 319 102-1 has it) for a file of which nobody said who should have signed it.
 */
export type Strangers = 'failed' | 'indeterminate';

/** The certificates from the signer up to a root that was given, that one last; null when they do not lead to one. */
export function certificationPath(
  signer: CertificateFacts,
  pool: readonly CertificateFacts[],
  roots: readonly Uint8Array[],
): readonly CertificateFacts[] | null {
  try {
    return anchoredPath(
      signer,
      pool,
      roots.map((root) => certificateFacts(root)),
    );
  } catch (error) {
    if (error instanceof Fault || error instanceof DerError) return null;
    throw error;
  }
}

/** From the signer to one of the roots at a time; 'indeterminate' when no root was given. */
export function checkChain(
  signer: CertificateFacts,
  delivered: readonly CertificateFacts[],
  options: ChainOptions,
): Check {
  return checking(() => {
    const { roots, at, now = at, purpose, helpers = [] } = options;
    checkLeaf(signer, purpose);
    if (roots.length === 0) {
      return indeterminate('no-trust-root', 'No root certificate was given, so nobody vouches for the signer.');
    }
    const anchors = roots.map((root) => certificateFacts(root));
    const path = anchoredPath(signer, [...delivered, ...helpers], anchors, options.strangers);
    path.forEach((certificate, index) => {
      checkExtensions(certificate);
      if (!isValidAt(certificate, at)) {
        throw new Fault('certificate-expired', 'A certificate of the chain was not valid at the claimed time.');
      }
      if (index > 0) checkIssuer(certificate, index - 1);
      const issuer = path[index + 1];
      if (issuer !== undefined) checkAlgorithm(certificate, issuer);
    });
    // What was given as a root is trusted as it is.
    if (!path.slice(0, -1).every((certificate) => isValidAt(certificate, now))) {
      return indeterminate(
        ENDED,
        'A certificate of the chain is not valid any more, and only the signer says when it was signed.',
      );
    }
    return passed('The signer is certified, step by step, by a root that was given as trusted.');
  });
}

/** Valid when it is said to have been signed and not today (EN 319 102-1: OUT_OF_BOUNDS_NO_POE). */
export const ENDED = 'certificate-ended-no-poe';
/** The same where revocation data shows that nobody withdrew it (OUT_OF_BOUNDS_NOT_REVOKED). */
export const ENDED_NOT_REVOKED = 'certificate-ended-not-revoked';

function isValidAt({ notBefore, notAfter }: CertificateFacts, time: Date): boolean {
  return time >= notBefore && time <= notAfter;
}

function anchoredPath(
  signer: CertificateFacts,
  pool: readonly CertificateFacts[],
  anchors: readonly CertificateFacts[],
  strangers: Strangers = 'failed',
): readonly CertificateFacts[] {
  const path = [signer];
  const used = new Set<CertificateFacts>(path);
  for (let last = signer; path.length < 10;) {
    const current = last;
    if (anchors.some((anchor) => equalBytes(anchor.der, current.der))) return path;
    const anchor = anchors.find((candidate) => isIssuedBy(current, candidate));
    if (anchor !== undefined) return [...path, anchor];
    const next = pool.find((candidate) => !used.has(candidate) && isIssuedBy(current, candidate));
    if (next === undefined) break;
    used.add(next);
    path.push(next);
    last = next;
  }
  throw new Fault('chain-untrusted', 'The certificates do not lead to a root that was given as trusted.', strangers);
}

function checkLeaf(signer: CertificateFacts, purpose: Purpose): void {
  const usage = signer.keyUsage;
  if (usage !== null && !usage.includes('digitalSignature') && !usage.includes('nonRepudiation')) {
    throw new Fault('key-usage', 'The certificate of the signer does not allow signatures.');
  }
  const extended = signer.extendedKeyUsage;
  const fits =
    purpose === 'timestamp'
      ? extended?.length === 1 && extended[0] === OID.timeStamping
      : extended === null || extended.some((id) => SIGNING_USAGES.has(id));
  if (!fits) throw new Fault('key-usage', 'The certificate of the signer is for another purpose.');
  // RFC 3161 2.3: the purpose is alone and critical, so that nothing else is ever signed with the key.
  if (
    purpose === 'timestamp' &&
    extensionsOf(signer).every(({ id, critical }) => id !== OID.extendedKeyUsage || !critical)
  ) {
    throw new Fault('key-usage', 'The certificate of the time-stamp authority is not for time-stamps alone.');
  }
}

function checkIssuer(issuer: CertificateFacts, certificatesBelow: number): void {
  if (!issuer.authority) throw new Fault('issuer-not-authority', 'A certificate was issued by one that may not issue.');
  if (issuer.keyUsage !== null && !issuer.keyUsage.includes('keyCertSign')) {
    throw new Fault('key-usage', 'An issuing certificate does not allow issuing.');
  }
  const limit = pathLength(issuer);
  if (limit !== null && certificatesBelow > limit) {
    throw new Fault('path-length', 'An issuing certificate forbids so long a chain below it.');
  }
}

/** Certified with SHA-1 or by a short key, a forger may have certified it. What was given as trusted rests on nothing else. */
function checkAlgorithm(certificate: CertificateFacts, issuer: CertificateFacts): void {
  const { signatureAlgorithm } = readSigned(expectSequence(readDer(certificate.der)));
  schemeOf(signatureAlgorithm, signatureDigestOf(signatureAlgorithm), publicKeyOf(issuer));
}

function checkExtensions(certificate: CertificateFacts): void {
  for (const { id, critical } of extensionsOf(certificate)) {
    if (critical && !CRITICAL_UNDERSTOOD.has(id)) {
      throw new Fault('critical-extension', `A certificate has the critical extension ${id}, which is not understood.`);
    }
  }
}

function pathLength(certificate: CertificateFacts): number | null {
  const constraints = extensionsOf(certificate).find(({ id }) => id === OID.basicConstraints);
  if (constraints === undefined) return null;
  const limit = expectSequence(readDer(constraints.value)).find((member) => member.tag === TAG.integer);
  return limit === undefined ? null : expectInteger(limit);
}

function extensionsOf(certificate: CertificateFacts): readonly { id: string; critical: boolean; value: Uint8Array }[] {
  const [tbs] = expectSequence(readDer(certificate.der));
  const wrapper = expectSequence(tbs).find((member) => isContext(member, 3));
  if (wrapper === undefined) return [];
  return expectSequence(wrapper.children[0]).map((extension) => {
    const parts = expectSequence(extension);
    return {
      id: expectOid(parts[0]),
      critical: parts.length === 3 && parts[1]?.content[0] === 0xff,
      value: parts.at(-1)?.content ?? new Uint8Array(),
    };
  });
}
