import { readdirSync, readFileSync } from 'node:fs';
import type { BrowserContext, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { CounterStatus } from '../../kiosk-shell/kiosk-api/counter.ts';
import { focused, identifyByKeys, press, tabTo } from './support/keys.ts';
import { look, ON_STU_530, padPress, penWrites, plug } from './support/pads.ts';
import { slip } from './support/papers.ts';
import { signature } from './support/pen.ts';
import {
  atCounter,
  begin,
  breathe,
  button,
  consent,
  finishReading,
  identify,
  openCustomer,
  WORDS,
} from './support/people.ts';
import { bringIn, eventually, isShown, transaction, useRig } from './support/rig.ts';

const words = WORDS.sl;
const { clerk, capture, pads, common } = words;

describe('Two pads at one counter, and a third that cannot be used', () => {
  const rig = useRig({ simulatedPad: 'stu-530,stu-530,stu-541' });

  it('are told apart by a word; a lost one costs the stroke in progress, and the clerk sees what is kept', async () => {
    const { context, page } = await atCounter(rig(), { language: 'sl' });
    const { id } = await bringIn(context, 'Potrdilo.pdf', await slip());
    await page.goto(`/?t=${id}`);
    await threePads(page);
    await look(page, 'pad-facts', async () => {
      await page.locator('header summary').first().click();
      await page.locator('header details[open] dl').waitFor();
    });
    await isShown(page, pads.shows['own-screen']);
    await page.keyboard.press('Escape');

    const screen = await openCustomer(page, 'sl');
    await begin(page, 'sl');
    await identify(page, 'Živa Čuš');
    await finishReading(screen, 'sl');
    await consent(screen, 'sl', 'yes');

    // The clerk answers with the keyboard alone: first No, which asks at the other pad with another word.
    await isShown(page, capture.padCheck.title);
    await isShown(screen, words.customer.padCheck);
    const first = await wordOf(context, id);
    await look(page, 'pad-check');
    await look(screen, 'customer-pad-check');
    await page.bringToFront();
    await breathe(page);
    await button(page, capture.padCheck.no).focus();
    await page.keyboard.press('Enter');
    const second = await eventually(
      () => wordOf(context, id),
      (word) => word !== null && word !== first,
    );
    await isShown(page, String(second));
    await breathe(page);
    await button(page, capture.padCheck.yes).focus();
    await page.keyboard.press('Enter');
    await isShown(screen, words.customer.onPadHint);

    await penWrites(page, signature(40), ON_STU_530);
    await eventually(
      () => transaction(context, id),
      ({ ceremony }) => ceremony?.capture?.completeness !== null,
    );
    process.kill(padHostOf(rig().servers.kiosk.pid() ?? 0), 'SIGKILL');
    await isShown(page, capture.padProblem.failed);
    await isShown(page, capture.kept(2, false));
    await isShown(screen, words.customer.padProblemKept.failed(false));
  });

  it('come and go in words, and what a document asks for and is not there is told before anybody sits down', async () => {
    const { context, page } = await atCounter(rig(), { language: 'sl', path: '/sign-in' });
    await context.addInitScript(followSource);
    const { id } = await bringIn(context, 'Kreditna pogodba.pdf', await slip());
    await page.goto(`/?t=${id}`);
    await threePads(page);
    await eventually(
      () => page.locator('header details', { hasText: `, ${pads.ready}` }).count(),
      (count) => count === 2,
    );

    const counter = (await (await context.request.get('/api/counter')).json()) as CounterStatus;
    await page.evaluate(tellSource, {
      type: 'counter',
      counter: { ...counter, pads: counter.pads.map((pad, at) => (at === 0 ? { ...pad, drawing: 0.4 } : pad)) },
    });
    await isShown(page, pads.drawing('40'));
    await look(page, 'pad-drawing');

    await plug(page, false);
    await page.locator('header details', { hasText: `, ${pads.unplugged}` }).waitFor();
    expect(await page.getByText(capture.deviceProblem['needs-pressure-pad']).count()).toBe(0);
    await plug(page, false);
    await isShown(page, capture.deviceProblem['needs-pressure-pad']);
    await look(page, 'pad-needed');
    await look(page, 'pad-not-driven', async () => {
      await page.locator('header summary', { hasText: 'STU-541' }).click();
      await page.locator('header details[open] p').waitFor();
    });
    await isShown(page, pads.notDriven['needs-tls']);
    await page.keyboard.press('Escape');

    await plug(page, true);
    await page.getByText(capture.deviceProblem['needs-pressure-pad']).waitFor({ state: 'detached' });
    await eventually(
      () => page.locator('header details', { hasText: `, ${pads.ready}` }).count(),
      (count) => count === 2,
    );
  });

  it('take a clerk who has only the keyboard from the list to the seal, over the word, another pad and a pulled cable', async () => {
    const { context, page } = await atCounter(rig(), { language: 'sl' });
    await plug(page, true);
    const { id } = await bringIn(context, 'Na tipke.pdf', await slip());
    const screen = await openCustomer(page, 'sl');
    await page.bringToFront();
    await tabTo(page, /^Na tipke/);
    await press(page, 'Enter');
    await isShown(page, clerk.begin(common.role['customer'] ?? ''));
    await breathe(page);
    await press(page, 'Control+Enter');
    await page.locator('#documentKind').waitFor();
    await identifyByKeys(page, clerk, 'Živa Čuš');
    await screen.bringToFront();
    await finishReading(screen, 'sl');
    await consent(screen, 'sl', 'yes');

    // Yes has the focus when the word appears; No is one stop before it, and leads to the other pad.
    await page.bringToFront();
    await asked(page);
    const first = await wordOf(context, id);
    await press(page, 'Shift+Tab', 'Enter');
    const second = await eventually(
      () => wordOf(context, id),
      (word) => word !== null && word !== first,
    );
    await isShown(page, String(second));
    await asked(page);
    await press(page, 'Enter');
    await isShown(screen, words.customer.onPadHint);

    // Back to the first pad by the choice of devices: the arrows choose, and the word is asked for again.
    await tabTo(page, new RegExp(`^${capture.devicePad('STU-530')}`));
    await press(page, 'ArrowUp');
    await asked(page);
    await press(page, 'Enter');
    await isShown(screen, words.customer.onPadHint);

    // Two strokes, the second not lifted, and the cable: what was whole is kept.
    await penWrites(page, signature(40), ON_STU_530, true);
    await plug(page, false);
    await isShown(page, capture.padProblem.unplugged);
    await isShown(page, capture.kept(1, true));
    await page.locator('header details', { hasText: pads.unpluggedSigning }).waitFor();
    await isShown(screen, words.customer.padProblemKept.unplugged(true));
    await look(page, 'pad-unplugged');
    await look(screen, 'customer-pad-unplugged');
    await page.bringToFront();
    await plug(page, true);
    await asked(page);
    await press(page, 'Enter');
    await isShown(screen, words.customer.onPadHint);
    await penWrites(page, signature(40).slice(1), ON_STU_530);
    await padPress(page, 'ok');
    await isShown(screen, words.customer.doneTitle);
    await isShown(page, clerk.allSigned);
    await breathe(page);
    await press(page, 'Control+Enter');
    await isShown(screen, words.customer.greeting);
    expect((await transaction(context, id)).state).toBe('complete');
  });
});

/** The word is there, with the focus on Yes, for as long as it takes to look at the pad. */
async function asked(page: Page): Promise<void> {
  await isShown(page, capture.padCheck.title);
  await eventually(
    () => focused(page),
    ({ says }) => says === capture.padCheck.yes,
  );
  await breathe(page);
}

async function threePads(page: Page): Promise<void> {
  await eventually(
    () => page.locator('header details').count(),
    (count) => count === 3,
  );
}

async function wordOf(context: BrowserContext, id: string): Promise<string | null> {
  return (await transaction(context, id)).ceremony?.capture?.padCheck?.word ?? null;
}

/** In the page: keeps the stream of the counter within reach, so that a moment no simulated pad stays in can be shown. */
function followSource(): void {
  const Source = globalThis.EventSource;
  globalThis.EventSource = class extends Source {
    constructor(url: string | URL) {
      super(url);
      Object.assign(globalThis, { lastSource: this });
    }
  };
}

function tellSource(message: unknown): void {
  const { lastSource } = globalThis as { readonly lastSource?: EventSource };
  lastSource?.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }));
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
