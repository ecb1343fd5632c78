import { readEndBehind } from '../pdf/file-end.ts';
import type { PdfObject } from '../pdf/objects.ts';
import { parseIndirect } from '../pdf/parse-object.ts';
import { PdfSyntaxError, type XrefEntry } from '../pdf/pdf-file.ts';
import { compareDocuments, type DocumentChanges } from './compare-documents.ts';
import { equalObjects, valueAt } from './compare-objects.ts';
import type { Covering } from './covering.ts';
import { Fault } from './checks.ts';
import { GraphWork, ReferenceGraph } from './references.ts';
import type { Revision } from './revisions.ts';
import type { ChangeLevel } from './verification-report.ts';

/** What one revision did to the one before it. Levels as in formats 5.7, kinder ones first. */
export interface RevisionStep {
  readonly level: ChangeLevel;
  /** Why 'other': sentences without document text. */
  readonly reasons: readonly string[];
  /** Names of fields that got a value, a signature or a document time-stamp here; one that shows something is a signature, too. */
  readonly filled: readonly string[];
  readonly signed: readonly string[];
  readonly timestamped: readonly string[];
  /** Signature fields that were not there before and have a place on a page. */
  readonly placed: readonly string[];
  /** With the mark of a kiosk's seal; anybody can write it. */
  readonly sealed: readonly string[];
  /** What fields that show something from here on lie over. */
  readonly covers: readonly Covering[];
  /** Given a document time-stamp, which anybody can obtain, with something to see on the page. */
  readonly pictured: readonly string[];
}

/**
 * Compares each revision with the one before, object by object (formats 5.7, 6). What is not provably
 * harmless counts as 'other'. Element i tells what revision i + 2 did. @throws Fault, undecided, when `work` is spent
 */
export function revisionSteps(revisions: readonly Revision[], work = new GraphWork()): readonly RevisionStep[] {
  return revisions.slice(1).map((newer, index) => {
    const older = revisions[index];
    if (older === undefined) throw new Error('a revision follows another');
    try {
      return step(older, newer, work);
    } catch (error) {
      if (error instanceof Fault && error.outcome === 'indeterminate') throw error;
      if (error instanceof PdfSyntaxError || error instanceof Fault)
        return other([`It cannot be read: ${error.message}.`]);
      throw error;
    }
  });
}

function other(reasons: readonly string[]): RevisionStep {
  return {
    ...{ level: 'other', reasons, filled: [], signed: [], timestamped: [], placed: [], sealed: [] },
    ...{ covers: [], pictured: [] },
  };
}

function step(older: Revision, newer: Revision, work: GraphWork): RevisionStep {
  const stray = strayBytes(newer);
  if (stray !== null) return other([stray]);
  const graph = new ReferenceGraph(older.file, work);
  const changed = changedObjects(older, newer, graph);
  if ('reason' in changed) return other([changed.reason]);
  const found = compareDocuments(older.file, newer.file, graph, changed.numbers);
  if (found.reasons.length > 0) return { ...found, level: 'other' };
  return { ...found, level: levelOf(found, changed.numbers.size === 0) };
}

function levelOf(found: DocumentChanges, untouched: boolean): ChangeLevel {
  if (found.annotated.length > 0) return 'annotation';
  if (found.filled.length > 0) return 'form-filling';
  if (found.signed.length > 0) return 'signing';
  if (found.timestamped.length > 0 || found.longTermData) return 'long-term';
  return untouched ? 'none' : 'signing';
}

/**
 * Objects of the older document that read differently in the newer one. An object nobody pointed to is
 * as good as new; but one that was pointed to and missing must stay missing, or a blank spot the signer
 * saw fills up afterwards.
 */
function changedObjects(
  older: Revision,
  newer: Revision,
  graph: ReferenceGraph,
): { readonly numbers: ReadonlySet<number> } | { readonly reason: string } {
  const numbers = new Set<number>();
  const touched = new Set(newer.sections.flatMap((section) => [...section.entries.keys()]));
  for (const number of touched) {
    if (number === 0 || !graph.has(number)) continue;
    const before = older.file.locate(number);
    if (before === undefined || before.type === 'free') {
      if (valueAt(newer.file, number) === null) continue;
      return { reason: `Object ${number} was pointed to but missing, and exists now.` };
    }
    const same = equalObjects(valueAt(older.file, number), valueAt(newer.file, number));
    if (!same || generationOf(before) !== generationOf(newer.file.locate(number))) numbers.add(number);
  }
  return { numbers };
}

/** Who points to another generation points to nothing (7.3.10). */
function generationOf(entry: XrefEntry | undefined): number {
  return entry === undefined || entry.type === 'compressed' ? 0 : entry.generation;
}

/**
 * An appended revision is its listed objects and its cross-reference section, side by side: an object that is
 * in the bytes but not in the table waits for a reader that repairs files.
 */
function strayBytes(revision: Revision): string | null {
  const { file } = revision;
  const lengthOf = (length: PdfObject | undefined): PdfObject => file.resolve(length);
  const offsets = revision.sections
    .flatMap((section) => [...section.entries.values()])
    .filter((entry): entry is Extract<XrefEntry, { type: 'offset' }> => entry.type === 'offset')
    .map(({ offset }) => offset)
    .filter((offset) => offset >= revision.start);
  const sections = new Map(revision.sections.map(({ offset, end }) => [offset, end]));
  let at = revision.start;
  for (const offset of [...new Set([...offsets, ...sections.keys()])].sort((a, b) => a - b)) {
    if (offset < at || !isBlank(file.bytes, at, offset)) return 'It holds bytes that belong to no listed object.';
    at = sections.get(offset) ?? parseIndirect(file.bytes, offset, lengthOf).end;
  }
  return readEndBehind(file.bytes, at)?.end === revision.end ? null : 'It holds bytes that belong to no listed object.';
}

/** White space, and whole lines of comment: some writers put a line of binary there. */
function isBlank(bytes: Uint8Array, from: number, to: number): boolean {
  let comment = false;
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] ?? 0;
    const lineEnd = byte === 10 || byte === 13;
    if (comment) comment = !lineEnd;
    else if (byte === 0x25) comment = true;
    else if (!lineEnd && byte !== 32 && byte !== 9 && byte !== 12 && byte !== 0) return false;
  }
  return !comment;
}
