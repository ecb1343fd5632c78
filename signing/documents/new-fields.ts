/** Fields for placements that are none yet: widgets, their place in the form and in the structure. */
import { readAcroForm } from '../pdf/form.ts';
import {
  array,
  dict,
  isArray,
  isDict,
  isRef,
  literal,
  name,
  textString,
  withEntries,
  type PdfDict,
  type PdfObject,
  type PdfRef,
} from '../pdf/objects.ts';
import type { PdfFile, PdfPage } from '../pdf/pdf-file.ts';
import type { PdfUpdate } from '../pdf/pdf-update.ts';
import { checkboxLook } from './appearance.ts';
import { coloursFor, type Colours } from './colours.ts';
import { embedText } from './embedded-font.ts';
import { blankLook, changeExisting, type ExistingWidget } from './existing-fields.ts';
import type { Placement } from './placement.ts';
import { addToStructure } from './structure.ts';

export interface NewFields {
  readonly added: readonly Placement[];
  readonly existing: readonly ExistingWidget[];
  readonly tagged: boolean;
  readonly pdfa: boolean;
}

/** New fields and their references by page; the form lists them behind those it has. */
export function addFields(
  update: PdfUpdate,
  file: PdfFile,
  { added, existing, tagged, pdfa }: NewFields,
): ReadonlyMap<number, readonly PdfRef[]> {
  const pages = file.pages();
  const fresh = added.map((placement) => {
    const page = pages[placement.page];
    if (page === undefined) throw new Error('placement on a page that does not exist');
    return { ref: update.allocate(), page, placement, label: placement.label };
  });
  const known = existing.flatMap(({ tag }) => (tag === null ? [] : [tag]));
  const keys = tagged && known.length + fresh.length > 0 ? addToStructure(update, [...known, ...fresh]) : [];
  changeExisting(update, existing, keys, pdfa);
  const colours = coloursFor(pdfa);
  const widgets = new Map<number, PdfRef[]>();
  fresh.forEach(({ ref, page, placement }, i) => {
    const widget = widgetOf(update, placement, page, colours);
    const key = keys[known.length + i];
    const bare = pdfa && !widget.entries.has('AP');
    update.set(
      ref,
      withEntries(widget, {
        ...(key === undefined ? {} : { StructParent: key }),
        ...(bare ? { AP: dict({ N: blankLook(update, widget) }) } : {}),
      }),
    );
    widgets.set(page.index, [...(widgets.get(page.index) ?? []), ref]);
  });
  const refs = fresh.map(({ ref }) => ref);
  if (refs.length > 0) extendForm(update, file, refs, { withText: added.some(isText), pdfa });
  return widgets;
}

const PRINT = 4;
const READ_ONLY = 1;

/** Field and widget in one dictionary (12.5.6.19). */
function widgetOf(update: PdfUpdate, placement: Placement, page: PdfPage, colours: Colours): PdfDict {
  const { box } = placement;
  const common = {
    Type: name('Annot'),
    Subtype: name('Widget'),
    Rect: array([box.x, box.y, box.x + box.width, box.y + box.height].map(thousandths)),
    P: page.ref,
    F: PRINT,
    T: textString(placement.fieldName),
    TU: textString(placement.label),
    ...(page.rotate === 0 ? {} : { MK: dict({ R: page.rotate }) }),
  };
  if (isText(placement)) {
    return dict({ ...common, FT: name('Tx'), Ff: READ_ONLY, DA: literal(Buffer.from('/Helv 0 Tf 0 g', 'latin1')) });
  }
  if (placement.kind !== 'checkbox') return dict({ ...common, FT: name('Sig') });
  const size = page.rotate % 180 === 0 ? box : { width: box.height, height: box.width };
  const [yes, off] = [update.allocate(), update.allocate()];
  update.set(yes, checkboxLook(size, true, page.rotate, colours));
  update.set(off, checkboxLook(size, false, page.rotate, colours));
  return dict({
    ...common,
    FT: name('Btn'),
    Ff: READ_ONLY,
    V: name('Off'),
    AS: name('Off'),
    AP: dict({ N: dict({ Yes: yes, Off: off }) }),
  });
}

function isText({ kind }: Placement): boolean {
  return kind === 'date' || kind === 'text';
}

function thousandths(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function extendForm(
  update: PdfUpdate,
  file: PdfFile,
  added: readonly PdfRef[],
  { withText, pdfa }: { readonly withText: boolean; readonly pdfa: boolean },
): void {
  const form = readAcroForm(file) ?? dict({});
  const fields = file.resolve(form.entries.get('Fields'));
  const changed = withEntries(form, {
    Fields: array([...(isArray(fields) ? fields.items : []), ...added]),
    ...(withText ? textDefaults(update, form, pdfa) : {}),
  });
  const place = file.catalog.entries.get('AcroForm');
  const ref = isRef(place) ? place : update.allocate();
  update.set(ref, changed);
  const catalog = update.get(file.catalogRef);
  if (!isRef(place) && isDict(catalog)) update.set(file.catalogRef, withEntries(catalog, { AcroForm: ref }));
}

/**
 * Text fields need a default appearance with a font of /DR (12.7.3.3), though ours are filled with their own. PDF/A
 * knows embedded fonts only.
 */
function textDefaults(update: PdfUpdate, form: PdfDict, pdfa: boolean): Readonly<Record<string, PdfObject>> {
  const resources = update.resolve(form.entries.get('DR'));
  const base = isDict(resources) ? resources : dict({});
  const fonts = update.resolve(base.entries.get('Font'));
  const known = isDict(fonts) ? fonts : dict({});
  const helvetica = (): PdfDict =>
    dict({
      Type: name('Font'),
      Subtype: name('Type1'),
      BaseFont: name('Helvetica'),
      Encoding: name('WinAnsiEncoding'),
    });
  const font = known.entries.has('Helv')
    ? known
    : withEntries(known, { Helv: pdfa ? embedText(update, ' ').font : helvetica() });
  return {
    DR: withEntries(base, { Font: font }),
    DA: form.entries.get('DA') ?? literal(Buffer.from('/Helv 0 Tf 0 g', 'latin1')),
  };
}
