import type { Sha256 } from '../digest.ts';
import type { FormField } from '../pdf/form.ts';
import { array, isArray, name, withEntries, type PdfObject, type PdfRef } from '../pdf/objects.ts';
import type { PdfFile } from '../pdf/pdf-file.ts';
import { flateStream, PdfUpdate } from '../pdf/pdf-update.ts';
import { err, ok, type Result } from '../result.ts';
import type { DocumentRefusal } from './document.ts';
import { existingWidgets } from './existing-fields.ts';
import { takenNames, uniqueName } from './field-names.ts';
import type { RewrittenSource } from './hide-tags.ts';
import { refusalOf } from './intake.ts';
import { addFields } from './new-fields.ts';
import { isOnPage } from './page-space.ts';
import { overlappingSignatures, placementInTheWay } from './free-spots.ts';
import type { Placement } from './placement.ts';
import { preflight } from './preflight.ts';
import { scanTags } from './scan-tags.ts';
import { checkSigningPlan } from './signing-plan.ts';
import { isTagged } from './structure.ts';
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
 * signature field shows. In a document that was signed, what is new stands on free spots. Refused when the order of signing that the placements give cannot be kept.
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
    const [first] = added;
    if (first !== undefined && permitted !== null) {
      const detail = 'the document is certified: no fields can be added';
      return err({ code: 'certified-no-changes', detail, page: first.page });
    }
    const barred = checkSigningPlan({ file, fields, placements: named.value, ordered: true, chain });
    if (barred !== null) return err(barred);
    const covering = (signed ? placementInTheWay(file, added) : null) ?? overlappingSignatures(named.value);
    if (covering !== null) return err(covering);
    const style = {
      // The structure of a document that was signed stays: changing it would look like changing what it says.
      tagged: !signed && isTagged(file),
      pdfa: facts.pdfa !== null,
    };
    const existing = signed ? [] : existingWidgets({ file, fields, placements: named.value, ...style });
    if (added.length === 0 && rewritten.value.length === 0 && existing.length === 0) {
      return ok({ increment: new Uint8Array(0), digest: facts.digest, placements: named.value });
    }
    const update = new PdfUpdate(file);
    rewriteForms(update, rewritten.value);
    changePages(update, file, rewritten.value, addFields(update, file, { added, existing, ...style }), style.tagged);
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
        ...(page === undefined ? {} : { page: placement.page }),
      });
    }
    named.push({ ...placement, fieldName: uniqueName(placement.fieldName, taken) });
  }
  return ok(named);
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

function changePages(
  update: PdfUpdate,
  file: PdfFile,
  rewritten: readonly RewrittenSource[],
  widgets: ReadonlyMap<number, readonly PdfRef[]>,
  tagged: boolean,
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
      // The keyboard goes from field to field as the structure has them (12.5, table 30).
      if (tagged && !page.dict.entries.has('Tabs')) changes['Tabs'] = name('S');
    }
    update.set(page.ref, withEntries(page.dict, changes));
  }
}
