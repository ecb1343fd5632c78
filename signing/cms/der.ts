import forge from 'node-forge';
import { readDer, type DerValue } from './der-reader.ts';

/**
 * Building DER (ITU-T X.690) on node-forge's ASN.1 tree. Every function gives the one DER form of
 * its value: definite minimal lengths, sorted SET OF, minimal INTEGERs.
 */
export type Der = forge.asn1.Asn1;

const { asn1 } = forge;
const { Class, Type } = asn1;

export function sequence(...items: readonly Der[]): Der {
  return asn1.create(Class.UNIVERSAL, Type.SEQUENCE, true, [...items]);
}

/** SET OF: members in the order of their encodings (X.690 11.6). */
export function setOf(...items: readonly Der[]): Der {
  return asn1.create(Class.UNIVERSAL, Type.SET, true, sorted(items));
}

export function integer(value: number): Der {
  if (!Number.isSafeInteger(value) || value < 0 || value > 0x7fffffff) throw new RangeError('integer out of range');
  return asn1.create(Class.UNIVERSAL, Type.INTEGER, false, asn1.integerToDer(value).getBytes());
}

/** A non-negative INTEGER from its big-endian magnitude. */
export function unsignedInteger(magnitude: Uint8Array): Der {
  let start = 0;
  while (start < magnitude.length - 1 && magnitude[start] === 0) start += 1;
  const first = magnitude[start];
  if (first === undefined) throw new RangeError('integer has no octets');
  const body = binary(magnitude.subarray(start));
  return asn1.create(Class.UNIVERSAL, Type.INTEGER, false, first >= 0x80 ? `\0${body}` : body);
}

export function objectIdentifier(dotted: string): Der {
  return asn1.create(Class.UNIVERSAL, Type.OID, false, asn1.oidToDer(dotted).getBytes());
}

export function octetString(bytes: Uint8Array): Der {
  return asn1.create(Class.UNIVERSAL, Type.OCTETSTRING, false, binary(bytes));
}

export function bitString(bytes: Uint8Array, unusedBits = 0): Der {
  return asn1.create(Class.UNIVERSAL, Type.BITSTRING, false, String.fromCharCode(unusedBits) + binary(bytes));
}

export function booleanTrue(): Der {
  return asn1.create(Class.UNIVERSAL, Type.BOOLEAN, false, '\xff');
}

export function nullValue(): Der {
  return asn1.create(Class.UNIVERSAL, Type.NULL, false, '');
}

export function utf8String(text: string): Der {
  return asn1.create(Class.UNIVERSAL, Type.UTF8, false, binary(Buffer.from(text, 'utf8')));
}

export function printableString(text: string): Der {
  if (!/^[A-Za-z0-9 '()+,\-./:=?]*$/.test(text)) throw new RangeError('not a PrintableString');
  return asn1.create(Class.UNIVERSAL, Type.PRINTABLESTRING, false, text);
}

/** UTCTime until 2049, GeneralizedTime after (RFC 5280 4.1.2.5, RFC 5652 11.3); whole seconds. */
export function time(date: Date): Der {
  const digits = date.toISOString().replace(/[-:T]/g, '').slice(0, 14);
  const year = date.getUTCFullYear();
  return year >= 1950 && year < 2050
    ? asn1.create(Class.UNIVERSAL, Type.UTCTIME, false, `${digits.slice(2)}Z`)
    : asn1.create(Class.UNIVERSAL, Type.GENERALIZEDTIME, false, `${digits}Z`);
}

/** `[tag]` around whole values: EXPLICIT of one, or IMPLICIT SEQUENCE/SET of several. */
export function tagged(tag: number, ...items: readonly Der[]): Der {
  return create(Class.CONTEXT_SPECIFIC, tag, true, [...items]);
}

/** `[tag] IMPLICIT SET OF`: sorted like one. */
export function taggedSetOf(tag: number, ...items: readonly Der[]): Der {
  return tagged(tag, ...sorted(items));
}

/** `[tag] IMPLICIT` of a primitive value. */
export function taggedPrimitive(tag: number, bytes: Uint8Array): Der {
  return create(Class.CONTEXT_SPECIFIC, tag, false, binary(bytes));
}

/** Takes over a value that already is DER, byte for byte. @throws DerError when it is not exactly one strict value. */
export function fromEncoded(bytes: Uint8Array): Der {
  return copyTree(readDer(bytes));
}

export function encodeDer(tree: Der): Uint8Array {
  const octets = Buffer.from(asn1.toDer(tree).getBytes(), 'latin1');
  // A plain Uint8Array: `slice` of a Buffer is a view, which surprises whoever copies.
  return new Uint8Array(octets.buffer, octets.byteOffset, octets.byteLength);
}

function copyTree({ tagClass, tag, constructed, content, children }: DerValue): Der {
  const value = constructed ? children.map(copyTree) : binary(content);
  return create(CLASS_BITS[tagClass], tag, constructed, value);
}

function create(tagClass: forge.asn1.Class, tag: number, constructed: boolean, value: Der[] | string): Der {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- forge's enum names universal tags only
  return asn1.create(tagClass, tag, constructed, value);
}

const CLASS_BITS = {
  universal: Class.UNIVERSAL,
  application: Class.APPLICATION,
  context: Class.CONTEXT_SPECIFIC,
  private: Class.PRIVATE,
};

function sorted(items: readonly Der[]): Der[] {
  return items
    .map((item) => ({ item, encoded: encodeDer(item) }))
    .sort((a, b) => Buffer.compare(a.encoded, b.encoded))
    .map(({ item }) => item);
}

/** node-forge keeps octets as strings of code units 0..255. */
function binary(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
