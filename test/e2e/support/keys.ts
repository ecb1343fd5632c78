import type { Page } from 'playwright-core';
import type { Messages } from '../../../app/_i18n/messages.ts';
import { breathe } from './people.ts';

/** What has the focus, as a screen reader would say it, with the ring a sighted person sees. */
export async function focused(page: Page): Promise<{ readonly says: string; readonly ring: number }> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (element === null) return { says: '', ring: 0 };
    const labels = element instanceof HTMLInputElement || element instanceof HTMLSelectElement ? element.labels : null;
    const says =
      element.getAttribute('aria-label') ??
      ([...(labels ?? [])].map(({ textContent }) => textContent).join(' ') || element.textContent);
    return { says: says.trim(), ring: parseFloat(getComputedStyle(element).outlineWidth) };
  });
}

/** Tab until what has the focus says `wanted`; each stop on the way must show its ring. */
export async function tabTo(page: Page, wanted: string | RegExp, backwards = false): Promise<void> {
  const stops: string[] = [];
  for (let presses = 0; presses < 60; presses += 1) {
    const { says, ring } = await focused(page);
    stops.push(says.slice(0, 40));
    if (presses > 0 && ring < 2) throw new Error(`no focus ring on “${says}”`);
    if (typeof wanted === 'string' ? says === wanted : wanted.test(says)) return;
    await page.keyboard.press(backwards ? 'Shift+Tab' : 'Tab');
  }
  throw new Error(`the keyboard never came to ${String(wanted)}; it went over ${stops.join(' | ')}`);
}

/** The identity check with keys alone, from its first field to the next step. */
export async function identifyByKeys(page: Page, clerk: Messages['clerk'], name: string): Promise<void> {
  await tabTo(page, clerk.nameAsRead);
  await page.keyboard.type(name);
  await press(page, 'Tab');
  await page.keyboard.type('0117');
  await press(page, 'Tab');
  await page.keyboard.type('12122031');
  await tabTo(page, clerk.picturesCompared);
  await press(page, 'Space');
  await breathe(page);
  await press(page, 'Control+Enter');
}

export async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}
