/** The one door to the canvas library: a drawing surface with our typeface, pixels and PNG out. */
import { createRequire } from 'node:module';
import { createCanvas, GlobalFonts, ImageData } from '@napi-rs/canvas';
import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Picture } from '../wacom/stu-image.ts';

const weights = { regular: 'Countersign Sans', semibold: 'Countersign Sans Semibold' } as const;
export type Weight = keyof typeof weights;
let registered = false;

/** Each weight under a family name of its own: a synthetic bold would smear on a 1-bit screen. */
function registerFonts(): void {
  if (registered) return;
  const { resolve } = createRequire(import.meta.url);
  const folder = '@expo-google-fonts/source-sans-3';
  GlobalFonts.registerFromPath(resolve(`${folder}/400Regular/SourceSans3_400Regular.ttf`), weights.regular);
  GlobalFonts.registerFromPath(resolve(`${folder}/600SemiBold/SourceSans3_600SemiBold.ttf`), weights.semibold);
  registered = true;
}

export interface Drawing {
  readonly context: SKRSContext2D;
  /** Width in pixels of a text as `write` writes it. */
  readonly measure: (text: string, pixels: number, weight: Weight) => number;
  /** From `x` to the right on the baseline `y`, in the fill style that is set. */
  write(text: string, x: number, y: number, pixels: number, weight: Weight): void;
  rgba(): Uint8Array;
}

/**
 * White paper of the given size. For a screen of 1 bit a pixel letters are `snapped` to whole pixels: every 'i' then is
 * the same 'i', with its dot where it belongs, and no space between words is lost.
 */
export function createDrawing(width: number, height: number, letters: 'smooth' | 'snapped' = 'smooth'): Drawing {
  registerFonts();
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, width, height);
  context.fillStyle = '#000000';
  const font = (weight: Weight, pixels: number): void => {
    context.font = `${pixels}px "${weights[weight]}"`;
  };
  const smoothWidth = (text: string): number => context.measureText(text).width;
  return {
    context,
    measure: (text, pixels, weight) => {
      font(weight, pixels);
      return letters === 'smooth' ? smoothWidth(text) : snappedWidth(text, pixels, weight, smoothWidth);
    },
    write: (text, x, y, pixels, weight) => {
      font(weight, pixels);
      context.textAlign = 'left';
      context.textBaseline = 'alphabetic';
      if (letters === 'smooth') {
        context.fillText(text, x, y);
        return;
      }
      let at = Math.round(x) + snapShift;
      for (const letter of lettersOf(text)) {
        context.fillText(letter, at, y);
        at += snappedWidth(letter, pixels, weight, smoothWidth);
      }
    },
    rgba: () => new Uint8Array(context.getImageData(0, 0, width, height).data),
  };
}

/** Of a pixel, to the right: there the stems of our typeface fill whole pixels in the sizes pads use (found by eye). */
const snapShift = 0.25;
const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });
/** Only where marks, joiners or flags put several characters into one letter has the segmenter to look. */
const lettersOf = (text: string): readonly string[] =>
  /[\p{M}\u200d\p{RI}]/u.test(text) ? [...segmenter.segment(text)].map(({ segment }) => segment) : Array.from(text);

const widths = new Map<string, number>();
function snappedWidth(text: string, pixels: number, weight: Weight, smooth: (text: string) => number): number {
  let sum = 0;
  for (const letter of lettersOf(text)) {
    const key = `${weight} ${pixels} ${letter}`;
    const width = widths.get(key) ?? Math.round(smooth(letter));
    widths.set(key, width);
    sum += width;
  }
  return sum;
}

export async function encodePng(picture: Picture): Promise<Uint8Array> {
  const canvas = createCanvas(picture.width, picture.height);
  const data = new ImageData(Uint8ClampedArray.from(picture.rgba), picture.width, picture.height);
  canvas.getContext('2d').putImageData(data, 0, 0);
  return new Uint8Array(await canvas.encode('png'));
}
