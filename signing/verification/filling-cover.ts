import { matrixOf, paintedBoxes, transformed, watchForm, type ShownGlyph } from '../documents/painted-boxes.ts';
import type { Mark, PathMark } from '../documents/painted-path.ts';
import { multiply } from '../documents/matrix.ts';
import { dict, isArray, isDict, isName, isStream, type PdfDict, type PdfStream } from '../pdf/objects.ts';
import type { Box4, PdfFile, PdfPage } from '../pdf/pdf-file.ts';
import { contains, intersection, overlapsClearly, union, TOUCHING } from '../documents/boxes.ts';
import { operationsOf } from './drawing.ts';

/** Points: ticks are this small, and lines no wider; text that is higher is a picture. */
const TICK = 24;
const WIDE_LINE = 3;
const HIGH_TEXT = 36;
/** Of a line of text, which keeps apart from the next by less than its box. */
const MUCH = 1 / 2;
/** Fields reach into the label before them or above them. */
const LABEL = 12;
/** Strokes this near to the edge of a field are its frame. */
const FRAME = 4;
/** Check marks and crosses of ZapfDingbats (annex D.6): what is printed shows through. */
const CHECKS: ReadonlySet<number> = new Set([0x33, 0x34, 0x35, 0x36, 0x37, 0x38]);
/** They let something through that is under a fill, or take it away. */
const UNSURE: ReadonlySet<string> = new Set(['gs', 'W', 'W*', 'Do', 'sh', 'BI', 'BDC', 'DP']);

/** What a widget paints, by what it can hide. Null: nothing of the kind. */
interface Drawn {
  /** Around all fills and pictures: hides whatever is there. */
  readonly solid: Box4 | null;
  /** Around all glyphs. */
  readonly text: Box4 | null;
  readonly highText: boolean;
}

/**
 * Whether what a field shows since it was filled in can hide what the page showed before, outside of annotations: fills
 * and pictures hide everything, text hides text. A page's lines, frames, grounds of one colour, and dots or lines to write on hide
 * nothing and may be written over. @throws PdfSyntaxError, ScanLimitError
 */
export function fillingCovers(
  older: { readonly file: PdfFile; readonly page: PdfPage; readonly widget: PdfDict; readonly shown: readonly Box4[] },
  newer: { readonly file: PdfFile; readonly widget: PdfDict; readonly box: Box4 },
): boolean {
  const { solid, text, highText } = drawnBy(newer.file, newer.widget, newer.box, groundsOf(older, newer.box));
  if (solid === null && text === null) return false;
  const over = [solid, text].filter((box) => box !== null);
  if (older.shown.some((box) => over.some((cover) => overlapsClearly(cover, box)))) return true;
  return paintedBoxes(older.file, older.page).some(({ box, kind, ground }) => {
    if (kind === 'stroke' || (kind === 'fill' && ground)) return false;
    if (solid !== null && overlapsClearly(box, solid)) return true;
    if (text === null || kind === 'leader' || (kind !== 'glyph' && !highText)) return false;
    return overlapsClearly(box, text, kind === 'glyph' ? MUCH : undefined);
  });
}

/** What the look of a widget in its present state paints, but for what lies on `grounds` that were there before. */
function drawnBy(file: PdfFile, widget: PdfDict, rect: Box4, grounds: readonly Box4[]): Drawn {
  const solid: Box4[] = [];
  const text: Box4[] = [];
  let [highText, strokes] = [false, 0];
  const small = rect[2] - rect[0] <= TICK && rect[3] - rect[1] <= TICK;
  const isNew = (box: Box4): boolean => !grounds.some((ground) => contains(ground, box));
  for (const stream of looksOf(file, widget)) {
    if (operationsOf(file, stream) === null) solid.push(rect);
    watch(file, stream, rect, {
      mark: ({ box }) => solid.push(box),
      path: ({ box, length, ...mark }, width) => {
        if (mark.kind === 'fill' && isNew(box)) solid.push(box);
        if (width === 0) return;
        strokes += width * length;
        if (width > WIDE_LINE || !(small || isFrame(mark, box, rect))) solid.push(widened(box, width / 2));
      },
      glyph: ({ box }, shown) => {
        if (isCheck(file, shown) && small) return;
        text.push(box);
        // Whoever brings a font says what its glyphs look like, and how far they reach.
        if (isOwnFont(file, shown)) text.push(inner(rect));
        if (!isOwnFont(file, shown) && box[3] - box[1] > HIGH_TEXT) highText = true;
      },
      unclear: () => solid.push(rect),
    });
  }
  // Strokes side by side are a fill.
  if (small && strokes > (rect[2] - rect[0]) * (rect[3] - rect[1])) solid.push(rect);
  return { solid: around(solid, rect), text: around(text, rect), highText };
}

