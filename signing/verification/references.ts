import { isArray, isDict, isRef, isStream, type PdfObject } from '../pdf/objects.ts';
import type { PdfFile, XrefEntry } from '../pdf/pdf-file.ts';

/** Who points to an object: `from` is an object number, 0 for the trailer; `path` the keys without array indexes. */
export interface Referrer {
  readonly from: number;
  readonly path: string;
}

/** Path of the link from an object to the object stream it stands in: no key has a space in front. */
const CONTAINER = ' ObjStm';
/** Keys of the trailer that lead into the document (7.5.5); others are private and never drawn. */
const ROOTS = ['Root', 'Info'] as const;
/** An object number fits below it (Annex C.2), a generation above. */
const GENERATION = 0x800000;
const MAX_OBJECT_STREAM = 2 ** 26;

/** What an object points to, by number and generation, and where it stood when it was read. */
interface Targets {
  readonly place: number;
  readonly targets: readonly number[];
}
/** Revisions share most objects: their links are read once, as long as they stand where they stood. */
export type LinkCache = Map<number, Targets>;

/**
 * Every object reachable from catalog and document information, also those that do not exist. An object in an
 * object stream points to it: who changes the stream changes all in it.
 */
export class ReferenceGraph {
  readonly #file: PdfFile;
  readonly #links = new Map<number, readonly number[]>();

  /** @throws PdfSyntaxError when a reachable object cannot be read. */
  constructor(file: PdfFile, cache: LinkCache) {
    this.#file = file;
    const waiting: number[] = [];
    const follow = (targets: readonly number[]): void => {
      for (const target of targets) {
        const number = target % GENERATION;
        if (this.#links.has(number)) continue;
        this.#links.set(number, NONE);
        waiting.push(target);
      }
    };
    follow(rootsOf(file).map(({ target }) => target));
    for (let target = waiting.pop(); target !== undefined; target = waiting.pop()) {
      const links = cachedTargets(file, target, cache);
      this.#links.set(target % GENERATION, links);
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
      for (const { target, path } of links) {
        const number = target % GENERATION;
        if (!numbers.has(number)) continue;
        const known = found.get(number);
        if (known === undefined) found.set(number, [{ from, path }]);
        else known.push({ from, path });
      }
    };
    note(0, rootsOf(this.#file));
    for (const [from, targets] of this.#links) {
      if (targets.some((target) => numbers.has(target % GENERATION))) note(from, linksFrom(this.#file, from));
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

function cachedTargets(file: PdfFile, target: number, cache: LinkCache): readonly number[] {
  const number = target % GENERATION;
  const entry = file.locate(number);
  const place = placeOf(file, entry);
  const known = cache.get(number);
  if (known?.place === place) return known.targets;
  const generation = Math.floor(target / GENERATION);
  const targets = targetsIn(file.get({ kind: 'ref', number, generation }));
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
    if (isRef(value)) targets.push(value.number + value.generation * GENERATION);
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
  const compressed = entry.type === 'compressed';
  const value = file.get({ kind: 'ref', number, generation: compressed ? 0 : entry.generation });
  const links = linksIn(value, '');
  return compressed ? [...links, { target: entry.stream, path: CONTAINER }] : links;
}

function linksIn(root: PdfObject, base: string): readonly Link[] {
  const links: Link[] = [];
  const visit = (value: PdfObject, path: string): void => {
    if (isRef(value)) links.push({ target: value.number + value.generation * GENERATION, path });
    else if (isArray(value)) for (const item of value.items) visit(item, path);
    else if (isDict(value)) {
      for (const [key, item] of value.entries) visit(item, path === '' ? key : `${path}/${key}`);
    } else if (isStream(value)) visit(value.dict, path);
  };
  visit(root, base);
  return links;
}
