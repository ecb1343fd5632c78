/**
 * The end of a file and of each of its revisions: `startxref`, an offset and `%%EOF` (ISO 32000-1, 7.5.5). The same letters
 * in a string, in a stream or in a comment are none.
 */
import { isWhitespace, latin1 } from './characters.ts';
import { Lexer } from './lexer.ts';
import { PdfSyntaxError } from './pdf-file.ts';

/** Annex H.3 lets readers look this far back for the end of the file. */
const TAIL = 1024;
/** White space tolerated behind %%EOF. */
const MAX_PADDING = 64 * 1024;
/** Of `startxref`, offset and `%%EOF` together, with the white space between them. */
const LONGEST = 256;
const END = /^startxref[\0\t\n\f\r ]+(\d{1,10})[\0\t\n\f\r ]+%%EOF/;

/**
 * The offset that `startxref` at the end of the file names.
 * @throws PdfSyntaxError 'startxref-missing'
 */
export function readStartxref(bytes: Uint8Array): number {
  let end = bytes.length;
  while (end > 0 && end > bytes.length - MAX_PADDING && isWhitespace(bytes[end - 1] ?? -1)) end -= 1;
  const from = Math.max(0, end - TAIL);
  const tail = latin1(bytes, from, end);
  const at = tail.lastIndexOf('startxref');
  const match = at < 0 ? null : END.exec(tail.slice(at));
  if (match === null || at + match[0].length !== tail.length) {
    throw new PdfSyntaxError('startxref-missing', 'the file does not end in startxref, offset and %%EOF', end);
  }
  // Readers that search backwards take what stands in a comment; those that read on pass over it.
  if (/%[^\r\n]*$/.test(tail.slice(0, at))) {
    throw new PdfSyntaxError('startxref-missing', 'the last startxref stands in a comment', from + at);
  }
  const offset = Number(match[1]);
  if (offset >= end) throw new PdfSyntaxError('startxref-missing', 'startxref names no place in the file', from + at);
  return offset;
}

/** What closes a revision behind one of its sections. */
export interface FileEnd {
  /** The offset it names: of this section, or in a linearised file of the one at its beginning. */
  readonly startxref: number;
  /** After `%%EOF`. */
  readonly end: number;
}

/** The end that follows a section which ends at `from`, with nothing but white space and comments before it; else null. */
export function readEndBehind(bytes: Uint8Array, from: number): FileEnd | null {
  const lexer = new Lexer(bytes, from);
  lexer.skipSpace();
  const match = END.exec(latin1(bytes, lexer.pos, Math.min(bytes.length, lexer.pos + LONGEST)));
  return match === null ? null : { startxref: Number(match[1]), end: lexer.pos + match[0].length };
}
