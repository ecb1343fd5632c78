import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { COUNTER, PICTURES, TABLET, useRig, type Language, type Screen } from './support/rig.ts';
import { tour } from './support/tour.ts';

const PORTRAIT: Screen = { width: 800, height: 1280 };

describe('Every screen, to be looked at', () => {
  const rig = useRig();

  it.each(['sl', 'en'] as const)(
    'stands as a picture in each size, in %s, and nothing runs out of it sideways',
    async (language) => {
      const taken: string[] = [];
      const wide: string[] = [];
      rmSync(join(PICTURES, language), { recursive: true, force: true });
      await tour(rig(), language, async (name, page, kind) => {
        for (const screen of kind === 'customer' ? [COUNTER, TABLET, PORTRAIT] : [COUNTER, TABLET]) {
          const file = await picture(page, language, name, screen);
          taken.push(file);
          if (await runsOut(page)) wide.push(file);
        }
        await page.setViewportSize(COUNTER);
      });
      expect(taken.length).toBeGreaterThan(80);
      expect(taken.filter((file) => statSync(file).size < 4_000)).toEqual([]);
      expect(wide).toEqual([]);
    },
  );
});

async function picture(page: Page, language: Language, name: string, screen: Screen): Promise<string> {
  const folder = join(PICTURES, language, `${screen.width}x${screen.height}`);
  mkdirSync(folder, { recursive: true });
  await page.setViewportSize(screen);
  // A page of a document is drawn anew at its new size.
  await page.waitForTimeout((await page.locator('canvas').count()) > 0 ? 200 : 50);
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path });
  return path;
}

/** The page itself, or a part of it that scrolls downwards only. */
async function runsOut(page: Page): Promise<boolean> {
  return page.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll('main, aside, nav, header')].some(
      (part) => part.scrollWidth > part.clientWidth + 1,
    ),
  );
}
