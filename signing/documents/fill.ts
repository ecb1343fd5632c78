import type { Sha256 } from '../digest.ts';
import { readFields, type FieldWidget, type FormField } from '../pdf/form.ts';
import {
  dict,
  isDict,
  isString,
  name,
  textString,
  withEntries,
  type PdfDict,
  type PdfObject,
  type PdfRef,
} from '../pdf/objects.ts';
import type { Box4, PdfFile } from '../pdf/pdf-file.ts';
import { latin1 } from '../pdf/characters.ts';
import { PdfUpdate } from '../pdf/pdf-update.ts';
import { err, ok, type Result } from '../result.ts';
import { appearance, checkboxLook, sizeOf } from './appearance.ts';
import { coloursFor } from './colours.ts';
import type { DocumentRefusal } from './document.ts';
import { embedTexts } from './embedded-font.ts';
import { fieldLook, withText, type FieldLook } from './field-look.ts';
import { fitText, type FittedText } from './fit-text.ts';
import { refusalOf } from './intake.ts';
import { round } from './page-space.ts';
import { readPdfa } from './pdfa.ts';
import { preflight } from './preflight.ts';

/** Text for text fields, true or false for checkboxes. */
export interface FieldValue {
  readonly fieldName: string;
  readonly value: string | boolean;
}

export interface FilledDocument {
  readonly increment: Uint8Array;
  readonly digest: Sha256;
}

/** One appended revision with the values; empty when there are none. @throws Error as `applyValues` */
export function fillDocument(
  bytes: Uint8Array,
  values: readonly FieldValue[],
): Promise<Result<FilledDocument, DocumentRefusal>> {
  return Promise.resolve().then(() => fill(bytes, values));
}

function fill(bytes: Uint8Array, values: readonly FieldValue[]): Result<FilledDocument, DocumentRefusal> {
  const opened = preflight(bytes);
  if (!opened.ok) return opened;
  const { file, facts, digestWith } = opened.value;
  if (values.length === 0) return ok({ increment: new Uint8Array(0), digest: facts.digest });
  try {
    const update = new PdfUpdate(file);
    applyValues(update, file, values);
    const { increment } = update.finish();
    return ok({ increment, digest: digestWith(increment) });
  } catch (error) {
    return err(refusalOf(error));
  }
}

/**
 * Sets the values of fields within `update`: text in an embedded subset font, sized to its box, in place of the
 * text that was there; what else a field shows, as its background, stays. The last of several values for a field counts.
 * @throws Error when a field does not exist or takes no such value, PdfSyntaxError
 */
export function applyValues(update: PdfUpdate, file: PdfFile, values: readonly FieldValue[]): void {
  const fields = new Map(readFields(file).map((field) => [field.name, field]));
  const texts: { readonly field: FormField; readonly text: string }[] = [];
  for (const [fieldName, value] of new Map(values.map((entry) => [entry.fieldName, entry.value]))) {
    const field = fields.get(fieldName);
    if (field === undefined) throw new Error('a value for a field that does not exist');
    if (typeof value === 'boolean') setCheckbox(update, field, value);
    else texts.push({ field, text: value });
  }
  if (texts.length > 0) setTexts(update, texts);
}

const MULTILINE = 1 << 12;

function setTexts(update: PdfUpdate, entries: readonly { readonly field: FormField; readonly text: string }[]): void {
  const laidOut = entries.map(({ field, text }) => {
    if (field.type !== 'Tx') throw new Error('text for a field that is not a text field');
    return { field, text, widgets: field.widgets.map((widget) => layOut(update, field, widget, text)) };
  });
  const lines = laidOut.flatMap(({ widgets }) => widgets.flatMap(({ fit }) => fit.lines.map((line) => line.text)));
  const embedded = embedTexts(update, lines);
  const colours = coloursFor(readPdfa(update.file) !== null);
  let next = 0;
  for (const { field, text, widgets } of laidOut) {
    changeDict(update, field.ref, { V: textString(text) });
    for (const { widget, rotate, box, fit, look } of widgets) {
      const [left, bottom, right, top] = box;
      const size = { width: right - left, height: top - bottom };
      const shown = fit.lines.map(({ x, y }) => {
        const codes = embedded.texts[next]?.codes ?? new Uint8Array(0);
        next += 1;
        return `1 0 0 1 ${round(left + x)} ${round(bottom + y)} Tm <${Buffer.from(codes).toString('hex')}> Tj\n`;
      });
      const content = (font: string): string =>
        `/Tx BMC\nq ${left} ${bottom} ${size.width} ${size.height} re W n BT\n/${font} ${fit.size} Tf ${colours.fill('0 0 0')}\n${shown.join('')}ET Q\nEMC`;
      const ref = update.allocate();
      const resources = dict({ ...colours.resources, Font: dict({ F: embedded.font }) });
      update.set(
        ref,
        look === null
          ? appearance(content('F'), size, rotate, resources)
          : withText(look, embedded.font, colours, content),
      );
      changeDict(update, widget.ref, { AP: dict({ N: ref }), AS: undefined });
    }
  }
}

