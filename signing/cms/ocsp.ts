/**
 * The Online Certificate Status Protocol (RFC 6960), one certificate a request: writing the request, reading the answer.
 * Whether an answer may be believed is judged in `verification/ocsp.ts`. Left out: signed requests, preferred algorithms.
 */
import { createHash } from 'node:crypto';
import { equalBytes } from '../bytes.ts';
import { err, ok, type Result } from '../result.ts';
import { certificateFacts, type CertificateFacts } from './certificate-facts.ts';
import { encodeDer, fromEncoded, nullValue, objectIdentifier, octetString, sequence, tagged } from './der.ts';
import {
  DerError,
  TAG,
  expectBits,
  expectContext,
  expectEnumerated,
  expectGeneralizedTime,
  expectOctets,
  expectOid,
  expectOnly,
  expectSequence,
  expectUniversal,
  isContext,
  readDer,
  type DerValue,
} from './der-reader.ts';
import { OID } from './oids.ts';
import { readStrictly, type Malformed } from './read-strictly.ts';
import { readExtensionList, readSigned, type SignedStructure } from './signed-structure.ts';

export const OCSP_REQUEST_TYPE = 'application/ocsp-request';
export const OCSP_RESPONSE_TYPE = 'application/ocsp-response';

export interface OcspQuestion {
  readonly subject: CertificateFacts;
  readonly issuer: CertificateFacts;
  /** 1 to 32 random bytes (RFC 8954). */
  readonly nonce: Uint8Array;
}

/** OCSPRequest (4.1.1). SHA-1 names the issuer, as every responder knows it (RFC 5019 2.1.1); nothing rests on it. */
export function encodeOcspRequest({ subject, issuer, nonce }: OcspQuestion): Uint8Array {
  if (nonce.length < 1 || nonce.length > 32) throw new RangeError('an OCSP nonce has 1 to 32 bytes');
  const certId = sequence(
    sequence(objectIdentifier(OID.sha1), nullValue()),
    octetString(digest('sha1', issuer.subject)),
    octetString(digest('sha1', publicKeyBits(issuer))),
    fromEncoded(subject.serialNumber),
  );
  const fresh = sequence(objectIdentifier(OID.ocspNonce), octetString(encodeDer(octetString(nonce))));
  return encodeDer(sequence(sequence(sequence(sequence(certId)), tagged(2, sequence(fresh)))));
}

export type CertificateStatus =
  | { readonly state: 'good' }
  | { readonly state: 'unknown' }
  /** `reason` as CRLReason (RFC 5280 5.3.1); null when not said. */
  | { readonly state: 'revoked'; readonly at: Date; readonly reason: number | null };

export interface SingleStatus {
  readonly certId: DerValue;
  readonly status: CertificateStatus;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | null;
  readonly criticalExtension: boolean;
}

/** A BasicOCSPResponse (4.2.1). Nothing here was verified. */
export interface OcspResponse extends SignedStructure {
  readonly responder: { readonly name: Uint8Array } | { readonly keyHash: Uint8Array };
  readonly producedAt: Date;
  readonly answers: readonly SingleStatus[];
  readonly nonce: Uint8Array | null;
  readonly criticalExtension: boolean;
  readonly certificates: readonly CertificateFacts[];
}

export interface OcspRefused {
  readonly code: 'refused';
  readonly detail: string;
}

/** Reads the outer OCSPResponse, as it is also kept in a DSS. */
export function parseOcspResponse(bytes: Uint8Array): Result<OcspResponse, Malformed | OcspRefused> {
  const read = readStrictly('answer of the OCSP responder', () => {
    const [status, wrapped, ...rest] = expectSequence(readDer(bytes));
    if (rest.length > 0) throw new DerError('unexpected-type', 'members nobody knows');
    const number = expectEnumerated(status);
    return { number, basic: number === 0 ? readBasic(wrapped) : null };
  });
  if (!read.ok) return read;
  const { number, basic } = read.value;
  if (basic === null) {
    const word = STATUS_WORDS.get(number) ?? `status ${number}`;
    return err({ code: 'refused', detail: `The OCSP responder gave no answer: ${word}.` });
  }
  return ok(basic);
}

const STATUS_WORDS: ReadonlyMap<number, string> = new Map([
  [1, 'malformedRequest'],
  [2, 'internalError'],
  [3, 'tryLater'],
  [5, 'sigRequired'],
  [6, 'unauthorized'],
]);

