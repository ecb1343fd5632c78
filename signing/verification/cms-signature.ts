import { createHash, createVerify, type Verify, type VerifyKeyObjectInput } from 'node:crypto';
import type { CertificateFacts } from '../cms/certificate-facts.ts';
import { expectOctets, expectOid, expectSequence, expectUniversal, TAG, type DerValue } from '../cms/der-reader.ts';
import { OID } from '../cms/oids.ts';
import { equalBytes } from '../bytes.ts';
import { digestOf, schemeOf, type DigestName } from './algorithms.ts';
import { Fault } from './checks.ts';
import type { CmsSignature } from './cms-structure.ts';
import { publicKeyOf } from './public-key.ts';

/** Digest of content given in pieces, so that a large file is never copied. */
export function digestParts(name: DigestName, parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash(name);
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/**
 * The signature is arithmetically right over `content`, and its signed attributes say so (RFC 5652 5.4,
 * RFC 5035). Says nothing about trust. @throws Fault, DerError
 */
export function checkCmsSignature(cms: CmsSignature, content: readonly Uint8Array[]): void {
  const { signedAttributes: attributes } = cms;
  if (attributes === null) {
    if (cms.contentType !== OID.data) {
      throw new Fault('attributes-missing', 'Content other than plain data needs signed attributes.');
    }
  } else {
    const type = attributes.get(OID.contentType);
    if (type === undefined || expectOid(type) !== cms.contentType) {
      throw new Fault('content-type', 'The content-type attribute is missing or names other content.');
    }
    const digest = attributes.get(OID.messageDigest);
    if (digest === undefined) throw new Fault('message-digest-missing', 'The message-digest attribute is missing.');
    if (!equalBytes(expectOctets(digest), digestParts(cms.digest, content))) {
      throw new Fault('digest-mismatch', 'The signed bytes are not the ones that were signed: their digest differs.');
    }
    // Version 1 of the attribute is SHA-1: as good as absent, but in a time-stamp.
    const certificate = attributes.get(OID.signingCertificateV2);
    if (certificate !== undefined) checkSigningCertificate(certificate, cms.signer, 'sha256');
  }
  checkValue(cms, cms.signedBytes === null ? content : [cms.signedBytes]);
}

/**
 * A time-stamp token names the certificate of its authority (RFC 3161 2.4.2): in either version of the attribute (RFC 5816
 * 2.2.1), since authorities went on with the first for long and a certificate made to fit a given SHA-1 digest is out of
 * reach. Called after `checkCmsSignature`, which has checked the second version. @throws Fault, DerError
 */
export function checkAuthorityNamed({ signedAttributes, signer }: CmsSignature): void {
  const first = signedAttributes?.get(OID.signingCertificate);
  if (first !== undefined) checkSigningCertificate(first, signer, 'sha1');
  else if (signedAttributes?.has(OID.signingCertificateV2) !== true) {
    throw new Fault(
      'timestamp-authority-unnamed',
      'The time-stamp does not name the certificate of its authority, as every time-stamp has to.',
      'indeterminate',
    );
  }
}

function checkValue(cms: CmsSignature, signed: readonly Uint8Array[]): void {
  const key = publicKeyOf(cms.signer);
  const scheme = schemeOf(cms.signatureAlgorithm, cms.digest, key);
  const verify = createVerify(cms.digest);
  for (const part of signed) verify.update(part);
  if (!isValid(verify, { key, ...scheme }, cms.signature)) {
    throw new Fault('signature-value', 'The signature value does not verify with the key of the certificate.');
  }
}

/** OpenSSL throws, rather than says no, for parameters out of range such as a salt longer than the key. */
function isValid(verify: Verify, key: VerifyKeyObjectInput, signature: Uint8Array): boolean {
  try {
    return verify.verify(key, signature);
  } catch {
    return false;
  }
}

/**
 * The signer's ESSCertID (SHA-1) or ESSCertIDv2 (SHA-256 unless it names another) comes first (RFC 5035 3, 4, 5): certificate
 * digest, and issuer and serial if given.
 */
function checkSigningCertificate(value: DerValue, signer: CertificateFacts, version: 'sha1' | 'sha256'): void {
  const [list, , ...more] = expectSequence(value);
  if (more.length > 0) throw new Fault('signing-certificate', 'The signing-certificate attribute is malformed.');
  const [first] = expectSequence(list);
  const members = [...expectSequence(first)];
  // Version 2 alone: hashAlgorithm DEFAULT sha-256. Both: certHash OCTET STRING, issuerSerial OPTIONAL
  const explicit = version === 'sha256' && members[0]?.tag === TAG.sequence ? members.shift() : undefined;
  const digest = explicit === undefined ? version : digestOf(explicit);
  const hash = expectOctets(members.shift());
  if (!equalBytes(hash, createHash(digest).update(signer.der).digest())) {
    throw new Fault('signing-certificate', 'The signature names another certificate than the one that is with it.');
  }
  const issuerSerial = members.shift();
  if (members.length > 0) throw new Fault('signing-certificate', 'The signing-certificate attribute is malformed.');
  if (issuerSerial !== undefined) checkIssuerSerial(issuerSerial, signer);
}

function checkIssuerSerial(value: DerValue, signer: CertificateFacts): void {
  const [names, serial] = expectSequence(value);
  const [general] = expectSequence(names);
  const directory = general?.tagClass === 'context' && general.tag === 4 ? general.children[0] : undefined;
  const fits =
    directory !== undefined &&
    equalBytes(directory.encoded, signer.issuer) &&
    equalBytes(expectUniversal(serial, TAG.integer).encoded, signer.serialNumber);
  if (!fits) throw new Fault('signing-certificate', 'Issuer and serial number are not those of the certificate.');
}
