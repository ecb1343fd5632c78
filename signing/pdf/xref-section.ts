import type { PdfDict } from './objects.ts';
import { PdfSyntaxError, type XrefEntry, type XrefSection } from './pdf-file.ts';

/** A map of more entries than this would be larger than the file is worth. */
const MAX_MAPPED = 1_000_000;

/** Consecutive object numbers, and where the entry of the first one stands in the section's data. */
export interface Subsection {
  readonly first: number;
  readonly count: number;
  readonly at: number;
}

/**
 * A section that looks entries up where they stand: opening a file with a million objects costs
 * nothing until somebody asks for one.
 */
export class LazySection implements XrefSection {
  readonly offset: number;
  readonly end: number;
  readonly kind: 'table' | 'stream';
  readonly trailer: PdfDict;
  /** Stream of a hybrid section (7.5.8.4). */
  readonly companion: LazySection | null;
  /** Sorted by number, not overlapping. */
  readonly #subsections: readonly Subsection[];
  readonly #entryAt: (at: number, index: number) => XrefEntry;
  #entries: ReadonlyMap<number, XrefEntry> | undefined;

  constructor(parts: {
    readonly offset: number;
    readonly end: number;
    readonly kind: 'table' | 'stream';
    readonly trailer: PdfDict;
    readonly companion?: LazySection | null;
    readonly subsections: readonly Subsection[];
    /** Entry `index` of the subsection whose first entry stands at `at`. */
    readonly entryAt: (at: number, index: number) => XrefEntry;
  }) {
    this.offset = parts.offset;
    this.end = parts.end;
    this.kind = parts.kind;
    this.trailer = parts.trailer;
    this.companion = parts.companion ?? null;
    this.#subsections = parts.subsections;
    this.#entryAt = parts.entryAt;
  }

  /** @throws PdfSyntaxError 'xref-damaged' when the entry cannot be read. */
  find(number: number): XrefEntry | undefined {
    let low = 0;
    let high = this.#subsections.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const subsection = this.#subsections[middle];
      if (subsection === undefined) break;
      if (number < subsection.first) high = middle - 1;
      else if (number >= subsection.first + subsection.count) low = middle + 1;
      else {
        const entry = this.#entryAt(subsection.at, number - subsection.first);
        return entry.type === 'free' ? (this.companion?.find(number) ?? entry) : entry;
      }
    }
    return this.companion?.find(number);
  }

  /** Every number listed, without reading its entry; those of a hybrid section's stream may come twice. */
  *numbers(): Iterable<number> {
    for (const { first, count } of this.#subsections) {
      for (let index = 0; index < count; index += 1) yield first + index;
    }
    if (this.companion !== null) yield* this.companion.numbers();
  }

  /** Every entry as a map; made when first asked for. @throws PdfSyntaxError 'xref-damaged', 'expands-too-far' */
  get entries(): ReadonlyMap<number, XrefEntry> {
    if (this.#entries === undefined) {
      if (this.listed > MAX_MAPPED) throw new PdfSyntaxError('expands-too-far', 'too many cross-reference entries');
      const entries = new Map<number, XrefEntry>();
      for (const number of this.numbers()) {
        const entry = this.find(number);
        if (entry !== undefined) entries.set(number, entry);
      }
      this.#entries = entries;
    }
    return this.#entries;
  }

  /** How many entries there are. */
  get listed(): number {
    const own = this.#subsections.reduce((sum, { count }) => sum + count, 0);
    return own + (this.companion?.listed ?? 0);
  }

  /** Highest number listed, -1 when none is. */
  get highest(): number {
    const last = this.#subsections.at(-1);
    return Math.max(last === undefined ? -1 : last.first + last.count - 1, this.companion?.highest ?? -1);
  }
}
