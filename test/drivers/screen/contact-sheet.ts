/** One picture of what pads show, for the README: written to `test/screenshots/pads/sheet.png`. */
import type { Picture } from '../../../drivers/wacom/stu-image.ts';
import { guardContent, padWords } from '../../../kiosk-shell/kiosk/pad-words.ts';
import { allScreens } from './samples.ts';
import { samples } from './samples.ts';

const gap = 24;
const colour = { width: 800, height: 480, colour: 'rgb24' } as const;
const mono = (width: number, height: number) => ({ width, height, colour: 'mono' as const });
const rows = [
  [
    { size: colour, kind: 'idle' },
    { size: colour, kind: 'waiting' },
    { size: colour, kind: 'word' },
  ],
  [
    { size: colour, kind: 'sign' },
    { size: colour, kind: 'kept' },
    { size: mono(640, 480), kind: 'sign' },
  ],
  [
    { size: mono(320, 200), kind: 'waiting' },
    { size: mono(320, 200), kind: 'sign' },
    { size: mono(320, 200), kind: 'word' },
    { size: mono(396, 100), kind: 'sign' },
    { size: mono(396, 100), kind: 'kept' },
    { size: mono(396, 100), kind: 'word' },
  ],
];

/** In the kiosk's own words, as a Slovene customer meets them. */
export function contactSheet(): Picture {
  const sample = inKioskWords();
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

function inKioskWords(): Parameters<typeof allScreens>[1] {
  const { sl: sample } = samples;
  const words = padWords('sl');
  const [word] = words.guard.filter((one) => /[čšž]/.test(one));
  if (!sample || word === undefined) throw new Error('no words');
  return {
    ...sample,
    greeting: words.greeting,
    page: words.page(2, 4),
    labels: { ok: words.ok, clear: words.clear, cancel: words.cancel },
    notice: words.waiting,
    lastStroke: words.strokeVoid,
    guard: guardContent(words, word),
  };
}
