import type { PdfPage } from '../pdf/pdf-file.ts';
import type { FontDecoder } from './font-decoder.ts';
import type { PageText } from './glyph.ts';
import type { ContentLibrary } from './page-content.ts';
import { TextInterpreter } from './text-interpreter.ts';

/** A string that a page shows, and the form XObject it stands in. */
export interface ShownString {
  readonly font: string;
  readonly bytes: Uint8Array;
  readonly form: string | null;
}

/**
 * First pass over a page: tells the decoder which codes it will be asked for, and returns what is shown.
 * @throws PdfSyntaxError, ScanLimitError
 */
export function collectStrings(library: ContentLibrary, page: PdfPage, decoder: FontDecoder): readonly ShownString[] {
  const shown: ShownString[] = [];
  new TextInterpreter(library, page, (source, font, bytes) => {
    decoder.want(font.key, font.dict, bytes);
    shown.push({ font: font.key, bytes, form: source.form === null ? null : source.key });
  }).run();
  return shown;
}

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
