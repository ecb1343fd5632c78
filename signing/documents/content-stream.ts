/**
 * Operations of a content stream (ISO 32000-1, 7.8.2) with the bytes they stand in. Unlike file
 * structure, page content is read the way viewers read it: what cannot be understood is passed over,
 * never thrown, since a viewer shows the rest as well.
 */
import { isDelimiter, isWhitespace, latin1 } from '../pdf/characters.ts';
import { Lexer, type Token } from '../pdf/lexer.ts';
import { array, isName, type PdfDict, type PdfObject } from '../pdf/objects.ts';
import { PdfSyntaxError } from '../pdf/pdf-file.ts';
import { OperationSkipper, type Operators } from './operation-skipper.ts';
import { ShownStrings, type ShowSink } from './shown-strings.ts';

export interface Operation {
  readonly operator: string;
  readonly operands: readonly PdfObject[];
  /** First byte of the first operand. */
  readonly start: number;
  /** Just behind the operator. */
  readonly end: number;
}

/** Annex C of 32000-1 asks for no more; hostile streams pile up operands without an operator. */
const MAX_OPERANDS = 100;
const MAX_DEPTH = 28;

/**
 * Reads one operation after another; inline images are passed over, or one operation `BI` for who wants that. With `wanted`, operations by other
 * operators are passed over, too, mostly without making values of their operands: most of a page is numbers. With `sink`, most operations that show
 * text go there instead, in their place among those returned.
 */
export class ContentReader {
  readonly #lexer: Lexer;
  readonly #wanted: Operators | undefined;
  readonly #skipper: OperationSkipper | undefined;

  constructor(bytes: Uint8Array, wanted?: Operators, sink?: ShowSink) {
    this.#lexer = new Lexer(bytes, 0, bytes.length, false);
    this.#wanted = wanted;
    this.#skipper = wanted && new OperationSkipper(bytes, wanted, sink && new ShownStrings(sink));
  }

  /** The next operation, null at the end. */
  next(): Operation | null {
    for (;;) {
      if (this.#skipper !== undefined) this.#lexer.pos = this.#skipper.skipUnwanted(this.#lexer.pos);
      const operation = this.#read();
      if (operation === null || this.#wanted?.has(operation.operator) !== false) return operation;
    }
  }

  #read(): Operation | null {
    let operands: PdfObject[] = [];
    let start = -1;
    for (;;) {
      this.#lexer.skipSpace();
      const at = this.#lexer.pos;
      const token = this.#token();
      if (token.kind === 'end') return null;
      if (start < 0) start = at;
      if (token.kind === 'keyword' && !isLiteralWord(token.word)) {
        if (token.word === 'BI') {
          this.#skipInlineImage();
          if (this.#wanted?.has('BI') === true) return { operator: 'BI', operands: [], start, end: this.#lexer.pos };
          operands = [];
          start = -1;
          continue;
        }
        return { operator: token.word, operands, start, end: this.#lexer.pos };
      }
      const value = this.#value(token, 0);
      if (value === undefined) continue;
      operands.push(value);
      if (operands.length > MAX_OPERANDS) operands.shift();
    }
  }

  #token(): Token {
    const from = this.#lexer.pos;
    try {
      return this.#lexer.next();
    } catch (error) {
      if (!(error instanceof PdfSyntaxError)) throw error;
      return this.#recover(from);
    }
  }

  /** A malformed number counts as what can be read of it; anything else is passed over. */
  #recover(from: number): Token {
    const lexer = this.#lexer;
    lexer.pos = from;
    lexer.skipSpace();
    const first = lexer.pos;
    while (lexer.peek() >= 0 && !isWhitespace(lexer.peek()) && !isDelimiter(lexer.peek())) lexer.pos += 1;
    if (lexer.pos === first) {
      // A string that never ends takes the rest with it; a lone delimiter only itself.
      lexer.pos = lexer.peek() === 0x28 || lexer.peek() === 0x3c ? lexer.end : first + 1;
      return { kind: 'mark', mark: '{' };
    }
    const value = Number.parseFloat(latin1(lexer.bytes, first, Math.min(lexer.pos, first + 40)).replace(/^-+/, '-'));
    return { kind: 'number', value: Number.isFinite(value) ? value : 0, integer: false };
  }

  #value(token: Token, depth: number): PdfObject | undefined {
    switch (token.kind) {
      case 'number':
        return token.value;
      case 'name':
      case 'string':
        return token;
      case 'keyword':
        return token.word === 'null' ? null : token.word === 'true';
      case 'mark':
        if (token.mark === '[' && depth < MAX_DEPTH) return this.#array(depth);
        if (token.mark === '<<' && depth < MAX_DEPTH) return this.#dict(depth);
        return undefined;
      case 'end':
        return undefined;
    }
  }

