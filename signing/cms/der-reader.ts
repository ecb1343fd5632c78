/**
 * Reading DER strictly (ITU-T X.690 clauses 8, 10, 11): definite minimal lengths, minimal INTEGERs, canonical
 * BOOLEANs, BIT STRING padding of zeros, primitive strings. Whatever passes has one encoding only, so a
 * structure that was read cannot be re-encoded to other bytes. Tag numbers over 30 are not needed and refused.
 */
export type DerErrorCode =
  | 'truncated'
  | 'trailing-bytes'
  | 'indefinite-length'
  | 'length-not-minimal'
  | 'tag-unsupported'
  | 'value-not-canonical'
  | 'nested-too-deep'
  | 'unexpected-type';

export class DerError extends Error {
  readonly code: DerErrorCode;
  constructor(code: DerErrorCode, message: string) {
    super(message);
    this.name = 'DerError';
    this.code = code;
  }
}

export type DerClass = 'universal' | 'application' | 'context' | 'private';

export interface DerValue {
  readonly tagClass: DerClass;
  readonly tag: number;
  readonly constructed: boolean;
  /** Views into the input, not copies. */
  readonly content: Uint8Array;
  readonly encoded: Uint8Array;
  /** Members of a constructed value, empty for a primitive one. */
  readonly children: readonly DerValue[];
}

export const TAG = {
  boolean: 1,
  integer: 2,
  bitString: 3,
  octetString: 4,
  null: 5,
  oid: 6,
  enumerated: 10,
  utf8String: 12,
  sequence: 16,
  set: 17,
  printableString: 19,
  utcTime: 23,
  generalizedTime: 24,
} as const;

const CLASSES: readonly DerClass[] = ['universal', 'application', 'context', 'private'];
const MAX_DEPTH = 48;

/** Exactly one value, nothing after it. @throws DerError */
export function readDer(bytes: Uint8Array): DerValue {
  const { value, end } = readAt(bytes, 0, 0);
  if (end !== bytes.length) throw new DerError('trailing-bytes', 'bytes after the end of the value');
  return value;
}

/** The first value of `bytes` and where it ends: for CMS in zero-padded /Contents. @throws DerError */
export function readDerPrefix(bytes: Uint8Array): { readonly value: DerValue; readonly end: number } {
  return readAt(bytes, 0, 0);
}

function readAt(bytes: Uint8Array, start: number, depth: number): { value: DerValue; end: number } {
  if (depth > MAX_DEPTH) throw new DerError('nested-too-deep', 'values nested too deep');
  const first = octet(bytes, start);
  const tag = first & 0x1f;
  if (tag === 0x1f) throw new DerError('tag-unsupported', 'tag number over 30');
  const constructed = (first & 0x20) !== 0;
  const { length, at } = readLength(bytes, start + 1);
  const end = at + length;
  if (end > bytes.length) throw new DerError('truncated', 'value longer than its input');
  const content = bytes.subarray(at, end);
  const children: DerValue[] = [];
  for (let next = 0; constructed && next < content.length;) {
    const child = readAt(content, next, depth + 1);
    children.push(child.value);
    next = child.end;
  }
  const tagClass = CLASSES[first >> 6] ?? 'private';
  const value = { tagClass, tag, constructed, content, encoded: bytes.subarray(start, end), children };
  if (tagClass === 'universal') checkUniversal(value);
  return { value, end };
}

function readLength(bytes: Uint8Array, start: number): { length: number; at: number } {
  const first = octet(bytes, start);
  if (first < 0x80) return { length: first, at: start + 1 };
  if (first === 0x80) throw new DerError('indefinite-length', 'indefinite length');
  const count = first & 0x7f;
  if (count > 4) throw new DerError('truncated', 'length of more than four octets');
  let length = 0;
  for (let i = 0; i < count; i += 1) length = length * 256 + octet(bytes, start + 1 + i);
  if (octet(bytes, start + 1) === 0 || length < 0x80) throw new DerError('length-not-minimal', 'length not minimal');
  return { length, at: start + 1 + count };
}

function octet(bytes: Uint8Array, at: number): number {
  const value = bytes[at];
  if (value === undefined) throw new DerError('truncated', 'value ends early');
  return value;
}

function checkUniversal({ tag, constructed, content }: DerValue): void {
  const mustBeConstructed = tag === TAG.sequence || tag === TAG.set;
  if (constructed !== mustBeConstructed) {
    throw new DerError('value-not-canonical', `universal tag ${tag} with the wrong construction bit`);
  }
  if (tag === 0) throw new DerError('tag-unsupported', 'tag 0 is reserved');
  const [a, b] = content;
  if (tag === TAG.integer) {
    const padded = b !== undefined && ((a === 0 && b < 0x80) || (a === 0xff && b >= 0x80));
    if (a === undefined || padded) throw new DerError('value-not-canonical', 'INTEGER not minimal');
  } else if (tag === TAG.boolean) {
    if (content.length !== 1 || (a !== 0 && a !== 0xff))
      throw new DerError('value-not-canonical', 'BOOLEAN not canonical');
  } else if (tag === TAG.null) {
    if (content.length !== 0) throw new DerError('value-not-canonical', 'NULL with content');
  } else if (tag === TAG.bitString) {
    const last = content.at(-1) ?? 0;
    const wrong = a === undefined || a > 7 || (content.length === 1 && a > 0) || (last & ((1 << a) - 1)) !== 0;
    if (wrong) throw new DerError('value-not-canonical', 'BIT STRING padding');
  } else if (tag === TAG.oid) {
    checkOid(content);
  }
}

