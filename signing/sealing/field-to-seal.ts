import { err, ok, type Result } from '../result.ts';
import { readFields, type FormField } from '../pdf/form.ts';
import { readPermission } from '../pdf/certification.ts';
import {
  locksField,
  readFieldLock,
  readSignatureLocks,
  type FieldLock,
  type PermissionLevel,
} from '../pdf/field-lock.ts';
import type { PdfFile } from '../pdf/pdf-file.ts';
import { readSeedValues, type SeedValues } from '../pdf/seed-values.ts';
import type { BindingStatement } from './binding-statement.ts';

export type FieldRefusal =
  'field-missing' | 'field-signed' | 'field-elsewhere' | 'field-locked' | 'document-locked' | 'date-field-missing';

/**
 * The /P of the certification that this signature is to be (ISO 32000-1, 12.8.2.2); null for an approval. What the
 * field's author says goes before what the tenant wants, and only the first signature of all can be one.
 */
export function certificationOf(
  { seed, firstSignature }: FieldToSeal,
  wanted: PermissionLevel | null,
): Result<PermissionLevel | null, string> {
  const asked = seed?.certification ?? null;
  if (asked === null) return ok(firstSignature ? wanted : null);
  if (asked === 0) return ok(null);
  return firstSignature ? ok(asked) : err('/MDP requires a certification, and the document is signed already');
}

/** Rounding of rectangles between placing and preparing, units of the page. */
const TOLERANCE = 1;

export interface FieldToSeal {
  readonly field: FormField;
  /** What the field's author asks to be locked by this signature. */
  readonly lock: FieldLock | null;
  readonly seed: SeedValues | null;
  /** Whether any signature exists yet: the first one may touch the catalog. */
  readonly firstSignature: boolean;
}

/**
 * The empty signature field of that name, where the binding statement says it is; neither it nor the text fields
 * named in `dates` locked by an earlier signature. @throws PdfSyntaxError
 */
export function findField(
  file: PdfFile,
  claimed: BindingStatement['field'],
  dates: readonly string[],
): Result<FieldToSeal, FieldRefusal> {
  const fields = readFields(file);
  const matches = fields.filter(({ name, type }) => name === claimed.name && type === 'Sig');
  const [field] = matches;
  // Two fields of one name are one field to some readers and two to others.
  if (field === undefined || matches.length > 1) return err('field-missing');
  if (field.value !== null) return err('field-signed');
  if (!isWhereClaimed(field, claimed)) return err('field-elsewhere');
  if (readPermission(file, fields) === 1) return err('document-locked');
  const signatures = fields.filter(({ signed }) => signed);
  const locks = signatures.flatMap((signature) => readSignatureLocks(file, signature));
  if ([field.name, ...dates].some((changed) => locks.some((lock) => locksField(lock, changed)))) {
    return err('field-locked');
  }
  const textFields = new Set(fields.filter(({ type }) => type === 'Tx').map(({ name }) => name));
  if (!dates.every((date) => textFields.has(date))) return err('date-field-missing');
  const [lock, seed] = [readFieldLock(file, field), readSeedValues(file, field)];
  return ok({ field, lock, seed, firstSignature: signatures.length === 0 });
}

function isWhereClaimed({ widgets }: FormField, { page, box }: BindingStatement['field']): boolean {
  const [widget] = widgets;
  // A field without a widget is shown nowhere; its box can only be empty.
  if (widget?.rect === undefined || widget.rect === null) return box.width === 0 || box.height === 0;
  if (widget.page !== null && widget.page !== page) return false;
  const [x0, y0, x1, y1] = widget.rect;
  const claims = [box.x, box.y, box.x + box.width, box.y + box.height];
  return [x0, y0, x1, y1].every((edge, i) => Math.abs(edge - (claims[i] ?? NaN)) <= TOLERANCE);
}
