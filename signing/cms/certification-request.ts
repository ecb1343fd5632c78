import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { err, ok, type Result } from '../result.ts';
import { signatureAlgorithm } from './certificates.ts';
import {
  DerError,
  expectBits,
  expectInteger,
  expectOid,
  expectSequence,
  expectUniversal,
  isContext,
  readDer,
  TAG,
} from './der-reader.ts';
import {
  bitString,
  encodeDer,
  fromEncoded,
  integer,
  objectIdentifier,
  sequence,
  setOf,
  tagged,
  utf8String,
} from './der.ts';
import { OID } from './oids.ts';

/**
 * PKCS#10 certification requests (RFC 2986): a public key, signed with its private half, which proves that whoever asks has
 * it. No attributes are written; those of others are read over, as nothing in a request decides what is certified.
 */
export interface CertificationRequest {
  readonly publicKey: KeyObject;
  /** Null when the subject has no common name, or none at all. */
  readonly commonName: string | null;
}

export type RequestProblem =
  /** Not a strictly encoded PKCS#10 request, or signed in a way that is not spoken here. */
  | 'malformed'
  /** The signature is not of the key that is in it. */
  | 'proof-invalid'
  /** Neither P-256 nor RSA of 3072 to 4096 bits with the exponent 65537. */
  | 'key-weak';

const LARGEST = 8192;

/** DER. @throws RangeError unless the key is RSA or P-256. */
export function createCertificationRequest(privateKey: KeyObject, commonName: string | null): Uint8Array {
  const name = commonName === null ? [] : [setOf(sequence(objectIdentifier(OID.commonName), utf8String(commonName)))];
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const info = sequence(integer(0), sequence(...name), fromEncoded(spki), tagged(0));
  const signature = sign('sha256', encodeDer(info), privateKey);
  return encodeDer(sequence(info, signatureAlgorithm(privateKey), bitString(signature)));
}

/** Reads a request strictly and checks its signature and the strength of its key. */
export function readCertificationRequest(der: Uint8Array): Result<CertificationRequest, RequestProblem> {
  if (der.length > LARGEST) return err('malformed');
  try {
    const [info, algorithm, bits, ...more] = expectSequence(readDer(der));
    const [version, subject, spki, attributes, ...rest] = expectSequence(info);
    if (more.length > 0 || rest.length > 0 || expectInteger(version) !== 0) return err('malformed');
    if (attributes !== undefined && !isContext(attributes, 0)) return err('malformed');
    const key = publicKeyOf(expectUniversal(spki, TAG.sequence).encoded);
    if (key === null) return err('malformed');
    if (!isStrong(key)) return err('key-weak');
    if (expectOid(expectSequence(algorithm)[0]) !== SIGNED_BY[key.asymmetricKeyType ?? '']) return err('malformed');
    const signature = expectBits(bits);
    if (info === undefined || !verify('sha256', info.encoded, key, signature)) return err('proof-invalid');
    return ok({ publicKey: key, commonName: commonName(expectUniversal(subject, TAG.sequence).encoded) });
  } catch (error) {
    if (error instanceof DerError) return err('malformed');
    throw error;
  }
}

/** Null for what OpenSSL cannot read: its errors have no class of their own. */
function publicKeyOf(spki: Uint8Array): KeyObject | null {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch {
    return null;
  }
}

const SIGNED_BY: Readonly<Record<string, string>> = { rsa: OID.sha256WithRsa, ec: OID.ecdsaWithSha256 };

/** What this project certifies: P-256, or RSA of 3072 to 4096 bits (NIST SP 800-57 part 1, table 2: 128 bits and more). */
export function isStrong(key: KeyObject): boolean {
  const { modulusLength = 0, publicExponent, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'ec') return namedCurve === 'prime256v1';
  return (
    key.asymmetricKeyType === 'rsa' && modulusLength >= 3072 && modulusLength <= 4096 && publicExponent === 65_537n
  );
}

function commonName(name: Uint8Array): string | null {
  for (const part of expectSequence(readDer(name))) {
    for (const attribute of expectUniversal(part, TAG.set).children) {
      const [type, value] = expectSequence(attribute);
      if (expectOid(type) === OID.commonName) return Buffer.from(value?.content ?? []).toString('utf8');
    }
  }
  return null;
}
