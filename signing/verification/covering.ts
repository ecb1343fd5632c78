import { ScanLimitError } from '../documents/scan-limit.ts';
import { annotationsUnder, boxOf, contentUnder, flagsOf } from '../documents/under-box.ts';
import { isDict, isRef, type PdfDict, type PdfObject } from '../pdf/objects.ts';
import { toRectangle } from '../pdf/page-tree.ts';
import { PdfSyntaxError, type Box4, type PdfFile, type PdfPage } from '../pdf/pdf-file.ts';
import { isBlankAppearance } from './appearance.ts';
import { valueAt } from './compare-objects.ts';
import type { Comparison } from './comparison.ts';
import { fillingCovers } from './filling-cover.ts';
import { formFields, listOf } from './form-fields.ts';

/** What a field that shows something later lies over. */
export interface Covering {
  readonly field: string;
  /** 'unclear': what the page shows could not be told. */
  readonly over: 'signature' | 'annotation' | 'content' | 'unclear';
  /** It was there before, not for a signature, and shows something since it was filled in, whatever its value says. */
  readonly filled: boolean;
}

/** Table 165: no zoom and no rotation draw outside /Rect. */
const UNBOUND = 8 | 16;

/**
 * What fields that came in or were given a look in this revision lie over. Any trusted signer can write what marks our
 * fields, so the marker says nothing here: place alone does. A field to fill in that is as old as the document may lie on
 * what the page shows, but hide none of it. One to sign may lie anywhere but on a signature: whoever signs in it is
 * trusted with what it shows.
 */
export function coverings(comparison: Comparison): readonly Covering[] {
  const { drawn, older, newer } = comparison;
  if (drawn.size === 0) return [];
  const signed = signedWidgets(older);
  const past = new Map(older.pages().map((page) => [page.ref.number, page]));
  return newer.pages().flatMap((page) => {
    const before = past.get(page.ref.number);
    return listOf(newer, page.dict.entries.get('Annots')).flatMap((item): readonly Covering[] => {
      const own = isRef(item) ? drawn.get(item.number) : undefined;
      if (own === undefined || !isRef(item) || before === undefined) return [];
      const widget = valueAt(newer, item.number);
      const box = isDict(widget) ? boxOf(newer, widget) : null;
      if (!isDict(widget)) return [];
      if (box === null)
        return own.isNew && hasArea(newer, widget) ? [{ field: own.field, over: 'unclear', filled: false }] : [];
      const over = lyingOver({ older, newer, before }, { box, number: item.number, ...own, widget, signed });
      const filled = !own.isNew && !own.isSignature && !isBlankNow(newer, widget);
      return over === null ? [] : [{ field: own.field, over, filled }];
    });
  });
}

interface Look {
  readonly box: Box4;
  readonly number: number;
  readonly isNew: boolean;
  readonly isSignature: boolean;
  readonly widget: PdfDict;
  readonly signed: ReadonlySet<number>;
}

interface Pages {
  readonly older: PdfFile;
  readonly newer: PdfFile;
  readonly before: PdfPage;
}

function lyingOver({ older: file, newer, before: page }: Pages, look: Look): Covering['over'] | null {
  const under = annotationsUnder(file, page, look.box).filter((item) => !(isRef(item) && item.number === look.number));
  if (under.some((item) => isRef(item) && look.signed.has(item.number))) return 'signature';
  if (!look.isNew && (look.isSignature || isBlankNow(newer, look.widget))) return null;
  if (look.isNew && under.length > 0) return 'annotation';
  if ((flagsOf(newer, look.widget) & UNBOUND) !== 0) return 'unclear';
  if (look.isNew) return contentUnder(file, page, look.box);
  const widget = valueAt(file, look.number);
  const shown = under.flatMap((item) => shownBox(file, item));
  if (!isDict(widget)) return null;
  try {
    return fillingCovers({ file, page, widget, shown }, { ...look, file: newer }) ? 'content' : null;
  } catch (error) {
    if (error instanceof PdfSyntaxError || error instanceof ScanLimitError) return 'unclear';
    throw error;
  }
}

function isBlankNow(file: PdfFile, widget: PdfDict): boolean {
  return isBlankAppearance(file, widget.entries.get('AP'));
}

/** Where an annotation shows something of its own. */
function shownBox(file: PdfFile, item: PdfObject): readonly Box4[] {
  const annotation = file.resolve(item);
  if (!isDict(annotation) || isBlankAppearance(file, annotation.entries.get('AP'))) return [];
  return [boxOf(file, annotation)].filter((box) => box !== null);
}

/** Widgets with a place on a page whose signature was there before. */
function signedWidgets(file: PdfFile): ReadonlySet<number> {
  const signed = formFields(file).filter(({ type, value }) => type === 'Sig' && isDict(file.resolve(value)));
  return new Set(signed.flatMap(({ widgets }) => widgets));
}

/** A rectangle that cannot be read is one that some reader may draw in. */
export function hasArea(file: PdfFile, widget: PdfDict): boolean {
  const value = file.resolve(widget.entries.get('Rect'));
  const rect = toRectangle(value, (object) => file.resolve(object));
  return rect === null ? value !== null : rect[0] < rect[2] && rect[1] < rect[3];
}
