import { isStream } from '../pdf/objects.ts';
import { PdfSyntaxError, type PdfFile } from '../pdf/pdf-file.ts';

const MAX_METADATA = 4 * 1024 * 1024;

/**
 * The PDF/A flavour that the document's XMP claims (ISO 19005-1, 6.7.11), 'PDF/A-2a'; null when it
 * claims none or its metadata cannot be read. A claim, not a finding.
 */
export function readPdfa(file: PdfFile): string | null {
  try {
    const metadata = file.resolve(file.catalog.entries.get('Metadata'));
    return isStream(metadata) ? claimed(file.decode(metadata, MAX_METADATA)) : null;
  } catch (cause) {
    if (cause instanceof PdfSyntaxError) return null;
    throw cause;
  }
}

function claimed(xmp: Uint8Array): string | null {
  const wide = xmp[0] === 0xfe || xmp[0] === 0xff;
  const text = new TextDecoder(wide ? (xmp[0] === 0xfe ? 'utf-16be' : 'utf-16le') : 'utf-8').decode(xmp);
  const part = /pdfaid:part(?:\s*=\s*["']|\s*>\s*)([1-4])/.exec(text)?.[1];
  const conformance = /pdfaid:conformance(?:\s*=\s*["']|\s*>\s*)([A-Za-z])/.exec(text)?.[1] ?? '';
  return part === undefined ? null : `PDF/A-${part}${conformance.toLowerCase()}`;
}
