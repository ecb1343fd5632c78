import type { PdfPage } from '../pdf/pdf-file.ts';
import type { FontDecoder } from './font-decoder.ts';
import type { PageText } from './glyph.ts';
import type { ContentLibrary } from './page-content.ts';
import { TextInterpreter } from './text-interpreter.ts';

/**
 * Second pass, with the fonts loaded. `replacements` stand in for sources by key.
 * @throws PdfSyntaxError, ScanLimitError
 */
export function readPageText(
  library: ContentLibrary,
  page: PdfPage,
  decoder: FontDecoder,
  replacements: ReadonlyMap<string, Uint8Array> = new Map(),
): PageText {
  return new TextInterpreter(library, page, null, decoder, replacements).run();
}
