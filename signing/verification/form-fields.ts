import { isArray, isDict, isName, isRef, isString, type PdfDict, type PdfObject } from '../pdf/objects.ts';
import type { PdfFile } from '../pdf/pdf-file.ts';
import { decodeText } from '../pdf/text-string.ts';
import { Fault } from './checks.ts';

/**
 * A terminal field of the AcroForm (ISO 32000-1 12.7.3) with the objects it is made of: comparing
 * revisions needs numbers and unresolved values, which `readFields` of the reader does not keep.
 */
export interface FormField {
  /** Fully qualified: partial names joined by dots. */
  readonly name: string;
  readonly number: number;
  readonly dict: PdfDict;
  /** /FT and /V after inheritance. */
  readonly type: string | null;
  readonly value: PdfObject | undefined;
  /** Object numbers; the field itself when merged with its only widget. */
  readonly widgets: readonly number[];
}

const MAX_FIELDS = 20_000;
const MAX_DEPTH = 32;

/** @throws Fault for loops and fields that are not objects of their own, PdfSyntaxError */
export function formFields(file: PdfFile): readonly FormField[] {
  const form = file.resolve(file.catalog.entries.get('AcroForm'));
  if (form === null) return [];
  if (!isDict(form)) throw new Fault('form-damaged', 'The form of the document is not a dictionary.');
  const fields: FormField[] = [];
  const seen = new Set<number>();
  const visit = (value: PdfObject, parent: Inherited, depth: number): void => {
    if (!isRef(value)) throw new Fault('form-damaged', 'A form field is not an object of its own.');
    if (seen.has(value.number) || seen.size > MAX_FIELDS || depth > MAX_DEPTH)
      throw new Fault('form-damaged', 'The form fields loop, or are too many.');
    seen.add(value.number);
    const dict = file.resolve(value);
    // A reference to nothing is how some writers delete a field.
    if (dict === null) return;
    if (!isDict(dict)) throw new Fault('form-damaged', 'A form field is not a dictionary.');
    const inherited = inherit(file, dict, parent);
    const kids = listOf(file, dict.entries.get('Kids'));
    const children = kids.filter((kid) => isNamed(file, kid));
    for (const kid of children) visit(kid, inherited, depth + 1);
    if (children.length > 0) return;
    const widgets = kids.length > 0 ? kids.filter(isRef).map(({ number }) => number) : [value.number];
    fields.push({ ...inherited, number: value.number, dict, widgets });
  };
  for (const item of listOf(file, form.entries.get('Fields')))
    visit(item, { name: '', type: null, value: undefined }, 0);
  return fields;
}

interface Inherited {
  readonly name: string;
  readonly type: string | null;
  readonly value: PdfObject | undefined;
}

function inherit(file: PdfFile, dict: PdfDict, parent: Inherited): Inherited {
  const part = file.resolve(dict.entries.get('T'));
  const type = file.resolve(dict.entries.get('FT'));
  const text = isString(part) ? decodeText(part.bytes) : '';
  return {
    name: parent.name === '' || text === '' ? parent.name + text : `${parent.name}.${text}`,
    type: isName(type) ? type.name : parent.type,
    value: dict.entries.get('V') ?? parent.value,
  };
}

function isNamed(file: PdfFile, kid: PdfObject): boolean {
  const dict = file.resolve(kid);
  return isDict(dict) && (dict.entries.has('T') || dict.entries.has('Kids'));
}

export function listOf(file: PdfFile, value: PdfObject | undefined): readonly PdfObject[] {
  const list = file.resolve(value);
  return isArray(list) ? list.items : [];
}
