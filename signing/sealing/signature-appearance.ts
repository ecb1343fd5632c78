import { utf8 } from '../bytes.ts';
import type { SignaturePicture } from '../capture/capture-record.ts';
import { array, dict, name, type PdfStream } from '../pdf/objects.ts';
import type { PdfPage } from '../pdf/pdf-file.ts';
import { flateStream } from '../pdf/pdf-update.ts';

/** Dark blue as of a pen, dark enough to survive a photocopy. */
const INK = '0.05 0.09 0.3';
/** Room left on each side, units of the box, and never more than this share of the shorter side. */
const MARGIN = 2;
const MARGIN_SHARE = 0.06;
/** Thinner lines vanish in print. */
const THINNEST_LINE = 0.35;

/**
 * The picture as a form XObject (ISO 32000-1, 12.5.5): strokes with round caps, aspect kept, centred in the box,
 * upright for whoever reads the page as it is displayed.
 * @param width of the widget's /Rect in unrotated page space.
 */
export function signatureAppearance(
  picture: SignaturePicture | null,
  width: number,
  height: number,
  rotate: PdfPage['rotate'],
): PdfStream {
  const sideways = rotate === 90 || rotate === 270;
  const [w, h] = sideways ? [height, width] : [width, height];
  const content = picture === null ? '' : strokes(picture, w, h);
  return flateStream(
    {
      Type: name('XObject'),
      Subtype: name('Form'),
      FormType: 1,
      BBox: array([0, 0, w, h]),
      // Turns the upright picture against the page's rotation, back onto [0 0 width height].
      Matrix: array(MATRICES[rotate](width, height)),
      Resources: dict({}),
    },
    utf8(content),
  );
}

const MATRICES: Readonly<Record<PdfPage['rotate'], (width: number, height: number) => readonly number[]>> = {
  0: () => [1, 0, 0, 1, 0, 0],
  90: (width) => [0, 1, -1, 0, width, 0],
  180: (width, height) => [-1, 0, 0, -1, width, height],
  270: (_, height) => [0, -1, 1, 0, 0, height],
};

function strokes(picture: SignaturePicture, width: number, height: number): string {
  const margin = Math.min(MARGIN, MARGIN_SHARE * Math.min(width, height));
  const scale = Math.min((width - 2 * margin) / picture.width, (height - 2 * margin) / picture.height);
  if (!(scale > 0) || !Number.isFinite(scale)) return '';
  const left = (width - picture.width * scale) / 2;
  const top = (height + picture.height * scale) / 2;
  const at = ([x, y]: readonly [number, number]): string => `${number(left + x * scale)} ${number(top - y * scale)}`;
  const paths = picture.paths.flatMap(({ lineWidth, points: [first, ...rest] }) => {
    if (first === undefined) return [];
    // A path of one point is a dot: a line to itself, which round caps make visible.
    const lines = (rest.length === 0 ? [first] : rest).map((point) => `${at(point)} l`);
    return [`${number(Math.max(THINNEST_LINE, lineWidth * scale))} w`, `${at(first)} m`, ...lines, 'S'];
  });
  return ['q', `${INK} RG`, '1 J 1 j', ...paths, 'Q', ''].join('\n');
}

function number(value: number): string {
  return String(Math.round(value * 100) / 100);
}
