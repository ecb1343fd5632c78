/**
 * Tokens of PDF syntax (ISO 32000-1, 7.2 and 7.3), strictly: what two readers could understand
 * differently is refused. Left out: nothing is recovered, no "close enough" spelling is accepted.
 */
import { hexValue, isDigit, isRegular, isWhitespace, latin1 } from './characters.ts';
import { PdfSyntaxError } from './pdf-file.ts';
import { WordTable } from './word-table.ts';

export type Token =
  | { readonly kind: 'number'; readonly value: number; readonly integer: boolean }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'string'; readonly bytes: Uint8Array; readonly hex: boolean }
  | { readonly kind: 'mark'; readonly mark: '[' | ']' | '<<' | '>>' | '{' | '}' }
  | { readonly kind: 'keyword'; readonly word: string }
  | { readonly kind: 'end' };

const END: Token = { kind: 'end' };
/** 7.5.4 and Annex C keep keywords short; a longer run is not worth turning into text. */
const MAX_KEYWORD = 127;
/** Decimal digits that a double holds without rounding. */
const EXACT_DIGITS = 15;
const POWERS = Array.from({ length: EXACT_DIGITS + 1 }, (_, exponent) => 10 ** exponent);
/** Shorter strings are not worth a second look. */
const LONG_HEX = 128;

const NAMES = new WordTable((name) => ({ kind: 'name', name }) as const);
const KEYWORDS = new WordTable((word) => ({ kind: 'keyword', word }) as const);
const MARKS = {
  '[': { kind: 'mark', mark: '[' },
  ']': { kind: 'mark', mark: ']' },
  '<<': { kind: 'mark', mark: '<<' },
  '>>': { kind: 'mark', mark: '>>' },
  '{': { kind: 'mark', mark: '{' },
  '}': { kind: 'mark', mark: '}' },
} as const;

/** Reads `bytes` from `pos` to `end`. Strings without escapes are views into `bytes`, not copies. */
export class Lexer {
  readonly bytes: Uint8Array;
  readonly end: number;
  pos: number;
  /** False inside a decoded stream, where an offset would say nothing about the file. */
  readonly #inFile: boolean;

  constructor(bytes: Uint8Array, pos = 0, end = bytes.length, inFile = true) {
    this.bytes = bytes;
    this.pos = pos;
    this.end = Math.min(end, bytes.length);
    this.#inFile = inFile;
  }

  fail(message: string, at = this.pos): PdfSyntaxError {
    return new PdfSyntaxError('object-damaged', message, this.#inFile ? at : undefined);
  }

  /** The byte at `at`, -1 outside. */
  peek(at = this.pos): number {
    return at < this.end ? (this.bytes[at] ?? -1) : -1;
  }

  skipWhitespace(): void {
    const { bytes, end } = this;
    let at = this.pos;
    while (at < end && isWhitespace(bytes[at] ?? 0)) at += 1;
    this.pos = at;
  }

  /** Whitespace and comments (7.2.3). */
  skipSpace(): void {
    const { bytes, end } = this;
    for (;;) {
      this.skipWhitespace();
      if (this.peek() !== 0x25) return;
      let at = this.pos;
      while (at < end && bytes[at] !== 0x0a && bytes[at] !== 0x0d) at += 1;
      this.pos = at;
    }
  }

  /** @throws PdfSyntaxError 'object-damaged' */
  next(): Token {
    this.skipSpace();
    const byte = this.peek();
    switch (byte) {
      case -1:
        return END;
      case 0x2f:
        return this.#name();
      case 0x28:
        return { kind: 'string', bytes: this.#literal(), hex: false };
      case 0x3c:
        if (this.peek(this.pos + 1) === 0x3c) return this.#mark('<<');
        return { kind: 'string', bytes: this.#hex(), hex: true };
      case 0x3e:
        if (this.peek(this.pos + 1) === 0x3e) return this.#mark('>>');
        throw this.fail('a ">" without "<"');
      case 0x5b:
        return this.#mark('[');
      case 0x5d:
        return this.#mark(']');
      case 0x7b:
        return this.#mark('{');
      case 0x7d:
        return this.#mark('}');
      case 0x29:
        throw this.fail('a ")" without "("');
      default:
        return isDigit(byte) || byte === 0x2b || byte === 0x2d || byte === 0x2e ? this.#number() : this.#keyword();
    }
  }

  /** Takes `word` if it is the next keyword, standing alone; whitespace and comments before it are skipped. */
  takeKeyword(word: string): boolean {
    const start = this.pos;
    this.skipSpace();
    for (let i = 0; i < word.length; i += 1) {
      if (this.peek(this.pos + i) !== word.charCodeAt(i)) {
        this.pos = start;
        return false;
      }
    }
    if (isRegular(this.peek(this.pos + word.length))) {
      this.pos = start;
      return false;
    }
    this.pos += word.length;
    return true;
  }

  /** Takes an unsigned integer, -1 (and nothing taken) when something else is next. */
  takeInteger(): number {
    const start = this.pos;
    this.skipSpace();
    const first = this.pos;
    let value = 0;
    while (isDigit(this.peek())) {
      value = value * 10 + this.peek() - 0x30;
      this.pos += 1;
    }
    if (this.pos === first || this.pos - first > 15 || isRegular(this.peek())) {
      this.pos = start;
      return -1;
    }
    return value;
  }

  #mark(mark: keyof typeof MARKS): Token {
    this.pos += mark.length;
    return MARKS[mark];
  }

  #number(): Token {
    const { bytes, end } = this;
    const start = this.pos;
    const sign = bytes[start] === 0x2d ? -1 : 1;
    let at = bytes[start] === 0x2d || bytes[start] === 0x2b ? start + 1 : start;
    let digits = 0;
    let decimals = -1;
    let value = 0;
    for (; at < end; at += 1) {
      const byte = bytes[at] ?? 0;
      if (isDigit(byte)) {
        value = value * 10 + byte - 0x30;
        digits += 1;
        if (decimals >= 0) decimals += 1;
      } else if (byte === 0x2e && decimals < 0) decimals = 0;
      else break;
    }
    this.pos = at;
    // Annex C: no reader keeps more; longer ones would only be told apart by some readers.
    if (digits === 0 || digits > 64 || (at < end && isRegular(bytes[at] ?? 0))) {
      throw this.fail('a malformed number', start);
    }
    const integer = decimals < 0;
    // Both operands are exact up to 15 digits, so their quotient is the nearest number.
    if (digits <= EXACT_DIGITS) value /= integer ? 1 : (POWERS[decimals] ?? 1);
    else if (!integer) value = Math.abs(Number(latin1(bytes, start, at)));
    return { kind: 'number', value: sign === 1 || value === 0 ? value : -value, integer };
  }

  #keyword(): Token {
    const start = this.pos;
    this.pos = this.#regularEnd(start);
    if (this.pos - start > MAX_KEYWORD) throw this.fail('an over-long keyword', start);
    return KEYWORDS.get(this.bytes, start, this.pos);
  }

