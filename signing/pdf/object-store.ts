import { decodeStream } from './decode-stream.ts';
import { Lexer } from './lexer.ts';
import { isName, isRef, isStream, type PdfObject, type PdfRef, type PdfStream } from './objects.ts';
import { lexedBytes, parseIndirect, parseObject, type ParseCount } from './parse-object.ts';
import { PdfSyntaxError, type XrefEntry } from './pdf-file.ts';
import type { LazySection } from './xref-section.ts';

/** Values kept parsed; beyond it the oldest objects are let go and read again when asked for. */
const MAX_CACHED_VALUES = 1_000_000;
/** Values parsed in the life of a file: a hostile file cannot keep the reader busy for long. */
const MAX_PARSED_VALUES = 25_000_000;
/** Bytes parsed in the life of a file: objects can be written so that each reads all that follow it. */
const MAX_PARSED_BYTES = 256 * 1024 * 1024;
const MAX_OBJECT_STREAM_BYTES = 64 * 1024 * 1024;
const MAX_CACHED_STREAM_BYTES = 96 * 1024 * 1024;
/** Bytes expanded in the life of a file: ten times the largest that is taken in. */
const MAX_EXPANDED_BYTES = 512 * 1024 * 1024;
const MAX_REFERENCES = 32;
/** With more revisions than this, which one has an object is worked out once for all. */
const MANY_SECTIONS = 8;

interface ObjectStream {
  readonly data: Uint8Array;
  /** Object number and offset of each member, in turn. */
  readonly index: readonly number[];
}

interface Kept {
  readonly value: PdfObject;
  readonly generation: number;
  readonly weight: number;
}

/** Objects by number, parsed when first asked for. */
export class ObjectStore {
  readonly #bytes: Uint8Array;
  readonly #sections: readonly LazySection[];
  readonly #objects = new Map<number, Kept>();
  readonly #streams = new Map<number, ObjectStream>();
  readonly #reading = new Set<number>();
  #newest: Uint16Array | undefined;
  #cachedValues = 0;
  #parsedValues = 0;
  #parsedBytes = 0;
  #cachedStreamBytes = 0;
  #expandedBytes = 0;

  constructor(bytes: Uint8Array, sections: readonly LazySection[]) {
    this.#bytes = bytes;
    this.#sections = sections;
  }

  locate(number: number): XrefEntry | undefined {
    if (this.#sections.length <= MANY_SECTIONS) {
      for (const section of this.#sections) {
        const entry = section.find(number);
        if (entry !== undefined) return entry;
      }
      return undefined;
    }
    this.#newest ??= newestSections(this.#sections);
    return this.#sections[(this.#newest[number] ?? 0) - 1]?.find(number);
  }

  get(ref: PdfRef): PdfObject {
    const known = this.#objects.get(ref.number);
    if (known !== undefined) return known.generation === ref.generation ? known.value : null;
    const entry = this.locate(ref.number);
    if (entry === undefined || generationOf(entry) !== ref.generation) return null;
    // Only a stream's /Length can lead back to an object that is being read.
    if (this.#reading.has(ref.number)) {
      throw new PdfSyntaxError('object-damaged', `object ${ref.number} needs itself to be read`);
    }
    this.#reading.add(ref.number);
    try {
      return this.#load(ref, entry);
    } finally {
      this.#reading.delete(ref.number);
    }
  }

  resolve(object: PdfObject | undefined): PdfObject {
    let current = object ?? null;
    for (let steps = 0; isRef(current); steps += 1) {
      if (steps >= MAX_REFERENCES) throw new PdfSyntaxError('nested-too-deep', 'references lead nowhere');
      current = this.get(current);
    }
    return current;
  }

  decode(stream: PdfStream, maxBytes: number): Uint8Array {
    const data = decodeStream(
      stream,
      (object) => this.resolve(object),
      Math.min(maxBytes, MAX_EXPANDED_BYTES - this.#expandedBytes),
    );
    this.#expandedBytes += data.length;
    return data;
  }

  #load(ref: PdfRef, entry: XrefEntry): PdfObject {
    const count: ParseCount = { values: 0 };
    let value: PdfObject;
    switch (entry.type) {
      case 'free':
        return null;
      case 'offset':
        value = this.#readAt(ref, entry.offset, count);
        break;
      case 'compressed':
        value = this.#readMember(ref, entry.stream, entry.index, count);
        break;
    }
    this.#keep(ref, value, count.values);
    return value;
  }

