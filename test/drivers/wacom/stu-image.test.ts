import { describe, expect, it } from 'vitest';
import {
  colourEncoding,
  encodeImage,
  encodeOneBit,
  encodeSixteenBit,
  encodeTwentyFourBit,
  splitBlocks,
} from '../../../drivers/wacom/stu-image.ts';
import type { Picture } from '../../../drivers/wacom/stu-image.ts';
import { blockCapacity, encodeImageBlock } from '../../../drivers/wacom/stu-image-reports.ts';
import { stuEncoding } from '../../../drivers/wacom/stu-reports.ts';

function picture(width: number, height: number, pixel: (x: number, y: number) => readonly number[]): Picture {
  const rgba = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rgba.set(pixel(x, y), (y * width + x) * 4);
  }
  return { width, height, rgba };
}
const white = [255, 255, 255, 255];
const black = [0, 0, 0, 255];

describe('STU images', () => {
  it('sends a white STU-430 screen as 31 blocks of 253 bytes and one of 157', () => {
    const blocks = splitBlocks(
      encodeImage(
        picture(320, 200, () => white),
        stuEncoding.oneBit,
      ),
      blockCapacity,
    );
    expect(blocks.map((block) => block.length)).toEqual([...Array<number>(31).fill(253), 157]);
    expect(Buffer.from(encodeImageBlock(blocks[31]!)).toString('hex')).toBe(
      `269d00${'ff'.repeat(157)}${'00'.repeat(96)}`,
    );
  });

  it('sends a 1-bit STU-540 screen as 190 blocks, the last of 183 bytes', () => {
    const blocks = splitBlocks(
      encodeImage(
        picture(800, 480, () => white),
        stuEncoding.oneBit,
      ),
      blockCapacity,
    );
    expect([blocks.length, blocks.at(-1)!.length]).toEqual([190, 183]);
    expect([...encodeImageBlock(blocks.at(-1)!).subarray(0, 3)]).toEqual([0x26, 0xb7, 0x00]);
  });

  it('puts the leftmost pixel in the highest bit, black as 0, and fills an odd row up with ones', () => {
    const bits = encodeOneBit(
      picture(12, 2, (x, y) => (x === 0 || (x === 11 && y === 1) ? black : white)),
      'threshold',
    );
    expect([...bits]).toEqual([0x7f, 0xff, 0x7f, 0xef]);
  });

  it('rounds a row of the STU-300 up to 50 bytes', () => {
    expect(
      encodeOneBit(
        picture(396, 100, () => white),
        'threshold',
      ).length,
    ).toBe(50 * 100);
  });

  it('writes 16 bits as 5-6-5, high byte first', () => {
    const red = picture(1, 1, () => [255, 0, 0, 255]);
    const mix = picture(1, 1, () => [8, 4, 255, 255]);
    expect([...encodeSixteenBit(red)]).toEqual([0xf8, 0x00]);
    expect([...encodeSixteenBit(mix)]).toEqual([0x08, 0x3f]);
  });

  it('writes 24 bits as blue, green, red', () => {
    expect([...encodeTwentyFourBit(picture(1, 1, () => [1, 2, 3, 255]))]).toEqual([3, 2, 1]);
  });

  it('shows what is transparent as white paper', () => {
    expect([...encodeTwentyFourBit(picture(1, 1, () => [0, 0, 0, 0]))]).toEqual([255, 255, 255]);
  });

  it('dithers a photograph so that its mean stays, and does not fray black text on white', () => {
    const grey = encodeImage(
      picture(64, 64, () => [100, 100, 100, 255]),
      stuEncoding.oneBit,
    );
    const ones = grey.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
    expect(ones / (64 * 64)).toBeCloseTo(100 / 255, 1);
    const text = picture(64, 64, (x) => (x === 5 ? [110, 110, 110, 255] : x < 5 ? black : white));
    const bits = encodeImage(text, stuEncoding.oneBit);
    expect(new Set(Array.from({ length: 64 }, (_, row) => bits[row * 8]))).toEqual(new Set([0x03]));
  });

  it('uses colour only for a picture that has some, on a pad that shows some', () => {
    expect(colourEncoding(false, 0x0f)).toBe(stuEncoding.oneBit);
    expect(colourEncoding(true, 0x0f)).toBe(stuEncoding.twentyFourBit);
    expect(colourEncoding(true, 0x06)).toBe(stuEncoding.sixteenBit);
    expect(colourEncoding(true, 0x02)).toBe(stuEncoding.oneBit);
  });
});
