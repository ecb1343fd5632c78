import type { Page } from 'playwright-core';
import type { CounterClient } from '../../kiosk-shell/cli/counter-client.ts';
import { round, type BenchResult } from './bench.ts';
import type { BrowserDesk } from './browser-desk.ts';
import { walkToPen } from './walk-to-pen.ts';
import { RasterStroke, type LiveArrival } from './pen-raster.ts';

type BenchRow = BenchResult['rows'][number];

const SECONDS = 4;
/**
 * From the moment a report is due at the simulated pad to the event in a clerk's real Chromium that carries its
 * position: driver, pad host, kiosk, the mirror's 33 ms of gathering, server-sent events, browser.
 */
export async function benchPenToBrowser(
  rates: readonly number[],
  { counter, page }: BrowserDesk,
): Promise<readonly BenchRow[]> {
  await counter.becomeDisplay();
  await listen(page);
  const rows: BenchRow[] = [];
  await reachCapture(counter);
  for (const rate of rates) rows.push(await strokeAt(rate, counter, page));
  return rows;
}

async function listen(page: Page): Promise<void> {
  await page.goto('/');
  await page.evaluate(async () => {
    const arrivals: unknown[] = [];
    (globalThis as { arrivals?: unknown[] }).arrivals = arrivals;
    await new Promise<void>((resolve) => {
      const source = new EventSource('/api/events');
      source.onmessage = (message: MessageEvent<string>) => {
        const event = JSON.parse(message.data) as { type: string; strokes?: unknown };
        if (event.type === 'live')
          arrivals.push({ at: performance.timeOrigin + performance.now(), strokes: event.strokes });
        else resolve();
      };
    });
  });
}

/** The sample agreement, up to the pen. */
async function reachCapture(counter: CounterClient): Promise<void> {
  const transaction = (await counter.transactions())[0];
  if (transaction === undefined) throw new Error('the demo has no transaction');
  await walkToPen(counter, transaction.id);
}

async function strokeAt(rate: number, counter: CounterClient, page: Page): Promise<BenchRow> {
  const stroke = new RasterStroke(rate, SECONDS);
  await page.evaluate(() => void (globalThis as { arrivals?: unknown[] }).arrivals?.splice(0));
  const begunAt = performance.timeOrigin + performance.now();
  await counter.pen(stroke.samples);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const arrivals = (await page.evaluate(() => (globalThis as { arrivals?: unknown[] }).arrivals)) as LiveArrival[];
  const latencies = stroke.latencies(arrivals, begunAt).flatMap(({ late }) => (late === null ? [] : [late]));
  latencies.sort((a, b) => a - b);
  const at = (share: number): number => round(latencies[Math.floor(latencies.length * share)] ?? NaN, 1);
  return {
    'reports/s': rate,
    path: 'to a clerk’s browser',
    'p50 ms': at(0.5),
    'p95 ms': at(0.95),
    'p99 ms': at(0.99),
    sent: stroke.samples.length,
    lost: stroke.samples.length - latencies.length,
  };
}
