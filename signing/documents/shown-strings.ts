import { hexValue, isWhitespace } from '../pdf/characters.ts';

/** String `i` of the `count` of one operation lies from `ends[i - 1]` (0 for the first) to `ends[i]` in `bytes`. Both are used again afterwards. */
export type ShowSink = (bytes: Uint8Array, ends: readonly number[], count: number) => void;

/** No place: whatever stands there is for the reader to judge. */
const UNCLEAR = -1;
/** What the operands so far amount to: no string; an array not yet closed; all that is shown; something else. */
const [EMPTY, OPEN, WHOLE, OTHER] = [0, 1, 2, 3];
const BACKSLASH = 0x5c;
const RETURN = 0x0d;
/** The byte that two hex digits stand for, by both characters; -1 for any other two: one look instead of two. */
const HEX_PAIRS = Int16Array.from({ length: 0x10000 }, (_, pair) => {
  const [high, low] = [hexValue(pair >> 8), hexValue(pair & 0xff)];
  return high < 0 || low < 0 ? -1 : (high << 4) | low;
});

/**
 * Gathers what one operation shows while its operands are passed over, without an object for each string: nearly all of
 * the text of a document is read here. Knows plain operands only, one string or one flat array; the rest is the reader's.
 */
export class ShownStrings {
  readonly #sink: ShowSink;
  /** Never shortened: an emptied array is filled from nothing again, for every operation. */
  readonly #ends: number[] = [];
  #count = 0;
  #bytes: Uint8Array = Buffer.allocUnsafe(512);
  #length = 0;
  #shape = EMPTY;

  constructor(sink: ShowSink) {
    this.#sink = sink;
  }

  /** A new operation begins. */
  begin(): void {
    this.#length = 0;
    this.#count = 0;
    this.#shape = EMPTY;
  }

  openArray(): void {
    this.#shape = this.#shape === EMPTY ? OPEN : OTHER;
  }

  closeArray(): void {
    this.#shape = this.#shape === OPEN ? WHOLE : OTHER;
  }

  number(): void {
    if (this.#shape === WHOLE) this.#shape = OTHER;
  }

  other(): void {
    this.#shape = OTHER;
  }

  /** @param from behind the `<` @returns the place behind the `>`, -1 when it is no plain string */
  hex(bytes: Uint8Array, from: number): number {
    const close = bytes.indexOf(0x3e, from);
    if (close < 0) return UNCLEAR;
    this.#reserve((close - from + 1) >> 1);
    const out = this.#bytes;
    let length = this.#length;
    let at = from;
    for (; at + 1 < close; at += 2) {
      const value = HEX_PAIRS[((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)] ?? -1;
      if (value < 0) break;
      out[length] = value;
      length += 1;
    }
    let half = -1;
    for (; at < close; at += 1) {
      const value = hexValue(bytes[at] ?? 0);
      if (value < 0) {
        if (!isWhitespace(bytes[at] ?? 0)) return UNCLEAR;
      } else if (half < 0) half = value;
      else {
        out[length] = (half << 4) | value;
        length += 1;
        half = -1;
      }
    }
    // 7.3.4.3: a missing last digit is 0.
    if (half >= 0) {
      out[length] = half << 4;
      length += 1;
    }
    this.#length = length;
    this.#endString();
    return close + 1;
  }

  /** A string in parentheses, of which these are the bytes between them. */
  literal(bytes: Uint8Array, from: number, to: number): void {
    this.#reserve(to - from);
    const out = this.#bytes;
    const shift = this.#length - from;
    for (let at = from; at < to; at += 1) {
      const byte = bytes[at] ?? 0;
      // Escapes and line ends are read differently from how they are written.
      if (byte === BACKSLASH || byte === RETURN) {
        this.#shape = OTHER;
        return;
      }
      out[at + shift] = byte;
    }
    this.#length += to - from;
    this.#endString();
  }

  /** An operator that shows stands here. False when its operands are for the reader. */
  show(): boolean {
    if (this.#shape !== WHOLE) return false;
    this.#sink(this.#bytes, this.#ends, this.#count);
    return true;
  }

  #endString(): void {
    this.#ends[this.#count] = this.#length;
    this.#count += 1;
    if (this.#shape !== OPEN) this.#shape = this.#shape === EMPTY ? WHOLE : OTHER;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
