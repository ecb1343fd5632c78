/**
 * Where a page has marks on it: a box for each glyph, picture, shading and drawn shape (ISO 32000-1, 8.5 to 8.9, 9.4).
 * Rather too large than too small: clips are passed over. Not exact for glyphs: fonts that do not say how wide theirs are
 * get a guess, and a Type 3 glyph may paint beyond its advance. For the question whether something that came later could
 * cover what was there.
 */
import { isArray, isDict, isName, isRef, isStream, isString, type PdfDict, type PdfObject } from '../pdf/objects.ts';
import type { Box4, PdfFile, PdfPage } from '../pdf/pdf-file.ts';
import type { Operation } from './content-stream.ts';
import { glyphWidths, type GlyphWidths } from './glyph-widths.ts';
import { IDENTITY, multiply, type Matrix } from './matrix.ts';
import { ContentLibrary } from './page-content.ts';
import { PaintedPath, type Mark } from './painted-path.ts';

const MAX_FORM_DEPTH = 16;
const MAX_STATES = 1024;
/** Of the em below and above the baseline: with room for accents. */
const DESCENT = -0.25;
const ASCENT = 0.9;
const UNIT: Box4 = [0, 0, 1, 1];

interface State {
  readonly ctm: Matrix;
  readonly widths: GlyphWidths | null;
  readonly size: number;
  readonly charSpace: number;
  readonly wordSpace: number;
  readonly scale: number;
  readonly leading: number;
  readonly rise: number;
  /** Text rendering mode (table 106): 3 and 7 show nothing. */
  readonly mode: number;
  /** Filled with a pattern, which may show anything. */
  readonly patterned: boolean;
}
const START: State = {
  ...{ ctm: IDENTITY, widths: null, size: 0, charSpace: 0, wordSpace: 0 },
  ...{ scale: 1, leading: 0, rise: 0, mode: 0, patterned: false },
};

/** Boxes in default user space of the page. @throws PdfSyntaxError, ScanLimitError */
export function paintedBoxes(file: PdfFile, page: PdfPage): readonly Mark[] {
  const painter = new Painter(new ContentLibrary(file));
  painter.paint(page);
  return painter.boxes;
}

class Painter {
  readonly boxes: Mark[] = [];
  readonly #library: ContentLibrary;
  readonly #file: PdfFile;
  #state = START;
  #stack: State[] = [];
  #text: Matrix = IDENTITY;
  #line: Matrix = IDENTITY;
  #path = new PaintedPath();

  constructor(library: ContentLibrary) {
    this.#library = library;
    this.#file = library.file;
  }

  paint(page: PdfPage): void {
    this.#source(this.#library.shownOn(page).bytes, page.resources, []);
  }

