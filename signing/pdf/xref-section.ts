import type { PdfDict } from './objects.ts';
import type { XrefEntry, XrefSection } from './pdf-file.ts';

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
  readonly kind: 'table' | 'stream';
  readonly trailer: PdfDict;
  /** Stream of a hybrid section (7.5.8.4). */
  readonly companion: LazySection | null;
  /** Sorted by number, not overlapping. */
  readonly #subsections: readonly Subsection[];
  readonly #entryAt: (at: number, index: number) => XrefEntry | undefined;
  #entries: ReadonlyMap<number, XrefEntry> | undefined;

  constructor(parts: {
    readonly offset: number;
    readonly kind: 'table' | 'stream';
    readonly trailer: PdfDict;
    readonly companion?: LazySection | null;
    readonly subsections: readonly Subsection[];
    /** Entry `index` of the subsection whose first entry stands at `at`. */
    readonly entryAt: (at: number, index: number) => XrefEntry | undefined;
  }) {
    this.offset = parts.offset;
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
        return this.companion !== null && entry?.type === 'free' ? (this.companion.find(number) ?? entry) : entry;
      }
    }
    return this.companion?.find(number);
  }

  /** Every entry as a map; made when first asked for. @throws PdfSyntaxError 'xref-damaged' */
  get entries(): ReadonlyMap<number, XrefEntry> {
    if (this.#entries === undefined) {
      const entries = new Map<number, XrefEntry>(this.companion?.entries);
      for (const { first, count, at } of this.#subsections) {
        for (let index = 0; index < count; index += 1) {
          const entry = this.#entryAt(at, index);
          if (entry !== undefined && (entry.type !== 'free' || !entries.has(first + index))) {
            entries.set(first + index, entry);
          }
        }
      }
      this.#entries = entries;
    }
    return this.#entries;
  }

  /** Highest number listed, -1 when none is. */
  get highest(): number {
    const last = this.#subsections.at(-1);
    return Math.max(last === undefined ? -1 : last.first + last.count - 1, this.companion?.highest ?? -1);
  }
}
