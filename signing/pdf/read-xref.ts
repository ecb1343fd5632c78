/**
 * Cross-reference tables, streams and hybrid sections (ISO 32000-1, 7.5.4, 7.5.5, 7.5.8), newest
 * first along /Prev. Left out: searching a damaged file for its objects.
 */
import { decodeStream } from './decode-stream.ts';
import { isDigit } from './characters.ts';
import { Lexer } from './lexer.ts';
import { isArray, isDict, isName, isStream, type PdfDict, type PdfObject } from './objects.ts';
import { MAX_OBJECT_NUMBER, parseIndirect, parseObject } from './parse-object.ts';
import { PdfSyntaxError, type XrefEntry } from './pdf-file.ts';
import { LazySection, type Subsection } from './xref-section.ts';

/** More revisions than any honest document has. */
const MAX_SECTIONS = 2_000;
/** All cross-reference streams of a file together, expanded: the largest file of objects fits. */
const MAX_STREAM_BYTES = 64 * 1024 * 1024;
/** Entries of all sections together: every possible object three times. */
const MAX_ENTRIES = 3 * MAX_OBJECT_NUMBER;
const ENTRY = 20;

/** What is left to spend on the sections of a file. */
interface Budget {
  expanded: number;
  /** Sections that do not overlap are never longer than the file. */
  read: number;
}

/** @throws PdfSyntaxError 'xref-damaged', 'xref-loop' */
export function readSections(bytes: Uint8Array, newest: number): readonly LazySection[] {
  const sections: LazySection[] = [];
  const seen = new Set<number>();
  const budget: Budget = { expanded: MAX_STREAM_BYTES, read: bytes.length * 2 };
  let entries = 0;
  for (let offset: number | null = newest; offset !== null;) {
    if (seen.has(offset)) throw new PdfSyntaxError('xref-loop', 'cross-reference sections form a loop', offset);
    if (sections.length >= MAX_SECTIONS) throw damaged('too many cross-reference sections', offset);
    seen.add(offset);
    const section = readSection(bytes, offset, budget);
    sections.push(section);
    entries += section.listed;
    if (entries > MAX_ENTRIES) throw damaged('too many cross-reference entries', offset);
    offset = linkTo(section.trailer, 'Prev', offset);
  }
  return sections;
}

function damaged(message: string, offset: number): PdfSyntaxError {
  return new PdfSyntaxError('xref-damaged', message, offset);
}

function spend(budget: Budget, read: number, offset: number): void {
  budget.read -= read;
  if (budget.read < 0) throw damaged('cross-reference sections that overlap', offset);
}

function linkTo(trailer: PdfDict, key: string, from: number): number | null {
  const value = trailer.entries.get(key);
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw damaged(`/${key} of the cross-reference section is not an offset`, from);
}

function readSection(bytes: Uint8Array, offset: number, budget: Budget): LazySection {
  const lexer = new Lexer(bytes, offset);
  lexer.skipWhitespace();
  if (offset >= bytes.length) throw damaged('a cross-reference section beyond the end of the file', offset);
  if (isDigit(lexer.peek())) return readStreamSection(bytes, offset, budget);
  if (!lexer.takeKeyword('xref')) throw damaged('no cross-reference section starts here', offset);
  return readTableSection(lexer, offset, budget);
}

function readTableSection(lexer: Lexer, offset: number, budget: Budget): LazySection {
  const { bytes } = lexer;
  const subsections: Subsection[] = [];
  while (!lexer.takeKeyword('trailer')) {
    const first = lexer.takeInteger();
    const count = lexer.takeInteger();
    if (first < 0 || count < 0 || first + count > MAX_OBJECT_NUMBER + 1) {
      throw damaged('a damaged cross-reference subsection', lexer.pos);
    }
    while (lexer.peek() === 0x20) lexer.pos += 1;
    if (lexer.peek() === 0x0d) lexer.pos += 1;
    if (lexer.peek() === 0x0a) lexer.pos += 1;
    if (count > 0) subsections.push({ first, count, at: lexer.pos });
    lexer.pos += count * ENTRY;
    if (lexer.pos >= lexer.end) throw damaged('a cross-reference table without end', offset);
  }
  const trailer = asXref(() => parseObject(lexer));
  if (!isDict(trailer)) throw damaged('a cross-reference table without trailer dictionary', lexer.pos);
  spend(budget, lexer.pos - offset, offset);
  const stream = linkTo(trailer, 'XRefStm', offset);
  return new LazySection({
    offset,
    end: lexer.pos,
    kind: 'table',
    trailer,
    companion: stream === null ? null : readStreamSection(bytes, stream, budget),
    subsections: inOrder(subsections, offset),
    entryAt: (at, index) => tableEntry(bytes, at + index * ENTRY),
  });
}