  #source(bytes: Uint8Array, resources: PdfDict, forms: readonly number[]): void {
    for (const operation of this.#library.paints(bytes)) {
      this.#library.countOperation();
      this.#execute(operation, resources, forms);
    }
  }

  #execute({ operator, operands }: Operation, resources: PdfDict, forms: readonly number[]): void {
    const n = (fromEnd: number): number => {
      const value = operands[operands.length - fromEnd];
      return typeof value === 'number' ? value : 0;
    };
    const matrix = (): Matrix => [n(6), n(5), n(4), n(3), n(2), n(1)];
    if (this.#path.take(operator, n, this.#state.ctm)) return;
    switch (operator) {
      case 'q':
        if (this.#stack.length < MAX_STATES) this.#stack.push(this.#state);
        return;
      case 'Q':
        this.#state = this.#stack.pop() ?? this.#state;
        return;
      case 'cm':
        this.#set({ ctm: multiply(matrix(), this.#state.ctm) });
        return;
      case 'BT':
        this.#text = this.#line = IDENTITY;
        return;
      case 'Tc':
        this.#set({ charSpace: n(1) });
        return;
      case 'Tw':
        this.#set({ wordSpace: n(1) });
        return;
      case 'Tz':
        this.#set({ scale: n(1) / 100 });
        return;
      case 'TL':
        this.#set({ leading: n(1) });
        return;
      case 'Tr':
        this.#set({ mode: n(1) });
        return;
      case 'Ts':
        this.#set({ rise: n(1) });
        return;
      case 'Tf':
        this.#set({ size: n(1), widths: this.#widths(this.#named(resources, 'Font', operands.at(-2))) });
        return;
      case 'gs': {
        const chosen = this.#file.resolve(this.#named(resources, 'ExtGState', operands.at(-1)));
        const font = isDict(chosen) ? this.#file.resolve(chosen.entries.get('Font')) : null;
        if (!isArray(font)) return;
        const size = this.#file.resolve(font.items[1]);
        this.#set({ widths: this.#widths(font.items[0]), size: typeof size === 'number' ? size : 0 });
        return;
      }
      case 'TD':
      case 'Td':
        if (operator === 'TD') this.#set({ leading: -n(1) });
        this.#newLine(n(2), n(1));
        return;
      case 'Tm':
        this.#text = this.#line = matrix();
        return;
      case 'T*':
        this.#newLine(0, -this.#state.leading);
        return;
      case '"':
        this.#set({ wordSpace: n(3), charSpace: n(2) });
        this.#newLine(0, -this.#state.leading);
        this.#show(operands.at(-1) ?? null);
        return;
      case "'":
        this.#newLine(0, -this.#state.leading);
        this.#show(operands.at(-1) ?? null);
        return;
      case 'Tj':
      case 'TJ':
        this.#show(operands.at(-1) ?? null);
        return;
      case 'cs':
      case 'g':
      case 'rg':
      case 'k':
      case 'sc':
      case 'scn':
        this.#set({ patterned: isName(operands.at(-1) ?? null) && operator === 'scn' });
        return;
      case 'BI':
        this.#mark(UNIT, this.#state.ctm);
        return;
      case 'sh':
        // It fills whatever the clip leaves, which is not followed here: all of the page.
        this.boxes.push({ box: [-Infinity, -Infinity, Infinity, Infinity], ground: false });
        return;
      case 'Do':
        this.#draw(this.#named(resources, 'XObject', operands.at(-1)), resources, forms);
        return;
      default:
        for (const { box, ground } of this.#path.end(operator)) {
          this.boxes.push({ box, ground: ground && !this.#state.patterned });
        }
    }
  }

  #set(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change };
  }

  #newLine(x: number, y: number): void {
    this.#text = this.#line = multiply([1, 0, 0, 1, x, y], this.#line);
  }

  #named(resources: PdfDict, category: string, key: PdfObject | undefined): PdfObject | undefined {
    const all = this.#file.resolve(resources.entries.get(category));
    return isName(key) && isDict(all) ? all.entries.get(key.name) : undefined;
  }

  #widths(font: PdfObject | undefined): GlyphWidths | null {
    const dict = this.#file.resolve(font);
    return isDict(dict) ? glyphWidths(this.#file, dict) : null;
  }

  #show(shown: PdfObject): void {
    for (const item of isArray(shown) ? shown.items : [shown]) {
      if (typeof item === 'number') this.#advance((-item / 1000) * this.#state.size * this.#state.scale);
      else if (isString(item)) this.#showString(item.bytes);
    }
  }

  #showString(bytes: Uint8Array): void {
    const { widths, size, scale, charSpace, wordSpace, rise, mode, ctm } = this.#state;
    if (widths === null) return;
    for (const { width, space } of widths.of(bytes)) {
      const visible = !space && mode !== 3 && mode !== 7;
      const em: Matrix = [size * scale, 0, 0, size, 0, rise];
      // Written downwards, glyphs stand below their origin and to both sides of it.
      const box: Box4 = widths.vertical ? [-1, -1.2, 1, 0.3] : [0, DESCENT, width, ASCENT];
      if (visible) this.#mark(box, multiply(multiply(em, this.#text), ctm));
      const step = (widths.vertical ? -1 : width) * size + charSpace + (space ? wordSpace : 0);
      if (widths.vertical) this.#text = multiply([1, 0, 0, 1, 0, step], this.#text);
      else this.#advance(step * scale);
    }
  }

  #advance(x: number): void {
    this.#text = multiply([1, 0, 0, 1, x, 0], this.#text);
  }

  #draw(object: PdfObject | undefined, resources: PdfDict, forms: readonly number[]): void {
    const form = this.#library.form(object);
    if (form === null || !isRef(object)) {
      if (isStream(this.#file.resolve(object))) this.#mark(UNIT, this.#state.ctm);
      return;
    }
    if (forms.length >= MAX_FORM_DEPTH || forms.includes(object.number)) return;
    const saved = { state: this.#state, stack: this.#stack, text: this.#text, line: this.#line };
    this.#stack = [];
    const matrix = this.#file.resolve(form.form?.stream.dict.entries.get('Matrix'));
    const items = isArray(matrix) ? matrix.items.map((item) => this.#file.resolve(item)) : [];
    const [a, b, c, d, e, f] = items.map((item) => (typeof item === 'number' ? item : 0));
    if (f !== undefined) this.#set({ ctm: multiply([a ?? 0, b ?? 0, c ?? 0, d ?? 0, e ?? 0, f], this.#state.ctm) });
    this.#source(form.bytes, form.resources ?? resources, [...forms, object.number]);
    this.#state = saved.state;
    this.#stack = saved.stack;
    this.#text = saved.text;
    this.#line = saved.line;
  }

  #mark(box: Box4, matrix: Matrix): void {
    this.boxes.push({ box: transformed(box, matrix), ground: false });
  }
}

function transformed([x0, y0, x1, y1]: Box4, [a, b, c, d, e, f]: Matrix): Box4 {
  const xs = [x0, x1].flatMap((x) => [y0, y1].map((y) => a * x + c * y + e));
  const ys = [x0, x1].flatMap((x) => [y0, y1].map((y) => b * x + d * y + f));
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}
