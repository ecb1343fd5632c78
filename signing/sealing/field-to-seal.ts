import { err, ok, type Result } from '../result.ts';
import { readFields, type FormField } from '../pdf/form.ts';
import { isArray, isDict, isName, isString, type PdfObject } from '../pdf/objects.ts';
import type { PdfFile } from '../pdf/pdf-file.ts';
import { decodeText } from '../pdf/text-string.ts';
import type { BindingStatement } from './binding-statement.ts';

export type FieldRefusal = 'field-missing' | 'field-signed' | 'field-elsewhere' | 'field-locked' | 'date-field-missing';

/** Rounding of rectangles between placing and preparing, units of the page. */
const TOLERANCE = 1;

export interface FieldToSeal {
  readonly field: FormField;
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
  const signatures = fields.filter(({ signed }) => signed);
  const changing = [field.name, ...dates];
  if (signatures.some((signature) => changing.some((changed) => locks(file, signature, changed)))) {
    return err('field-locked');
  }
  const textFields = new Set(fields.filter(({ type }) => type === 'Tx').map(({ name }) => name));
  if (!dates.every((date) => textFields.has(date))) return err('date-field-missing');
  return ok({ field, firstSignature: signatures.length === 0 });
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

/** Whether a signature's FieldMDP forbids changes to `name` (12.8.2.4). */
function locks(file: PdfFile, { value }: FormField, name: string): boolean {
  const references = isDict(value) ? file.resolve(value.entries.get('Reference')) : null;
  if (!isArray(references)) return false;
  return references.items.some((item) => {
    const reference = file.resolve(item);
    if (!isDict(reference) || !isName(file.resolve(reference.entries.get('TransformMethod')), 'FieldMDP')) return false;
    const parameters = file.resolve(reference.entries.get('TransformParams'));
    if (!isDict(parameters)) return false;
    const action = file.resolve(parameters.entries.get('Action'));
    const listed = namesIn(file, parameters.entries.get('Fields')).some(
      (field) => name === field || name.startsWith(`${field}.`),
    );
    return isName(action, 'All') || (isName(action, 'Include') && listed) || (isName(action, 'Exclude') && !listed);
  });
}

function namesIn(file: PdfFile, object: PdfObject | undefined): readonly string[] {
  const list = file.resolve(object);
  if (!isArray(list)) return [];
  return list.items
    .map((item) => file.resolve(item))
    .flatMap((item) => (isString(item) ? [decodeText(item.bytes)] : []));
}
