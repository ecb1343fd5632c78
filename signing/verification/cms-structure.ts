import { certificateFacts, type CertificateFacts } from '../cms/certificate-facts.ts';
import {
  TAG,
  checkSetOrder,
  expectContext,
  expectInteger,
  expectOctets,
  expectOid,
  expectSequence,
  expectSetOf,
  expectUniversal,
  isContext,
  readDer,
  type DerValue,
} from '../cms/der-reader.ts';
import { OID } from '../cms/oids.ts';
import { digestOf, type DigestName } from './algorithms.ts';
import { Fault } from './checks.ts';

/**
 * CMS SignedData (RFC 5652 5) with exactly one SignerInfo, read so strictly that no bit outside the signed
 * parts is free: versions, algorithm identifiers and sets have one accepted form each. CRLs inside
 * (`crls [1]`) and a signer named by key identifier in other than version 3 are refused.
 */
export interface CmsSignature {
  readonly contentType: string;
  /** Encapsulated content; null when detached. */
  readonly content: Uint8Array | null;
  readonly certificates: readonly CertificateFacts[];
  readonly signer: CertificateFacts;
  readonly digest: DigestName;
  /** By OID, each once with one value; null when the signature is over the content itself. */
  readonly signedAttributes: ReadonlyMap<string, DerValue> | null;
  /** What the signature value covers, or null for the content itself: the attributes as a SET. */
  readonly signedBytes: Uint8Array | null;
  readonly signatureAlgorithm: DerValue;
  readonly signature: Uint8Array;
  readonly unsignedAttributes: ReadonlyMap<string, readonly DerValue[]>;
}

/** @throws Fault, DerError */
export function readCms(der: Uint8Array): CmsSignature {
  const outer = expectSequence(readDer(der));
  if (outer.length !== 2 || expectOid(outer[0]) !== OID.signedData) {
    throw new Fault('cms-not-signed-data', 'The signature is not a CMS SignedData.');
  }
  const parts = [...expectSequence(only(expectContext(outer[1], 0)))];
  const version = expectInteger(parts.shift());
  const digests = expectSetOf(parts.shift()).map(digestOf);
  const encapsulated = readEncapsulated(parts.shift());
  const certificates = readCertificates(isContext(parts[0], 0) ? parts.shift() : undefined);
  if (isContext(parts[0], 1)) {
    throw new Fault(
      'cms-revocation-inside',
      'The signature carries revocation lists that nothing signs.',
      'indeterminate',
    );
  }
  const signers = expectSetOf(parts.shift());
  if (parts.length > 0) throw new Fault('cms-structure', 'The signature has members CMS does not know.');
  if (signers.length !== 1)
    throw new Fault('signer-count', `The CMS has ${signers.length} signers; exactly one is accepted.`);
  const signerInfo = readSignerInfo(signers[0], certificates);
  if (digests.length !== 1 || digests[0] !== signerInfo.digest) {
    throw new Fault('digest-algorithm', 'The announced digest algorithms are not exactly the one the signer used.');
  }
  const expected = encapsulated.contentType === OID.data && signerInfo.version === 1 ? 1 : 3;
  if (version !== expected)
    throw new Fault('cms-version', `SignedData has version ${version} where ${expected} belongs.`);
  return { ...encapsulated, certificates, ...signerInfo };
}

function readEncapsulated(value: DerValue | undefined): { contentType: string; content: Uint8Array | null } {
  const [type, wrapped, ...rest] = expectSequence(value);
  if (rest.length > 0) throw new Fault('cms-structure', 'The content info has members CMS does not know.');
  const content = wrapped === undefined ? null : expectOctets(only(expectContext(wrapped, 0)));
  return { contentType: expectOid(type), content };
}

/** More than any chain with its authorities; each is held against each other. */
const MAX_CERTIFICATES = 50;

/** Only X.509 certificates; order is free, as many writers do not sort them. */
function readCertificates(value: DerValue | undefined): readonly CertificateFacts[] {
  if (value === undefined) return [];
  if (!value.constructed) throw new Fault('cms-structure', 'The certificates are not a set.');
  if (value.children.length > MAX_CERTIFICATES) {
    const words = `The signature holds ${value.children.length} certificates; no more than ${MAX_CERTIFICATES} are judged.`;
    throw new Fault('too-many-certificates', words, 'indeterminate');
  }
  const seen = new Set<string>();
  return value.children.map((child) => {
    expectUniversal(child, TAG.sequence);
    const key = Buffer.from(child.encoded).toString('base64');
    if (seen.has(key)) throw new Fault('certificate-twice', 'A certificate is in the signature twice.');
    seen.add(key);
    return certificateFacts(child.encoded);
  });
}

