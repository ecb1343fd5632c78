/**
 * Every glyph a page shows, with its place in user space and its place in the content stream (ISO
 * 32000-1, 9.3 and 9.4). White, invisible and clipped text counts like any other. Left out: text in
 * patterns, in Type 3 glyphs and in annotations.
 */
import { sha256 } from '../digest.ts';
import { isArray, isDict, isName, isRef, isString, type PdfDict, type PdfObject } from '../pdf/objects.ts';
import { writeObject } from '../pdf/serialize.ts';
import type { PdfFile, PdfPage } from '../pdf/pdf-file.ts';
import type { Operation } from './content-stream.ts';
import type { FontDecoder } from './font-decoder.ts';
import type { Glyph, PageText, Show } from './glyph.ts';
import { IDENTITY, multiply, type Matrix } from './matrix.ts';
import type { ContentLibrary, ContentSource } from './page-content.ts';

const MAX_FORM_DEPTH = 16;
const MAX_STATES = 1024;

export interface FontUse {
  readonly key: string;
  readonly dict: PdfDict;
}

/** A string lies from `from` to `to` in bytes that are used again afterwards. */
export type Collector = (source: ContentSource, font: FontUse, bytes: Uint8Array, from: number, to: number) => void;

interface State {
  ctm: Matrix;
  font: FontUse | null;
  size: number;
  charSpace: number;
  wordSpace: number;
  scale: number;
  leading: number;
  rise: number;
}

