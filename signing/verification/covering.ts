import { annotationsUnder, boxOf, contentUnder, flagsOf } from '../documents/under-box.ts';
import { isDict, isRef, type PdfDict } from '../pdf/objects.ts';
import { toRectangle } from '../pdf/page-tree.ts';
import type { Box4, PdfFile, PdfPage } from '../pdf/pdf-file.ts';
import { valueAt } from './compare-objects.ts';
import type { Comparison } from './comparison.ts';
import { formFields, listOf } from './form-fields.ts';

/** What a field that shows something later lies over. */
export interface Covering {
  readonly field: string;
  /** 'unclear': what the page shows could not be told. */
  readonly over: 'signature' | 'annotation' | 'content' | 'unclear';
}

/** Table 165: no zoom and no rotation draw outside /Rect. */
const UNBOUND = 8 | 16;

/**
 * What fields that came in or were given a look in this revision lie over. Any trusted signer can write what marks our
 * fields, so the marker says nothing here: place alone does. A field that is as old as the document may lie on what the
 * page shows, since that was there to be seen by whoever signed; nothing may lie on a signature.
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
      if (box === null) return own.isNew && hasArea(newer, widget) ? [{ field: own.field, over: 'unclear' }] : [];
      const over = lyingOver(older, before, { box, number: item.number, isNew: own.isNew, widget, signed });
      return over === null ? [] : [{ field: own.field, over }];
    });
  });
}

interface Look {
  readonly box: Box4;
  readonly number: number;
  readonly isNew: boolean;
  readonly widget: PdfDict;
  readonly signed: ReadonlySet<number>;
}

function lyingOver(file: PdfFile, page: PdfPage, look: Look): Covering['over'] | null {
  const under = annotationsUnder(file, page, look.box).filter((item) => !(isRef(item) && item.number === look.number));
  if (under.some((item) => isRef(item) && look.signed.has(item.number))) return 'signature';
  if (!look.isNew) return null;
  if (under.length > 0) return 'annotation';
  if ((flagsOf(file, look.widget) & UNBOUND) !== 0) return 'unclear';
  return contentUnder(file, page, look.box);
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
