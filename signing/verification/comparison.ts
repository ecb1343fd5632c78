import type { PdfFile } from '../pdf/pdf-file.ts';
import type { ReferenceGraph, Referrer } from './references.ts';

/** Everything a comparison looks at and finds. Each changed object must be explained by somebody. */
export class Comparison {
  readonly older: PdfFile;
  readonly newer: PdfFile;
  readonly #graph: ReferenceGraph;
  readonly changed: ReadonlySet<number>;
  readonly reasons: string[] = [];
  readonly filled: string[] = [];
  readonly signed: string[] = [];
  readonly timestamped: string[] = [];
  /** Widgets of signature fields that came in: the only annotations a page may gain. */
  readonly newWidgets = new Set<number>();
  /** Fields of those widgets that have a place on a page: signing one draws there. */
  readonly placed: string[] = [];
  /** Widgets that came in, or were given a look here, by object number: what they lie over is asked (`covering.ts`). */
  readonly drawn = new Map<
    number,
    { readonly field: string; readonly isNew: boolean; readonly isSignature: boolean }
  >();
  /** Fields that carry a kiosk's mark. Any trusted signer can write it: it says who to ask, not what is permitted. */
  readonly sealed: string[] = [];
  /** Document time-stamps that show something on a page. */
  readonly pictured: string[] = [];
  /** Kinds of annotations that came in and draw nothing of their own. */
  readonly annotated: string[] = [];
  /** Certificates or revocation data came in. */
  longTermData = false;
  readonly #explained = new Set<number>();
  readonly #referrers: ReadonlyMap<number, readonly Referrer[]>;

  constructor(older: PdfFile, newer: PdfFile, graph: ReferenceGraph, changed: ReadonlySet<number>) {
    this.older = older;
    this.newer = newer;
    this.#graph = graph;
    this.changed = changed;
    this.#referrers = graph.referrersOf(changed);
  }

  refuse(reason: string): void {
    this.reasons.push(reason);
  }

  explain(number: number): void {
    this.#explained.add(number);
  }

  /**
   * Explains a whole object that was replaced, if nothing else of the older document points to it: an object
   * with two roles changes both.
   */
  explainOwned(number: number, owns: (from: number, path: string) => boolean): void {
    const referrers = this.#referrers.get(number) ?? [];
    if (referrers.every(({ from, path }) => owns(from, path))) this.#explained.add(number);
  }

  /**
   * Explains those of a group that changed, as far as nothing else leads to them: whoever points to them, and to those, in
   * the group or by a link that `owns`.
   */
  explainGroup(group: ReadonlySet<number>, owns: (from: number, path: string) => boolean): void {
    for (const number of group) {
      if (this.changed.has(number) && this.#isClosed(number, group, owns)) this.#explained.add(number);
    }
  }

  #isClosed(number: number, group: ReadonlySet<number>, owns: (from: number, path: string) => boolean): boolean {
    const seen = new Set([number]);
    for (const member of seen) {
      for (const { from, path } of this.#graph.referrersTo(member)) {
        if (owns(from, path)) continue;
        if (!group.has(from)) return false;
        seen.add(from);
      }
    }
    return true;
  }

  unexplained(): readonly number[] {
    return [...this.changed].filter((number) => !this.#explained.has(number));
  }

  /** Known to the older document: reachable there. */
  isOld(number: number): boolean {
    return this.#graph.has(number);
  }
}
