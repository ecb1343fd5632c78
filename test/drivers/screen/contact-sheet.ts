/** One picture of what pads show, for the README: written to `test/screenshots/pads/sheet.png`. */
import type { Picture } from '../../../drivers/wacom/stu-image.ts';
import { allScreens } from './samples.ts';
import type { samples } from './samples.ts';

const gap = 24;
const rows = [
  [
    { size: { width: 800, height: 480, colour: 'rgb24' as const }, kind: 'idle' },
    { size: { width: 800, height: 480, colour: 'rgb24' as const }, kind: 'waiting' },
    { size: { width: 800, height: 480, colour: 'rgb24' as const }, kind: 'word' },
  ],
  [
    { size: { width: 800, height: 480, colour: 'rgb24' as const }, kind: 'sign' },
    { size: { width: 800, height: 480, colour: 'rgb24' as const }, kind: 'kept' },
    { size: { width: 800, height: 480, colour: 'rgb24' as const }, kind: 'thanks' },
  ],
  [
    { size: { width: 640, height: 480, colour: 'mono' as const }, kind: 'sign' },
    { size: { width: 320, height: 200, colour: 'mono' as const }, kind: 'sign' },
    { size: { width: 320, height: 200, colour: 'mono' as const }, kind: 'word' },
    { size: { width: 396, height: 100, colour: 'mono' as const }, kind: 'sign' },
    { size: { width: 396, height: 100, colour: 'mono' as const }, kind: 'kept' },
  ],
];

export function contactSheet(sample: (typeof samples)[string] | undefined): Picture {
  if (!sample) throw new Error('no words');
  const placed: { readonly picture: Picture; readonly x: number; readonly y: number }[] = [];
  let y = gap;
  for (const row of rows) {
    let [x, column, tallest] = [gap, 0, 0];
    let top = y;
    for (const { size, kind } of row) {
      const picture = allScreens(size, sample)[kind]?.picture;
      if (!picture) throw new Error(`no screen ${kind}`);
      // Small ones stand one below the other.
      if (top + picture.height > y + Math.max(tallest, picture.height)) {
        x += column + gap;
        [column, top] = [0, y];
      }
      placed.push({ picture, x, y: top });
      column = Math.max(column, picture.width);
      tallest = Math.max(tallest, picture.height);
      top += picture.height + gap;
    }
    y += tallest + gap;
  }
  const width = Math.max(...placed.map(({ picture, x }) => x + picture.width)) + gap;
  const rgba = new Uint8Array(width * y * 4).fill(0x8a);
  for (let at = 3; at < rgba.length; at += 4) rgba[at] = 255;
  for (const { picture, x, y: top } of placed) {
    for (let row = 0; row < picture.height; row += 1) {
      const from = row * picture.width * 4;
      rgba.set(picture.rgba.subarray(from, from + picture.width * 4), ((top + row) * width + x) * 4);
    }
  }
  return { width, height: y, rgba };
}
