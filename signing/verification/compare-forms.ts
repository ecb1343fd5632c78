import { isArray, isDict, isName, isRef, isString, type PdfDict, type PdfObject } from '../pdf/objects.ts';
import type { PdfFile } from '../pdf/pdf-file.ts';
import { appearanceObjects, fillsWithText, isBlankAppearance, mayReplaceAppearance } from './appearance.ts';
import { changedKeys, equalObjects, valueAt } from './compare-objects.ts';
import type { Comparison } from './comparison.ts';
import { hasArea } from './covering.ts';
import { formFields, listOf, type FormField } from './form-fields.ts';

/** Keys that signing an empty field may set on it and its widget. */
const SIGNING_KEYS: ReadonlySet<string> = new Set(['V', 'AP', 'F', 'MK']);
/** Keys that filling an empty field may set; /Ff only to make it read-only. */
const FILLING_KEYS: ReadonlySet<string> = new Set(['V', 'AP', 'AS', 'I', 'Ff']);
/** A form that comes in may say this: no XFA, no calculation order, no asking for new appearances. */
const NEW_FORM_KEYS: ReadonlySet<string> = new Set(['Fields', 'SigFlags', 'DA', 'DR']);
const READ_ONLY = 1;

/** Judges the AcroForm and every field of it. Records what was signed and filled. */
export function compareForms(comparison: Comparison): void {
  const { older, newer } = comparison;
  const [before, after] = [older, newer].map((file) => file.resolve(file.catalog.entries.get('AcroForm')));
  if (after === null || after === undefined) {
    if (isDict(before)) comparison.refuse('The form was taken away.');
    return;
  }
  if (!isDict(after)) {
    comparison.refuse('The form is not a dictionary.');
    return;
  }
  if (isDict(before)) compareFormDictionaries(comparison, before, after);
  else if ([...after.entries.keys()].some((key) => !NEW_FORM_KEYS.has(key))) {
    comparison.refuse('A form was added that does more than hold signatures.');
  }
  const known = new Map(formFields(older).map((field) => [field.number, field]));
  for (const field of formFields(newer)) {
    const past = known.get(field.number);
    known.delete(field.number);
    if (past === undefined) judgeNewField(comparison, field);
    else if ([field.number, ...field.widgets].some((number) => comparison.changed.has(number))) {
      judgeField(comparison, past, field);
    }
  }
  if (known.size > 0) comparison.refuse(`${known.size} form fields were taken away.`);
}

function compareFormDictionaries(comparison: Comparison, before: PdfDict, after: PdfDict): void {
  const { older, newer } = comparison;
  for (const key of changedKeys(before, after)) {
    if (key !== 'Fields' && key !== 'SigFlags') comparison.refuse(`The entry ${key} of the form changed.`);
  }
  const flags = [older.resolve(before.entries.get('SigFlags')), newer.resolve(after.entries.get('SigFlags'))];
  const [old, now] = flags.map((value) => (typeof value === 'number' ? value : 0));
  if (((old ?? 0) & ~(now ?? 0)) !== 0) comparison.refuse('The form no longer says that it is signed.');
  const items = listOf(newer, after.entries.get('Fields'));
  const kept = listOf(older, before.entries.get('Fields')).every((item) =>
    items.some((candidate) => equalObjects(item, candidate)),
  );
  if (!kept) comparison.refuse('Form fields were taken away.');
  const root = older.catalogRef.number;
  const form = older.catalog.entries.get('AcroForm');
  const owner = isRef(form) ? form.number : root;
  if (isRef(form)) comparison.explainOwned(form.number, (from, path) => from === root && path === 'AcroForm');
  const list = before.entries.get('Fields');
  const path = isRef(form) ? 'Fields' : 'AcroForm/Fields';
  if (isRef(list)) comparison.explainOwned(list.number, (from, at) => from === owner && at === path);
}

/** Only signature fields may come in, made of objects the older document does not know, without actions. */
function judgeNewField(comparison: Comparison, field: FormField): void {
  const { newer } = comparison;
  if (field.type !== 'Sig' || comparison.isOld(field.number)) {
    comparison.refuse('A form field was added that is not for a signature.');
    return;
  }
  for (const number of field.widgets) {
    const widget = valueAt(newer, number);
    if (comparison.isOld(number) || !isDict(widget) || widget.entries.has('A') || widget.entries.has('AA')) {
      comparison.refuse('A signature field was added that does more than hold a signature.');
      return;
    }
    comparison.newWidgets.add(number);
    if (!hasArea(newer, widget)) continue;
    comparison.drawn.set(number, { field: field.name, isNew: true, isSignature: true });
    // Nobody signed what it shows: a cover for the text below (SSA, formats 6).
    if (field.value === undefined && !isBlankAppearance(newer, widget.entries.get('AP'))) {
      comparison.refuse('An unsigned signature field was added that shows something on the page.');
      return;
    }
    comparison.placed.push(field.name);
  }
  if (field.value !== undefined) judgeSignature(comparison, field);
}

