import type { FormField } from '../pdf/form.ts';
import { isString } from '../pdf/objects.ts';
import { PdfSyntaxError, type PdfFile } from '../pdf/pdf-file.ts';
import { decodeText } from '../pdf/text-string.ts';
import type { NewId, PlacementId } from '../ids.ts';
import { err, ok, type Result } from '../result.ts';
import type { DocumentFacts, DocumentRefusal, DocumentWarning } from './document.ts';
import { takenNames, uniqueName } from './field-names.ts';
import { round, toDisplayed } from './page-space.ts';
import type { Placement } from './placement.ts';
import { preflight } from './preflight.ts';
import { isStaffRole, roleFromFieldName } from './roles.ts';
import { ScanLimitError } from './scan-limit.ts';
import { scanTags, type TagScan } from './scan-tags.ts';
import { checkSigningPlan } from './signing-plan.ts';
import { tagBox } from './tag-placements.ts';

/** A placement before its turn, id and final name are known. */
interface Draft {
  readonly placement: Omit<Placement, 'id' | 'order' | 'fieldName'>;
  readonly order: number | null;
  /** Wanted; a field that exists keeps its own. */
  readonly fieldName: string;
}

/**
 * All that intake learns of a PDF, or why it is refused. Changes nothing; never throws for what is in
 * `bytes`, which must not change meanwhile.
 * @param chain of the seal, DER, its own certificate first; null when what a field asks of it is to wait for the seal.
 */
export async function intakeDocument(
  bytes: Uint8Array,
  newId: NewId,
  chain: readonly Uint8Array[] | null = null,
): Promise<Result<DocumentFacts, DocumentRefusal>> {
  const opened = preflight(bytes);
  if (!opened.ok) return opened;
  const { file, facts, fields } = opened.value;
  try {
    const scan = await scanTags(file);
    const drafts = draftsOf(file, scan, fields);
    if (!drafts.ok) return drafts;
    if (facts.existingSignatures > 0 && scan.pages.some(({ tags }) => tags.some((tag) => tag.ok))) {
      return err({
        code: 'signed-before-tags',
        detail: 'the document has text tags but was signed already, so they cannot be taken out',
      });
    }
    const placements = placementsOf(drafts.value, fields, newId);
    const unassigned = emptySignatureFields(fields)
      .filter(({ name }) => roleFromFieldName(name) === null)
      .map(({ name }) => name);
    const barred = checkSigningPlan({ file, fields, placements, ordered: unassigned.length === 0, chain });
    if (barred !== null) return err(barred);
    return ok({
      ...facts,
      placements,
      unassigned,
      warnings: [...facts.warnings, ...malformedTags(scan)],
    });
  } catch (error) {
    return err(refusalOf(error));
  }
}

/** What reading pages can run into, as a refusal. @throws whatever else `error` is */
export function refusalOf(error: unknown): DocumentRefusal {
  if (error instanceof ScanLimitError) return { code: 'takes-too-long', detail: error.message };
  if (error instanceof PdfSyntaxError) return { code: 'damaged', detail: `${error.code}: ${error.message}` };
  throw error;
}

function draftsOf(
  file: PdfFile,
  scan: TagScan,
  fields: readonly FormField[],
): Result<readonly Draft[], DocumentRefusal> {
  const drafts: Draft[] = [];
  for (const { page, tags } of scan.pages) {
    for (const found of tags) {
      if (!found.ok) continue;
      const { tag } = found;
      const box = tagBox(page, tag, found.glyphs);
      if (box === null) {
        return err({
          code: 'placement-outside-page',
          detail: `a tag on page ${page.index + 1} asks for a place outside the page`,
        });
      }
      const { kind, role, label, required } = tag;
      const draft: Draft = {
        placement: { kind, role, label, required, page: page.index, box, source: 'tag' },
        order: tag.order,
        fieldName: tag.name ?? `${role}_${kind}`,
      };
      // Text drawn twice to look bold is one tag.
      if (!drafts.some((other) => isSame(other, draft))) drafts.push(draft);
    }
  }
  const names = new Set<string>();
  for (const field of emptySignatureFields(fields)) {
    if (names.has(field.name)) {
      return err({ code: 'duplicate-field', detail: 'two signature fields have the same name' });
    }
    names.add(field.name);
    drafts.push(fieldDraft(file, field));
  }
  return ok(inReadingOrder(file, drafts));
}

