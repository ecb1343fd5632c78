import { AxeBuilder } from '@axe-core/playwright';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Stroke } from './pen.ts';
import { speak } from './people.ts';
import { COUNTER, PICTURES, TABLET, type Language, type Screen } from './rig.ts';

const UPRIGHT: Screen = { width: 768, height: 1024 };
/** Every size in the longer language, and the narrowest in the other: each picture takes its time. */
const LOOKS: readonly (readonly [Language, readonly Screen[]])[] = [
  ['en', [UPRIGHT]],
  ['sl', [COUNTER, TABLET, UPRIGHT]],
];

/** Where strokes of 0..1 go, pixels of what the simulated pen points at. */
export interface PenArea {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
/** The middle of the screen of a simulated STU-530, clear of its buttons. */
export const ON_STU_530: PenArea = { x: 100, y: 150, width: 600, height: 180 };

/** Writes with the simulated pen at its own pace of 200 samples a second, all at once. Each stroke is ended unless `held`. */
export async function penWrites(page: Page, strokes: readonly Stroke[], area: PenArea, held = false): Promise<void> {
  let t = 0;
  const samples = strokes.flatMap((stroke, index) => {
    const down = stroke.map(({ x, y, force }) => ({
      x: area.x + area.width * x,
      y: area.y + area.height * y,
      p: force,
      tip: true,
      t: (t += 5),
    }));
    const last = down.at(-1);
    if (last === undefined || (held && index === strokes.length - 1)) return down;
    return [...down, { ...last, p: 0, tip: false, t: (t += 5) }];
  });
  await post(page, 'pen', { samples, fast: true });
}

/** Presses a button on the simulated pad's own screen. */
export async function padPress(page: Page, button: 'ok' | 'clear' | 'cancel'): Promise<void> {
  await post(page, 'press', { button });
}

/** Draws the cable of the pad in use, else of the first; or puts every cable back. */
export async function plug(page: Page, plugged: boolean): Promise<void> {
  await post(page, 'plug', { plugged });
}

async function post(page: Page, act: string, data: unknown): Promise<void> {
  const answer = await page.request.post(`/api/simulated-pad/${act}`, { data });
  if (!answer.ok()) throw new Error(`the simulated pad does not ${act}: ${answer.status()}`);
}

/**
 * Pictures in both languages, nothing wider than its room, and nothing serious for axe. The screen is left
 * in Slovene. `open` opens what closes when something else is clicked, as the language is.
 */
export async function look(
  page: Page,
  name: string,
  open: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const size = page.viewportSize() ?? COUNTER;
  for (const [language, screens] of LOOKS) {
    await speak(page, language);
    await open();
    for (const screen of screens) {
      const folder = join(PICTURES, language, `${screen.width}x${screen.height}`);
      mkdirSync(folder, { recursive: true });
      await page.setViewportSize(screen);
      await page.screenshot({ path: join(folder, `${name}.png`) });
      const wide = await page.evaluate(
        () => document.documentElement.scrollWidth > document.documentElement.clientWidth + 1,
      );
      expect(wide, `${name} at ${screen.width}x${screen.height} in ${language}`).toBe(false);
    }
  }
  await page.setViewportSize(size);
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map((one) => one.id);
  expect(serious, name).toEqual([]);
}
