/**
 * The Time-Stamp Protocol (RFC 3161): the request, the answer around a token, and what a token says. Whether a
 * token may be believed is judged in `verification/timestamp.ts`. Left out: extensions of the request; one of TSTInfo that is critical is refused.
 */
import {
  booleanTrue,
  encodeDer,
  integer,
  nullValue,
  objectIdentifier,
  octetString,
  sequence,
  unsignedInteger,
} from './der.ts';
import {
  DerError,
  TAG,
  expectGeneralizedTime,
  expectInteger,
  expectOctets,
  expectOid,
  expectSequence,
  expectUniversal,
  isContext,
  readDer,
  type DerValue,
} from './der-reader.ts';
import { OID } from './oids.ts';
import { readStrictly, type Malformed } from './read-strictly.ts';
import { err, ok, type Result } from '../result.ts';

/** Of the HTTP exchange (RFC 3161 3.4). */
export const TIMESTAMP_QUERY_TYPE = 'application/timestamp-query';
export const TIMESTAMP_REPLY_TYPE = 'application/timestamp-reply';

export interface TimestampRequest {
  /** SHA-256 of what is to be stamped, 32 bytes. */
  readonly digest: Uint8Array;
  /** Fresh random bytes, 8 or more: an old answer cannot be played back. */
  readonly nonce: Uint8Array;
}

/** TimeStampReq (2.4.1) that asks for the certificate of the authority as well. */
export function encodeTimestampRequest({ digest, nonce }: TimestampRequest): Uint8Array {
  if (digest.length !== 32) throw new RangeError('a time-stamp is asked for over a SHA-256 digest');
  if (nonce.length < 8) throw new RangeError('a nonce has 8 bytes or more');
  // NULL parameters: some authorities know the digest algorithm by no other form.
  const imprint = sequence(sequence(objectIdentifier(OID.sha256), nullValue()), octetString(digest));
  return encodeDer(sequence(integer(1), imprint, unsignedInteger(nonce), booleanTrue()));
}

export interface TimestampRefused {
  readonly code: 'refused';
  /** With the reasons the authority gave, by their names in RFC 3161 2.4.2. */
  readonly detail: string;
}

/** The token (ContentInfo, DER) in a TimeStampResp (2.4.2), or why the authority gave none. */
export function parseTimestampResponse(bytes: Uint8Array): Result<Uint8Array, Malformed | TimestampRefused> {
  const read = readStrictly('answer of the time-stamp authority', () => {
    const [statusInfo, token, ...rest] = expectSequence(readDer(bytes));
    const [status, ...details] = expectSequence(statusInfo);
    if (rest.length > 0) throw new DerError('unexpected-type', 'members nobody knows');
    return { status: expectInteger(status), details, token };
  });
  if (!read.ok) return read;
  const { status, details, token } = read.value;
  // 0 granted, 1 granted with modifications; everything else is a refusal.
  if (status > 1) {
    const reasons = failures(details.at(-1));
    const because = reasons.length === 0 ? '' : ` (${reasons.join(', ')})`;
    return err({ code: 'refused', detail: `The time-stamp authority refused with status ${status}${because}.` });
  }
  if (token === undefined) {
    return err({ code: 'malformed', detail: 'The time-stamp authority granted a token and sent none.' });
  }
  return ok(token.encoded);
}

/** PKIFailureInfo: bit numbers and their names. */
const FAILURES: ReadonlyMap<number, string> = new Map([
  [0, 'badAlg'],
  [2, 'badRequest'],
  [5, 'badDataFormat'],
  [14, 'timeNotAvailable'],
  [15, 'unacceptedPolicy'],
  [16, 'unacceptedExtension'],
  [17, 'addInfoNotAvailable'],
  [25, 'systemFailure'],
]);

function failures(info: DerValue | undefined): readonly string[] {
  if (info?.tagClass !== 'universal' || info.tag !== TAG.bitString) return [];
  const bits = info.content.subarray(1);
  return [...FAILURES].filter(([bit]) => ((bits[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0).map(([, name]) => name);
}

/** What an authority states (2.4.2, TSTInfo). Nothing here was verified. */
export interface TstInfo {
  readonly policy: string;
  /** AlgorithmIdentifier of the imprint. */
  readonly imprintAlgorithm: DerValue;
  readonly imprint: Uint8Array;
  /** INTEGER octets. */
  readonly serial: Uint8Array;
  readonly time: Date;
  /** INTEGER octets; null when the authority repeats none. */
  readonly nonce: Uint8Array | null;
  /** How far off the time may be, whole seconds; 0 when not said. */
  readonly accuracy: number;
}

/** @throws DerError */
export function readTstInfo(bytes: Uint8Array): TstInfo {
  const [version, policy, messageImprint, serial, time, ...optional] = expectSequence(readDer(bytes));
  if (expectInteger(version) !== 1) throw new DerError('unexpected-type', 'TSTInfo of another version');
  const [imprintAlgorithm, imprint, ...rest] = expectSequence(messageImprint);
  if (imprintAlgorithm === undefined || rest.length > 0) {
    throw new DerError('unexpected-type', 'the imprint is not algorithm and digest');
  }
  return {
    policy: expectOid(policy),
    imprintAlgorithm,
    imprint: expectOctets(imprint),
    serial: expectUniversal(serial, TAG.integer).content,
    time: expectGeneralizedTime(time),
    ...readOptional(optional),
  };
}

/** accuracy, ordering, nonce, tsa [0], extensions [1]: each at most once and in this order. */
function readOptional(values: readonly DerValue[]): Pick<TstInfo, 'nonce' | 'accuracy'> {
  let at = 0;
  let nonce: Uint8Array | null = null;
  let accuracy = 0;
  for (const value of values) {
    const place = OPTIONAL.findIndex((fits, index) => index >= at && fits(value));
    if (place < 0) throw new DerError('unexpected-type', 'TSTInfo has members nobody knows');
    if (place === NONCE) nonce = value.content;
    if (place === ACCURACY) accuracy = secondsOf(value);
    if (place === EXTENSIONS && value.children.some(isCritical)) {
      throw new DerError('unexpected-type', 'TSTInfo has a critical extension nobody knows');
    }
    at = place + 1;
  }
  return { nonce, accuracy };
}

/** Accuracy: seconds come first, and may be left out. */
function secondsOf({ children: [first] }: DerValue): number {
  return first?.tagClass === 'universal' ? expectInteger(first) : 0;
}

function isCritical(extension: DerValue): boolean {
  return expectSequence(extension).some((member) => isUniversal(member, TAG.boolean) && member.content[0] === 0xff);
}

const isUniversal = (value: DerValue, tag: number): boolean => value.tagClass === 'universal' && value.tag === tag;
const ACCURACY = 0;
const NONCE = 2;
const EXTENSIONS = 4;
const OPTIONAL: readonly ((value: DerValue) => boolean)[] = [
  (value) => isUniversal(value, TAG.sequence),
  (value) => isUniversal(value, TAG.boolean),
  (value) => isUniversal(value, TAG.integer),
  (value) => isContext(value, 0),
  (value) => isContext(value, 1),
];

/** Whether a nonce in a token is the one that was asked with; leading zeros do not count. */
export function isSameNonce(inToken: Uint8Array | null, asked: Uint8Array): boolean {
  const wanted = readDer(encodeDer(unsignedInteger(asked))).content;
  return inToken !== null && Buffer.compare(inToken, wanted) === 0;
}