function isSame(a: Draft, b: Draft): boolean {
  return (
    Math.hypot(a.placement.box.x - b.placement.box.x, a.placement.box.y - b.placement.box.y) < 2 &&
    a.order === b.order &&
    a.fieldName === b.fieldName &&
    a.placement.page === b.placement.page &&
    a.placement.label === b.placement.label &&
    a.placement.role === b.placement.role &&
    a.placement.kind === b.placement.kind
  );
}

function emptySignatureFields(fields: readonly FormField[]): readonly FormField[] {
  return fields.filter((field) => field.type === 'Sig' && !field.signed);
}

/** A field may have no widget, or one without area: then there is no picture, only a signature. */
function fieldDraft(file: PdfFile, field: FormField): Draft {
  const [widget] = field.widgets;
  const page = widget?.page ?? 0;
  const [x0, y0, x1, y1] = widget?.rect ?? [0, 0, 0, 0];
  const tooltip = file.resolve(field.dict.entries.get('TU'));
  const spoken = isString(tooltip) ? decodeText(tooltip.bytes).trim().slice(0, 200) : '';
  const named = roleFromFieldName(field.name);
  return {
    placement: {
      kind: /initial|paraf/iu.test(field.name) ? 'initials' : 'signature',
      role: named?.role ?? 'customer',
      label: spoken === '' ? field.name : spoken,
      required: true,
      page,
      box: { x: round(x0), y: round(y0), width: round(x1 - x0), height: round(y1 - y0) },
      source: 'field',
    },
    order: named === null ? 1 : named.order,
    fieldName: field.name,
  };
}

/** Page by page, from the top down, from left to right, as displayed. */
function inReadingOrder(file: PdfFile, drafts: readonly Draft[]): readonly Draft[] {
  const pages = file.pages();
  const keyed = drafts.map((draft) => {
    const { box, page } = draft.placement;
    const shape = pages[page] ?? { cropBox: [0, 0, 0, 0] as const, rotate: 0 as const };
    const a = toDisplayed(shape, { x: box.x, y: box.y });
    const b = toDisplayed(shape, { x: box.x + box.width, y: box.y + box.height });
    return { draft, page, bottom: Math.round(Math.min(a.y, b.y)), left: Math.min(a.x, b.x) };
  });
  keyed.sort((a, b) => a.page - b.page || b.bottom - a.bottom || a.left - b.left);
  return keyed.map(({ draft }) => draft);
}

function placementsOf(drafts: readonly Draft[], fields: readonly FormField[], newId: NewId): readonly Placement[] {
  const taken = takenNames(fields);
  const orderOf = turns(drafts);
  return drafts.map(({ placement, order, fieldName }) => ({
    ...placement,
    id: newId() as PlacementId,
    order: order ?? orderOf(placement.role),
    fieldName: placement.source === 'field' ? fieldName : uniqueName(fieldName, taken),
  }));
}

/** A tag without a turn has that of its role elsewhere; else staff come last and everybody else first. */
function turns(drafts: readonly Draft[]): (role: string) => number {
  const known = new Map<string, number>();
  for (const { placement, order } of drafts) {
    if (order !== null) known.set(placement.role, Math.min(order, known.get(placement.role) ?? order));
  }
  const others = drafts.filter(({ placement }) => !isStaffRole(placement.role));
  const last = Math.max(0, ...others.map(({ placement, order }) => order ?? known.get(placement.role) ?? 1));
  return (role) => known.get(role) ?? (isStaffRole(role) ? last + 1 : 1);
}

function malformedTags(scan: TagScan): readonly DocumentWarning[] {
  return scan.pages.flatMap(({ page, tags }) =>
    tags.flatMap((tag) =>
      tag.ok
        ? []
        : [
            {
              code: 'tag-malformed' as const,
              detail: `page ${page.index + 1}: ${tag.problem.code}, ${tag.problem.detail}`,
            },
          ],
    ),
  );
}
