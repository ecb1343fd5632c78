/**
 * What a box would lie over on a page as it is: the rule for fields that come into a document which somebody signed
 * before. Making refuses such a box, judging doubts the signature below it; both ask here.
 */
import { isArray, isDict, isName, type PdfDict, type PdfObject } from '../pdf/objects.ts';
import { PdfSyntaxError, type Box4, type PdfFile, type PdfPage } from '../pdf/pdf-file.ts';
import { contains, overlap } from './boxes.ts';
import { paintedBoxes } from './painted-boxes.ts';
import { ScanLimitError } from './scan-limit.ts';

/** Table 165: hidden, and not shown on screen. */
const UNSEEN = 2 | 32;
/** They show nothing on the page by themselves. */
const WITHOUT_LOOK: ReadonlySet<string> = new Set(['Popup', 'Link']);

/** Annotations and fields that show something where the box is: entries of /Annots as they stand. */
export function annotationsUnder(file: PdfFile, page: PdfPage, box: Box4): readonly PdfObject[] {
  const annotations = file.resolve(page.dict.entries.get('Annots'));
  return (isArray(annotations) ? annotations.items : []).filter((item) => {
    const annotation = file.resolve(item);
    const other = isDict(annotation) && isSeen(file, annotation) ? boxOf(file, annotation) : null;
    return other !== null && overlap(other, box);
  });
}

/**
 * Text, pictures and shapes of the page where the box is; rulings, frames and a ground of one colour are what people
 * sign on. 'unclear' where the page cannot be read; null for a free spot.
 */
export function contentUnder(file: PdfFile, page: PdfPage, box: Box4): 'content' | 'unclear' | null {
  try {
    const over = paintedBoxes(file, page).some(
      (mark) => overlap(mark.box, box) && !(mark.ground && contains(mark.box, box)),
    );
    return over ? 'content' : null;
  } catch (error) {
    if (error instanceof PdfSyntaxError || error instanceof ScanLimitError) return 'unclear';
    throw error;
  }
}

/** /Rect with its lower left corner first; null without area. */
export function boxOf(file: PdfFile, annotation: PdfDict): Box4 | null {
  const rect = file.resolve(annotation.entries.get('Rect'));
  const [a, b, c, d] = (isArray(rect) ? rect.items : []).map((item: PdfObject) => {
    const value = file.resolve(item);
    return typeof value === 'number' ? value : 0;
  });
  if (a === undefined || b === undefined || c === undefined || d === undefined || a === c || b === d) return null;
  return [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
}

/** /F, 0 where it is not said. */
export function flagsOf(file: PdfFile, annotation: PdfDict): number {
  const flags = file.resolve(annotation.entries.get('F'));
  return typeof flags === 'number' ? flags : 0;
}

function isSeen(file: PdfFile, annotation: PdfDict): boolean {
  const kind = file.resolve(annotation.entries.get('Subtype'));
  return (flagsOf(file, annotation) & UNSEEN) === 0 && !(isName(kind) && WITHOUT_LOOK.has(kind.name));
}
