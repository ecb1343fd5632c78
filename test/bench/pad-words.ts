import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { pads } from '../../app/_i18n/pads.ts';
import { round, type BenchResult } from './bench.ts';
import type { BrowserDesk } from './browser-desk.ts';

type BenchRow = BenchResult['rows'][number];

const TIMES = 20;
/** What the counter is promised: the words on the screen within a second of the event. */
const BUDGET_MS = 1000;
const NO_WORDS_MS = 20_000;

/**
 * From the moment the simulated cable is asked to be pulled, or put back, until the clerk's real Chromium has the new
 * words in its document. Finding the pad goes the way of a real one: the host's glance, its look, opening the pad.
 */
export async function benchPadWords({ page }: BrowserDesk): Promise<readonly BenchRow[]> {
  await page.goto('/');
  await hasWords(page, pads.en.ready);
  const pulled: number[] = [];
  const back: number[] = [];
  for (let at = 0; at < TIMES; at++) {
    // Out of step with whatever looks at a pace of its own, the same at every run.
    await wait(700 + ((at * 37) % 240));
    pulled.push(await untilWords(page, false, pads.en.unplugged));
    await wait(700 + ((at * 53) % 240));
    back.push(await untilWords(page, true, pads.en.ready));
  }
  return [row('unplug -> words on clerk’s screen', pulled), row('plug in -> words on clerk’s screen', back)];
}

async function untilWords(page: Page, plugged: boolean, words: string): Promise<number> {
  // Timed in the page, before the request leaves it: the way to the simulated cable is part of what is measured.
  return page.evaluate(
    async ([toPlug, wanted, limit]) => {
      const header = document.querySelector('header');
      if (header === null) throw new Error('the clerk’s screen has no header');
      const start = performance.now();
      const seen = new Promise<number>((resolve, reject) => {
        const look = (): void => {
          if (header.innerText.includes(`, ${wanted}`)) resolve(performance.now() - start);
        };
        new MutationObserver(look).observe(header, { subtree: true, childList: true, characterData: true });
        setTimeout(() => reject(new Error('the words never came')), limit);
      });
      const asked = fetch('/api/simulated-pad/plug', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ plugged: toPlug }),
      });
      const ms = await seen;
      await asked;
      return ms;
    },
    [plugged, words, NO_WORDS_MS] as const,
  );
}

async function hasWords(page: Page, words: string): Promise<void> {
  await page.locator('header summary', { hasText: `, ${words}` }).waitFor();
}

function row(path: string, latencies: readonly number[]): BenchRow {
  const sorted = [...latencies].sort((a, b) => a - b);
  const at = (share: number): number =>
    round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN, 1);
  return { path, sent: TIMES, 'p50 ms': at(0.5), 'p95 ms': at(0.95), 'max ms': at(1), 'budget ms': BUDGET_MS };
}
