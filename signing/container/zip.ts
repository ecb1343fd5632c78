import { crc32, inflateRawSync } from 'node:zlib';
import { err, ok, type Result } from '../result.ts';
import { decodeEntryName, foldEntryName, isSafeEntryName } from './zip-names.ts';
import { CENTRAL_BYTES, END_BYTES, FLAG_UTF8, LOCAL_BYTES, SIGNATURE, zipParts, type ZipEntry } from './zip-writer.ts';

/**
 * Reads a ZIP strictly: everything the central directory says must hold in the local headers, entries must fill
 * the file without gaps, and names must be safe and distinct, so that no two readers see different content
 * (formats 4.5). Deflated entries of other products are read within the limits.
 */
export interface ZipLimits {
  readonly entries: number;
  /** All entries together, expanded, bytes. */
  readonly totalBytes: number;
  /** Of them, what is compressed: a small file must not fill the memory. */
  readonly inflatedBytes: number;
}
/** A statement and a capture for each of the signatures that intake allows (`DOCUMENT_LIMITS`), and as many again. */
export const PACKAGE_LIMITS: ZipLimits = { entries: 5_000, totalBytes: 2 ** 31, inflatedBytes: 2 ** 28 };

export interface ZipContents {
  readonly entries: readonly ZipEntry[];
  /** Whether writing these entries gives exactly the bytes read: true for our own containers. */
  readonly canonical: boolean;
}

export type ZipProblemCode =
  | 'not-a-zip'
  | 'data-around'
  | 'feature-unsupported'
  | 'header-damaged'
  | 'headers-disagree'
  | 'name-unsafe'
  | 'name-twice'
  | 'link'
  | 'too-many-entries'
  | 'too-large'
  | 'content-damaged';

export interface ZipProblem {
  readonly code: ZipProblemCode;
  /** Number of the entry in the central directory, from 0; null for the container itself. */
  readonly entry: number | null;
}

interface Central {
  readonly index: number;
  readonly name: string;
  readonly rawName: Buffer;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

/** Entries in the order of their bytes; directory entries are left out. The bytes are views where stored. */
export function readZip(bytes: Uint8Array, limits: ZipLimits = PACKAGE_LIMITS): Result<ZipContents, ZipProblem> {
  try {
    const entries = readEntries(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), limits);
    return ok({ entries, canonical: isWritten(bytes, entries) });
  } catch (error) {
    if (error instanceof Refused) return err(error.problem);
    throw error;
  }
}

/** Whether `bytes` is a container in the one form `writeZip` gives. */
export function isCanonicalZip(bytes: Uint8Array, limits: ZipLimits = PACKAGE_LIMITS): boolean {
  const read = readZip(bytes, limits);
  return read.ok && read.value.canonical;
}

class Refused extends Error {
  readonly problem: ZipProblem;
  constructor(code: ZipProblemCode, entry: number | null) {
    super(code);
    this.problem = { code, entry };
  }
}

function refuse(code: ZipProblemCode, entry: number | null = null): never {
  throw new Refused(code, entry);
}

function readEntries(file: Buffer, limits: ZipLimits): readonly ZipEntry[] {
  const directory = readDirectory(file, limits);
  const inOrder = [...directory.entries].sort((a, b) => a.offset - b.offset);
  const entries: ZipEntry[] = [];
  let at = 0;
  for (const central of inOrder) {
    if (central.offset !== at) refuse(at === 0 ? 'data-around' : 'headers-disagree', central.index);
    const start = checkLocal(file, central, directory.offset);
    const end = start + central.packed;
    at = end + descriptorLength(file, central, end);
    if (at > directory.offset) refuse('header-damaged', central.index);
    const content = unpack(file.subarray(start, end), central);
    if (!central.name.endsWith('/')) entries.push({ name: central.name, bytes: content });
    else if (content.length > 0) refuse('name-unsafe', central.index);
  }
  if (at !== directory.offset) refuse('data-around');
  return entries;
}

