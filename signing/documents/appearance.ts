/** Appearance streams of form fields (ISO 32000-1, 12.5.5 and 12.7.3.3). */
import { utf8 } from '../bytes.ts';
import {
  array,
  dict,
  isArray,
  name,
  type PdfArray,
  type PdfDict,
  type PdfObject,
  type PdfStream,
} from '../pdf/objects.ts';
import { flateStream } from '../pdf/pdf-update.ts';
import type { Colours } from './colours.ts';
import { round } from './page-space.ts';

const BLACK = '0 0 0';

export interface AppearanceSize {
  readonly width: number;
  readonly height: number;
}

/**
 * A form XObject as large as the widget is to the reader. On a page shown turned by `rotate` degrees it
 * is turned back; viewers fit the turned box into the widget's rectangle themselves.
 */
export function appearance(
  content: string,
  { width, height }: AppearanceSize,
  rotate: number,
  resources: PdfDict = dict({}),
): PdfStream {
  return flateStream(
    {
      Type: name('XObject'),
      Subtype: name('Form'),
      BBox: array([0, 0, round(width), round(height)]),
      Resources: resources,
      ...(rotate === 0 ? {} : { Matrix: turn(rotate) }),
    },
    utf8(content),
  );
}

/** Counter-clockwise. */
function turn(degrees: number): PdfArray {
  switch (((degrees % 360) + 360) % 360) {
    case 90:
      return array([0, 1, -1, 0, 0, 0]);
    case 180:
      return array([-1, 0, 0, -1, 0, 0]);
    case 270:
      return array([0, -1, 1, 0, 0, 0]);
    default:
      return array([1, 0, 0, 1, 0, 0]);
  }
}

/** The size of a rectangle as the reader of a page turned by `rotate` sees it. */
export function sizeOf(rect: PdfObject, rotate: number): AppearanceSize {
  const sides = isArray(rect) ? rect.items.map((item) => (typeof item === 'number' ? item : 0)) : [];
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = sides;
  const width = Math.abs(x1 - x0);
  const height = Math.abs(y1 - y0);
  return rotate % 180 === 0 ? { width, height } : { width: height, height: width };
}

/** The look of a checkbox in one of its two states. */
export function checkboxLook(size: AppearanceSize, ticked: boolean, rotate: number, colours: Colours): PdfStream {
  return appearance(checkboxContent(size, ticked, colours), size, rotate, dict(colours.resources));
}

/** An empty box, or one with a drawn tick: no font is needed, as PDF/A asks. */
function checkboxContent({ width, height }: AppearanceSize, ticked: boolean, colours: Colours): string {
  const side = Math.min(width, height);
  const line = round(Math.max(0.5, side / 20));
  const x = (width - side) / 2;
  const y = (height - side) / 2;
  const frame = [x + line / 2, y + line / 2, side - line, side - line].map(round).join(' ');
  const box = `q ${line} w ${colours.stroke(BLACK)} ${frame} re S Q\n`;
  if (!ticked) return box;
  const at = (right: number, up: number): string => `${round(x + side * right)} ${round(y + side * up)}`;
  const pen = round(side / 9);
  return `${box}q ${pen} w 1 J 1 j ${colours.stroke(BLACK)} ${at(0.22, 0.5)} m ${at(0.42, 0.27)} l ${at(0.8, 0.76)} l S Q\n`;
}
