import { constants, type KeyObject } from 'node:crypto';
import { TAG, expectContext, expectInteger, expectOid, expectSequence, type DerValue } from '../cms/der-reader.ts';
import { Fault } from './checks.ts';

/** Algorithms a signature may use (formats 5.2): SHA-256 or better, RSA from 2048 bits, the NIST curves. */
export type DigestName = 'sha256' | 'sha384' | 'sha512';

const DIGESTS: ReadonlyMap<string, DigestName> = new Map([
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
]);
const RSA = '1.2.840.113549.1.1.1';
const PSS = '1.2.840.113549.1.1.10';
const MGF1 = '1.2.840.113549.1.1.8';
const SIGNATURES: ReadonlyMap<string, { readonly key: 'rsa' | 'ec'; readonly digest: DigestName }> = new Map([
  ['1.2.840.113549.1.1.11', { key: 'rsa', digest: 'sha256' }],
  ['1.2.840.113549.1.1.12', { key: 'rsa', digest: 'sha384' }],
  ['1.2.840.113549.1.1.13', { key: 'rsa', digest: 'sha512' }],
  ['1.2.840.10045.4.3.2', { key: 'ec', digest: 'sha256' }],
  ['1.2.840.10045.4.3.3', { key: 'ec', digest: 'sha384' }],
  ['1.2.840.10045.4.3.4', { key: 'ec', digest: 'sha512' }],
]);
const CURVES: ReadonlySet<string> = new Set(['prime256v1', 'secp384r1', 'secp521r1']);

/** AlgorithmIdentifier of a digest; parameters absent or NULL (RFC 5754 2). @throws Fault */
export function digestOf(identifier: DerValue | undefined): DigestName {
  const [id, parameters, ...rest] = expectSequence(identifier);
  const name = DIGESTS.get(expectOid(id));
  if (name === undefined)
    throw new Fault('digest-algorithm', 'A digest algorithm weaker than SHA-256, or an unknown one.');
  if (rest.length > 0 || !(parameters === undefined || isNull(parameters))) {
    throw new Fault('digest-algorithm', 'The digest algorithm carries parameters it cannot have.');
  }
  return name;
}

/** The digest a signature algorithm implies, where nothing else names one (certificates, lists, OCSP). @throws Fault */
export function signatureDigestOf(identifier: DerValue | undefined): DigestName {
  const [id, parameters] = expectSequence(identifier);
  const oid = expectOid(id);
  if (oid === PSS) return digestOf(expectContext(expectSequence(parameters)[0], 0).children[0]);
  const known = SIGNATURES.get(oid);
  if (known === undefined) {
    throw new Fault('signature-algorithm', 'The signature algorithm is not one that is accepted.');
  }
  return known.digest;
}

export interface SignatureScheme {
  readonly padding?: number;
  readonly saltLength?: number;
  readonly dsaEncoding?: 'der';
}

/** How `key` must verify what this AlgorithmIdentifier announces. @throws Fault when they do not fit. */
export function schemeOf(identifier: DerValue | undefined, digest: DigestName, key: KeyObject): SignatureScheme {
  const [id, parameters, ...rest] = expectSequence(identifier);
  const oid = expectOid(id);
  if (rest.length > 0) throw mismatch();
  checkStrength(key);
  if (oid === PSS) return pss(parameters, digest, key);
  const known = oid === RSA ? { key: 'rsa', digest } : SIGNATURES.get(oid);
  if (known === undefined)
    throw new Fault('signature-algorithm', 'The signature algorithm is not one that is accepted.');
  if (known.digest !== digest || known.key !== key.asymmetricKeyType) throw mismatch();
  // RFC 4055 5 wants NULL for RSA and RFC 5758 3.2 nothing for ECDSA; some writers leave NULL out.
  const fits = parameters === undefined || (known.key === 'rsa' && isNull(parameters));
  if (!fits) throw mismatch();
  return known.key === 'rsa' ? { padding: constants.RSA_PKCS1_PADDING } : { dsaEncoding: 'der' };
}

function checkStrength(key: KeyObject): void {
  const details = key.asymmetricKeyDetails;
  const strong =
    key.asymmetricKeyType === 'ec'
      ? CURVES.has(details?.namedCurve ?? '')
      : key.asymmetricKeyType?.startsWith('rsa') === true && (details?.modulusLength ?? 0) >= 2048;
  if (!strong) throw new Fault('key-too-weak', 'The key is of a kind or size that is not accepted.');
}

/** RFC 4055 3.1: same digest for message and mask, everything written out but the trailer. */
function pss(parameters: DerValue | undefined, digest: DigestName, key: KeyObject): SignatureScheme {
  const members = expectSequence(parameters);
  const mask = expectSequence(expectContext(members[1], 1).children[0]);
  const salt = expectInteger(expectContext(members[2], 2).children[0]);
  const fits =
    members.length === 3 &&
    members.every((member) => member.constructed && member.children.length === 1) &&
    digestOf(expectContext(members[0], 0).children[0]) === digest &&
    mask.length === 2 &&
    expectOid(mask[0]) === MGF1 &&
    digestOf(mask[1]) === digest &&
    key.asymmetricKeyType?.startsWith('rsa') === true;
  if (!fits) throw mismatch();
  return { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: salt };
}

function isNull(value: DerValue): boolean {
  return value.tagClass === 'universal' && value.tag === TAG.null;
}

function mismatch(): Fault {
  return new Fault('signature-algorithm', 'Signature algorithm, digest algorithm and key do not fit each other.');
}
