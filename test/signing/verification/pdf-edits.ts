import { concat, utf8 } from '../../../signing/bytes.ts';
import { readFields } from '../../../signing/pdf/form.ts';
import {
  array,
  dict,
  isDict,
  isRef,
  isStream,
  literal,
  name,
  withEntries,
  type PdfDict,
  type PdfObject,
  type PdfRef,
} from '../../../signing/pdf/objects.ts';
import type { PdfFile } from '../../../signing/pdf/pdf-file.ts';
import { flateStream, PdfUpdate } from '../../../signing/pdf/pdf-update.ts';
import { readPdf } from '../../../signing/pdf/read-pdf.ts';

/** What somebody does to a document by appending a revision, named by what it touches. */
export type Change = (update: PdfUpdate, file: PdfFile) => void;

export function appended(bytes: Uint8Array, change: Change): Uint8Array {
  const file = readPdf(bytes);
  const update = new PdfUpdate(file);
  change(update, file);
  return concat(bytes, update.finish().increment);
}

export function dictOf(file: PdfFile, ref: PdfRef): PdfDict {
  const value = file.get(ref);
  if (!isDict(value)) throw new Error('not a dictionary');
  return value;
}
export function change(update: PdfUpdate, ref: PdfRef, entries: Readonly<Record<string, PdfObject | undefined>>): void {
  update.set(ref, withEntries(dictOf(update.file, ref), entries));
}
export function page(file: PdfFile): PdfRef {
  return file.pages()[0]!.ref;
}
export function field(file: PdfFile, fieldName: string): PdfRef {
  return readFields(file).find((candidate) => candidate.name === fieldName)!.ref;
}
/** pdf-lib writes text fields with a widget of their own. */
export function widget(file: PdfFile, fieldName: string): PdfRef {
  return readFields(file).find((candidate) => candidate.name === fieldName)!.widgets[0]!.ref;
}
export function refIn(file: PdfFile, owner: PdfRef, key: string): PdfRef {
  const value = dictOf(file, owner).entries.get(key);
  if (!isRef(value)) throw new Error(`${key} is not a reference`);
  return value;
}
export function contents(file: PdfFile): PdfRef {
  const value = dictOf(file, page(file)).entries.get('Contents');
  const list = file.resolve(value);
  if (isRef(value) && isStream(list)) return value;
  const [item] = list !== null && typeof list === 'object' && list.kind === 'array' ? list.items : [];
  if (!isRef(item)) throw new Error('no contents');
  return item;
}
export function formOf(file: PdfFile): PdfDict {
  const form = file.resolve(file.catalog.entries.get('AcroForm'));
  if (!isDict(form)) throw new Error('no form');
  return form;
}
export function changeForm(
  update: PdfUpdate,
  file: PdfFile,
  entries: Readonly<Record<string, PdfObject | undefined>>,
): void {
  const place = file.catalog.entries.get('AcroForm');
  const form = withEntries(formOf(file), entries);
  if (isRef(place)) update.set(place, form);
  else change(update, file.catalogRef, { AcroForm: form });
}
export function addField(update: PdfUpdate, file: PdfFile, entries: Readonly<Record<string, PdfObject>>): PdfRef {
  const widget = update.allocate();
  update.set(
    widget,
    dict({ Type: name('Annot'), Subtype: name('Widget'), T: literal(utf8('extra')), P: page(file), ...entries }),
  );
  const fields = file.resolve(formOf(file).entries.get('Fields'));
  const items = fields !== null && typeof fields === 'object' && fields.kind === 'array' ? fields.items : [];
  changeForm(update, file, { Fields: array([...items, widget]) });
  return widget;
}
export function addAnnotation(update: PdfUpdate, file: PdfFile, annotation: PdfRef): void {
  const annotations = file.resolve(dictOf(file, page(file)).entries.get('Annots'));
  const items =
    annotations !== null && typeof annotations === 'object' && annotations.kind === 'array' ? annotations.items : [];
  change(update, page(file), { Annots: array([...items, annotation]) });
}
export const STAMP = flateStream({ Type: name('XObject'), Subtype: name('Form') }, utf8('0 0 500 500 re f'));
