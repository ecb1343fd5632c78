import { readDerPrefix } from '../cms/der-reader.ts';
import { dictSpans, parseIndirect, type Span } from '../pdf/parse-object.ts';
import { Fault } from './checks.ts';

/** The two signed ranges and what stands between them (formats 5.3). */
export interface SignedRanges {
  readonly parts: readonly [Uint8Array, Uint8Array];
  /** Where the second range ends: end of the signed revision. */
  readonly end: number;
  /** The CMS, without the zero padding that follows it. */
  readonly cms: Uint8Array;
}

/** Where the values of a signature dictionary stand in the file. */
export interface PlacedDictionary {
  /** Exclusive, after `endobj`. */
  readonly end: number;
  readonly values: ReadonlyMap<string, Span>;
}

/** The dictionary at `offset`, which must be an object of its own there. @throws Fault, PdfSyntaxError */
export function placeDictionary(bytes: Uint8Array, offset: number): PlacedDictionary {
  const { valueStart, end } = parseIndirect(bytes, offset, () => null);
  const values = dictSpans(bytes, valueStart);
  if (values === null) throw new Fault('signature-dictionary', 'The value of the signature field is not a dictionary.');
  return { end, values };
}

/**
 * `/ByteRange [0 b c d]` whose gap is exactly the hex string of this very dictionary: nothing can be slipped
 * into the gap, and no other string can stand in for it. @throws Fault, DerError
 */
export function readSignedRanges(bytes: Uint8Array, dictionary: PlacedDictionary): SignedRanges {
  const range = dictionary.values.get('ByteRange');
  const contents = dictionary.values.get('Contents');
  if (range === undefined) throw new Fault('byte-range-missing', 'The signature has no /ByteRange.');
  if (contents === undefined) throw new Fault('contents-missing', 'The signature has no /Contents.');
  const [first, before, after, length] = parseRange(latin1(bytes, range.start, range.end));
  const end = after + length;
  if (first !== 0 || before >= after || end > bytes.length) {
    throw new Fault('byte-range', 'The /ByteRange does not describe two parts of this file in order.');
  }
  if (contents.start !== before || contents.end !== after) {
    throw new Fault('byte-range-gap', 'What is left out of the signed bytes is not exactly the signature itself.');
  }
  if (dictionary.end > end) {
    throw new Fault('byte-range', 'The signed bytes end before the signature dictionary does.');
  }
  return {
    parts: [bytes.subarray(0, before), bytes.subarray(after, end)],
    end,
    cms: readContents(bytes, contents.start, contents.end),
  };
}

function parseRange(text: string): readonly [number, number, number, number] {
  const numbers = /^\[\s*(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s*\]$/.exec(text)?.slice(1).map(Number);
  const [a, b, c, d] = numbers ?? [];
  if (a === undefined || b === undefined || c === undefined || d === undefined) {
    throw new Fault('byte-range', 'The /ByteRange is not four plain numbers.');
  }
  return [a, b, c, d];
}

/**
 * Hex digits of one letter case only: the case bit of a digit means nothing to a parser and lies outside
 * the signed bytes, so a mixture can only come from a change.
 */
function readContents(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const hex = latin1(bytes, start + 1, end - 1);
  const strict = bytes[start] === 0x3c && bytes[end - 1] === 0x3e && hex.length % 2 === 0 && hex.length > 0;
  if (!strict || !(/^[0-9a-f]+$/.test(hex) || /^[0-9A-F]+$/.test(hex))) {
    throw new Fault('contents-not-hex', 'The signature is not a plain hex string of one letter case.');
  }
  const decoded = Buffer.from(hex, 'hex');
  const { end: length } = readDerPrefix(decoded);
  if (decoded.subarray(length).some((byte) => byte !== 0)) {
    throw new Fault('contents-padding', 'The padding behind the signature is not all zero.');
  }
  return decoded.subarray(0, length);
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}
