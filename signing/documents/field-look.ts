/** What a field's appearance shows besides its text (ISO 32000-1, 12.7.3.3). */
import { concat, utf8 } from '../bytes.ts';
import {
  dict,
  isDict,
  isName,
  isStream,
  withEntries,
  type PdfDict,
  type PdfObject,
  type PdfRef,
  type PdfStream,
} from '../pdf/objects.ts';
import { toBox } from '../pdf/page-tree.ts';
import { PdfSyntaxError, type Box4, type PdfFile } from '../pdf/pdf-file.ts';
import { flateStream } from '../pdf/pdf-update.ts';
import type { Colours } from './colours.ts';
import { ContentReader } from './content-stream.ts';
import { Operators } from './operation-skipper.ts';

const MAX_BYTES = 1024 * 1024;
const MARKS = new Operators('BMC BDC EMC');
const PAINTS = new Operators('f F f* B B* b b* S s sh Do BI Tj TJ \' "');
/** Of the data as it was encoded before. */
const ENCODING = ['Filter', 'DecodeParms', 'Length', 'DL'];

/** An appearance whose text can be exchanged: everything else in it stays. */
export interface FieldLook {
  /** BBox: where text can stand. */
  readonly box: Box4;
  /** Before and behind the text. */
  readonly around: readonly [Uint8Array, Uint8Array];
  readonly stream: PdfStream;
  readonly fonts: PdfDict;
  readonly spaces: PdfDict;
  readonly resources: PdfDict;
}

/**
 * The look of a widget that filling has to keep; null when it has none, or when its text cannot be told from the
 * rest. Without a text section, new text goes behind everything, as long as the field was `empty`.
 * @throws PdfSyntaxError when objects cannot be read
 */
export function fieldLook(file: PdfFile, widget: PdfDict, empty: boolean): FieldLook | null {
  const stream = normalAppearance(file, widget);
  if (!isStream(stream)) return null;
  const box = toBox(stream.dict.entries.get('BBox'), (object) => file.resolve(object));
  const content = decoded(file, stream);
  const around = content === null ? null : aroundText(content, empty);
  if (box === null || around === null) return null;
  const resources = dictOrEmpty(file.resolve(stream.dict.entries.get('Resources')));
  const [fonts, spaces] = ['Font', 'ColorSpace'].map((key) => dictOrEmpty(file.resolve(resources.entries.get(key))));
  return { box, around, stream, resources, fonts: fonts ?? dict({}), spaces: spaces ?? dict({}) };
}

/** Whether a widget shows anything at all. @throws PdfSyntaxError when objects cannot be read */
export function showsSomething(file: PdfFile, widget: PdfDict): boolean {
  const normal = normalAppearance(file, widget);
  if (!isStream(normal)) return isDict(normal) && normal.entries.size > 0;
  const content = decoded(file, normal);
  return content === null || new ContentReader(content, PAINTS).next() !== null || includesImage(content);
}

/** The same look with other text, shown in `font` under a name that the look does not use yet. */
export function withText(
  look: FieldLook,
  font: PdfRef,
  colours: Colours,
  text: (fontName: string) => string,
): PdfStream {
  let fontName = 'F';
  for (let i = 1; look.fonts.entries.has(fontName); i += 1) fontName = `F${i}`;
  const [before, behind] = look.around;
  const entries = Object.fromEntries([...look.stream.dict.entries].filter(([key]) => !ENCODING.includes(key)));
  const fonts = withEntries(look.fonts, { [fontName]: font });
  return flateStream(
    { ...entries, Resources: withEntries(look.resources, { Font: fonts, ...withSpaces(look, colours) }) },
    concat(before, utf8(text(fontName)), behind),
  );
}

/** The colour spaces of the look with ours; a look that has one of that name keeps its own, which text then has. */
function withSpaces({ spaces }: FieldLook, colours: Colours): Readonly<Record<string, PdfObject>> {
  const added = colours.resources['ColorSpace'];
  if (!isDict(added)) return {};
  return { ColorSpace: { kind: 'dict', entries: new Map([...added.entries, ...spaces.entries]) } };
}

function normalAppearance(file: PdfFile, widget: PdfDict): PdfObject {
  const appearances = file.resolve(widget.entries.get('AP'));
  return isDict(appearances) ? file.resolve(appearances.entries.get('N')) : null;
}

function decoded(file: PdfFile, stream: PdfStream): Uint8Array | null {
  try {
    return file.decode(stream, MAX_BYTES);
  } catch (error) {
    if (error instanceof PdfSyntaxError) return null;
    throw error;
  }
}

/** Content without its one text section, from `/Tx BMC` to the `EMC` that belongs to it. */
function aroundText(content: Uint8Array, empty: boolean): FieldLook['around'] | null {
  const reader = new ContentReader(content, MARKS);
  let depth = 0;
  let start: number | null = null;
  let around: FieldLook['around'] | null = null;
  for (let mark = reader.next(); mark !== null; mark = reader.next()) {
    if (mark.operator === 'EMC') depth -= 1;
    else if (isName(mark.operands[0], 'Tx') && depth === 0) {
      if (start !== null) return null;
      start = mark.start;
    }
    if (mark.operator !== 'EMC') depth += 1;
    else if (start !== null && depth === 0) around ??= [content.subarray(0, start), content.subarray(mark.end)];
  }
  if (start !== null) return around;
  return empty ? [concat(content, utf8('\n')), new Uint8Array(0)] : null;
}

function includesImage(content: Uint8Array): boolean {
  return /\bBI\b/.test(Buffer.from(content).toString('latin1'));
}

function dictOrEmpty(object: PdfObject): PdfDict {
  return isDict(object) ? object : dict({});
}
