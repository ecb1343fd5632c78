import { join } from '../bytes.ts';
import { sha256, type Sha256 } from '../digest.ts';
import { readFields } from './form.ts';
import { array, isArray, isDict, isString, type PdfArray, type PdfObject } from './objects.ts';
import { PdfSyntaxError } from './pdf-file.ts';
import { readPdf } from './read-pdf.ts';

/** Of a string in a file that is to stay PDF/A (ISO 19005-2, 6.1.13; part 1 allows more). */
const PART_BYTES = 32_767;

/** A sealed capture inside a PDF: /CSGN /Capture of a signature dictionary. Nothing here was verified. */
export interface EmbeddedCapture {
  readonly fieldName: string;
  readonly sealedCapture: Sha256;
  readonly bytes: Uint8Array;
}

/**
 * /Capture: hex strings that make the sealed capture one behind the other, all full but the last. Direct, as values of a
 * signature dictionary are to be (ISO 32000-1, 12.8.1), so readers that compare revisions have nothing to look for.
 */
export function captureParts(sealed: Uint8Array): PdfArray {
  const count = Math.ceil(sealed.length / PART_BYTES);
  return array(
    Array.from({ length: count }, (_, i) => ({
      kind: 'string',
      bytes: sealed.subarray(i * PART_BYTES, (i + 1) * PART_BYTES),
      hex: true,
    })),
  );
}

/** The sealed capture that /Capture holds; null unless it has the one form of `captureParts`. */
export function joinCapture(value: PdfObject | undefined): Uint8Array | null {
  if (!isArray(value) || value.items.length === 0) return null;
  const last = value.items.length - 1;
  const parts = value.items.flatMap((part, i) => {
    if (!isString(part) || !part.hex) return [];
    const { length } = part.bytes;
    const fits = i === last ? length > 0 && length <= PART_BYTES : length === PART_BYTES;
    return fits ? [part.bytes] : [];
  });
  return parts.length === value.items.length ? join(parts) : null;
}

/** In the order of the form; none for what cannot be read as a PDF. */
export function embeddedCaptures(bytes: Uint8Array): readonly EmbeddedCapture[] {
  // Most documents have none, and a large one need not be parsed to know: signature dictionaries are never compressed.
  if (!Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('/Capture')) return [];
  try {
    const file = readPdf(bytes);
    return readFields(file).flatMap(({ name, type, value }) => {
      const own = type === 'Sig' && isDict(value) ? file.resolve(value.entries.get('CSGN')) : null;
      const sealed = isDict(own) ? joinCapture(own.entries.get('Capture')) : null;
      return sealed === null ? [] : [{ fieldName: name, sealedCapture: sha256(sealed), bytes: sealed }];
    });
  } catch (error) {
    if (error instanceof PdfSyntaxError) return [];
    throw error;
  }
}