  #regularEnd(from: number): number {
    const { bytes, end } = this;
    let at = from;
    while (at < end && isRegular(bytes[at] ?? 0)) at += 1;
    return at;
  }

  /** One character per byte (Latin-1), so that any name survives being written again. */
  #name(): Token {
    const start = this.pos + 1;
    this.pos = this.#regularEnd(start);
    if (this.pos - start > 1024) throw this.fail('an over-long name', start);
    const token = NAMES.get(this.bytes, start, this.pos);
    if (!token.name.includes('#')) return token;
    const name = token.name.replace(/#(..?)?/gs, (sequence) => {
      if (!/^#[0-9A-Fa-f]{2}$/.test(sequence) || sequence === '#00') throw this.fail('a malformed name', start);
      return String.fromCharCode(Number.parseInt(sequence.slice(1), 16));
    });
    return { kind: 'name', name };
  }

  #hex(): Uint8Array {
    const start = this.pos;
    const close = this.bytes.indexOf(0x3e, start);
    if (close < 0 || close >= this.end) throw this.fail('a hexadecimal string without end', start);
    this.pos = close + 1;
    // Signatures are long and nothing but digits: Node reads those at once, and stops at anything else.
    if (close - start > LONG_HEX) {
      const read = Buffer.from(latin1(this.bytes, start + 1, close), 'hex');
      if (read.length * 2 === close - start - 1) return new Uint8Array(read.buffer, read.byteOffset, read.length);
    }
    const { bytes } = this;
    const out = new Uint8Array((close - start) >> 1);
    let count = 0;
    for (let at = start + 1; at < close; at += 1) {
      const value = hexValue(bytes[at] ?? 0);
      if (value >= 0) {
        // 7.3.4.3: a missing last digit is 0.
        out[count >> 1] = (count & 1) === 0 ? value << 4 : (out[count >> 1] ?? 0) | value;
        count += 1;
      } else if (!isWhitespace(bytes[at] ?? 0)) throw this.fail('a malformed hexadecimal string', start);
    }
    return count === close - start - 1 ? out : out.subarray(0, (count + 1) >> 1);
  }

  #literal(): Uint8Array {
    const start = this.pos + 1;
    let depth = 1;
    let plain = true;
    let at = start;
    for (; ; at += 1) {
      const byte = this.peek(at);
      if (byte === -1) throw this.fail('a string without end', start - 1);
      if (byte === 0x5c) {
        plain = false;
        at += 1;
      } else if (byte === 0x0d) plain = false;
      else if (byte === 0x28) depth += 1;
      else if (byte === 0x29) {
        depth -= 1;
        if (depth === 0) break;
      }
    }
    this.pos = at + 1;
    return plain ? this.bytes.subarray(start, at) : unescape(this.bytes.subarray(start, at));
  }
}

/** 7.3.4.2: escapes, octal codes, continued lines, and every line end read as one line feed. */
function unescape(raw: Uint8Array): Uint8Array {
  const out = new Uint8Array(raw.length);
  let length = 0;
  for (let at = 0; at < raw.length; at += 1) {
    let byte = raw[at] ?? 0;
    if (byte === 0x0d) {
      if (raw[at + 1] === 0x0a) at += 1;
      byte = 0x0a;
    } else if (byte === 0x5c) {
      at += 1;
      const code = raw[at] ?? 0;
      if (code === 0x0d || code === 0x0a) {
        if (code === 0x0d && raw[at + 1] === 0x0a) at += 1;
        continue;
      }
      if (code >= 0x30 && code <= 0x37) {
        byte = code - 0x30;
        for (let more = 0; more < 2; more += 1) {
          const digit = raw[at + 1] ?? 0;
          if (digit < 0x30 || digit > 0x37) break;
          byte = byte * 8 + digit - 0x30;
          at += 1;
        }
      } else byte = ESCAPES.get(code) ?? code;
    }
    out[length] = byte;
    length += 1;
  }
  return out.subarray(0, length);
}
const ESCAPES: ReadonlyMap<number, number> = new Map([
  [0x6e, 0x0a],
  [0x72, 0x0d],
  [0x74, 0x09],
  [0x62, 0x08],
  [0x66, 0x0c],
]);
