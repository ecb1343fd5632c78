/** Objects (ISO 32000-1, 7.3) and indirect objects (7.3.10) from tokens, with depth and size limits. */
import { isDelimiter, isDigit, isWhitespace } from './characters.ts';
import { Lexer, type Token } from './lexer.ts';
import { isDict, isStream, type PdfDict, type PdfObject, type PdfStream } from './objects.ts';
import { PdfSyntaxError } from './pdf-file.ts';

const MAX_DEPTH = 100;
/** Values inside one indirect object. The largest honest ones (page lists, width tables) stay far below. */
const MAX_VALUES = 500_000;
/** Annex C.2: the highest object number. */
export const MAX_OBJECT_NUMBER = 8_388_607;

/** White space before or in the head of an object. */
const MAX_GAP = 1_024;

/** How many values the parser made so far; bounds the work a hostile file can ask for. */
export interface ParseCount {
  values: number;
}

/** @throws PdfSyntaxError 'object-damaged', 'nested-too-deep', 'expands-too-far' */
export function parseObject(lexer: Lexer, count: ParseCount = { values: 0 }): PdfObject {
  return parseValue(lexer, lexer.next(), 0, count);
}

export interface IndirectObject {
  readonly number: number;
  readonly generation: number;
  readonly value: PdfObject;
  /** Of the first byte of the value. */
  readonly valueStart: number;
  /** Just behind `endobj`. */
  readonly end: number;
}

/** Bytes that had to be looked at to read the object at `offset`: the data of a stream is not. */
export function lexedBytes({ value, end }: IndirectObject, offset: number): number {
  return end - offset - (isStream(value) ? value.raw.length : 0);
}

/**
 * `n g obj value endobj` at `offset`. `lengthOf` resolves a stream's /Length.
 * @throws PdfSyntaxError
 */
export function parseIndirect(
  bytes: Uint8Array,
  offset: number,
  lengthOf: (length: PdfObject | undefined) => PdfObject,
  count: ParseCount = { values: 0 },
): IndirectObject {
  const lexer = new Lexer(bytes, offset);
  const { number, generation } = takeHeader(lexer);
  lexer.skipSpace();
  const valueStart = lexer.pos;
  // Nothing between obj and endobj is the null object: no reader takes it for anything else.
  if (lexer.takeKeyword('endobj')) return { number, generation, value: null, valueStart, end: lexer.pos };
  let value = parseObject(lexer, count);
  if (isDict(value) && lexer.takeKeyword('stream')) value = takeStream(lexer, value, lengthOf);
  if (!lexer.takeKeyword('endobj')) throw lexer.fail(`object ${number} ${generation} does not end with endobj`);
  return { number, generation, value, valueStart, end: lexer.pos };
}

/**
 * Only white space, and little of it, may stand before and in the head. A comment could be made to
 * look like the heads of many other objects, each as long to read as the comment.
 */
function takeHeader(lexer: Lexer): { readonly number: number; readonly generation: number } {
  const start = lexer.pos;
  const gap = (): void => {
    const from = lexer.pos;
    lexer.skipWhitespace();
    if (lexer.pos - from > MAX_GAP || lexer.peek() === 0x25) throw lexer.fail('no object starts here', start);
  };
  gap();
  const number = isDigit(lexer.peek()) ? lexer.takeInteger() : -1;
  gap();
  const generation = lexer.takeInteger();
  gap();
  if (number < 0 || generation < 0 || !lexer.takeKeyword('obj')) throw lexer.fail('no object starts here', start);
  if (number > MAX_OBJECT_NUMBER) throw lexer.fail('an object number beyond the limit', start);
  return { number, generation };
}

/** Whether `number generation obj` stands at `offset`. */
export function isObjectAt(bytes: Uint8Array, offset: number, number: number, generation: number): boolean {
  if (isPlainHead(bytes, offset, number, generation)) return true;
  try {
    const header = takeHeader(new Lexer(bytes, offset));
    return header.number === number && header.generation === generation;
  } catch (cause) {
    if (cause instanceof PdfSyntaxError) return false;
    throw cause;
  }
}

/** The head as nearly every writer writes it, told without a lexer: asked once for every object of a file. */
function isPlainHead(bytes: Uint8Array, offset: number, number: number, generation: number): boolean {
  let at = offset;
  for (const expected of [number, generation]) {
    let value = 0;
    const first = at;
    for (let byte = bytes[at] ?? 0; isDigit(byte) && at - first < 8; byte = bytes[at] ?? 0) {
      value = value * 10 + byte - 0x30;
      at += 1;
    }
    if (at === first || value !== expected || bytes[at] !== 0x20) return false;
    at += 1;
  }
  const after = bytes[at + 3] ?? 0;
  const isKeyword = bytes[at] === 0x6f && bytes[at + 1] === 0x62 && bytes[at + 2] === 0x6a;
  return isKeyword && (isWhitespace(after) || isDelimiter(after));
}

