import { findEndOf, readEndBehind } from '../pdf/file-end.ts';
import { readPdf } from '../pdf/read-pdf.ts';
import type { PdfFile, XrefSection } from '../pdf/pdf-file.ts';
import { Fault } from './checks.ts';

/** Every revision is read and compared: a hostile file may not ask for thousands. */
const MAX_REVISIONS = 300;

/** One incremental update, or the original: a stretch of bytes that ends with its own `%%EOF`. */
export interface Revision {
  /** 1 is the oldest. */
  readonly number: number;
  readonly start: number;
  /** After `%%EOF`; a signer may or may not count the line end that follows as part of the revision. */
  readonly end: number;
  readonly endWithLine: number;
  /** Cross-reference sections that stand in this revision, oldest first. */
  readonly sections: readonly XrefSection[];
  /** The PDF as it was when this revision was the last. */
  readonly file: PdfFile;
}

/**
 * Cuts a file at the ends of its revisions, following the cross-reference chain only (never by searching
 * for objects), and reads each as the file it was. @throws Fault, PdfSyntaxError
 */
export function splitRevisions(bytes: Uint8Array): readonly Revision[] {
  const newest = readPdf(bytes);
  if (newest.hybrid) {
    throw new Fault('pdf-hybrid', 'Hybrid cross-references show different readers different files.', 'indeterminate');
  }
  const sections = newest.sections.toReversed();
  const ends = endsOf(bytes, sections);
  if (ends.length > MAX_REVISIONS) {
    throw new Fault(
      'too-many-revisions',
      `The file has ${ends.length} revisions; no more than ${MAX_REVISIONS} are judged.`,
      'indeterminate',
    );
  }
  const last = ends.at(-1);
  if (last === undefined) throw new Fault('revision-structure', 'No end of a revision was found.');
  return ends.map((end, index) => {
    const start = index === 0 ? 0 : afterLine(bytes, ends[index - 1] ?? 0);
    const file = end === last ? newest : readPdf(bytes.subarray(0, afterLine(bytes, end)));
    const own = sections.filter(({ offset }) => offset >= (ends[index - 1] ?? 0) && offset < end);
    const known = sections.filter(({ offset }) => offset < end).map(({ offset }) => offset);
    const found = file.sections.map(({ offset }) => offset).toReversed();
    if (known.join() !== found.join()) {
      throw new Fault('revision-structure', 'The revisions of the file do not build on one another.');
    }
    return { number: index + 1, start, end, endWithLine: afterLine(bytes, end), sections: own, file };
  });
}

/** After each `%%EOF` that names a section; the two sections of a linearised file have one together. */
function endsOf(bytes: Uint8Array, sections: readonly XrefSection[]): readonly number[] {
  const offsets = new Set(sections.map(({ offset }) => offset));
  const ends = sections.map(({ offset, end: from }) => {
    const behind = readEndBehind(bytes, from);
    return behind !== null && offsets.has(behind.startxref) ? behind.end : findEndOf(bytes, offset, from);
  });
  return [...new Set(ends.filter((end) => end !== null))].sort((a, b) => a - b);
}

function afterLine(bytes: Uint8Array, end: number): number {
  if (bytes[end] === 13) return bytes[end + 1] === 10 ? end + 2 : end + 1;
  return bytes[end] === 10 ? end + 1 : end;
}

/** Where a revision may be said to end. */
export function endsRevision(revision: Revision, offset: number): boolean {
  return offset === revision.end || offset === revision.endWithLine;
}
