import fc from 'fast-check';
import { mkdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { encodePng } from '../../../drivers/screen/canvas.ts';
import { renderSignScreen, renderWords } from '../../../drivers/screen/render.ts';
import { fitText } from '../../../drivers/screen/fit-text.ts';
import type { Rectangle } from '../../../drivers/screen/parts.ts';
import { hitButton, signScreen } from '../../../drivers/screen/sign-screen.ts';
import type { SignScreenContent } from '../../../drivers/screen/sign-screen.ts';
import { idleScreen, messageScreen } from '../../../drivers/screen/word-screens.ts';
import { encodeOneBit } from '../../../drivers/wacom/stu-image.ts';
import { Framebuffer } from '../../../drivers/simulated/framebuffer.ts';

const sizes = [
  { width: 320, height: 200 },
  { width: 396, height: 100 },
  { width: 640, height: 480 },
  { width: 800, height: 480 },
  { width: 1024, height: 600 },
];
const content: SignScreenContent = {
  tenant: 'Čebelica, zavarovalnica d.d.',
  document: 'Pogodba o potrošniškem kreditu št. 2026/117 s splošnimi pogoji in prilogami',
  label: 'Podpis kreditojemalca',
  signatory: 'Žiga Šuštaršič-Ćirković',
  page: 'Stran 2 od 4',
  labels: { ok: 'Potrdi', clear: 'Briši', cancel: 'Prekliči' },
};
const pictures = new URL('../../screenshots/pads/', import.meta.url);

function gap(one: Rectangle, other: Rectangle): number {
  const dx = Math.max(other.x - (one.x + one.width), one.x - (other.x + other.width), 0);
  const dy = Math.max(other.y - (one.y + one.height), one.y - (other.y + other.height), 0);
  return Math.hypot(dx, dy);
}

describe('the signing screen of a pad', () => {
  for (const size of sizes) {
    const name = `${size.width}x${size.height}`;
    const screen = signScreen(size, content);
    const boxes = Object.values(screen.buttons);

    it(`keeps its parts inside the screen and apart on ${name}`, () => {
      for (const box of [...boxes, screen.ink]) {
        expect(box.x >= 0 && box.y >= 0 && box.x + box.width <= size.width && box.y + box.height <= size.height).toBe(
          true,
        );
        expect(Object.values(box).every(Number.isInteger)).toBe(true);
      }
      for (const box of boxes) expect(gap(box, screen.ink)).toBeGreaterThan(0);
      const { clear, cancel, ok } = screen.buttons;
      const least = Math.round(size.width * 0.024);
      expect(Math.min(gap(clear, ok), gap(cancel, ok), gap(clear, cancel))).toBeGreaterThanOrEqual(least);
      expect(clear.x).toBeLessThan(ok.x);
      expect(screen.ink.height).toBeGreaterThan(size.height * 0.35);
    });

    it(`has its baseline in the ink area and buttons that a hand can hit on ${name}`, () => {
      const { baseline, ink } = screen;
      expect(baseline.y > ink.y + ink.height / 2 && baseline.y < ink.y + ink.height).toBe(true);
      expect(baseline.x >= ink.x && baseline.x + baseline.width <= ink.x + ink.width).toBe(true);
      // The STU-300, 4 pixels a millimetre, has no room for more than 6.5 mm beside the ink.
      for (const box of boxes)
        expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(size.height < 150 ? 26 : 40);
    });

    it(`finds a button under every point of it and none elsewhere on ${name}`, () => {
      fc.assert(
        fc.property(fc.nat(size.width - 1), fc.nat(size.height - 1), (x, y) => {
          const inside = Object.entries(screen.buttons).filter(
            ([, box]) => x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height,
          );
          expect(hitButton(screen, x, y)).toBe(inside[0]?.[0] ?? null);
        }),
        { seed: 20261123, numRuns: 500 },
      );
    });

    it(`draws every word of the interface on ${name}, and ink area empty but for the line`, async () => {
      await mkdir(pictures, { recursive: true });
      const sign = renderSignScreen(screen);
      const idle = renderWords(
        idleScreen(size, { tenant: content.tenant, branch: 'Poslovalnica Bled', greeting: 'Dobrodošli' }),
      );
      const message = renderWords(messageScreen(size, { headline: 'Hvala', text: 'Podpis je sprejet.' }));
      for (const [kind, picture] of Object.entries({ sign, idle, message })) {
        await writeFile(new URL(`${name}-${kind}.png`, pictures), await encodePng(picture));
        const shown = new Framebuffer(size.width, size.height);
        shown.show(encodeOneBit(picture, 'threshold'), 1);
        await writeFile(new URL(`${name}-${kind}-1bit.png`, pictures), await encodePng(shown.picture()));
      }
      const dark = (box: Rectangle): number => {
        let count = 0;
        for (let y = box.y; y < box.y + box.height; y++) {
          for (let x = box.x; x < box.x + box.width; x++) {
            if ((sign.rgba[(y * size.width + x) * 4] ?? 255) < 128) count++;
          }
        }
        return count;
      };
      for (const box of boxes) expect(dark(box)).toBeGreaterThan(60);
      expect(dark({ ...screen.ink, y: 0, height: screen.ink.y })).toBeGreaterThan(200);
      const { ink } = screen;
      const upper = { x: ink.x + 8, y: ink.y + 8, width: ink.width - 16, height: Math.floor(ink.height * 0.4) };
      expect(dark(upper)).toBe(0);
    });
  }
});

describe('text on a pad', () => {
  const measure = (text: string): number => Array.from(text).length * 10;

  it('is left as it is when it fits', () => {
    expect(fitText('Pogodba', 70, measure)).toBe('Pogodba');
  });
  it('ends in an ellipsis when it does not, without a space before it', () => {
    expect(fitText('Pogodba o posojilu', 90, measure)).toBe('Pogodba…');
    expect(fitText('Pogodba o posojilu', 110, measure)).toBe('Pogodba o…');
  });
  it('never parts a letter from its accent', () => {
    expect(fitText('Z\u030cZ\u030cZ\u030cZ\u030c', 50, measure)).toBe('Z\u030cZ\u030c…');
  });
  it('is never wider than asked for, if one letter can be shown at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 10, max: 400 }), (text, width) => {
        const fitted = fitText(text, width, measure);
        expect(measure(fitted)).toBeLessThanOrEqual(width);
        if (fitted !== text) expect(text.startsWith(fitted.slice(0, -1))).toBe(true);
      }),
      { seed: 20261123 },
    );
  });
});