interface LaidOut {
  readonly widget: FieldWidget;
  readonly rotate: number;
  /** In the space of the appearance. */
  readonly box: Box4;
  readonly fit: FittedText;
  /** What the widget shows besides its text; null for an appearance of our own. */
  readonly look: FieldLook | null;
}

function layOut(update: PdfUpdate, field: FormField, widget: FieldWidget, text: string): LaidOut {
  const look = fieldLook(update.file, widget.dict, isEmpty(field.value));
  const rotate = rotationOf(update, widget.dict);
  const own = sizeOf(update.resolve(widget.dict.entries.get('Rect')), rotate);
  const box = look?.box ?? [0, 0, own.width, own.height];
  const size = { width: box[2] - box[0], height: box[3] - box[1] };
  const wanted = fontSizeOf(update, widget.dict, field.dict);
  return { widget, rotate, box, look, fit: fitText(text, size, wanted, (field.flags & MULTILINE) !== 0) };
}

function isEmpty(value: PdfObject): boolean {
  return value === null || (isString(value) && value.bytes.length === 0);
}

function setCheckbox(update: PdfUpdate, field: FormField, value: boolean): void {
  if (field.type !== 'Btn') throw new Error('a tick for a field that is not a checkbox');
  const on = field.widgets.map(({ dict: widget }) => onState(update, widget)).find((state) => state !== null) ?? 'Yes';
  changeDict(update, field.ref, { V: name(value ? on : 'Off') });
  for (const widget of field.widgets) {
    const own = onState(update, widget.dict);
    if (own === null) drawCheckbox(update, widget.ref, widget.dict, on);
    changeDict(update, widget.ref, { AS: name(value ? (own ?? on) : 'Off') });
  }
}

/** What the widget calls "on" (12.7.4.2.3), null when it has no appearance for it. */
function onState(update: PdfUpdate, widget: PdfDict): string | null {
  const appearances = update.resolve(widget.entries.get('AP'));
  const normal = isDict(appearances) ? update.resolve(appearances.entries.get('N')) : null;
  return isDict(normal) ? ([...normal.entries.keys()].find((state) => state !== 'Off') ?? null) : null;
}

function drawCheckbox(update: PdfUpdate, ref: PdfRef, widget: PdfDict, on: string): void {
  const rotate = rotationOf(update, widget);
  const size = sizeOf(update.resolve(widget.entries.get('Rect')), rotate);
  const [yes, off] = [update.allocate(), update.allocate()];
  const colours = coloursFor(readPdfa(update.file) !== null);
  update.set(yes, checkboxLook(size, true, rotate, colours));
  update.set(off, checkboxLook(size, false, rotate, colours));
  changeDict(update, ref, { AP: dict({ N: dict({ [on]: yes, Off: off }) }) });
}

/** Field and widget may be one dictionary: each change builds on the one before. */
function changeDict(update: PdfUpdate, ref: PdfRef, changes: Readonly<Record<string, PdfObject | undefined>>): void {
  const current = update.get(ref);
  if (!isDict(current)) throw new Error('a form field is not a dictionary');
  update.set(ref, withEntries(current, changes));
}

function rotationOf(update: PdfUpdate, widget: PdfDict): number {
  const look = update.resolve(widget.entries.get('MK'));
  const rotation = isDict(look) ? update.resolve(look.entries.get('R')) : null;
  return typeof rotation === 'number' && rotation % 90 === 0 ? rotation : 0;
}

/** The size in the default appearance; 0 asks for what fits. */
function fontSizeOf(update: PdfUpdate, widget: PdfDict, field: PdfDict): number {
  const text = update.resolve(widget.entries.get('DA') ?? field.entries.get('DA'));
  const size = isString(text) ? Number(/([\d.]+)\s+Tf/.exec(latin1(text.bytes))?.[1] ?? 0) : 0;
  return Number.isFinite(size) && size > 0 && size < 200 ? size : 0;
}
