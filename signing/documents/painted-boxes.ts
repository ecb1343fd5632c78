/**
 * Where a page has marks on it: a box for each glyph, picture, shading and drawn shape (ISO 32000-1, 8.5 to 8.9, 9.4).
 * Rather too large than too small: clips count for shadings only. Not exact for glyphs: fonts that do not say how wide theirs
 * are get a guess, and a Type 3 glyph may paint beyond its advance. For the question whether something that came later could
 * cover what was there.
 */
import { isArray, isDict, isName, isRef, isStream, isString, type PdfDict, type PdfObject } from '../pdf/objects.ts';
import type { PdfStream } from '../pdf/objects.ts';
import type { Box4, PdfFile, PdfPage } from '../pdf/pdf-file.ts';
import type { Operation } from './content-stream.ts';
import { glyphWidths, type GlyphWidths } from './glyph-widths.ts';
import { IDENTITY, multiply, type Matrix } from './matrix.ts';
import { ContentLibrary } from './page-content.ts';
import { PaintedPath, type Mark, type PathMark } from './painted-path.ts';

const MAX_FORM_DEPTH = 16;
const MAX_STATES = 1024;
const MAX_FORM = 2 ** 24;
/** Of the em below and above the baseline: with room for accents. */
const DESCENT = -0.25;
const ASCENT = 0.9;
/** So many of one glyph in a row say nothing: dots, or a line to write on. */
const LEADER = 6;
const UNIT: Box4 = [0, 0, 1, 1];

interface State {
  readonly ctm: Matrix;
  readonly font: PdfDict | null;
  readonly widths: GlyphWidths | null;
  readonly lineWidth: number;
  readonly size: number;
  readonly charSpace: number;
  readonly wordSpace: number;
  readonly scale: number;
  readonly leading: number;
  readonly rise: number;
  /** Text rendering mode (table 106): 3 and 7 show nothing. */
  readonly mode: number;
  /** What clips leave at most: followed for shadings only, which have no bounds of their own. */
  readonly clip: Box4;
  /** Filled with a pattern, which may show anything. */
  readonly patterned: boolean;
}
const START: State = {
  ...{ ctm: IDENTITY, font: null, widths: null, lineWidth: 1, size: 0, charSpace: 0, wordSpace: 0 },
  ...{ scale: 1, leading: 0, rise: 0, mode: 0, patterned: false },
  clip: [-Infinity, -Infinity, Infinity, Infinity],
};

/** Boxes in default user space of the page. @throws PdfSyntaxError, ScanLimitError */
export function paintedBoxes(file: PdfFile, page: PdfPage): readonly Mark[] {
  const boxes: Mark[] = [];
  const painter = new Painter(new ContentLibrary(file), {
    mark: (mark) => boxes.push(mark),
    path: ({ ruling, box, ground, kind }) => ruling || boxes.push({ box, ground, kind }),
    glyph: (mark, { again }) => {
      boxes.push(mark);
      if (again < LEADER) return;
      for (let i = boxes.length - (again === LEADER ? LEADER : 1); i < boxes.length; i += 1) {
        boxes[i] = { ...mark, box: boxes[i]?.box ?? mark.box, kind: 'leader' };
      }
    },
    unclear: () => undefined,
  });
  painter.paint(page);
  return boxes;
}

/** A glyph as it is shown. */
export interface ShownGlyph {
  readonly font: PdfDict | null;
  readonly code: number;
  /** How often this code was shown now, with nothing else painted between. */
  readonly again: number;
}

/** Who looks at what is painted, mark by mark. */
export interface PaintWatcher {
  mark(mark: Mark): unknown;
  /** `width`: of the line, in points, 0 when nothing is stroked. */
  path(mark: PathMark, width: number): unknown;
  glyph(mark: Mark, glyph: ShownGlyph): unknown;
  /** Something was used that the marks do not tell about: an unknown font, or a graphics state. */
  unclear(): unknown;
}

/** What a form XObject paints, with its matrix, then `placed`. @throws PdfSyntaxError, ScanLimitError */
export function watchForm(
  file: PdfFile,
  form: { readonly stream: PdfStream; readonly resources: PdfDict; readonly placed: Matrix },
  watcher: PaintWatcher,
): void {
  new Painter(new ContentLibrary(file), watcher).form(form);
}

class Painter {
  readonly #watcher: PaintWatcher;
  readonly #library: ContentLibrary;
  readonly #file: PdfFile;
  #state = START;
  #stack: State[] = [];
  #text: Matrix = IDENTITY;
  #line: Matrix = IDENTITY;
  #path = new PaintedPath();
  #clipping = false;
  #run: { readonly font: PdfDict | null; readonly code: number; readonly again: number } | null = null;

  constructor(library: ContentLibrary, watcher: PaintWatcher) {
    this.#watcher = watcher;
    this.#library = library;
    this.#file = library.file;
  }

  paint(page: PdfPage): void {
    this.#source(this.#library.shownOn(page).bytes, page.resources, []);
  }

