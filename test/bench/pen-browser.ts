import type { Page } from 'playwright-core';
import { signScreen } from '../../drivers/screen/sign-screen.ts';
import type { CounterClient } from '../../kiosk-shell/cli/counter-client.ts';
import { round, type BenchResult } from './bench.ts';
import type { BrowserDesk } from './browser-desk.ts';

type BenchRow = BenchResult['rows'][number];

const SECONDS = 4;
/** Positions of one stroke lie on a raster this wide: the mirror keeps each, and each tells which report it was. */
const COLUMNS = 160;
const STEP = 1 / (COLUMNS + 10);
/** Of the simulated STU-530; where the ink goes does not depend on the words. */
const SCREEN = { width: 800, height: 480 };
const NO_WORDS = {
  tenant: '',
  document: '',
  label: '',
  signatory: '',
  page: '',
  labels: { ok: '', clear: '', cancel: '' },
};

interface Arrival {
  /** Wall milliseconds in the browser. */
  readonly at: number;
  readonly strokes: readonly (readonly (readonly [number, number])[])[];
}

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
  const signatory =
    transaction === undefined ? undefined : (await counter.transaction(transaction.id)).signatoryList[0];
  if (transaction === undefined || signatory === undefined) throw new Error('the demo has no transaction');
  const ceremony = await counter.begin(transaction.id, signatory.id);
  await counter.identity(
    ceremony.id,
    {
      documentKind: 'identity-card',
      numberEnding: '0117',
      expiry: '2099-12-31',
      name: 'Bench',
      picturesCompared: true,
    },
    {},
  );
  const view = await counter.display();
  if (view.kind !== 'review') throw new Error('the document is not on the customer screen');
  for (const { id, digest, pages } of view.documents) {
    for (let page = 0; page < pages; page += 1) await counter.seen(ceremony.id, id, digest, page, 400);
  }
  await counter.finishReview(ceremony.id);
  await counter.consent(ceremony.id, 'biometric', 'sl');
}

async function strokeAt(rate: number, counter: CounterClient, page: Page): Promise<BenchRow> {
  const count = SECONDS * rate;
  const rowsOfRaster = Math.ceil(count / COLUMNS) + 1;
  const { ink } = signScreen(SCREEN, NO_WORDS);
  const unit = (i: number): readonly [number, number] => [
    (4 + (i % COLUMNS)) * STEP,
    0.1 + (0.7 * Math.floor(i / COLUMNS)) / rowsOfRaster,
  ];
  const samples = Array.from({ length: count }, (_, i) => {
    const [x, y] = unit(i);
    return { x: ink.x + x * ink.width, y: ink.y + y * ink.height, p: 0.5, tip: true, t: (i * 1000) / rate };
  });
  await page.evaluate(() => void (globalThis as { arrivals?: unknown[] }).arrivals?.splice(0));
  const sentAt = performance.timeOrigin + performance.now();
  await counter.pen(samples);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const arrivals = (await page.evaluate(() => (globalThis as { arrivals?: unknown[] }).arrivals)) as Arrival[];
  const seen = new Map<string, number>();
  for (const { at, strokes } of arrivals) {
    for (const [x, y] of strokes.flat()) {
      const key = `${x},${y}`;
      if (!seen.has(key)) seen.set(key, at);
    }
  }
  const latencies: number[] = [];
  samples.forEach((sample, i) => {
    const [x, y] = unit(i);
    const at = nearest(seen, x, y);
    if (at !== null) latencies.push(at - (sentAt + sample.t));
  });
  latencies.sort((a, b) => a - b);
  const at = (share: number): number => round(latencies[Math.floor(latencies.length * share)] ?? NaN, 1);
  return {
    'reports/s': rate,
    path: 'to a clerk’s browser',
    'p50 ms': at(0.5),
    'p95 ms': at(0.95),
    'p99 ms': at(0.99),
    sent: count,
    lost: count - latencies.length,
  };
}

/** The mirror rounds to a thousandth of the area. */
function nearest(seen: ReadonlyMap<string, number>, x: number, y: number): number | null {
  const [kx, ky] = [Math.round(x * 1000), Math.round(y * 1000)];
  for (const dx of [0, -1, 1]) {
    for (const dy of [0, -1, 1]) {
      const found = seen.get(`${(kx + dx) / 1000},${(ky + dy) / 1000}`);
      if (found !== undefined) return found;
    }
  }
  return null;
}
