/** Pictures as STU pads take them (`pads.md` 1.8): rows from the top, left to right, no padding but to whole bytes. */
import { encodingFlags } from './stu-queries.ts';
import { stuEncoding } from './stu-reports.ts';
import type { StuArea, StuEncoding } from './stu-reports.ts';

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** RGBA, four bytes a pixel; transparent shows white. */
  readonly rgba: Uint8Array;
}

/**
 * The smallest encoding that shows a picture: one without colour goes as 1 bit even to a colour pad, since 24 bits of
 * an 800x480 screen are 4,554 blocks over the control pipe and 1 bit is 190. `encodings`: `encodingFlags`.
 */
export function colourEncoding(colour: boolean, encodings: number): StuEncoding {
  const offered = (flag: number): boolean => (encodings & flag) !== 0;
  if (offered(encodingFlags.oneBit) && !colour) return stuEncoding.oneBit;
  if (offered(encodingFlags.twentyFourBit)) return stuEncoding.twentyFourBit;
  if (offered(encodingFlags.sixteenBit)) return stuEncoding.sixteenBit;
  return stuEncoding.oneBit;
}

/** A part of a picture; null is the whole. */
export function cutOut(picture: Picture, area: StuArea | null): Picture {
  if (!area) return picture;
  const { width, height } = area;
  const rgba = new Uint8Array(width * height * 4);
  for (let row = 0; row < height; row++) {
    const from = ((area.y + row) * picture.width + area.x) * 4;
    rgba.set(picture.rgba.subarray(from, from + width * 4), row * width * 4);
  }
  return { width, height, rgba };
}

export function encodeImage(picture: Picture, encoding: StuEncoding): Uint8Array {
  switch (encoding) {
    case stuEncoding.oneBit:
      return encodeOneBit(picture);
    case stuEncoding.sixteenBit:
      return encodeSixteenBit(picture);
    case stuEncoding.twentyFourBit:
      return encodeTwentyFourBit(picture);
  }
}

/**
 * Most significant bit leftmost; 1 is white. Unused bits of a row are 1. Dithered where the picture is a photograph,
 * unless `how` says otherwise.
 */
export function encodeOneBit(picture: Picture, how?: 'threshold' | 'dither'): Uint8Array {
  const { width, height } = picture;
  const stride = Math.ceil(width / 8);
  const out = new Uint8Array(stride * height).fill(0xff);
  const grey = greyOf(picture);
  const dither = (how ?? (isMostlyTwoTone(grey) ? 'threshold' : 'dither')) === 'dither';
  // Above the middle for text: the grey edges of small letters hold them together.
  const limit = dither ? 128 : 152;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = grey[y * width + x] ?? 255;
      const white = value >= limit;
      if (!white) {
        const index = y * stride + (x >> 3);
        out[index] = (out[index] ?? 0) & ~(0x80 >> (x & 7));
      }
      if (dither) spread(grey, width, height, x, y, value - (white ? 255 : 0));
    }
  }
  return out;
}

/** Floyd-Steinberg: what one pixel got wrong is handed to those not yet decided. */
function spread(grey: Float32Array, width: number, height: number, x: number, y: number, error: number): void {
  const add = (px: number, py: number, share: number): void => {
    if (px < 0 || px >= width || py >= height) return;
    const at = py * width + px;
    grey[at] = (grey[at] ?? 0) + (error * share) / 16;
  };
  add(x + 1, y, 7);
  add(x - 1, y + 1, 3);
  add(x, y + 1, 5);
  add(x + 1, y + 1, 1);
}

/** 5-6-5, high byte first. */
export function encodeSixteenBit(picture: Picture): Uint8Array {
  const out = new Uint8Array(picture.width * picture.height * 2);
  eachPixel(picture, (at, red, green, blue) => {
    const value = ((red >> 3) << 11) | ((green >> 2) << 5) | (blue >> 3);
    out[at * 2] = value >> 8;
    out[at * 2 + 1] = value & 0xff;
  });
  return out;
}

/** B, G, R. */
export function encodeTwentyFourBit(picture: Picture): Uint8Array {
  const out = new Uint8Array(picture.width * picture.height * 3);
  eachPixel(picture, (at, red, green, blue) => {
    out[at * 3] = blue;
    out[at * 3 + 1] = green;
    out[at * 3 + 2] = red;
  });
  return out;
}

export function splitBlocks(data: Uint8Array, capacity: number): readonly Uint8Array[] {
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < data.length; at += capacity) blocks.push(data.subarray(at, at + capacity));
  return blocks;
}

/** Blend over white, so that an alpha channel cannot turn paper black. */
function eachPixel(picture: Picture, act: (at: number, red: number, green: number, blue: number) => void): void {
  const { rgba } = picture;
  const count = picture.width * picture.height;
  for (let at = 0; at < count; at++) {
    const alpha = rgba[at * 4 + 3] ?? 0;
    const over = (value: number): number =>
      alpha === 255 ? value : Math.round((value * alpha + 255 * (255 - alpha)) / 255);
    act(at, over(rgba[at * 4] ?? 0), over(rgba[at * 4 + 1] ?? 0), over(rgba[at * 4 + 2] ?? 0));
  }
}

/** Rec. 601 luma, 0 to 255, over white. */
function greyOf({ width, height, rgba }: Picture): Float32Array {
  const grey = new Float32Array(width * height);
  for (let at = 0; at < grey.length; at++) {
    const byte = at * 4;
    const luma = 0.299 * (rgba[byte] ?? 0) + 0.587 * (rgba[byte + 1] ?? 0) + 0.114 * (rgba[byte + 2] ?? 0);
    const alpha = rgba[byte + 3] ?? 0;
    grey[at] = alpha === 255 ? luma : (luma * alpha + 255 * (255 - alpha)) / 255;
  }
  return grey;
}

/** More than 24 between two channels is colour to the eye; less is a rounding of grey. White thins it out. */
export function isColour(red: number, green: number, blue: number, alpha: number): boolean {
  return (Math.max(red, green, blue) - Math.min(red, green, blue)) * alpha > 24 * 255;
}

/** Text and lines have grey at their edges only; dithering would fray them. A photograph is mostly in between. */
function isMostlyTwoTone(grey: Float32Array): boolean {
  let between = 0;
  for (const value of grey) if (value > 64 && value < 192) between++;
  return between * 8 < grey.length;
}