type SignerInfo = Omit<CmsSignature, 'contentType' | 'content' | 'certificates'> & { readonly version: 1 | 3 };

function readSignerInfo(value: DerValue | undefined, certificates: readonly CertificateFacts[]): SignerInfo {
  const parts = [...expectSequence(value)];
  const version = expectInteger(parts.shift());
  const identifier = parts.shift();
  const byKey = isContext(identifier, 0);
  if (version !== (byKey ? 3 : 1))
    throw new Fault('cms-version', 'The SignerInfo version does not fit its identifier.');
  const signer = certificates.find((certificate) => names(certificate, identifier, byKey));
  if (signer === undefined) {
    throw new Fault('signer-certificate-missing', 'No certificate in the signature is the one its signer is named by.');
  }
  const digest = digestOf(parts.shift());
  const signed = isContext(parts[0], 0) ? parts.shift() : undefined;
  const signatureAlgorithm = expectUniversal(parts.shift(), TAG.sequence);
  const signature = expectOctets(parts.shift());
  const unsigned = isContext(parts[0], 1) ? parts.shift() : undefined;
  if (parts.length > 0) throw new Fault('cms-structure', 'The SignerInfo has members CMS does not know.');
  return {
    version: byKey ? 3 : 1,
    signer,
    digest,
    signedAttributes: signed === undefined ? null : singleValues(readAttributes(signed)),
    signedBytes: signed === undefined ? null : retagged(signed),
    signatureAlgorithm,
    signature,
    unsignedAttributes: unsigned === undefined ? new Map<string, readonly DerValue[]>() : readAttributes(unsigned),
  };
}

function names(certificate: CertificateFacts, identifier: DerValue | undefined, byKey: boolean): boolean {
  if (byKey) {
    const ski = certificate.subjectKeyIdentifier;
    return ski !== null && identifier?.constructed === false && Buffer.compare(ski, identifier.content) === 0;
  }
  const [issuer, serial, ...rest] = expectSequence(identifier);
  return (
    rest.length === 0 &&
    Buffer.compare(certificate.issuer, issuer?.encoded ?? new Uint8Array()) === 0 &&
    Buffer.compare(certificate.serialNumber, serial?.encoded ?? new Uint8Array()) === 0
  );
}

/** Attributes by type, each type once (RFC 5652 5.3, 11). */
function readAttributes(set: DerValue): ReadonlyMap<string, readonly DerValue[]> {
  if (!set.constructed || set.children.length === 0) throw new Fault('attributes', 'An attribute set is empty.');
  checkSetOrder(set.children);
  const found = new Map<string, readonly DerValue[]>();
  for (const attribute of set.children) {
    const [type, values, ...rest] = expectSequence(attribute);
    const id = expectOid(type);
    const members = expectSetOf(values);
    if (found.has(id)) throw new Fault('attribute-twice', 'An attribute is in the signature twice.');
    if (rest.length > 0 || members.length === 0) throw new Fault('attributes', 'An attribute is not type and values.');
    found.set(id, members);
  }
  return found;
}

function singleValues(attributes: ReadonlyMap<string, readonly DerValue[]>): ReadonlyMap<string, DerValue> {
  return new Map(
    [...attributes].map(([id, [value, ...more]]) => {
      if (value === undefined || more.length > 0)
        throw new Fault('attributes', 'A signed attribute has not one value.');
      return [id, value];
    }),
  );
}

/** The signature covers the attributes as a SET, not under their context tag (RFC 5652 5.4). */
function retagged(set: DerValue): Uint8Array {
  const bytes = Uint8Array.from(set.encoded);
  bytes[0] = 0x31;
  return bytes;
}

function only(wrapper: DerValue): DerValue {
  const [value, ...rest] = wrapper.children;
  if (value === undefined || rest.length > 0) throw new Fault('cms-structure', 'A wrapper does not hold one value.');
  return value;
}