/** 7.3.8.1: the keyword is followed by CR LF or LF, never by CR alone. */
function takeStream(lexer: Lexer, dict: PdfDict, lengthOf: (length: PdfObject | undefined) => PdfObject): PdfStream {
  if (lexer.peek() === 0x0d) lexer.pos += 1;
  if (lexer.peek() !== 0x0a) throw damagedStream('the stream keyword is not followed by a line feed', lexer.pos);
  const start = lexer.pos + 1;
  const length = lengthOf(dict.entries.get('Length'));
  if (typeof length !== 'number' || !Number.isInteger(length) || length < 0 || length > lexer.end - start) {
    throw damagedStream('the stream has no usable /Length', start);
  }
  lexer.pos = start + length;
  lexer.skipWhitespace();
  if (!lexer.takeKeyword('endstream')) throw damagedStream('/Length does not lead to endstream', lexer.pos);
  return { kind: 'stream', dict, raw: lexer.bytes.subarray(start, start + length) };
}

function damagedStream(message: string, offset: number): PdfSyntaxError {
  return new PdfSyntaxError('stream-damaged', message, offset);
}

function parseValue(lexer: Lexer, token: Token, depth: number, count: ParseCount): PdfObject {
  count.values += 1;
  if (count.values > MAX_VALUES) throw new PdfSyntaxError('expands-too-far', 'an object with too many values');
  switch (token.kind) {
    case 'number':
      return token.integer && token.value >= 0 ? referenceOr(lexer, token.value) : token.value;
    case 'name':
    case 'string':
      return token;
    case 'mark':
      if (depth >= MAX_DEPTH) throw new PdfSyntaxError('nested-too-deep', 'objects nested too deeply', lexer.pos);
      if (token.mark === '[') return parseArray(lexer, depth, count);
      if (token.mark === '<<') return { kind: 'dict', entries: parseEntries(lexer, depth, count) };
      throw lexer.fail(`an unexpected "${token.mark}"`);
    case 'keyword':
      if (token.word === 'null') return null;
      if (token.word === 'true') return true;
      if (token.word === 'false') return false;
      throw lexer.fail('an unexpected keyword');
    case 'end':
      throw lexer.fail('an object without end');
  }
}

/** `12 0 R` is told from `12` by looking ahead in the bytes: cheaper than tokens for long number arrays. */
function referenceOr(lexer: Lexer, number: number): PdfObject {
  const start = lexer.pos;
  const generation = isWhitespace(lexer.peek()) || lexer.peek() === 0x25 ? lexer.takeInteger() : -1;
  if (generation >= 0) {
    lexer.skipSpace();
    const after = lexer.peek(lexer.pos + 1);
    if (lexer.peek() === 0x52 && (after === -1 || isWhitespace(after) || isDelimiter(after))) {
      lexer.pos += 1;
      if (number > MAX_OBJECT_NUMBER || generation > 65_535) throw lexer.fail('a reference beyond the limits', start);
      return { kind: 'ref', number, generation };
    }
  }
  lexer.pos = start;
  return number;
}

function parseArray(lexer: Lexer, depth: number, count: ParseCount): PdfObject {
  const items: PdfObject[] = [];
  for (;;) {
    const token = lexer.next();
    if (token.kind === 'mark' && token.mark === ']') return { kind: 'array', items };
    items.push(parseValue(lexer, token, depth + 1, count));
  }
}

/** Where an entry's value stands. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

function parseEntries(
  lexer: Lexer,
  depth: number,
  count: ParseCount,
  spans?: Map<string, Span>,
): ReadonlyMap<string, PdfObject> {
  const entries = new Map<string, PdfObject>();
  for (;;) {
    const key = lexer.next();
    if (key.kind === 'mark' && key.mark === '>>') return entries;
    if (key.kind !== 'name') throw lexer.fail('a dictionary key that is not a name');
    // 7.3.7: readers differ in which of two equal keys counts.
    if (entries.has(key.name)) throw lexer.fail('a dictionary with the same key twice');
    lexer.skipSpace();
    const start = lexer.pos;
    entries.set(key.name, parseValue(lexer, lexer.next(), depth + 1, count));
    spans?.set(key.name, { start, end: lexer.pos });
  }
}

/**
 * Where the values of the dictionary at `offset` stand in `bytes`; null when there is no dictionary.
 * @throws PdfSyntaxError
 */
export function dictSpans(bytes: Uint8Array, offset: number): ReadonlyMap<string, Span> | null {
  const lexer = new Lexer(bytes, offset);
  const token = lexer.next();
  if (token.kind !== 'mark' || token.mark !== '<<') return null;
  const spans = new Map<string, Span>();
  parseEntries(lexer, 0, { values: 0 }, spans);
  return spans;
}