/** One pass over a page: with `collect` it only reports strings, else it gives every glyph its place. */
export class TextInterpreter {
  readonly #library: ContentLibrary;
  readonly #file: PdfFile;
  readonly #page: PdfPage;
  readonly #collect: Collector | null;
  readonly #decoder: FontDecoder | null;
  readonly #replacements: ReadonlyMap<string, Uint8Array>;
  readonly #replaced = new Map<string, ContentSource>();
  readonly #glyphs: Glyph[] = [];
  readonly #stack: State[] = [];
  #undecoded = 0;
  #textMatrix: Matrix = IDENTITY;
  #lineMatrix: Matrix = IDENTITY;
  #state: State = {
    ctm: IDENTITY,
    font: null,
    size: 0,
    charSpace: 0,
    wordSpace: 0,
    scale: 1,
    leading: 0,
    rise: 0,
  };

  constructor(
    library: ContentLibrary,
    page: PdfPage,
    collect: Collector | null,
    decoder: FontDecoder | null = null,
    replacements: ReadonlyMap<string, Uint8Array> = new Map(),
  ) {
    this.#library = library;
    this.#file = library.file;
    this.#page = page;
    this.#collect = collect;
    this.#decoder = decoder;
    this.#replacements = replacements;
  }

  run(): PageText {
    this.#source(this.#pageContent(), this.#page.resources, []);
    return { glyphs: this.#glyphs, undecoded: this.#undecoded };
  }

  #pageContent(): ContentSource {
    const collect = this.#collect;
    if (collect === null) return this.#library.page(this.#page);
    const page = this.#library.shownOn(this.#page, (bytes, ends, count) => {
      this.#library.countOperation();
      const { font } = this.#state;
      if (font === null) return;
      let from = 0;
      for (let i = 0; i < count; i += 1) {
        const to = ends[i] ?? from;
        collect(page, font, bytes, from, to);
        from = to;
      }
    });
    return page;
  }

  #source(original: ContentSource, resources: PdfDict, forms: readonly string[]): void {
    const source = this.#replacementOf(original);
    for (const operation of source.operations) {
      this.#library.countOperation();
      this.#execute(source, operation, resources, forms);
    }
  }

  #replacementOf(source: ContentSource): ContentSource {
    const bytes = this.#replacements.get(source.key);
    if (bytes === undefined) return source;
    const known = this.#replaced.get(source.key) ?? this.#library.reread(source, bytes);
    this.#replaced.set(source.key, known);
    return known;
  }

  #execute(source: ContentSource, operation: Operation, resources: PdfDict, forms: readonly string[]): void {
    const { operands } = operation;
    const state = this.#state;
    const number = (fromEnd: number): number => {
      const value = operands[operands.length - fromEnd];
      return typeof value === 'number' ? value : 0;
    };
    switch (operation.operator) {
      case 'q':
        if (this.#stack.length < MAX_STATES) this.#stack.push({ ...state });
        return;
      case 'Q':
        this.#state = this.#stack.pop() ?? state;
        return;
      case 'cm':
        if (operands.length >= 6) state.ctm = multiply(matrixOf(number), state.ctm);
        return;
      case 'BT':
        this.#textMatrix = IDENTITY;
        this.#lineMatrix = IDENTITY;
        return;
      case 'Tc':
        state.charSpace = number(1);
        return;
      case 'Tw':
        state.wordSpace = number(1);
        return;
      case 'Tz':
        state.scale = number(1) / 100;
        return;
      case 'TL':
        state.leading = number(1);
        return;
      case 'Ts':
        state.rise = number(1);
        return;
      case 'Tf':
        this.#setFont(resources, operands.at(-2), number(1));
        return;
      case 'gs':
        this.#setGraphicsState(resources, operands.at(-1));
        return;
      case 'Td':
        this.#moveLine(number(2), number(1));
        return;
      case 'TD':
        state.leading = -number(1);
        this.#moveLine(number(2), number(1));
        return;
      case 'Tm':
        this.#lineMatrix = matrixOf(number);
        this.#textMatrix = this.#lineMatrix;
        return;
      case 'T*':
        this.#moveLine(0, -state.leading);
        return;
      case '"':
        state.wordSpace = number(3);
        state.charSpace = number(2);
        this.#moveLine(0, -state.leading);
        this.#show(source, operation);
        return;
      case "'":
        this.#moveLine(0, -state.leading);
        this.#show(source, operation);
        return;
      case 'Tj':
      case 'TJ':
        this.#show(source, operation);
        return;
      case 'Do':
        this.#draw(resources, operands.at(-1), forms);
        return;
      default:
        return;
    }
  }

  #moveLine(x: number, y: number): void {
    this.#lineMatrix = multiply([1, 0, 0, 1, x, y], this.#lineMatrix);
    this.#textMatrix = this.#lineMatrix;
  }

  #setFont(resources: PdfDict, font: PdfObject | undefined, size: number): void {
    const fonts = this.#file.resolve(resources.entries.get('Font'));
    const value = isName(font) && isDict(fonts) ? fonts.entries.get(font.name) : undefined;
    this.#state.font = this.#fontUse(value);
    this.#state.size = size;
  }

  /** An ExtGState may set the font, too (table 58). */
  #setGraphicsState(resources: PdfDict, key: PdfObject | undefined): void {
    const all = this.#file.resolve(resources.entries.get('ExtGState'));
    const chosen = isName(key) && isDict(all) ? this.#file.resolve(all.entries.get(key.name)) : null;
    const font = isDict(chosen) ? this.#file.resolve(chosen.entries.get('Font')) : null;
    if (!isArray(font)) return;
    const size = this.#file.resolve(font.items[1]);
    this.#state.font = this.#fontUse(font.items[0]);
    this.#state.size = typeof size === 'number' ? size : 0;
  }

  #fontUse(value: PdfObject | undefined): FontUse | null {
    const dict = this.#file.resolve(value);
    if (!isDict(dict)) return null;
    return { key: isRef(value) ? `r${value.number}` : directKey(dict), dict };
  }

  #draw(resources: PdfDict, key: PdfObject | undefined, forms: readonly string[]): void {
    const objects = this.#file.resolve(resources.entries.get('XObject'));
    const form = this.#library.form(isName(key) && isDict(objects) ? objects.entries.get(key.name) : undefined);
    if (!form?.form || forms.length >= MAX_FORM_DEPTH || forms.includes(form.key)) return;
    const saved = { ...this.#state };
    const depth = this.#stack.length;
    const [text, line] = [this.#textMatrix, this.#lineMatrix];
    this.#state.ctm = multiply(this.#formMatrix(form.form.stream.dict), this.#state.ctm);
    this.#source(form, form.resources ?? resources, [...forms, form.key]);
    this.#stack.length = Math.min(depth, this.#stack.length);
    this.#state = saved;
    this.#textMatrix = text;
    this.#lineMatrix = line;
  }

  #formMatrix(dict: PdfDict): Matrix {
    const matrix = this.#file.resolve(dict.entries.get('Matrix'));
    if (!isArray(matrix) || matrix.items.length < 6) return IDENTITY;
    const items = matrix.items.map((item) => this.#file.resolve(item));
    return matrixOf((fromEnd) => {
      const value = items[6 - fromEnd];
      return typeof value === 'number' ? value : 0;
    });
  }

  #show(source: ContentSource, operation: Operation): void {
    const { font, size } = this.#state;
    if (font === null) return;
    const last = operation.operands.at(-1) ?? null;
    if (this.#collect !== null) {
      for (const item of isArray(last) ? last.items : [last])
        if (isString(item)) this.#collect(source, font, item.bytes, 0, item.bytes.length);
      return;
    }
    const items = (isArray(last) ? last.items : [last]).flatMap((item): readonly (Uint8Array | number)[] => {
      if (isString(item)) return [item.bytes];
      return typeof item === 'number' ? [item] : [];
    });
    const show: Show = { source, operation, items, fontSize: size };
    items.forEach((item, index) => {
      if (typeof item === 'number') this.#advance((-item / 1000) * size, this.#isVertical(font));
      else this.#showString(show, font, index, item);
    });
  }

  #showString(show: Show, font: FontUse, item: number, bytes: Uint8Array): void {
    const codes = this.#decoder?.decode(font.key, bytes) ?? null;
    if (codes === null) {
      this.#undecoded += 1;
      return;
    }
    const { size, charSpace, wordSpace, scale, rise, ctm } = this.#state;
    const vertical = this.#isVertical(font);
    let offset = 0;
    for (const code of codes) {
      const at = multiply(multiply([size * scale, 0, 0, size, 0, rise], this.#textMatrix), ctm);
      const displacement = code.advance * size + charSpace + (code.space ? wordSpace : 0);
      const before = multiply(this.#textMatrix, ctm);
      this.#advance(displacement, vertical);
      const after = multiply(this.#textMatrix, ctm);
      const along = vertical ? unit(-at[2], -at[3]) : unit(at[0], at[1]);
      const up = vertical ? ([at[0], at[1]] as const) : ([at[2], at[3]] as const);
      this.#glyphs.push({
        unicode: code.unicode,
        x: at[4],
        y: at[5],
        advanceX: after[4] - before[4],
        advanceY: after[5] - before[5],
        upX: up[0],
        upY: up[1],
        alongX: along[0],
        alongY: along[1],
        show,
        item,
        offset,
        length: code.length,
        displacement,
      });
      offset += code.length;
    }
  }

  #advance(displacement: number, vertical: boolean): void {
    const [x, y] = vertical ? [0, displacement] : [displacement * this.#state.scale, 0];
    this.#textMatrix = multiply([1, 0, 0, 1, x, y], this.#textMatrix);
  }

  #isVertical(font: FontUse): boolean {
    return this.#decoder?.isVertical(font.key) ?? false;
  }
}

/**
 * Fonts are told apart by object number; direct ones by what they say. Where one is named tells nothing: the same name of the
 * same form means another font on each page that lends the form its resources, and an ExtGState has none.
 */
const DIRECT_KEYS = new WeakMap<PdfDict, string>();

function directKey(dict: PdfDict): string {
  const known = DIRECT_KEYS.get(dict);
  if (known !== undefined) return known;
  const key = `d${sha256(writeObject(dict))}`;
  DIRECT_KEYS.set(dict, key);
  return key;
}

function matrixOf(fromEnd: (index: number) => number): Matrix {
  return [fromEnd(6), fromEnd(5), fromEnd(4), fromEnd(3), fromEnd(2), fromEnd(1)];
}

function unit(x: number, y: number): readonly [number, number] {
  const length = Math.hypot(x, y);
  return length > 0 && Number.isFinite(length) ? [x / length, y / length] : [1, 0];
}