function checkOid(content: Uint8Array): void {
  let fresh = true;
  for (const part of content) {
    if (fresh && part === 0x80) throw new DerError('value-not-canonical', 'OBJECT IDENTIFIER arc not minimal');
    fresh = part < 0x80;
  }
  if (content.length === 0 || !fresh) throw new DerError('value-not-canonical', 'OBJECT IDENTIFIER ends early');
}

/** Narrowing reads of values already parsed; each throws `DerError('unexpected-type')`. */
export function expectUniversal(value: DerValue | undefined, tag: number): DerValue {
  if (value?.tagClass !== 'universal' || value.tag !== tag) {
    throw new DerError('unexpected-type', `expected universal tag ${tag}`);
  }
  return value;
}

export function expectSequence(value: DerValue | undefined): readonly DerValue[] {
  return expectUniversal(value, TAG.sequence).children;
}

/** Members of a SET OF, which DER wants in ascending order of their encodings. */
export function expectSetOf(value: DerValue | undefined): readonly DerValue[] {
  const { children } = expectUniversal(value, TAG.set);
  checkSetOrder(children);
  return children;
}

export function checkSetOrder(members: readonly DerValue[]): void {
  members.forEach((member, index) => {
    const before = members[index - 1];
    if (before !== undefined && Buffer.compare(before.encoded, member.encoded) > 0) {
      throw new DerError('value-not-canonical', 'SET OF not in DER order');
    }
  });
}

export type ContextValue = DerValue & { readonly tagClass: 'context' };

export function isContext(value: DerValue | undefined, tag: number): value is ContextValue {
  return value?.tagClass === 'context' && value.tag === tag;
}

export function expectContext(value: DerValue | undefined, tag: number): DerValue {
  if (!isContext(value, tag)) throw new DerError('unexpected-type', `expected context tag ${tag}`);
  return value;
}

export function expectOid(value: DerValue | undefined): string {
  const { content } = expectUniversal(value, TAG.oid);
  const arcs: number[] = [];
  let arc = 0;
  for (const part of content) {
    arc = arc * 128 + (part & 0x7f);
    if (!Number.isSafeInteger(arc)) throw new DerError('value-not-canonical', 'OBJECT IDENTIFIER arc too large');
    if (part < 0x80) {
      arcs.push(arc);
      arc = 0;
    }
  }
  const [joined = 0, ...rest] = arcs;
  const top = Math.min(2, Math.floor(joined / 40));
  return [top, joined - 40 * top, ...rest].join('.');
}

/** A small non-negative INTEGER (up to 31 bits). */
export function expectInteger(value: DerValue | undefined): number {
  const { content } = expectUniversal(value, TAG.integer);
  if (content.length > 4 || (content[0] ?? 0) >= 0x80) throw new DerError('unexpected-type', 'INTEGER out of range');
  return content.reduce((sum, part) => sum * 256 + part, 0);
}

export function expectOctets(value: DerValue | undefined): Uint8Array {
  return expectUniversal(value, TAG.octetString).content;
}

/** UTCTime or GeneralizedTime in whole seconds, UTC. */
export function expectTime(value: DerValue | undefined): Date {
  const text = Buffer.from(value?.content ?? []).toString('latin1');
  const utc = value?.tagClass === 'universal' && value.tag === TAG.utcTime;
  const general = value?.tagClass === 'universal' && value.tag === TAG.generalizedTime;
  const match = (utc ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/ : /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/).exec(
    text,
  );
  if (match === null || !(utc || general)) throw new DerError('unexpected-type', 'expected a time');
  const [year = 0, month = 0, ...rest] = match.slice(1).map(Number);
  const full = general ? year : year + (year < 50 ? 2000 : 1900);
  const [day = 0, hour = 0, minute = 0, second = 0] = rest;
  return new Date(Date.UTC(full, month - 1, day, hour, minute, second));
}

/** GeneralizedTime in UTC, fractions of a second allowed and read to the millisecond (RFC 3161 2.4.2). */
export function expectGeneralizedTime(value: DerValue | undefined): Date {
  const text = Buffer.from(expectUniversal(value, TAG.generalizedTime).content).toString('latin1');
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d+)?Z$/.exec(text);
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '', fraction = ''] = match ?? [];
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction.slice(0, 4)}Z`);
  if (match === null || Number.isNaN(time.getTime())) throw new DerError('unexpected-type', 'expected a time');
  return time;
}

/** BIT STRING of whole octets, as signatures and keys are. */
export function expectBits(value: DerValue | undefined): Uint8Array {
  const { content } = expectUniversal(value, TAG.bitString);
  if (content[0] !== 0) throw new DerError('unexpected-type', 'expected a BIT STRING of whole octets');
  return content.subarray(1);
}

/** A small ENUMERATED (up to 127). */
export function expectEnumerated(value: DerValue | undefined): number {
  const { content } = expectUniversal(value, TAG.enumerated);
  const [number] = content;
  if (number === undefined || content.length > 1 || number >= 0x80) {
    throw new DerError('unexpected-type', 'ENUMERATED out of range');
  }
  return number;
}

/** The one value inside an EXPLICIT tag. */
export function expectOnly(wrapper: DerValue): DerValue {
  const [value, ...rest] = wrapper.children;
  if (value === undefined || rest.length > 0)
    throw new DerError('unexpected-type', 'a wrapper does not hold one value');
  return value;
}
