import type { Sha256 } from '../digest.ts';
import { readAcroForm, type FieldWidget, type FormField } from '../pdf/form.ts';
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
import { flateStream, PdfUpdate } from '../pdf/pdf-update.ts';
import { err, ok, type Result } from '../result.ts';
import { appearance, checkboxContent } from './appearance.ts';
import type { DocumentRefusal } from './document.ts';
import { takenNames, uniqueName } from './field-names.ts';
import { showsSomething } from './field-look.ts';
import type { RewrittenSource } from './hide-tags.ts';
import { refusalOf } from './intake.ts';
import { isOnPage } from './page-space.ts';
import type { Placement } from './placement.ts';
import { preflight } from './preflight.ts';
import { scanTags } from './scan-tags.ts';
import { checkSigningPlan } from './signing-plan.ts';
import { takeOutTags } from './take-out-tags.ts';

export interface PreparedDocument {
  /** What goes behind the original; empty when nothing had to change. */
  readonly increment: Uint8Array;
  /** Of the original with the increment. */
  readonly digest: Sha256;
  /** As given, with the field names that the document now has. */
  readonly placements: readonly Placement[];
}

/**
 * One appended revision, before any signature: the text of all well-formed tags is taken out, and every
 * placement that is not a field yet becomes one. Fields that exist are left as they are, but for what an empty
 * signature field shows. Refused when the order of signing that the placements give cannot be kept.
 * @param chain as in `intakeDocument`.
 */
export async function prepareDocument(
  bytes: Uint8Array,
  placements: readonly Placement[],
  chain: readonly Uint8Array[] | null = null,
): Promise<Result<PreparedDocument, DocumentRefusal>> {
  const opened = preflight(bytes);
  if (!opened.ok) return opened;
  const { file, facts, fields, permitted, digestWith } = opened.value;
  try {
    const scan = await scanTags(file);
    const rewritten = takeOutTags(scan);
    if (!rewritten.ok) return rewritten;
    const signed = facts.existingSignatures > 0;
    if (signed && rewritten.value.length > 0) {
      return err({ code: 'signed-before-tags', detail: 'the document has text tags but was signed already' });
    }
    const named = nameFields(file, fields, placements);
    if (!named.ok) return named;
    const added = named.value.filter(({ source }) => source !== 'field');
    if (added.length > 0 && permitted !== null) {
      return err({ code: 'certified-no-changes', detail: 'the document is certified: no fields can be added' });
    }
    const barred = checkSigningPlan({ file, fields, placements: named.value, ordered: true, chain });
    if (barred !== null) return err(barred);
    const looks = signed ? [] : looksToTakeOff(file, fields, named.value);
    if (added.length === 0 && rewritten.value.length === 0 && looks.length === 0) {
      return ok({ increment: new Uint8Array(0), digest: facts.digest, placements: named.value });
    }
    const update = new PdfUpdate(file);
    rewriteForms(update, rewritten.value);
    for (const { ref, dict: widget } of looks) update.set(ref, withEntries(widget, { AP: undefined }));
    changePages(update, file, rewritten.value, addFields(update, file, added));
    const { increment } = update.finish();
    return ok({ increment, digest: digestWith(increment), placements: named.value });
  } catch (error) {
    return err(refusalOf(error));
  }
}

function nameFields(
  file: PdfFile,
  fields: readonly FormField[],
  placements: readonly Placement[],
): Result<readonly Placement[], DocumentRefusal> {
  const taken = takenNames(fields);
  const pages = file.pages();
  const named: Placement[] = [];
  for (const placement of placements) {
    if (placement.source === 'field') {
      const field = fields.find((candidate) => candidate.name === placement.fieldName);
      if (field?.type !== 'Sig' || field.signed) throw new Error('placement names no empty signature field');
      named.push(placement);
      continue;
    }
    const page = pages[placement.page];
    if (page === undefined || !isOnPage(page, placement.box)) {
      return err({
        code: 'placement-outside-page',
        detail: `a placement on page ${placement.page + 1} lies outside the visible page`,
      });
    }
    named.push({ ...placement, fieldName: uniqueName(placement.fieldName, taken) });
  }
  return ok(named);
}

/**
 * Signature fields that say "sign here": signing would replace what they show, and that is no way to change what
 * an earlier signatory saw. So it goes before anybody looks.
 */
