import { sha256, type Sha256 } from '../digest.ts';
import { readFields } from './form.ts';
import { isDict, isRef, isStream } from './objects.ts';
import { PdfSyntaxError } from './pdf-file.ts';
import { readPdf } from './read-pdf.ts';

/** A sealed capture inside a PDF: /CSGN /Capture of a signature dictionary (formats 7.2). Nothing here was verified. */
export interface EmbeddedCapture {
  readonly fieldName: string;
  readonly sealedCapture: Sha256;
  readonly bytes: Uint8Array;
}

/** In the order of the form; none for what cannot be read as a PDF. */
export function embeddedCaptures(bytes: Uint8Array): readonly EmbeddedCapture[] {
  // Most documents have none, and a large one need not be parsed to know: signature dictionaries are never compressed.
  if (!Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('/Capture')) return [];
  try {
    const file = readPdf(bytes);
    return readFields(file).flatMap(({ name, type, value }) => {
      const own = type === 'Sig' && isDict(value) ? file.resolve(value.entries.get('CSGN')) : null;
      const reference = isDict(own) ? own.entries.get('Capture') : undefined;
      const stream = isRef(reference) ? file.resolve(reference) : null;
      return isStream(stream) ? [{ fieldName: name, sealedCapture: sha256(stream.raw), bytes: stream.raw }] : [];
    });
  } catch (error) {
    if (error instanceof PdfSyntaxError) return [];
    throw error;
  }
}
