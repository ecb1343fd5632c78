import { createHash, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { certificateFacts, KEY_USAGES, type KeyUsageName } from './certificate-facts.ts';
import { expectSequence, readDer } from './der-reader.ts';
import {
  bitString,
  booleanTrue,
  encodeDer,
  fromEncoded,
  integer,
  nullValue,
  objectIdentifier,
  octetString,
  printableString,
  sequence,
  setOf,
  tagged,
  taggedPrimitive,
  time,
  unsignedInteger,
  utf8String,
  type Der,
} from './der.ts';
import { OID } from './oids.ts';

/** Issues X.509 v3 certificates (RFC 5280), SHA-256 with RSA or P-256. No CRL or OCSP pointers: the demo CA has none. */
export type CertificateProfile = 'root-ca' | 'issuing-ca' | 'seal' | 'escrow' | 'device' | 'tsa';

export interface CertificateRequest {
  readonly profile: CertificateProfile;
  readonly subject: { readonly commonName: string; readonly organization?: string; readonly country?: string };
  readonly publicKey: KeyObject;
  /** `certificate: 'self'` signs the subject's own name with `privateKey`. */
  readonly issuer: { readonly certificate: Uint8Array | 'self'; readonly privateKey: KeyObject };
  /** Big-endian, at most 20 octets, not all zero. */
  readonly serial: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

interface Profile {
  readonly usages: readonly KeyUsageName[];
  /** 'any' when further authorities may follow, 0 when not, null for an end entity. */
  readonly authority: 'any' | 0 | null;
  readonly extended?: string;
}

/*
 * No extended key usage but for time-stamping (RFC 3161 2.3 wants it critical and alone): readers judge document
 * signatures by key usage, and any other value makes `openssl cms -verify` ask for -purpose.
 */
const PROFILES: Readonly<Record<CertificateProfile, Profile>> = {
  'root-ca': { usages: ['keyCertSign', 'cRLSign'], authority: 'any' },
  'issuing-ca': { usages: ['keyCertSign', 'cRLSign'], authority: 0 },
  seal: { usages: ['digitalSignature', 'nonRepudiation'], authority: null },
  escrow: { usages: ['keyEncipherment'], authority: null },
  device: { usages: ['digitalSignature'], authority: null },
  tsa: { usages: ['digitalSignature', 'nonRepudiation'], authority: null, extended: OID.timeStamping },
};

/** DER of the certificate. @throws RangeError for a serial or key this profile of X.509 does not allow. */
export function issueCertificate(request: CertificateRequest): Uint8Array {
  const { issuer, serial } = request;
  if (serial.length > 20 || serial.every((octet) => octet === 0)) throw new RangeError('serial out of range');
  const subject = distinguishedName(request.subject);
  const issuerFacts = issuer.certificate === 'self' ? null : certificateFacts(issuer.certificate);
  const spki = request.publicKey.export({ type: 'spki', format: 'der' });
  const algorithm = signatureAlgorithm(issuer.privateKey);
  const authorityKey = issuerFacts?.subjectKeyIdentifier ?? keyIdentifier(spkiOf(issuer.privateKey));
  const tbs = sequence(
    tagged(0, integer(2)),
    unsignedInteger(serial),
    algorithm,
    issuerFacts === null ? subject : fromEncoded(issuerFacts.subject),
    sequence(time(request.notBefore), time(request.notAfter)),
    subject,
    fromEncoded(spki),
    tagged(3, sequence(...extensions(PROFILES[request.profile], keyIdentifier(spki), authorityKey))),
  );
  const signature = sign('sha256', encodeDer(tbs), issuer.privateKey);
  return encodeDer(sequence(tbs, algorithm, bitString(signature)));
}

/** RFC 7093 method 1: the leftmost 160 bits of SHA-256 of the public key bits. */
export function keyIdentifier(spki: Uint8Array): Uint8Array {
  const [, bits] = expectSequence(readDer(spki));
  return createHash('sha256')
    .update(bits?.content.subarray(1) ?? '')
    .digest()
    .subarray(0, 20);
}

function spkiOf(privateKey: KeyObject): Uint8Array {
  return createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
}

/** AlgorithmIdentifier by which `key` signs here. @throws RangeError unless RSA or P-256. */
export function signatureAlgorithm(key: KeyObject): Der {
  if (key.asymmetricKeyType === 'rsa') return sequence(objectIdentifier(OID.sha256WithRsa), nullValue());
  if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') {
    return sequence(objectIdentifier(OID.ecdsaWithSha256));
  }
  throw new RangeError('only RSA and P-256 keys sign here');
}

function distinguishedName({ country, organization, commonName }: CertificateRequest['subject']): Der {
  const part = (id: string, value: Der): Der => setOf(sequence(objectIdentifier(id), value));
  return sequence(
    ...(country === undefined ? [] : [part(OID.country, printableString(country))]),
    ...(organization === undefined ? [] : [part(OID.organization, utf8String(organization))]),
    part(OID.commonName, utf8String(commonName)),
  );
}

function extensions(profile: Profile, subjectKey: Uint8Array, authorityKey: Uint8Array): readonly Der[] {
  const { authority, extended } = profile;
  const constraints = [...(authority === null ? [] : [booleanTrue()]), ...(authority === 0 ? [integer(0)] : [])];
  return [
    extension(OID.basicConstraints, true, sequence(...constraints)),
    extension(OID.keyUsage, true, usageBits(profile.usages)),
    ...(extended === undefined ? [] : [extension(OID.extendedKeyUsage, true, sequence(objectIdentifier(extended)))]),
    extension(OID.subjectKeyIdentifier, false, octetString(subjectKey)),
    extension(OID.authorityKeyIdentifier, false, sequence(taggedPrimitive(0, authorityKey))),
  ];
}

function extension(id: string, critical: boolean, value: Der): Der {
  return sequence(objectIdentifier(id), ...(critical ? [booleanTrue()] : []), octetString(encodeDer(value)));
}

/** Named bit list: trailing zero bits are left out (X.690 11.2.2). */
function usageBits(usages: readonly KeyUsageName[]): Der {
  const last = Math.max(...usages.map((usage) => KEY_USAGES.indexOf(usage)));
  const bytes = new Uint8Array((last >> 3) + 1);
  for (const usage of usages) {
    const bit = KEY_USAGES.indexOf(usage);
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  }
  return bitString(bytes, 7 - (last & 7));
}
