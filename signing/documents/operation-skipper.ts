import { hexValue, isDelimiter, isDigit, isWhitespace, latin1 } from '../pdf/characters.ts';
import type { ShownStrings } from './shown-strings.ts';

/** What the lexer takes for a keyword or a name; longer runs are something else to it. */
const MAX_OPERATOR = 127;
const MAX_NAME = 1024;
/** No place: whatever stands there is for the reader to judge. */
const UNCLEAR = -1;

/** Operators to look for, told apart by their bytes: nearly all have one or two letters. */
export class Operators {
  readonly #words: ReadonlySet<string>;
  readonly #short = new Uint8Array(0x10000);

  /** Separated by spaces. */
  constructor(words: string) {
    this.#words = new Set(words.split(' '));
    for (const word of this.#words) {
      if (word.length <= 2) this.#short[word.charCodeAt(0) | (word.charCodeAt(1) << 8)] = 1;
    }
  }

  has(word: string): boolean {
    return this.#words.has(word);
  }

  hasShort(first: number, second: number): boolean {
    return this.#short[first | (second << 8)] === 1;
  }
}

/** 9.4.3: the operators that `ShownStrings` is asked about. */
const SHOWING = new Operators('Tj TJ \' "');

/**
 * Finds where operations end without making values of their operands. It knows plain operands only: an
 * operation with anything else in it is left to the reader, so that both always agree on where one ends. With `shown`,
 * operations that show text are passed over, too, once it has their strings.
 */
export class OperationSkipper {
  readonly #bytes: Uint8Array;
  readonly #wanted: Operators;
  readonly #shown: ShownStrings | null;

  constructor(bytes: Uint8Array, wanted: Operators, shown: ShownStrings | null = null) {
    this.#bytes = bytes;
    this.#wanted = wanted;
    this.#shown = shown;
  }

  /** An operation begins at `from`: where the first one begins that has to be read. */
  skipUnwanted(from: number): number {
    const bytes = this.#bytes;
    const shown = this.#shown;
    let begin = from;
    shown?.begin();
    for (let at = from; at < bytes.length;) {
      const byte = bytes[at] ?? 0;
      if (isWhitespace(byte)) at += 1;
      else if (byte === 0x5b || byte === 0x5d) {
        if (byte === 0x5b) shown?.openArray();
        else shown?.closeArray();
        at += 1;
      } else if (isDelimiter(byte)) {
        at = this.#operandEnd(at, byte);
        if (at === UNCLEAR) return begin;
      } else {
        const end = this.#regularEnd(at);
        if (isOperator(byte, end - at)) {
          const verdict = this.#judgeWord(at, end);
          if (verdict === 'read') return begin;
          if (verdict === 'skip') {
            begin = end;
            shown?.begin();
          } else shown?.other();
        } else shown?.number();
        at = end;
      }
    }
    return begin;
  }

  #judgeWord(at: number, end: number): 'read' | 'skip' | 'operand' {
    const bytes = this.#bytes;
    if (end - at <= 2) {
      const first = bytes[at] ?? 0;
      const second = end - at === 2 ? (bytes[at + 1] ?? 0) : 0;
      if (this.#shown !== null && SHOWING.hasShort(first, second) && this.#shown.show()) return 'skip';
      // BI: an inline image is data, not operands.
      return this.#wanted.hasShort(first, second) || (first === 0x42 && second === 0x49) ? 'read' : 'skip';
    }
    const word = latin1(bytes, at, end);
    if (word === 'null' || word === 'true' || word === 'false') return 'operand';
    return this.#wanted.has(word) ? 'read' : 'skip';
  }

  #operandEnd(at: number, byte: number): number {
    switch (byte) {
      case 0x2f:
        this.#shown?.other();
        return this.#nameEnd(at + 1);
      case 0x28: {
        const end = this.#literalEnd(at + 1);
        if (end !== UNCLEAR) this.#shown?.literal(this.#bytes, at + 1, end - 1);
        return end;
      }
      case 0x3c:
        return this.#shown === null ? this.#hexEnd(at + 1) : this.#shown.hex(this.#bytes, at + 1);
      default:
        return UNCLEAR;
    }
  }

  #regularEnd(from: number): number {
    const bytes = this.#bytes;
    let at = from;
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0;
      if (isWhitespace(byte) || isDelimiter(byte)) break;
    }
    return at;
  }

  #nameEnd(from: number): number {
    const end = this.#regularEnd(from);
    if (end - from > MAX_NAME) return UNCLEAR;
    // An escape can be malformed.
    for (let at = from; at < end; at += 1) if (this.#bytes[at] === 0x23) return UNCLEAR;
    return end;
  }

  #literalEnd(from: number): number {
    const bytes = this.#bytes;
    let depth = 1;
    for (let at = from; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (byte === 0x5c) at += 1;
      else if (byte === 0x28) depth += 1;
      else if (byte === 0x29) {
        depth -= 1;
        if (depth === 0) return at + 1;
      }
    }
    return UNCLEAR;
  }

  #hexEnd(from: number): number {
    const bytes = this.#bytes;
    for (let at = from; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte === 0x3e) return at + 1;
      if (hexValue(byte) < 0 && !isWhitespace(byte)) return UNCLEAR;
    }
    return UNCLEAR;
  }
}

/** A run that begins like a number is one to the reader, however it goes on. */
function isOperator(first: number, length: number): boolean {
  const number = isDigit(first) || first === 0x2b || first === 0x2d || first === 0x2e;
  return !number && length <= MAX_OPERATOR;
}
