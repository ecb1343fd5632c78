import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { focused } from './support/keys.ts';
import { slip } from './support/papers.ts';
import {
  atCounter,
  begin,
  button,
  consent,
  finishReading,
  identify,
  onSurface,
  openCustomer,
  primary,
  WORDS,
} from './support/people.ts';
import { bringIn, isShown, useRig } from './support/rig.ts';
import { serious } from './support/serious.ts';
import { tour } from './support/tour.ts';

const words = WORDS.sl;

describe('For everybody', () => {
  const rig = useRig();

  it('axe finds nothing serious or critical on any screen or state', async () => {
    const found: string[] = [];
    const seen: string[] = [];
    await tour(rig(), 'sl', async (name, page) => {
      seen.push(name);
      found.push(...(await serious(page)).map((one) => `${name}: ${one}`));
    });
    expect(seen.length).toBeGreaterThan(35);
    expect(found).toEqual([]);
  });

  it('the focus has its ring at each stop, on the clerk’s and the customer’s screen', async () => {
    const { page } = await atCounter(rig(), { language: 'sl' });
    const screen = await openCustomer(page, 'sl');
    for (const one of [page, screen]) {
      await one.bringToFront();
      const stops: string[] = [];
      for (let presses = 0; presses < 12; presses += 1) {
        await one.keyboard.press('Tab');
        const { says, ring } = await focused(one);
        if (says === '' || stops.includes(says)) break;
        stops.push(says);
        expect([says, ring]).toEqual([says, 3]);
      }
      expect(stops.length).toBeGreaterThan(3);
    }
  });

  it('who asks for less motion gets none', async () => {
    const { page, context } = await atCounter(rig(), { language: 'sl', reducedMotion: true });
    const { id } = await bringIn(context, 'Potrdilo.pdf', await slip());
    await page.goto(`/?t=${id}`);
    const screen = await openCustomer(page, 'sl');
    await begin(page, 'sl');
    await identify(page, 'Živa Čuš');
    await screen.locator('[data-page] canvas').first().waitFor();
    for (const one of [page, screen]) {
      expect(await one.evaluate(() => document.getAnimations().length)).toBe(0);
    }
    // A page turn jumps instead of gliding.
    const region = screen.getByRole('region').first();
    const jumped = await region.evaluate((element) => {
      element.scrollTo({ top: 0 });
      [...document.querySelectorAll('button')].find(({ textContent }) => textContent === '↓')?.click();
      return element.scrollTop;
    });
    expect(jumped).toBeGreaterThan(0);
  });

  it('at 200 % the way on is still in reach, on each screen of a signing', async () => {
    const { page, context } = await atCounter(rig(), { language: 'sl', screen: { width: 640, height: 400 } });
    const { id } = await bringIn(context, 'Potrdilo.pdf', await slip());
    await page.goto(`/?t=${id}`);
    const screen = await openCustomer(page, 'sl');
    await screen.setViewportSize({ width: 640, height: 400 });
    await canPress(primary(page));
    await begin(page, 'sl');
    await canPress(primary(page));
    await identify(page, 'Živa Čuš');
    await finishReading(screen, 'sl');
    await screen.locator('#notice-title').waitFor();
    await consent(screen, 'sl', 'no');
    await onSurface(page, screen, 'sl');
    await canPress(button(screen, words.customer.done));
    await canPress(button(screen, words.customer.clear));
    await isShown(screen, words.customer.pictureOnly);
  });
});

/** On the screen after scrolling to it, in its full height, and nothing lies over it. */
async function canPress(target: ReturnType<Page['locator']>): Promise<void> {
  await target.waitFor();
  await target.scrollIntoViewIfNeeded();
  const hit = await target.evaluate((element) => {
    const box = element.getBoundingClientRect();
    const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return {
      inside:
        box.top >= -1 && box.bottom <= window.innerHeight + 1 && box.left >= -1 && box.right <= window.innerWidth + 1,
      free: top !== null && (element === top || element.contains(top)),
      height: box.height,
    };
  });
  expect(hit).toMatchObject({ inside: true, free: true });
  expect(hit.height).toBeGreaterThanOrEqual(44);
}
