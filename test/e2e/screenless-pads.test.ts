import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { screenlessDevices } from '../../drivers/simulated/screenless-devices.ts';
import { look, penWrites, type PenArea } from './support/pads.ts';
import { slip } from './support/papers.ts';
import { signature } from './support/pen.ts';
import { atCounter, begin, button, consent, finishReading, identify, openCustomer, WORDS } from './support/people.ts';
import { bringIn, eventually, inkIsSeen, isShown, transaction, useRig, type Rig } from './support/rig.ts';

const { capture, customer: words } = WORDS.sl;

describe('Pads without a screen of their own', () => {
  const rig = useRig({ simulatedPad: 'dtu-1141,epad' });

  it('a pen display is signed on where the customer’s sheet lies on it; the ink is on both screens and is sealed', async () => {
    const { context, page, screen, id, area } = await beforeSheet(rig(), 'DTU-1141');
    const { surface } = screenlessDevices['dtu-1141'];
    if (area === null) throw new Error('the sheet did not say where it lies');
    const sheet = {
      x: area.x * surface.width,
      y: area.y * surface.height,
      width: area.width * surface.width,
      height: area.height * surface.height,
    };
    await writesAndSeals({ page, screen, sheet, name: 'pen-display' });
    await isSealed(context, id);
  });

  it('an ePad is signed on beside a mirror, which has the buttons the pad lacks; cleared, it is begun anew', async () => {
    const { context, page, screen, id } = await beforeSheet(rig(), 'ePad');
    const sheet = { x: 0, y: 0, ...screenlessDevices.epad.surface };
    await penWrites(page, signature(30), sheet);
    await inkIsSeen(screen);
    await button(screen, words.clear).click();
    await eventually(
      () => inkOn(screen),
      (count) => count === 0,
    );
    await eventually(
      () => inkOn(page),
      (count) => count === 0,
    );
    await writesAndSeals({ page, screen, sheet, name: 'screenless' });
    await isSealed(context, id);
  });
});

/** A customer who has read and agreed, before their sheet for this pad. */
async function beforeSheet(rig: Rig, model: string) {
  const { context, page } = await atCounter(rig, { language: 'sl' });
  const { id } = await bringIn(context, 'Potrdilo.pdf', await slip());
  await page.goto(`/?t=${id}`);
  const screen = await openCustomer(page, 'sl');
  let area: PenArea | null = null;
  screen.on('request', (request) => {
    if (request.url().endsWith('/acts/sign-area')) ({ area } = request.postDataJSON() as { readonly area: PenArea });
  });
  await begin(page, 'sl');
  await identify(page, 'Živa Čuš');
  await finishReading(screen, 'sl');
  await consent(screen, 'sl', 'yes');
  await page.bringToFront();
  await page.getByRole('radio', { name: capture.devicePad(model) }).check();
  await screen.bringToFront();
  await eventually(
    () => transaction(context, id),
    ({ ceremony }) => {
      const device = ceremony?.capture?.device;
      return device?.kind === 'pad' && device.model === model && ceremony?.capture?.taking === true;
    },
  );
  return { context, page, screen, id, area: area as PenArea | null };
}

async function writesAndSeals({
  page,
  screen,
  sheet,
  name,
}: {
  readonly page: Page;
  readonly screen: Page;
  readonly sheet: PenArea;
  readonly name: string;
}): Promise<void> {
  expect(await button(screen, words.done).isDisabled()).toBe(true);
  await penWrites(page, signature(60), sheet);
  await inkIsSeen(screen);
  await inkIsSeen(page);
  await look(page, `clerk-${name}`);
  // Where it is written, it is seen: the ink lies on the sheet as the pen lay on the surface.
  const drawn = await screen.evaluate(() => {
    const ink = [...document.querySelectorAll('main [role=img] polyline')].map((one) => one.getBoundingClientRect());
    const box = document.querySelector('main [role=img]')?.getBoundingClientRect();
    if (box === undefined) return null;
    const at = (edge: number): number => (edge - box.left) / box.width;
    return [at(Math.min(...ink.map(({ left }) => left))), at(Math.max(...ink.map(({ right }) => right)))];
  });
  const xs = signature(60)
    .flat()
    .map(({ x }) => x);
  expect(drawn?.[0]).toBeCloseTo(Math.min(...xs), 1);
  expect(drawn?.[1]).toBeCloseTo(Math.max(...xs), 1);
  await look(screen, `customer-${name}`);
  await button(screen, words.done).click();
  await isShown(screen, words.doneTitle);
}

const inkOn = (page: Page): Promise<number> => page.locator('main svg polyline[points*=" "]').count();

async function isSealed(context: Parameters<typeof transaction>[0], id: string): Promise<void> {
  const { state } = await eventually(
    () => transaction(context, id),
    (one) => one.state !== 'signing',
  );
  expect(state).toBe('complete');
}