  #array(depth: number): PdfObject {
    const items: PdfObject[] = [];
    for (;;) {
      const before = this.#lexer.pos;
      const token = this.#token();
      if (token.kind === 'end' || (token.kind === 'mark' && token.mark === ']')) return array(items);
      if (token.kind === 'keyword' && !isLiteralWord(token.word)) {
        // An operator inside an array: the array was never closed.
        this.#lexer.pos = before;
        return array(items);
      }
      const value = this.#value(token, depth + 1);
      if (value !== undefined) items.push(value);
    }
  }

  #dict(depth: number): PdfDict {
    const entries = new Map<string, PdfObject>();
    for (;;) {
      const key = this.#token();
      if (key.kind === 'end' || (key.kind === 'mark' && key.mark === '>>')) return { kind: 'dict', entries };
      if (key.kind !== 'name') continue;
      const value = this.#value(this.#token(), depth + 1);
      if (value !== undefined) entries.set(key.name, value);
    }
  }

  /** `BI key value ... ID data EI` (8.9.7). */
  #skipInlineImage(): void {
    const lexer = this.#lexer;
    const entries = new Map<string, PdfObject>();
    for (;;) {
      const key = this.#token();
      if (key.kind === 'end') return;
      if (key.kind === 'keyword' && key.word === 'ID') break;
      if (key.kind !== 'name') continue;
      const value = this.#value(this.#token(), 1);
      if (value !== undefined) entries.set(key.name, value);
    }
    const data = lexer.pos + 1;
    const length = inlineLength(entries);
    if (length !== null && this.#endsImage(data + length)) return;
    for (let at = data; at < lexer.end; at += 1) {
      if (lexer.peek(at) === 0x45 && isWhitespace(lexer.peek(at - 1)) && this.#endsImage(at)) return;
    }
    lexer.pos = lexer.end;
  }

  /** Whether `EI` stands at `at` and what follows reads as content, not as picture data. */
  #endsImage(at: number): boolean {
    const lexer = this.#lexer;
    let from = at;
    while (isWhitespace(lexer.peek(from)) && from < at + 4) from += 1;
    if (lexer.peek(from) !== 0x45 || lexer.peek(from + 1) !== 0x49) return false;
    const after = lexer.peek(from + 2);
    if (after !== -1 && !isWhitespace(after)) return false;
    for (let i = 3; i < 14; i += 1) {
      const byte = lexer.peek(from + i);
      if (byte > 0x7e || (byte >= 0 && byte < 0x20 && !isWhitespace(byte))) return false;
    }
    lexer.pos = from + 2;
    return true;
  }
}

/** Exact length of uncompressed data in a device colour space, or the /L of PDF 2.0; else unknown. */
function inlineLength(entries: ReadonlyMap<string, PdfObject>): number | null {
  const get = (short: string, long: string): PdfObject | undefined => entries.get(short) ?? entries.get(long);
  const stated = get('L', 'Length');
  if (typeof stated === 'number') return Math.max(0, Math.trunc(stated));
  if (get('F', 'Filter') !== undefined) return null;
  const [width, height] = [get('W', 'Width'), get('H', 'Height')];
  if (typeof width !== 'number' || typeof height !== 'number') return null;
  if (get('IM', 'ImageMask') === true) return Math.ceil(width / 8) * height;
  const space = get('CS', 'ColorSpace');
  const bits = get('BPC', 'BitsPerComponent');
  const components = isName(space) ? COMPONENTS.get(space.name) : undefined;
  if (components === undefined || typeof bits !== 'number') return null;
  return Math.ceil((width * components * bits) / 8) * height;
}
const COMPONENTS: ReadonlyMap<string, number> = new Map([
  ['G', 1],
  ['DeviceGray', 1],
  ['RGB', 3],
  ['DeviceRGB', 3],
  ['CMYK', 4],
  ['DeviceCMYK', 4],
]);

function isLiteralWord(word: string): boolean {
  return word === 'null' || word === 'true' || word === 'false';
}
