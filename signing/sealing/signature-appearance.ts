import { utf8 } from '../bytes.ts';
import type { SignaturePicture } from '../capture/capture-record.ts';
import type { Colours } from '../documents/colours.ts';
import { embedTexts } from '../documents/embedded-font.ts';
import { array, dict, name, type PdfStream } from '../pdf/objects.ts';
import type { PdfPage } from '../pdf/pdf-file.ts';
import { flateStream, type PdfUpdate } from '../pdf/pdf-update.ts';
import { layOutCaption, type CaptionLayout } from './caption-layout.ts';

/** Dark blue as of a pen, dark enough to survive a photocopy. */
const INK = '0.05 0.09 0.3';
const TEXT = '0.2 0.2 0.2';
/** Room left on each side, points, and never more than this share of the shorter side. */
const MARGIN = 2;
const MARGIN_SHARE = 0.06;
/** Points: thinner lines vanish in print. */
const THINNEST_LINE = 0.35;

export interface SignatureLook {
  /** Null draws no ink. */
  readonly picture: SignaturePicture | null;
  /** Lines below the ink: name, time, reason. */
  readonly caption: readonly string[];
  readonly colours: Colours;
}

export interface WidgetSpace {
  /** Of the widget's /Rect in unrotated page space. */
  readonly width: number;
  readonly height: number;
  readonly rotate: PdfPage['rotate'];
  readonly userUnit: number;
}

/**
 * The picture as a form XObject (ISO 32000-1, 12.5.5): strokes with round caps, aspect kept, centred in the box above
 * the caption, upright for whoever reads the page as it is displayed. The caption's font goes into `update`.
 */
export function signatureAppearance(update: PdfUpdate, look: SignatureLook, space: WidgetSpace): PdfStream {
  const { width, height, rotate, userUnit } = space;
  const sideways = rotate === 90 || rotate === 270;
  const [w, h] = sideways ? [height, width] : [width, height];
  const unit = 1 / userUnit;
  const margin = Math.min(MARGIN * unit, MARGIN_SHARE * Math.min(w, h));
  const caption = layOutCaption(look.caption, { width: w, height: h, margin, unit });
  const text = caption.lines.length === 0 ? null : captionContent(update, caption, look.colours);
  const ink =
    look.picture === null ? '' : strokes(look.picture, { w, h, margin, unit, below: caption.height }, look.colours);
  const colours = text === null && ink === '' ? {} : look.colours.resources;
  return flateStream(
    {
      Type: name('XObject'),
      Subtype: name('Form'),
      FormType: 1,
      BBox: array([0, 0, w, h]),
      // Turns the upright picture against the page's rotation, back onto [0 0 width height].
      Matrix: array(MATRICES[rotate](width, height)),
      Resources: dict({ ...colours, ...(text === null ? {} : { Font: dict({ F: text.font }) }) }),
    },
    utf8(`${ink}${text?.content ?? ''}`),
  );
}

const MATRICES: Readonly<Record<PdfPage['rotate'], (width: number, height: number) => readonly number[]>> = {
  0: () => [1, 0, 0, 1, 0, 0],
  90: (width) => [0, 1, -1, 0, width, 0],
  180: (width, height) => [-1, 0, 0, -1, width, height],
  270: (_, height) => [0, -1, 1, 0, 0, height],
};

function captionContent(
  update: PdfUpdate,
  { size, lines }: CaptionLayout,
  colours: Colours,
): { readonly font: ReturnType<typeof embedTexts>['font']; readonly content: string } {
  const { font, texts } = embedTexts(
    update,
    lines.map(({ text }) => text),
  );
  const shown = lines.map(({ x, y }, i) => {
    const codes = Buffer.from(texts[i]?.codes ?? []).toString('hex');
    return `1 0 0 1 ${number(x)} ${number(y)} Tm <${codes}> Tj`;
  });
  return { font, content: ['q BT', colours.fill(TEXT), `/F ${number(size)} Tf`, ...shown, 'ET Q', ''].join('\n') };
}

interface InkSpace {
  readonly w: number;
  readonly h: number;
  readonly margin: number;
  readonly unit: number;
  /** Height at the bottom that is not the ink's. */
  readonly below: number;
}

function strokes(picture: SignaturePicture, { w, h, margin, unit, below }: InkSpace, colours: Colours): string {
  const [width, height] = [w - 2 * margin, h - below - 2 * margin];
  const scale = Math.min(width / picture.width, height / picture.height);
  if (!(scale > 0) || !Number.isFinite(scale)) return '';
  const left = (w - picture.width * scale) / 2;
  const top = below + (h - below + picture.height * scale) / 2;
  const at = ([x, y]: readonly [number, number]): string => `${number(left + x * scale)} ${number(top - y * scale)}`;
  const paths = picture.paths.flatMap(({ lineWidth, points: [first, ...rest] }) => {
    if (first === undefined) return [];
    // A path of one point is a dot: a line to itself, which round caps make visible.
    const lines = (rest.length === 0 ? [first] : rest).map((point) => `${at(point)} l`);
    return [`${number(Math.max(THINNEST_LINE * unit, lineWidth * scale))} w`, `${at(first)} m`, ...lines, 'S'];
  });
  return ['q', colours.stroke(INK), '1 J 1 j', ...paths, 'Q', ''].join('\n');
}

function number(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}