/** The value of a field signed here: a dictionary the older document does not know. */
function judgeSignature(comparison: Comparison, field: FormField): void {
  const { newer } = comparison;
  const value = newer.resolve(field.value);
  if (!isRef(field.value) || comparison.isOld(field.value.number) || !isDict(value)) {
    comparison.refuse('A signature field was given a value that is not a new signature.');
    return;
  }
  const stamped = isName(newer.resolve(value.entries.get('Type')), 'DocTimeStamp');
  const pictured = stamped && field.widgets.some((number) => showsSomething(newer, number));
  if (pictured) comparison.pictured.push(field.name);
  (stamped && !pictured ? comparison.timestamped : comparison.signed).push(field.name);
  if (value.entries.has('CSGN')) comparison.sealed.push(field.name);
}

function showsSomething(file: PdfFile, number: number): boolean {
  const widget = valueAt(file, number);
  return !isDict(widget) || (hasArea(file, widget) && !isBlankAppearance(file, widget.entries.get('AP')));
}

function judgeField(comparison: Comparison, past: FormField, field: FormField): void {
  const { older, newer } = comparison;
  const signature = past.type === 'Sig';
  const wasEmpty = isEmpty(older.resolve(past.value));
  const valueChanged = !equalObjects(past.value, field.value) || isRefChanged(comparison, past.value);
  if (past.type !== field.type || past.name !== field.name || past.widgets.join() !== field.widgets.join()) {
    comparison.refuse('A form field became another one.');
    return;
  }
  if (!wasEmpty) {
    comparison.refuse(signature ? 'A field that was signed changed.' : 'A field that had a value changed.');
    return;
  }
  // Filling with nothing may still write an appearance, as long as nothing is in it.
  if (!valueChanged && !field.widgets.every((number) => looksBlank(newer, number))) {
    comparison.refuse('The look of a form field changed without a new value.');
    return;
  }
  const drawn = { field: field.name, isNew: false, isSignature: signature };
  for (const number of field.widgets) comparison.drawn.set(number, drawn);
  for (const number of new Set([past.number, ...past.widgets])) {
    if (comparison.changed.has(number)) judgeFieldObject(comparison, number, past.type);
    explainAppearance(comparison, number, past.type);
  }
  if (isRef(past.value)) {
    comparison.explainOwned(past.value.number, (from, path) => from === past.number && path === 'V');
  }
  if (signature) judgeSignature(comparison, field);
  else if (!isEmpty(newer.resolve(field.value))) comparison.filled.push(field.name);
}

function looksBlank(file: PdfFile, widget: number): boolean {
  const dict = valueAt(file, widget);
  return isDict(dict) && isBlankAppearance(file, dict.entries.get('AP'));
}

function isRefChanged(comparison: Comparison, value: PdfObject | undefined): boolean {
  return isRef(value) && comparison.changed.has(value.number);
}

function judgeFieldObject(comparison: Comparison, number: number, type: string | null): void {
  const { older, newer } = comparison;
  const allowed = type === 'Sig' ? SIGNING_KEYS : FILLING_KEYS;
  const [before, after] = [older, newer].map((file) => valueAt(file, number));
  if (!isDict(before) || !isDict(after)) {
    comparison.refuse('A form field is no longer a dictionary.');
    return;
  }
  const keys = changedKeys(before, after);
  const wrong = keys.find((key) => !allowed.has(key));
  if (wrong !== undefined) {
    comparison.refuse(`The entry ${wrong} of a form field changed.`);
    return;
  }
  const [look, newLook] = [before.entries.get('AP'), after.entries.get('AP')];
  if (keys.includes('AP') && !mayReplaceAppearance(older, look, newer, newLook)) {
    comparison.refuse('An empty field that showed something shows something else.');
    return;
  }
  if (type === 'Tx' && keys.includes('AP') && !fillsWithText(older, look, newer, newLook, isFramed(older, before))) {
    comparison.refuse('A text field was filled with something else than text.');
    return;
  }
  if (keys.includes('Ff') && flagsOf(after) !== (flagsOf(before) | READ_ONLY)) {
    comparison.refuse('The flags of a form field changed.');
    return;
  }
  comparison.explain(number);
}

/** Whether a widget has a border or a background of its own (12.5.6.19). */
function isFramed(file: PdfFile, widget: PdfDict): boolean {
  const look = file.resolve(widget.entries.get('MK'));
  return isDict(look) && (look.entries.has('BC') || look.entries.has('BG'));
}

/** An appearance written over in place: blank before, and nobody else's. */
function explainAppearance(comparison: Comparison, widget: number, type: string | null): void {
  const { older, newer } = comparison;
  const dict = valueAt(older, widget);
  if (!isDict(dict)) return;
  const appearance = dict.entries.get('AP');
  const own = appearanceObjects(older, appearance);
  if (![...own].some((number) => comparison.changed.has(number)) || !isBlankAppearance(older, appearance)) return;
  if (type === 'Tx' && !fillsWithText(older, appearance, newer, appearance, isFramed(older, dict))) {
    comparison.refuse('A text field was filled with something else than text.');
    return;
  }
  comparison.explainGroup(own, (from, path) => from === widget && path.split('/')[0] === 'AP');
}

function flagsOf(dict: PdfDict): number {
  const flags = dict.entries.get('Ff');
  return typeof flags === 'number' ? flags : 0;
}

function isEmpty(value: PdfObject): boolean {
  if (value === null || isName(value, 'Off') || isName(value, '')) return true;
  if (isString(value)) return value.bytes.length === 0;
  return isArray(value) && value.items.length === 0;
}