function around(boxes: readonly Box4[], rect: Box4): Box4 | null {
  const inside = boxes.map((box) => intersection(box, rect)).filter((box) => box !== null);
  return inside.length === 0 ? null : inside.reduce(union);
}

/** Fills of one colour that the widget showed before, as far as nothing there can have let something through. */
function groundsOf({ file, widget }: { file: PdfFile; widget: PdfDict }, rect: Box4): readonly Box4[] {
  const looks = looksOf(file, widget);
  const [look] = looks;
  if (look === undefined || looks.length > 1) return [];
  if (operationsOf(file, look)?.some(({ operator }) => UNSURE.has(operator)) !== false) return [];
  const found: Box4[] = [];
  const path = ({ kind, ground, box }: PathMark): void => {
    const inside = intersection(box, rect);
    if (kind === 'fill' && ground && inside !== null) found.push(widened(inside, TOUCHING));
  };
  watch(file, look, rect, { mark: () => undefined, path, glyph: () => undefined, unclear: () => undefined });
  return found;
}

/** The normal appearance in its present state (12.5.5); every state, if none is named. */
function looksOf(file: PdfFile, widget: PdfDict): readonly PdfStream[] {
  const looks = file.resolve(widget.entries.get('AP'));
  const normal = isDict(looks) ? file.resolve(looks.entries.get('N')) : null;
  if (isStream(normal)) return [normal];
  if (!isDict(normal)) return [];
  const state = file.resolve(widget.entries.get('AS'));
  const states = isName(state) ? [normal.entries.get(state.name)] : [...normal.entries.values()];
  return states.map((item) => file.resolve(item)).filter((item) => isStream(item));
}

/** Algorithm 8.1 of 12.5.5: the box that /Matrix makes of /BBox is fitted into /Rect. */
function watch(file: PdfFile, stream: PdfStream, rect: Box4, watcher: Parameters<typeof watchForm>[2]): void {
  const items = file.resolve(stream.dict.entries.get('BBox'));
  const [a, b, c, d] = (isArray(items) ? items.items : []).map((item) => {
    const value = file.resolve(item);
    return typeof value === 'number' ? value : 0;
  });
  const bounds: Box4 = d === undefined ? rect : [a ?? 0, b ?? 0, c ?? 0, d];
  const [x0, y0, x1, y1] = transformed(bounds, matrixOf(file, stream));
  if (x0 === x1 || y0 === y1) return;
  const [sx, sy] = [(rect[2] - rect[0]) / (x1 - x0), (rect[3] - rect[1]) / (y1 - y0)];
  const resources = file.resolve(stream.dict.entries.get('Resources'));
  watchForm(
    file,
    {
      stream,
      resources: isDict(resources) ? resources : dict({}),
      placed: multiply([1, 0, 0, 1, -x0, -y0], [sx, 0, 0, sy, rect[0], rect[1]]),
    },
    watcher,
  );
}

/** Without the margin in which labels stand. */
function inner([x0, y0, x1, y1]: Box4): Box4 {
  const [x, y] = [Math.min(LABEL, (x1 - x0) / 4), (y1 - y0) / 4];
  return [x0 + x, y0 + y, x1 - x, y1 - y];
}

function isFrame({ ruling }: Pick<PathMark, 'ruling'>, box: Box4, rect: Box4): boolean {
  const near = box.map((side, i) => Math.abs(side - (rect[i] ?? 0)) <= FRAME);
  const [left, bottom, right, top] = near;
  if (!ruling) return false;
  if (left === true && bottom === true && right === true && top === true) return true;
  const [flat, upright] = [box[3] - box[1] <= FRAME, box[2] - box[0] <= FRAME];
  return (flat && (bottom === true || top === true)) || (upright && (left === true || right === true));
}

function isCheck(file: PdfFile, { font, code }: ShownGlyph): boolean {
  return (
    font !== null &&
    isName(file.resolve(font.entries.get('BaseFont')), 'ZapfDingbats') &&
    !isOwnFont(file, { font }) &&
    CHECKS.has(code)
  );
}

/** Not one of the reader's own: embedded, composite or drawn. */
function isOwnFont(file: PdfFile, { font }: Pick<ShownGlyph, 'font'>): boolean {
  const kind = font === null ? null : file.resolve(font.entries.get('Subtype'));
  if (font === null || !(isName(kind, 'Type1') || isName(kind, 'TrueType'))) return true;
  const descriptor = file.resolve(font.entries.get('FontDescriptor'));
  return isDict(descriptor) && ['FontFile', 'FontFile2', 'FontFile3'].some((key) => descriptor.entries.has(key));
}

function widened([x0, y0, x1, y1]: Mark['box'], by: number): Box4 {
  return [x0 - by, y0 - by, x1 + by, y1 + by];
}
