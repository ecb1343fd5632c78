/** What preparing does to signature fields that the author made, before anybody looks. */
import type { FormField } from '../pdf/form.ts';
import {
  dict,
  isDict,
  isString,
  textString,
  withEntries,
  type PdfDict,
  type PdfObject,
  type PdfRef,
} from '../pdf/objects.ts';
import type { PdfFile } from '../pdf/pdf-file.ts';
import type { PdfUpdate } from '../pdf/pdf-update.ts';
import { appearance, sizeOf } from './appearance.ts';
import { showsSomething } from './field-look.ts';
import type { Placement } from './placement.ts';
import type { TaggedWidget } from './structure.ts';

export interface ExistingWidget {
  readonly ref: PdfRef;
  readonly dict: PdfDict;
  /** What goes; `undefined` removes. */
  readonly changes: Readonly<Record<string, PdfObject | undefined>>;
  /** Set when the structure tree is to know it. */
  readonly tag: TaggedWidget | null;
}

export interface ExistingInput {
  readonly file: PdfFile;
  readonly fields: readonly FormField[];
  readonly placements: readonly Placement[];
  /** Whether new elements may come into the structure tree. */
  readonly tagged: boolean;
  /** PDF/A wants an appearance of every widget that has an area (ISO 19005-2, 6.3.3). */
  readonly pdfa: boolean;
}

/**
 * Signature fields that say "sign here" lose that: signing would replace what they show, and that is no way to change
 * what an earlier signatory saw. Those of a tagged document that its structure does not know are put into it, with the
 * label as their name. Only widgets that change are listed.
 */
export function existingWidgets({ file, fields, placements, tagged, pdfa }: ExistingInput): readonly ExistingWidget[] {
  const labels = new Map(
    placements.filter(({ source }) => source === 'field').map(({ fieldName, label }) => [fieldName, label]),
  );
  return fields
    .filter((field) => field.type === 'Sig' && !field.signed)
    .flatMap((field) => {
      const label = labels.get(field.name);
      if (label === undefined) return [];
      return field.widgets.flatMap(({ ref, dict: widget, page, rect }): ExistingWidget[] => {
        const shown = page === null ? undefined : file.pages()[page];
        const hasArea = rect !== null && rect[0] < rect[2] && rect[1] < rect[3];
        const bare = !widget.entries.has('AP');
        const changes: Record<string, PdfObject | undefined> = {};
        if (showsSomething(file, widget) || (bare && pdfa && hasArea)) changes['AP'] = undefined;
        const wants = tagged && shown !== undefined && hasArea && !widget.entries.has('StructParent');
        const named = isString(file.resolve(widget.entries.get('TU')));
        if (wants && !named && ref.number === field.ref.number) changes['TU'] = textString(label);
        if (Object.keys(changes).length === 0 && !wants) return [];
        return [{ ref, dict: widget, changes, tag: wants ? { ref, page: shown, label } : null }];
      });
    });
}

/** @param keys /StructParent of those with a tag, in their order. */
export function changeExisting(
  update: PdfUpdate,
  widgets: readonly ExistingWidget[],
  keys: readonly number[],
  pdfa: boolean,
): void {
  let next = 0;
  for (const { ref, dict: widget, changes, tag } of widgets) {
    const key = tag === null ? undefined : keys[next];
    if (tag !== null) next += 1;
    const blank = pdfa && 'AP' in changes ? { AP: dict({ N: blankLook(update, widget) }) } : {};
    update.set(ref, withEntries(widget, { ...changes, ...blank, ...(key === undefined ? {} : { StructParent: key }) }));
  }
}

/** An appearance that shows nothing, as large as the widget and turned with it. */
export function blankLook(update: PdfUpdate, widget: PdfDict): PdfRef {
  const look = update.allocate();
  const style = update.resolve(widget.entries.get('MK'));
  const turn = isDict(style) ? update.resolve(style.entries.get('R')) : null;
  const rotate = typeof turn === 'number' && turn % 90 === 0 ? turn : 0;
  update.set(look, appearance('', sizeOf(update.resolve(widget.entries.get('Rect')), rotate), rotate));
  return look;
}