  form({ stream, resources, placed }: Parameters<typeof watchForm>[1]): void {
    this.#set({ ctm: multiply(matrixOf(this.#file, stream), placed) });
    this.#source(this.#file.decode(stream, MAX_FORM), resources, []);
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
      case 'w':
        this.#set({ lineWidth: n(1) });
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
        this.#set({ size: n(1), ...this.#font(this.#named(resources, 'Font', operands.at(-2))) });
        return;
      case 'gs': {
        this.#watcher.unclear();
        const chosen = this.#file.resolve(this.#named(resources, 'ExtGState', operands.at(-1)));
        const font = isDict(chosen) ? this.#file.resolve(chosen.entries.get('Font')) : null;
        if (!isArray(font)) return;
        const size = this.#file.resolve(font.items[1]);
        this.#set({ ...this.#font(font.items[0]), size: typeof size === 'number' ? size : 0 });
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
        this.#put({ box: this.#state.clip, ground: false, kind: 'picture' });
        return;
      case 'Do':
        this.#draw(this.#named(resources, 'XObject', operands.at(-1)), resources, forms);
        return;
      case 'W':
      case 'W*':
        this.#clipping = true;
        return;
      default: {
        // It clips what comes after the operator that ends the path (8.5.4).
        const bounds = this.#clipping ? this.#path.bounds() : null;
        this.#clipping = false;
        for (const mark of this.#path.end(operator)) {
          this.#run = null;
          this.#watcher.path({ ...mark, ground: mark.ground && !this.#state.patterned }, this.#lineWidth(operator));
        }
        if (bounds !== null) this.#set({ clip: sharedBy(this.#state.clip, bounds) });
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

  #font(font: PdfObject | undefined): Pick<State, 'font' | 'widths'> {
    const dict = this.#file.resolve(font);
    return isDict(dict) ? { font: dict, widths: glyphWidths(this.#file, dict) } : { font: null, widths: null };
  }

  /** The thinnest line is as wide as a pixel. */
  #lineWidth(operator: string): number {
    const [a, b, c, d] = this.#state.ctm;
    const scale = Math.max(Math.hypot(a, b), Math.hypot(c, d));
    return operator.startsWith('f') || operator === 'F' ? 0 : Math.max(0.5, Math.abs(this.#state.lineWidth) * scale);
  }

  #show(shown: PdfObject): void {
    for (const item of isArray(shown) ? shown.items : [shown]) {
      if (typeof item === 'number') this.#advance((-item / 1000) * this.#state.size * this.#state.scale);
      else if (isString(item)) this.#showString(item.bytes);
    }
  }

  #showString(bytes: Uint8Array): void {
    const { font, widths, size, scale, charSpace, wordSpace, rise, mode, ctm } = this.#state;
    if (widths === null) return void this.#watcher.unclear();
    for (const { code, width, space } of widths.of(bytes)) {
      const visible = !space && mode !== 3 && mode !== 7;
      const em: Matrix = [size * scale, 0, 0, size, 0, rise];
      // Written downwards, glyphs stand below their origin and to both sides of it.
      const box: Box4 = widths.vertical ? [-1, -1.2, 1, 0.3] : [0, DESCENT, width, ASCENT];
      if (visible) {
        const again = this.#run?.font === font && this.#run.code === code ? this.#run.again + 1 : 1;
        this.#run = { font, code, again };
        const place = transformed(box, multiply(multiply(em, this.#text), ctm));
        this.#watcher.glyph({ box: place, ground: false, kind: 'glyph' }, this.#run);
      }
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
    if (form.form !== null) this.#set({ ctm: multiply(matrixOf(this.#file, form.form.stream), this.#state.ctm) });
    this.#source(form.bytes, form.resources ?? resources, [...forms, object.number]);
    this.#state = saved.state;
    this.#stack = saved.stack;
    this.#text = saved.text;
    this.#line = saved.line;
  }

  #mark(box: Box4, matrix: Matrix): void {
    this.#put({ box: transformed(box, matrix), ground: false, kind: 'picture' });
  }

  #put(mark: Mark): void {
    this.#run = null;
    this.#watcher.mark(mark);
  }
}

/** /Matrix of a form XObject (table 95). */
export function matrixOf(file: PdfFile, form: PdfStream): Matrix {
  const matrix = file.resolve(form.dict.entries.get('Matrix'));
  const items = isArray(matrix) ? matrix.items.map((item) => file.resolve(item)) : [];
  const [a, b, c, d, e, f] = items.map((item) => (typeof item === 'number' ? item : 0));
  return f === undefined ? IDENTITY : [a ?? 0, b ?? 0, c ?? 0, d ?? 0, e ?? 0, f];
}

/** Without area when they share nothing. */
function sharedBy(a: Box4, b: Box4): Box4 {
  const [x, y] = [Math.max(a[0], b[0]), Math.max(a[1], b[1])];
  return [x, y, Math.max(x, Math.min(a[2], b[2])), Math.max(y, Math.min(a[3], b[3]))];
}

/** The upright box around what a matrix makes of a box. */
export function transformed([x0, y0, x1, y1]: Box4, [a, b, c, d, e, f]: Matrix): Box4 {
  const xs = [x0, x1].flatMap((x) => [y0, y1].map((y) => a * x + c * y + e));
  const ys = [x0, x1].flatMap((x) => [y0, y1].map((y) => b * x + d * y + f));
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}
