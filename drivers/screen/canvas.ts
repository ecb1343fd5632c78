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
  font(weight: Weight, pixels: number): void;
  /** Width in pixels. */
  readonly measure: (text: string, pixels: number, weight: Weight) => number;
  rgba(): Uint8Array;
}

/** White paper of the given size. */
export function createDrawing(width: number, height: number): Drawing {
  registerFonts();
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, width, height);
  context.fillStyle = '#000000';
  const font = (weight: Weight, pixels: number): void => {
    context.font = `${pixels}px "${weights[weight]}"`;
  };
  return {
    context,
    font,
    measure: (text, pixels, weight) => {
      font(weight, pixels);
      return context.measureText(text).width;
    },
    rgba: () => new Uint8Array(context.getImageData(0, 0, width, height).data),
  };
}

export async function encodePng(picture: Picture): Promise<Uint8Array> {
  const canvas = createCanvas(picture.width, picture.height);
  const data = new ImageData(Uint8ClampedArray.from(picture.rgba), picture.width, picture.height);
  canvas.getContext('2d').putImageData(data, 0, 0);
  return new Uint8Array(await canvas.encode('png'));
}