function readBasic(wrapped: DerValue | undefined): OcspResponse {
  const [type, response] = expectSequence(expectOnly(expectContext(wrapped, 0)));
  if (expectOid(type) !== OID.ocspBasic) throw new DerError('unexpected-type', 'an answer of another kind');
  const members = expectSequence(readDer(expectOctets(response)));
  if (members.length > 4) throw new DerError('unexpected-type', 'members nobody knows');
  const data = [...expectSequence(members[0])];
  if (isContext(data[0], 0)) data.shift();
  const [responder, producedAt, answers, wrappedExtensions] = data;
  const extensions =
    wrappedExtensions === undefined ? [] : readExtensionList(expectOnly(expectContext(wrappedExtensions, 1)));
  const nonce = extensions.find(({ id }) => expectOid(id) === OID.ocspNonce);
  return {
    ...readSigned(members),
    responder: readResponder(responder),
    producedAt: expectGeneralizedTime(producedAt),
    answers: expectSequence(answers).map(readSingle),
    nonce: nonce === undefined ? null : expectOctets(readDer(nonce.value.content)),
    criticalExtension: extensions.some(({ critical }) => critical),
    certificates: readCertificates(members[3]),
  };
}

function readResponder(value: DerValue | undefined): OcspResponse['responder'] {
  if (isContext(value, 1)) return { name: expectUniversal(expectOnly(value), TAG.sequence).encoded };
  return { keyHash: expectOctets(expectOnly(expectContext(value, 2))) };
}

function readCertificates(value: DerValue | undefined): readonly CertificateFacts[] {
  if (value === undefined) return [];
  const list = expectSequence(expectOnly(expectContext(value, 0)));
  if (list.length > 10) throw new DerError('unexpected-type', 'more certificates than an answer needs');
  return list.map(({ encoded }) => certificateFacts(encoded));
}

function readSingle(value: DerValue): SingleStatus {
  const [certId, status, thisUpdate, ...rest] = expectSequence(value);
  const next = isContext(rest[0], 0) ? rest.shift() : undefined;
  const extensions = isContext(rest[0], 1) ? readExtensionList(expectOnly(rest[0])) : [];
  return {
    certId: expectUniversal(certId, TAG.sequence),
    status: readStatus(status),
    thisUpdate: expectGeneralizedTime(thisUpdate),
    nextUpdate: next === undefined ? null : expectGeneralizedTime(expectOnly(next)),
    criticalExtension: extensions.some(({ critical }) => critical),
  };
}

function readStatus(value: DerValue | undefined): CertificateStatus {
  if (isContext(value, 0) && value.content.length === 0) return { state: 'good' };
  if (isContext(value, 2) && value.content.length === 0) return { state: 'unknown' };
  const [at, reason] = expectContext(value, 1).children;
  return {
    state: 'revoked',
    at: expectGeneralizedTime(at),
    reason: reason === undefined ? null : expectEnumerated(expectOnly(expectContext(reason, 0))),
  };
}

/** Whether a CertID (4.1.1) names this certificate of this issuer. @throws DerError */
export function isCertIdOf(certId: DerValue, subject: CertificateFacts, issuer: CertificateFacts): boolean {
  const [algorithm, nameHash, keyHash, serial] = expectSequence(certId);
  const name = ID_DIGESTS.get(expectOid(expectSequence(algorithm)[0]));
  return (
    name !== undefined &&
    equalBytes(expectOctets(nameHash), digest(name, issuer.subject)) &&
    equalBytes(expectOctets(keyHash), digest(name, publicKeyBits(issuer))) &&
    equalBytes(expectUniversal(serial, TAG.integer).encoded, subject.serialNumber)
  );
}

const ID_DIGESTS: ReadonlyMap<string, string> = new Map([
  [OID.sha1, 'sha1'],
  [OID.sha256, 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
]);

/** Whether the answer says that it comes from the holder of this certificate (ResponderID, 4.2.1). @throws DerError */
export function isResponder({ responder }: OcspResponse, certificate: CertificateFacts): boolean {
  return 'name' in responder
    ? equalBytes(responder.name, certificate.subject)
    : equalBytes(responder.keyHash, digest('sha1', publicKeyBits(certificate)));
}

/** subjectPublicKey without the octet that counts unused bits. @throws DerError */
function publicKeyBits({ der }: CertificateFacts): Uint8Array {
  const members = expectSequence(expectSequence(readDer(der))[0]);
  const spki = members[isContext(members[0], 0) ? 6 : 5];
  const [, bits] = expectSequence(spki);
  return expectBits(bits);
}

function digest(name: string, bytes: Uint8Array): Uint8Array {
  return createHash(name).update(bytes).digest();
}
