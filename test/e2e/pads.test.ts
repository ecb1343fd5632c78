import { AxeBuilder } from '@axe-core/playwright';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { slip } from './support/papers.ts';
import { signature, type Stroke } from './support/pen.ts';
import { atCounter, begin, button, consent, finishReading, identify, openCustomer, WORDS } from './support/people.ts';
import { bringIn, eventually, isShown, PICTURES, TABLET, transaction, useRig, type Language } from './support/rig.ts';

const words = WORDS.sl;

describe('Two pads at one counter', () => {
  const rig = useRig({ simulatedPad: 'stu-530,stu-530' });

  it('are told apart by a word; a lost one costs the stroke in progress, and the clerk sees what is kept', async () => {
    const { context, page } = await atCounter(rig(), { language: 'sl' });
    const { id } = await bringIn(context, 'Potrdilo.pdf', await slip());
    await page.goto(`/?t=${id}`);
    await eventually(
      () => page.locator('header details').count(),
      (count) => count === 2,
    );
    await page.locator('header summary').first().click();
    await isShown(page, words.pads.shows['own-screen']);
    await look(page, 'pad-facts', 'sl');
    await page.keyboard.press('Escape');

    const screen = await openCustomer(page, 'sl');
    await begin(page, 'sl');
    await identify(page, 'Živa Čuš');
    await finishReading(screen, 'sl');
    await consent(screen, 'sl', 'yes');

    // The clerk answers with the keyboard alone: first No, which asks at the other pad with another word.
    await isShown(page, words.capture.padCheck.title);
    await isShown(screen, words.customer.padCheck);
    const first = await wordOf(context, id);
    await look(page, 'pad-check', 'sl');
    await page.bringToFront();
    await button(page, words.capture.padCheck.no).focus();
    await page.keyboard.press('Enter');
    const second = await eventually(
      () => wordOf(context, id),
      (word) => word !== null && word !== first,
    );
    await isShown(page, String(second));
    await button(page, words.capture.padCheck.yes).focus();
    await page.keyboard.press('Enter');
    await isShown(screen, words.customer.onPadHint);

    const strokes = signature(40);
    await send(page, strokes);
    await eventually(
      () => transaction(context, id),
      ({ ceremony }) => ceremony?.capture?.completeness !== null,
    );
    process.kill(padHostOf(rig().servers.kiosk.pid() ?? 0), 'SIGKILL');
    await isShown(page, words.capture.padProblem.failed);
    await isShown(page, words.capture.kept(2));
    await isShown(screen, words.customer.padProblemKept.failed);
    await look(page, 'pad-lost', 'sl');
    await look(screen, 'customer-pad-lost', 'sl');
  });
});

async function wordOf(context: Parameters<typeof transaction>[0], id: string): Promise<string | null> {
  return (await transaction(context, id)).ceremony?.capture?.padCheck?.word ?? null;
}

/** Writes with the simulated pen, as its page would. */
async function send(page: Page, strokes: readonly Stroke[]): Promise<void> {
  let t = 0;
  const samples = strokes.flatMap((stroke) => [
    ...stroke.map(({ x, y, force }) => ({ x: 100 + 600 * x, y: 150 + 180 * y, p: force, tip: true, t: (t += 5) })),
    { x: 400, y: 250, p: 0, tip: false, t: (t += 5) },
  ]);
  const answer = await page.request.post('/api/simulated-pad/pen', { data: { samples, fast: true } });
  if (!answer.ok()) throw new Error(`the pen does not write: ${answer.status()}`);
}

/** The process below the kiosk's in which pads live. */
function padHostOf(kiosk: number): number {
  const processes = readdirSync('/proc').flatMap((name) => {
    try {
      const parent = /^\d+ \(.*\) \S (\d+)/s.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1];
      return [{ pid: Number(name), parent: Number(parent), line: readFileSync(`/proc/${name}/cmdline`, 'utf8') }];
    } catch {
      return [];
    }
  });
  const isBelow = (pid: number): boolean => {
    const parent = processes.find((one) => one.pid === pid)?.parent ?? 0;
    return parent === kiosk || (parent > 1 && isBelow(parent));
  };
  const found = processes.find(({ pid, line }) => line.includes('pad-host') && isBelow(pid));
  if (found === undefined) throw new Error('there is no pad host');
  return found.pid;
}

/** A picture in both sizes, nothing wider than its room, and nothing serious for axe. */
async function look(page: Page, name: string, language: Language): Promise<void> {
  const size = page.viewportSize();
  for (const screen of [{ width: 1280, height: 800 }, TABLET]) {
    const folder = join(PICTURES, language, `${screen.width}x${screen.height}`);
    mkdirSync(folder, { recursive: true });
    await page.setViewportSize(screen);
    await page.screenshot({ path: join(folder, `${name}.png`) });
    const wide = await page.evaluate(
      () => document.documentElement.scrollWidth > document.documentElement.clientWidth + 1,
    );
    expect(wide, name).toBe(false);
  }
  if (size !== null) await page.setViewportSize(size);
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map((one) => one.id);
  expect(serious, name).toEqual([]);
}