function readDirectory(file: Buffer, limits: ZipLimits): { offset: number; entries: readonly Central[] } {
  const end = findEnd(file);
  const count = file.readUInt16LE(end + 10);
  const size = file.readUInt32LE(end + 12);
  const offset = file.readUInt32LE(end + 16);
  if (file.readUInt32LE(end + 4) !== 0 || file.readUInt16LE(end + 8) !== count) refuse('feature-unsupported');
  if (count === 0xffff || size === 0xffffffff || offset === 0xffffffff) refuse('feature-unsupported');
  if (count > limits.entries) refuse('too-many-entries');
  if (offset + size !== end) refuse('data-around');
  const entries: Central[] = [];
  const seen = new Set<string>();
  let total = 0;
  let inflated = 0;
  let at = offset;
  for (let index = 0; index < count; index += 1) {
    const { central, next } = readCentral(file, at, end, index);
    const folded = foldEntryName(central.name);
    if (seen.has(folded)) refuse('name-twice', index);
    seen.add(folded);
    total += central.size;
    if (central.method !== 0) inflated += central.size;
    if (total > limits.totalBytes || inflated > limits.inflatedBytes) refuse('too-large', index);
    entries.push(central);
    at = next;
  }
  if (at !== end) refuse('data-around');
  return { offset, entries };
}

/** The end record closes the file; a comment may follow it but may not hold another end record. */
function findEnd(file: Buffer): number {
  if (file.length < END_BYTES) refuse('not-a-zip');
  const earliest = Math.max(0, file.length - END_BYTES - 0xffff);
  for (let at = file.length - END_BYTES; at >= earliest; at -= 1) {
    if (file.readUInt32LE(at) !== SIGNATURE.end) continue;
    if (at + END_BYTES + file.readUInt16LE(at + 20) !== file.length) refuse('data-around');
    return at;
  }
  return refuse('not-a-zip');
}

function readCentral(file: Buffer, at: number, end: number, index: number): { central: Central; next: number } {
  if (at + CENTRAL_BYTES > end || file.readUInt32LE(at) !== SIGNATURE.central) refuse('header-damaged', index);
  const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => file.readUInt16LE(at + field));
  const nameEnd = at + CENTRAL_BYTES + (nameLength ?? 0);
  const next = nameEnd + (extraLength ?? 0) + (commentLength ?? 0);
  if (next > end) refuse('header-damaged', index);
  const rawName = file.subarray(at + CENTRAL_BYTES, nameEnd);
  const name = decodeEntryName(rawName);
  const flags = file.readUInt16LE(at + 8);
  if (namesAnother(file.subarray(nameEnd, nameEnd + (extraLength ?? 0)), rawName)) refuse('headers-disagree', index);
  if (name === null || !isSafeEntryName(name.replace(/\/$/, ''))) return refuse('name-unsafe', index);
  // Without bit 11 the name is CP437 by the book: only its ASCII part reads the same everywhere.
  if ((flags & FLAG_UTF8) === 0 && rawName.some((octet) => octet >= 0x80)) refuse('name-unsafe', index);
  const method = file.readUInt16LE(at + 10);
  // Encryption, patches and strong encryption; only stored and deflated.
  if ((flags & 0x2061) !== 0 || (method !== 0 && method !== 8)) refuse('feature-unsupported', index);
  const unix = file.readUInt8(at + 5) === 3 ? file.readUInt32LE(at + 38) >>> 28 : 0;
  if (unix !== 0 && unix !== 0x8 && unix !== 0x4) refuse('link', index);
  const packed = file.readUInt32LE(at + 20);
  const size = file.readUInt32LE(at + 24);
  const offset = file.readUInt32LE(at + 42);
  if (packed === 0xffffffff || size === 0xffffffff || offset === 0xffffffff) refuse('feature-unsupported', index);
  if (file.readUInt16LE(at + 34) !== 0) refuse('feature-unsupported', index);
  return {
    central: { index, name, rawName, flags, method, crc: file.readUInt32LE(at + 16), packed, size, offset },
    next,
  };
}