function looksToTakeOff(
  file: PdfFile,
  fields: readonly FormField[],
  placements: readonly Placement[],
): readonly FieldWidget[] {
  const placed = new Set(placements.filter(({ source }) => source === 'field').map(({ fieldName }) => fieldName));
  return fields
    .filter((field) => field.type === 'Sig' && !field.signed && placed.has(field.name))
    .flatMap(({ widgets }) => widgets.filter((widget) => showsSomething(file, widget.dict)));
}

function rewriteForms(update: PdfUpdate, rewritten: readonly RewrittenSource[]): void {
  for (const { source, bytes } of rewritten) {
    if (source.form === null) continue;
    const { ref, stream } = source.form;
    const entries = new Map(stream.dict.entries);
    for (const key of ['Filter', 'DecodeParms', 'Length', 'DL']) entries.delete(key);
    update.set(ref, flateStream(Object.fromEntries(entries), bytes));
  }
}

/** New fields and their references by page; the form lists them behind those it has. */
function addFields(
  update: PdfUpdate,
  file: PdfFile,
  placements: readonly Placement[],
): ReadonlyMap<number, readonly PdfRef[]> {
  const widgets = new Map<number, PdfRef[]>();
  const added: PdfRef[] = [];
  const pages = file.pages();
  for (const placement of placements) {
    const page = pages[placement.page];
    if (page === undefined) throw new Error('placement on a page that does not exist');
    const ref = update.allocate();
    update.set(ref, widgetOf(update, placement, page));
    widgets.set(page.index, [...(widgets.get(page.index) ?? []), ref]);
    added.push(ref);
  }
  if (added.length > 0) extendForm(update, file, added, placements.some(isText));
  return widgets;
}

const PRINT = 4;
const READ_ONLY = 1;

/** Field and widget in one dictionary (12.5.6.19). */
function widgetOf(update: PdfUpdate, placement: Placement, page: PdfPage): PdfDict {
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
  update.set(yes, appearance(checkboxContent(size, true), size, page.rotate));
  update.set(off, appearance(checkboxContent(size, false), size, page.rotate));
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

function extendForm(update: PdfUpdate, file: PdfFile, added: readonly PdfRef[], withText: boolean): void {
  const form = readAcroForm(file) ?? dict({});
  const fields = file.resolve(form.entries.get('Fields'));
  const changed = withEntries(form, {
    Fields: array([...(isArray(fields) ? fields.items : []), ...added]),
    ...(withText ? textDefaults(file, form) : {}),
  });
  const place = file.catalog.entries.get('AcroForm');
  const ref = isRef(place) ? place : update.allocate();
  update.set(ref, changed);
  if (!isRef(place)) update.set(file.catalogRef, withEntries(file.catalog, { AcroForm: ref }));
}

/** Text fields need a default appearance with a font of /DR (12.7.3.3), though ours are filled with their own. */
function textDefaults(file: PdfFile, form: PdfDict): Readonly<Record<string, PdfObject>> {
  const resources = file.resolve(form.entries.get('DR'));
  const base = isDict(resources) ? resources : dict({});
  const fonts = file.resolve(base.entries.get('Font'));
  const known = isDict(fonts) ? fonts : dict({});
  const helvetica = dict({
    Type: name('Font'),
    Subtype: name('Type1'),
    BaseFont: name('Helvetica'),
    Encoding: name('WinAnsiEncoding'),
  });
  const font = known.entries.has('Helv') ? known : withEntries(known, { Helv: helvetica });
  return {
    DR: withEntries(base, { Font: font }),
    DA: form.entries.get('DA') ?? literal(Buffer.from('/Helv 0 Tf 0 g', 'latin1')),
  };
}

function changePages(
  update: PdfUpdate,
  file: PdfFile,
  rewritten: readonly RewrittenSource[],
  widgets: ReadonlyMap<number, readonly PdfRef[]>,
): void {
  for (const page of file.pages()) {
    const content = rewritten.find(({ source }) => source.key === `p${page.index}`);
    const added = widgets.get(page.index) ?? [];
    if (content === undefined && added.length === 0) continue;
    const changes: Record<string, PdfObject> = {};
    if (content !== undefined) {
      const ref = update.allocate();
      update.set(ref, flateStream({}, content.bytes));
      changes['Contents'] = ref;
    }
    if (added.length > 0) {
      const annotations = file.resolve(page.dict.entries.get('Annots'));
      // Always of the page's own: an array behind a reference may be shared with another page.
      changes['Annots'] = array([...(isArray(annotations) ? annotations.items : []), ...added]);
    }
    update.set(page.ref, withEntries(page.dict, changes));
  }
}
