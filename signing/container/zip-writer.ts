import { crc32 } from 'node:zlib';
import { join, utf8 } from '../bytes.ts';
import { foldEntryName, isSafeEntryName } from './zip-names.ts';

/**
 * ZIP in one fixed form (APPNOTE 6.3.x, the part ASiC needs): every entry stored, in the order given, one fixed
 * date, no extra fields, no comments, nothing between or around. Same entries, same bytes: so any flipped bit of a
 * container shows, even in fields that other readers ignore. Left out: compression, ZIP64, encryption.
 */
export interface ZipEntry {
  /** Relative, forward slashes. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export const SIGNATURE = { local: 0x04034b50, central: 0x02014b50, end: 0x06054b50, descriptor: 0x08074b50 } as const;
export const LOCAL_BYTES = 30;
export const CENTRAL_BYTES = 46;
export const END_BYTES = 22;
/** Bit 11: the name is UTF-8. */
export const FLAG_UTF8 = 0x0800;

/** 1 January 1980, 00:00: the zero of DOS time. */
const DOS_DATE = 0x0021;
const VERSION = 10;

/** @throws RangeError for an unsafe or repeated name, or more than ZIP without ZIP64 can hold. */
export function writeZip(entries: readonly ZipEntry[]): Uint8Array {
  return join(zipParts(entries));
}

/** The container in pieces, in order; the entries' bytes are passed through, not copied. @throws RangeError */
export function zipParts(entries: readonly ZipEntry[]): readonly Uint8Array[] {
  const names = new Set(entries.map(({ name }) => foldEntryName(name)));
  if (names.size !== entries.length) throw new RangeError('entry name twice');
  if (entries.length > 0xfffe) throw new RangeError('too many entries');
  const local: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let offset = 0;
  for (const { name, bytes } of entries) {
    if (!isSafeEntryName(name)) throw new RangeError('entry name not allowed');
    const encoded = utf8(name);
    const common = commonFields(encoded, bytes);
    local.push(localHeader(common, encoded), bytes);
    central.push(centralHeader(common, encoded, offset));
    offset += LOCAL_BYTES + encoded.length + bytes.length;
    if (offset > 0xfffffffe) throw new RangeError('container too large');
  }
  const directory = join(central);
  return [...local, directory, endRecord(entries.length, directory.length, offset)];
}

/** The 26 bytes that local and central headers share: from 'version needed' to the length of the extra field. */
function commonFields(encoded: Uint8Array, bytes: Uint8Array): Uint8Array {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(VERSION, 0);
  fields.writeUInt16LE(encoded.every((octet) => octet < 0x80) ? 0 : FLAG_UTF8, 2);
  fields.writeUInt16LE(DOS_DATE, 8);
  fields.writeUInt32LE(crc32(bytes), 10);
  fields.writeUInt32LE(bytes.length, 14);
  fields.writeUInt32LE(bytes.length, 18);
  fields.writeUInt16LE(encoded.length, 22);
  return fields;
}

function localHeader(common: Uint8Array, encoded: Uint8Array): Uint8Array {
  const header = Buffer.alloc(LOCAL_BYTES + encoded.length);
  header.writeUInt32LE(SIGNATURE.local, 0);
  header.set(common, 4);
  header.set(encoded, LOCAL_BYTES);
  return header;
}

function centralHeader(common: Uint8Array, encoded: Uint8Array, offset: number): Uint8Array {
  const header = Buffer.alloc(CENTRAL_BYTES + encoded.length);
  header.writeUInt32LE(SIGNATURE.central, 0);
  header.writeUInt16LE(VERSION, 4);
  header.set(common, 6);
  header.writeUInt32LE(offset, 42);
  header.set(encoded, CENTRAL_BYTES);
  return header;
}

function endRecord(count: number, size: number, offset: number): Uint8Array {
  const record = Buffer.alloc(END_BYTES);
  record.writeUInt32LE(SIGNATURE.end, 0);
  record.writeUInt16LE(count, 8);
  record.writeUInt16LE(count, 10);
  record.writeUInt32LE(size, 12);
  record.writeUInt32LE(offset, 16);
  return record;
}