/** Exactly 20 bytes (7.5.4): ten digits, space, five digits, space, n or f, two bytes of line end. */
function tableEntry(bytes: Uint8Array, at: number): XrefEntry {
  const byte = (index: number): number => bytes[at + index] ?? -1;
  const digits = (from: number, to: number): number => {
    let value = 0;
    for (let i = from; i < to; i += 1) {
      if (!isDigit(byte(i))) throw damaged('a damaged cross-reference entry', at);
      value = value * 10 + byte(i) - 0x30;
    }
    return value;
  };
  const offset = digits(0, 10);
  const generation = digits(11, 16);
  const letter = byte(17);
  const wellFormed =
    byte(10) === 0x20 &&
    byte(16) === 0x20 &&
    (letter === 0x6e || letter === 0x66) &&
    (byte(18) === 0x20 || byte(18) === 0x0d || byte(18) === 0x0a) &&
    (byte(19) === 0x0d || byte(19) === 0x0a);
  if (!wellFormed) throw damaged('a damaged cross-reference entry', at);
  return letter === 0x66 ? { type: 'free', generation } : { type: 'offset', offset, generation };
}

function readStreamSection(bytes: Uint8Array, offset: number, budget: Budget): LazySection {
  // Entries a reader needs before it has the table must be direct (7.5.8.2).
  const direct = (object: PdfObject | undefined): PdfObject => object ?? null;
  const { value, end } = asXref(() => parseIndirect(bytes, offset, direct));
  spend(budget, end - offset, offset);
  if (!isStream(value) || !isName(value.dict.entries.get('Type'), 'XRef')) {
    throw damaged('no cross-reference section starts here', offset);
  }
  const { entries } = value.dict;
  const widths = integers(entries.get('W'), offset);
  const rowBytes = widths.reduce((sum, width) => sum + width, 0);
  if (widths.length !== 3 || rowBytes === 0 || widths.some((width) => width > 8)) {
    throw damaged('a cross-reference stream with damaged /W', offset);
  }
  const size = entries.get('Size');
  if (typeof size !== 'number') throw damaged('a cross-reference stream without /Size', offset);
  const index = entries.get('Index');
  const pairs = index === undefined ? [0, size] : integers(index, offset);
  const data = asXref(() => decodeStream(value, direct, Math.max(budget.expanded, 1)));
  budget.expanded -= data.length;
  return new LazySection({
    offset,
    end,
    kind: 'stream',
    trailer: value.dict,
    subsections: inOrder(streamSubsections(pairs, rowBytes, data.length, offset), offset),
    entryAt: (at, row) => streamEntry(data, at + row * rowBytes, widths),
  });
}

function streamSubsections(
  pairs: readonly number[],
  rowBytes: number,
  length: number,
  offset: number,
): readonly Subsection[] {
  const subsections: Subsection[] = [];
  let at = 0;
  for (let i = 0; i < pairs.length; i += 2) {
    const first = pairs[i] ?? 0;
    const count = pairs[i + 1] ?? -1;
    if (count < 0 || first + count > MAX_OBJECT_NUMBER + 1 || at + count * rowBytes > length) {
      throw damaged('a cross-reference stream with damaged /Index', offset);
    }
    if (count > 0) subsections.push({ first, count, at });
    at += count * rowBytes;
  }
  return subsections;
}

/** Table 18. Types other than 0, 1 and 2 are references to the null object: as if free. */
function streamEntry(data: Uint8Array, at: number, widths: readonly number[]): XrefEntry {
  const [typeWidth = 0, secondWidth = 0, thirdWidth = 0] = widths;
  const field = (from: number, width: number): number => {
    let value = 0;
    for (let i = 0; i < width; i += 1) value = value * 256 + (data[from + i] ?? 0);
    return value;
  };
  const type = typeWidth === 0 ? 1 : field(at, typeWidth);
  const second = field(at + typeWidth, secondWidth);
  const third = field(at + typeWidth + secondWidth, thirdWidth);
  if (type === 1) return { type: 'offset', offset: second, generation: third };
  if (type === 2) return { type: 'compressed', stream: second, index: third };
  return { type: 'free', generation: type === 0 ? third : 0 };
}

function integers(object: PdfObject | undefined, offset: number): readonly number[] {
  const items = isArray(object) ? object.items : [];
  return items.map((item) => {
    if (typeof item === 'number' && Number.isInteger(item) && item >= 0) return item;
    throw damaged('a cross-reference stream with damaged numbers', offset);
  });
}

function inOrder(subsections: readonly Subsection[], offset: number): readonly Subsection[] {
  const sorted = subsections.toSorted((a, b) => a.first - b.first);
  let next = 0;
  for (const { first, count } of sorted) {
    if (first < next) throw damaged('a cross-reference section that lists an object twice', offset);
    next = first + count;
  }
  return sorted;
}

/** A syntax error inside a cross-reference section is a damaged section. */
function asXref<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof PdfSyntaxError && (cause.code === 'object-damaged' || cause.code === 'stream-damaged')) {
      throw new PdfSyntaxError('xref-damaged', cause.message);
    }
    throw cause;
  }
}