  #readAt(ref: PdfRef, offset: number, count: ParseCount): PdfObject {
    if (offset >= this.#bytes.length) {
      throw new PdfSyntaxError('object-damaged', `object ${ref.number} lies beyond the end of the file`, offset);
    }
    const found = parseIndirect(this.#bytes, offset, (length) => this.resolve(length), count);
    if (found.number !== ref.number || found.generation !== ref.generation) {
      throw new PdfSyntaxError('object-damaged', `another object stands in the place of ${ref.number}`, offset);
    }
    this.#parsedBytes += lexedBytes(found, offset);
    return found.value;
  }

  /** 7.5.7 */
  #readMember(ref: PdfRef, container: number, index: number, count: ParseCount): PdfObject {
    const { data, index: table } = this.#objectStream(container);
    const offset = table[index * 2 + 1];
    if (table[index * 2] !== ref.number || offset === undefined || offset >= data.length) {
      throw new PdfSyntaxError('object-damaged', `object ${ref.number} is not in object stream ${container}`);
    }
    const lexer = new Lexer(data, offset, data.length, false);
    const value = parseObject(lexer, count);
    this.#parsedBytes += lexer.pos - offset;
    return value;
  }

  #objectStream(number: number): ObjectStream {
    const known = this.#streams.get(number);
    if (known !== undefined) return known;
    const entry = this.locate(number);
    const value = entry?.type === 'offset' ? this.get({ kind: 'ref', number, generation: 0 }) : null;
    if (!isStream(value) || !isName(value.dict.entries.get('Type'), 'ObjStm')) {
      throw new PdfSyntaxError('object-damaged', `object ${number} is not an object stream`);
    }
    const first = this.resolve(value.dict.entries.get('First'));
    const members = this.resolve(value.dict.entries.get('N'));
    const data = this.decode(value, MAX_OBJECT_STREAM_BYTES);
    if (typeof first !== 'number' || typeof members !== 'number' || first > data.length || members * 2 > data.length) {
      throw new PdfSyntaxError('object-damaged', `object stream ${number} has a damaged head`);
    }
    const lexer = new Lexer(data, 0, first, false);
    const index: number[] = [];
    for (let i = 0; i < members; i += 1) {
      const member = lexer.takeInteger();
      const offset = lexer.takeInteger();
      if (member < 0 || offset < 0) {
        throw new PdfSyntaxError('object-damaged', `object stream ${number} has a damaged head`);
      }
      index.push(member, first + offset);
    }
    const stream = { data, index };
    this.#keepStream(number, stream);
    return stream;
  }

  #keep(ref: PdfRef, value: PdfObject, weight: number): void {
    this.#parsedValues += weight;
    if (this.#parsedValues > MAX_PARSED_VALUES || this.#parsedBytes > MAX_PARSED_BYTES) {
      throw new PdfSyntaxError('expands-too-far', 'the objects are too much to read');
    }
    this.#objects.set(ref.number, { value, generation: ref.generation, weight });
    this.#cachedValues += weight;
    for (const [oldest, { weight: released }] of this.#objects) {
      if (this.#cachedValues <= MAX_CACHED_VALUES) break;
      this.#objects.delete(oldest);
      this.#cachedValues -= released;
    }
  }

  #keepStream(number: number, stream: ObjectStream): void {
    const bytesOf = (kept: ObjectStream): number => kept.data.length + kept.index.length * 8;
    this.#streams.set(number, stream);
    this.#cachedStreamBytes += bytesOf(stream);
    for (const [oldest, kept] of this.#streams) {
      if (this.#cachedStreamBytes <= MAX_CACHED_STREAM_BYTES || oldest === number) break;
      this.#streams.delete(oldest);
      this.#cachedStreamBytes -= bytesOf(kept);
    }
  }
}

function generationOf(entry: XrefEntry): number {
  return entry.type === 'compressed' ? 0 : entry.generation;
}

/** For each object number, the place of the newest section that lists it, plus one. */
function newestSections(sections: readonly LazySection[]): Uint16Array {
  const newest = new Uint16Array(Math.max(0, ...sections.map((section) => section.highest)) + 1);
  sections.forEach((section, place) => {
    for (const number of section.numbers()) newest[number] ||= place + 1;
  });
  return newest;
}
