import { isArray, isDict, isRef, isStream, type PdfObject } from '../pdf/objects.ts';
import type { PdfFile, XrefEntry } from '../pdf/pdf-file.ts';
import { Fault } from './checks.ts';
import { valueAt } from './compare-objects.ts';

/** Who points to an object: `from` is an object number, 0 for the trailer; `path` the keys without array indexes. */
export interface Referrer {
  readonly from: number;
  readonly path: string;
}

/** Path of the link from an object to the object stream it stands in: no key has a space in front. */
const CONTAINER = ' ObjStm';
/** Keys of the trailer that lead into the document (7.5.5); others are private and never drawn. */
const ROOTS = ['Root', 'Info'] as const;
const MAX_OBJECT_STREAM = 2 ** 26;

/** Numbers of what an object points to, and where it stood when it was read. */
interface Targets {
  readonly place: number;
  readonly targets: readonly number[];
}
/** Of objects and links followed, in all revisions of a file together: seconds, where hostile files ask for hours. */
const MAX_STEPS = 20_000_000;

/**
 * What graphs of one file share. Revisions have most objects in common: their links are read once, as long as they stand
 * where they stood. Following them is paid for each time.
 */
export class GraphWork {
  readonly links = new Map<number, Targets>();
  readonly #limit: number;
  #steps = 0;

  constructor(limit = MAX_STEPS) {
    this.#limit = limit;
  }

  get steps(): number {
    return this.#steps;
  }

  /** @throws Fault, undecided, when all is spent. */
  spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps <= this.#limit) return;
    const words = 'The file has too many objects in too many revisions to be compared.';
    throw new Fault('too-much-to-compare', words, 'indeterminate');
  }
}

/**
 * Every object reachable from catalog and document information, also those that do not exist. An object in an
 * object stream points to it: who changes the stream changes all in it. Generations do not count: what is pointed to in
 * one that is not there may be shown all the same, and leads on to what stands under the number.
 */
export class ReferenceGraph {
  readonly #file: PdfFile;
  readonly #work: GraphWork;
  readonly #links = new Map<number, readonly number[]>();
  #pointers: ReadonlyMap<number, readonly number[]> | undefined;

  /** @throws PdfSyntaxError when a reachable object cannot be read, Fault when `work` is spent. */
  constructor(file: PdfFile, work: GraphWork) {
    this.#file = file;
    this.#work = work;
    const waiting: number[] = [];
    const follow = (targets: readonly number[]): void => {
      for (const number of targets) {
        if (this.#links.has(number)) continue;
        this.#links.set(number, NONE);
        waiting.push(number);
      }
    };
    follow(rootsOf(file).map(({ target }) => target));
    for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
      const links = cachedTargets(file, number, work.links);
      work.spend(1 + links.length);
      this.#links.set(number, links);
      follow(links);
    }
  }

  has(number: number): boolean {
    return this.#links.has(number);
  }

  /** All that point to each of `numbers`, in one go. */
  referrersOf(numbers: ReadonlySet<number>): ReadonlyMap<number, readonly Referrer[]> {
    const found = new Map<number, Referrer[]>();
    const note = (from: number, links: readonly Link[]): void => {
      for (const { target: number, path } of links) {
        if (!numbers.has(number)) continue;
        const known = found.get(number);
        if (known === undefined) found.set(number, [{ from, path }]);
        else known.push({ from, path });
      }
    };
    note(0, rootsOf(this.#file));
    for (const [from, targets] of this.#links) {
      this.#work.spend(1 + targets.length);
      if (targets.some((target) => numbers.has(target))) note(from, linksFrom(this.#file, from));
    }
    return found;
  }

  /** All that point to one object. */
  referrersTo(number: number): readonly Referrer[] {
    this.#pointers ??= this.#turned();
    const roots = rootsOf(this.#file).map((link) => ({ from: 0, ...link }));
    const links = (this.#pointers.get(number) ?? []).flatMap((from) => {
      this.#work.spend(1 + (this.#links.get(from)?.length ?? 0));
      return linksFrom(this.#file, from).map((link) => ({ from, ...link }));
    });
    return [...roots, ...links].filter(({ target }) => target === number);
  }

  /** From whom, instead of to whom. */
  #turned(): ReadonlyMap<number, readonly number[]> {
    const found = new Map<number, number[]>();
    for (const [from, targets] of this.#links) {
      this.#work.spend(1 + targets.length);
      for (const target of new Set(targets)) {
        const known = found.get(target);
        if (known === undefined) found.set(target, [from]);
        else known.push(from);
      }
    }
    return found;
  }
}

const NONE: readonly number[] = [];

interface Link {
  readonly target: number;
  readonly path: string;
}

function rootsOf(file: PdfFile): readonly Link[] {
  return ROOTS.flatMap((key) => linksIn(file.trailer.entries.get(key) ?? null, key));
}

function cachedTargets(file: PdfFile, number: number, cache: GraphWork['links']): readonly number[] {
  const entry = file.locate(number);
  const place = placeOf(file, entry);
  const known = cache.get(number);
  if (known?.place === place) return known.targets;
  const targets = targetsIn(valueAt(file, number));
  if (entry?.type === 'compressed') targets.push(entry.stream);
  cache.set(number, { place, targets });
  return targets;
}

/** A number for the place in the bytes; -1 for nowhere. An object stream counts by where it stands itself. */
function placeOf(file: PdfFile, entry: XrefEntry | undefined): number {
  if (entry === undefined || entry.type === 'free') return -1;
  if (entry.type === 'offset') return entry.offset;
  const container = file.locate(entry.stream);
  return container?.type === 'offset' ? -2 - container.offset * MAX_OBJECT_STREAM - entry.index : -1;
}

function targetsIn(root: PdfObject): number[] {
  const targets: number[] = [];
  const visit = (value: PdfObject): void => {
    if (isRef(value)) targets.push(value.number);
    else if (isArray(value)) for (const item of value.items) visit(item);
    else if (isDict(value)) for (const item of value.entries.values()) visit(item);
    else if (isStream(value)) visit(value.dict);
  };
  visit(root);
  return targets;
}

function linksFrom(file: PdfFile, number: number): readonly Link[] {
  const entry = file.locate(number);
  if (entry === undefined || entry.type === 'free') return [];
  const links = linksIn(valueAt(file, number), '');
  return entry.type === 'compressed' ? [...links, { target: entry.stream, path: CONTAINER }] : links;
}

function linksIn(root: PdfObject, base: string): readonly Link[] {
  const links: Link[] = [];
  const visit = (value: PdfObject, path: string): void => {
    if (isRef(value)) links.push({ target: value.number, path });
    else if (isArray(value)) for (const item of value.items) visit(item, path);
    else if (isDict(value)) {
      for (const [key, item] of value.entries) visit(item, path === '' ? key : `${path}/${key}`);
    } else if (isStream(value)) visit(value.dict, path);
  };
  visit(root, base);
  return links;
}