/** Where the entry's data starts; the local header must say what the directory says. */
function checkLocal(file: Buffer, central: Central, limit: number): number {
  const { index, offset, rawName, flags, method } = central;
  if (offset + LOCAL_BYTES > limit || file.readUInt32LE(offset) !== SIGNATURE.local) refuse('header-damaged', index);
  const nameEnd = offset + LOCAL_BYTES + file.readUInt16LE(offset + 26);
  const start = nameEnd + file.readUInt16LE(offset + 28);
  if (start + central.packed > limit) refuse('header-damaged', index);
  const same =
    rawName.equals(file.subarray(offset + LOCAL_BYTES, nameEnd)) &&
    file.readUInt16LE(offset + 6) === flags &&
    file.readUInt16LE(offset + 8) === method;
  const later = (flags & 8) !== 0;
  const sums = [file.readUInt32LE(offset + 14), file.readUInt32LE(offset + 18), file.readUInt32LE(offset + 22)];
  const expected = later ? [0, 0, 0] : [central.crc, central.packed, central.size];
  const sumsMatch = sums.every(
    (sum, i) => sum === expected[i] || (later && sum === [central.crc, central.packed, central.size][i]),
  );
  if (!same || !sumsMatch || namesAnother(file.subarray(nameEnd, start), rawName)) refuse('headers-disagree', index);
  return start;
}

/** Info-ZIP Unicode Path (APPNOTE 4.6.9): some readers take the name from there. */
const UNICODE_PATH = 0x7075;

/** Whether an extra field gives the entry another name, or cannot be read so far. */
function namesAnother(extra: Buffer, rawName: Buffer): boolean {
  let at = 0;
  while (at + 4 <= extra.length) {
    const end = at + 4 + extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === UNICODE_PATH && !extra.subarray(at + 9, end).equals(rawName)) return true;
    at = end;
  }
  return false;
}

/** Bit 3: checksum and sizes follow the data, with or without a signature of their own. */
function descriptorLength(file: Buffer, { flags, index, crc, packed, size }: Central, at: number): number {
  if ((flags & 8) === 0) return 0;
  if (at + 16 > file.length) refuse('header-damaged', index);
  const marked = file.readUInt32LE(at) === SIGNATURE.descriptor ? 4 : 0;
  const found = [0, 4, 8].map((field) => file.readUInt32LE(at + marked + field));
  if (![crc, packed, size].every((sum, i) => sum === found[i])) refuse('headers-disagree', index);
  return 12 + marked;
}

function unpack(packed: Buffer, { index, method, crc, size }: Central): Uint8Array {
  const content = method === 0 ? packed : inflate(packed, size, index);
  if (content.length !== size || crc32(content) !== crc) refuse('content-damaged', index);
  return content;
}

/** Never expands past the size the headers admit to, which was counted against the limit. */
function inflate(packed: Buffer, size: number, index: number): Buffer {
  try {
    // @types/node does not know what `info: true` gives.
    const { buffer, engine } = inflateRawSync(packed, {
      maxOutputLength: Math.max(1, size),
      info: true,
    }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    if (engine.bytesWritten !== packed.length) refuse('content-damaged', index);
    return buffer;
  } catch (error) {
    if (error instanceof Refused) throw error;
    return refuse('content-damaged', index);
  }
}

function isWritten(bytes: Uint8Array, entries: readonly ZipEntry[]): boolean {
  let at = 0;
  for (const part of zipParts(entries)) {
    if (Buffer.compare(part, bytes.subarray(at, at + part.length)) !== 0) return false;
    at += part.length;
  }
  return at === bytes.length;
}
