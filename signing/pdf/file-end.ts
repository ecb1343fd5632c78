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
const START = /^startxref[\0\t\n\f\r ]+(\d{1,10})/;
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
  const offset = at < 0 ? undefined : START.exec(tail.slice(at))?.[1];
  if (offset === undefined || !tail.endsWith('%%EOF') || !isBlankBehind(tail.slice(at))) {
    throw new PdfSyntaxError('startxref-missing', 'the file does not end in startxref, offset and %%EOF', end);
  }
  // Readers that search backwards take what stands in a comment; those that read on pass over it.
  if (/%[^\r\n]*$/.test(tail.slice(0, at))) {
    throw new PdfSyntaxError('startxref-missing', 'the last startxref stands in a comment', from + at);
  }
  if (Number(offset) >= end) {
    throw new PdfSyntaxError('startxref-missing', 'startxref names no place in the file', from + at);
  }
  return Number(offset);
}

/** Between the offset and the end of the file there are only white space and comments, of which %%EOF is one. */
function isBlankBehind(tail: string): boolean {
  const lexer = new Lexer(Buffer.from(tail.replace(START, ''), 'latin1'));
  lexer.skipSpace();
  return lexer.peek() === -1;
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

/** Ends looked at in a file that has something else behind a section. */
const MAX_TRIES = 1_000;

/**
 * After the first end from `from` on that names the section at `offset`: for files whose sections are not followed by an end
 * of their own, as linearised ones and those of some products. Null when there is none.
 */
export function findEndOf(bytes: Uint8Array, offset: number, from: number): number | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = buffer.indexOf('startxref', from);
  for (let tries = 0; at >= 0 && tries < MAX_TRIES; tries += 1) {
    const match = END.exec(latin1(bytes, at, Math.min(bytes.length, at + LONGEST)));
    if (match !== null && Number(match[1]) === offset) return at + match[0].length;
    at = buffer.indexOf('startxref', at + 9);
  }
  return null;
}
