import { crc32, deflateRawSync } from 'node:zlib';

/** What a lying writer may say of an entry in one place and not in the other. */
export interface RawEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly deflated?: boolean;
  /** Said in the local header only. */
  readonly local?: { readonly name?: string; readonly bytes?: Uint8Array; readonly size?: number };
  /** Extra fields, in both headers. */
  readonly extra?: Uint8Array;
  /** General purpose flags, in both headers. */
  readonly flags?: number;
  /** Compression method that is claimed, in both headers. */
  readonly method?: number;
  /** Size that is claimed, in both headers. */
  readonly size?: number;
  /** Upper half of the external attributes, made by Unix. */
  readonly mode?: number;
  /** Present in the file, absent from the directory. */
  readonly unlisted?: boolean;
}

export interface RawZip {
  readonly prefix?: Uint8Array;
  readonly comment?: Uint8Array;
  /** A ZIP64 end record and locator before the end record. */
  readonly zip64?: boolean;
}

/** A ZIP (APPNOTE 6.3) that says what it is told to say: for samples that an honest writer would never make. */
export function rawZip(entries: readonly RawEntry[], { prefix, comment, zip64 = false }: RawZip = {}): Uint8Array {
  const parts: Uint8Array[] = prefix === undefined ? [] : [prefix];
  const central: Uint8Array[] = [];
  let offset = prefix?.length ?? 0;
  for (const entry of entries) {
    const body = packed(entry.local?.bytes ?? entry.bytes, entry);
    const local = Buffer.concat([
      header(0x04034b50, [10], entry.local?.name ?? entry.name, entry.local?.bytes ?? entry.bytes, {
        ...entry,
        ...(entry.local?.size === undefined ? {} : { size: entry.local.size }),
      }),
      body,
    ]);
    parts.push(local);
    if (entry.unlisted !== true) central.push(directoryEntry(entry, offset));
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const locator = zip64 ? zip64End(central.length, directory.length, offset) : Buffer.alloc(0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(zip64 ? 0xffff : central.length, 8);
  end.writeUInt16LE(zip64 ? 0xffff : central.length, 10);
  end.writeUInt32LE(zip64 ? 0xffffffff : directory.length, 12);
  end.writeUInt32LE(zip64 ? 0xffffffff : offset, 16);
  end.writeUInt16LE(comment?.length ?? 0, 20);
  return new Uint8Array(Buffer.concat([...parts, directory, locator, end, comment ?? Buffer.alloc(0)]));
}

function packed(bytes: Uint8Array, { deflated = false }: RawEntry): Uint8Array {
  return deflated ? deflateRawSync(bytes) : bytes;
}

/** Signature, versions, then what both headers share; the extra field last, as the local header has it. */
function header(
  signature: number,
  versions: readonly number[],
  name: string,
  bytes: Uint8Array,
  entry: RawEntry,
): Buffer {
  const encoded = Buffer.from(name, 'utf8');
  const extra = entry.extra ?? Buffer.alloc(0);
  const fields = Buffer.alloc(4 + 2 * versions.length + 24);
  fields.writeUInt32LE(signature, 0);
  versions.forEach((version, i) => fields.writeUInt16LE(version, 4 + 2 * i));
  const at = 4 + 2 * versions.length;
  const utf8 = encoded.some((octet) => octet >= 0x80) ? 0x0800 : 0;
  fields.writeUInt16LE((entry.flags ?? 0) | utf8, at);
  fields.writeUInt16LE(entry.method ?? (entry.deflated === true ? 8 : 0), at + 2);
  fields.writeUInt16LE(0x0021, at + 6);
  fields.writeUInt32LE(crc32(bytes), at + 8);
  fields.writeUInt32LE(packed(bytes, entry).length, at + 12);
  fields.writeUInt32LE(entry.size ?? bytes.length, at + 16);
  fields.writeUInt16LE(encoded.length, at + 20);
  fields.writeUInt16LE(extra.length, at + 22);
  return Buffer.concat([fields, encoded, extra]);
}

function directoryEntry(entry: RawEntry, offset: number): Buffer {
  const start = header(0x02014b50, [entry.mode === undefined ? 10 : 0x030a, 10], entry.name, entry.bytes, entry);
  const tail = Buffer.alloc(14);
  tail.writeUInt32LE(((entry.mode ?? 0) << 16) >>> 0, 6);
  tail.writeUInt32LE(offset, 10);
  return Buffer.concat([start.subarray(0, 32), tail, start.subarray(32)]);
}

function zip64End(count: number, size: number, offset: number): Buffer {
  const record = Buffer.alloc(76);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt16LE(45, 12);
  record.writeUInt16LE(45, 14);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(size), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  record.writeUInt32LE(0x07064b50, 56);
  record.writeBigUInt64LE(BigInt(offset + size), 64);
  record.writeUInt32LE(1, 72);
  return record;
}
