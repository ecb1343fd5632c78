/**
 * One incremental update (ISO 32000-1, 7.5.6): new and changed objects, a cross-reference section of
 * the kind the file ends in, a trailer that links back. Earlier bytes are never touched.
 */
import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { Lexer } from './lexer.ts';
import {
  array,
  dict,
  isArray,
  isRef,
  isString,
  name,
  ref as toRef,
  withEntries,
  type PdfDict,
  type PdfObject,
  type PdfRef,
  type PdfStream,
} from './objects.ts';
import { parseObject } from './parse-object.ts';
import type { PdfFile } from './pdf-file.ts';
import { ByteSink, writeTo } from './serialize.ts';

/** A value whose exact bytes matter, as a signature dictionary with room for its signature. Not a stream. */
export interface RawObject {
  readonly kind: 'raw';
  readonly bytes: Uint8Array;
}

export interface PdfIncrement {
  /** What goes behind the file, beginning with a line break where the file lacks one. */
  readonly increment: Uint8Array;
  /** Offset in the whole file of the first byte of the value of an object set here. @throws Error for others */
  offsetOf(ref: PdfRef): number;
}

interface Written {
  readonly ref: PdfRef;
  readonly offset: number;
}

export class PdfUpdate {
  readonly file: PdfFile;
  readonly #changes = new Map<number, { readonly ref: PdfRef; readonly object: PdfObject | RawObject }>();
  #next: number;

  /** @throws Error for an encrypted file: what is appended would be read as if encrypted */
  constructor(file: PdfFile) {
    if (file.trailer.entries.has('Encrypt')) throw new Error('an encrypted file cannot be appended to');
    this.file = file;
    this.#next = file.size;
  }

  /** A fresh object number. One that is never set does no harm. */
  allocate(): PdfRef {
    const allocated = toRef(this.#next);
    this.#next += 1;
    return allocated;
  }

  /** @throws Error when the file has this object in another generation */
  set(ref: PdfRef, object: PdfObject | RawObject): void {
    const entry = this.file.locate(ref.number);
    const generation = entry === undefined || entry.type === 'compressed' ? 0 : entry.generation;
    if (entry?.type !== 'free' && generation !== ref.generation) throw new Error('object set in another generation');
    this.#next = Math.max(this.#next, ref.number + 1);
    this.#changes.set(ref.number, { ref, object });
  }

  /** Own changes first, then the file. @throws PdfSyntaxError */
  get(ref: PdfRef): PdfObject {
    const change = this.#changes.get(ref.number);
    if (change === undefined) return this.file.get(ref);
    if (change.ref.generation !== ref.generation) return null;
    return isRaw(change.object) ? parseObject(new Lexer(change.object.bytes)) : change.object;
  }

  /** Follows references through own changes. @throws PdfSyntaxError */
  resolve(object: PdfObject | undefined): PdfObject {
    let current = object ?? null;
    for (let steps = 0; isRef(current) && steps < 32; steps += 1) current = this.get(current);
    return isRef(current) ? null : current;
  }

  /** The bytes to append; `id` replaces the second element of /ID that is otherwise made from the new content. */
  finish(options: { readonly id?: Uint8Array } = {}): PdfIncrement {
    const base = this.file.bytes.length;
    const sink = new ByteSink();
    const last = this.file.bytes[base - 1];
    if (last !== 0x0a && last !== 0x0d) sink.text('\n');
    const written: Written[] = [];
    const values = new Map<number, number>();
    for (const { ref, object } of [...this.#changes.values()].sort((a, b) => a.ref.number - b.ref.number)) {
      written.push({ ref, offset: base + sink.length });
      sink.text(`${ref.number} ${ref.generation} obj\n`);
      values.set(ref.number, base + sink.length);
      if (isRaw(object)) sink.push(object.bytes);
      else writeTo(sink, object);
      sink.text('\nendobj\n');
    }
    const id = options.id ?? createHash('sha256').update(sink.bytes()).digest().subarray(0, 16);
    if (this.file.xrefKind === 'table') this.#writeTable(sink, written, id);
    else this.#writeStream(sink, written, id);
    return {
      increment: sink.bytes(),
      offsetOf: (ref) => {
        const offset = values.get(ref.number);
        if (offset === undefined) throw new Error('object is not part of this update');
        return offset;
      },
    };
  }

  #writeTable(sink: ByteSink, written: readonly Written[], id: Uint8Array): void {
    const offset = this.file.bytes.length + sink.length;
    sink.text('xref\n');
    // 7.5.4: a table has at least one subsection, so that readers find the trailer.
    if (written.length === 0) sink.text('0 0\n');
    for (const run of runs(written)) {
      sink.text(`${run[0]?.ref.number ?? 0} ${run.length}\n`);
      for (const { ref, offset: at } of run) sink.text(`${digits(at, 10)} ${digits(ref.generation, 5)} n \n`);
    }
    sink.text('trailer\n');
    writeTo(sink, this.#trailer(this.#next, id));
    sink.text(`\nstartxref\n${offset}\n%%EOF\n`);
  }

  /** 7.5.8: the stream lists itself. */
  #writeStream(sink: ByteSink, written: readonly Written[], id: Uint8Array): void {
    const offset = this.file.bytes.length + sink.length;
    const own = toRef(this.#next);
    const all = [...written, { ref: own, offset }];
    const rows = Buffer.alloc(all.length * 8);
    all.forEach(({ ref, offset: at }, row) => {
      rows.writeUInt8(1, row * 8);
      rows.writeUIntBE(at, row * 8 + 1, 5);
      rows.writeUInt16BE(ref.generation, row * 8 + 6);
    });
    const index = runs(all).flatMap((run) => [run[0]?.ref.number ?? 0, run.length]);
    const trailer = withEntries(this.#trailer(own.number + 1, id), {
      Type: name('XRef'),
      W: array([1, 5, 2]),
      Index: array(index),
    });
    sink.text(`${own.number} 0 obj\n`);
    writeTo(sink, { kind: 'stream', dict: trailer, raw: rows });
    sink.text(`\nendobj\nstartxref\n${offset}\n%%EOF\n`);
  }

  #trailer(size: number, id: Uint8Array): PdfDict {
    const { trailer, startxref } = this.file;
    const old = this.file.resolve(trailer.entries.get('ID'));
    const first = isArray(old) ? this.file.resolve(old.items[0]) : null;
    const second = { kind: 'string', bytes: id, hex: true } as const;
    return withEntries(dict({}), {
      Size: size,
      Prev: startxref,
      Root: trailer.entries.get('Root'),
      Info: trailer.entries.get('Info'),
      ID: array([isString(first) ? { ...first, hex: true } : second, second]),
    });
  }
}

/** A Flate-compressed stream object; `entries` are those of its dictionary beside /Filter and /Length. */
export function flateStream(entries: Readonly<Record<string, PdfObject>>, data: Uint8Array): PdfStream {
  return { kind: 'stream', dict: dict({ ...entries, Filter: name('FlateDecode') }), raw: deflateSync(data) };
}

function isRaw(object: PdfObject | RawObject): object is RawObject {
  return typeof object === 'object' && object !== null && object.kind === 'raw';
}

/** Entries with consecutive object numbers together. */
function runs(written: readonly Written[]): readonly (readonly Written[])[] {
  const out: Written[][] = [];
  for (const entry of written) {
    const run = out.at(-1);
    if (run !== undefined && run.at(-1)?.ref.number === entry.ref.number - 1) run.push(entry);
    else out.push([entry]);
  }
  return out;
}

function digits(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
