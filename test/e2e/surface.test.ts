import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { SurfaceInk } from '../../kiosk-shell/kiosk-api/capture.ts';
import { signature, write } from './support/pen.ts';
import { button, untilSigning, WORDS } from './support/people.ts';
import { isShown, useRig } from './support/rig.ts';
import { Fingers, lay } from './support/touch.ts';

const { customer: words } = WORDS.en;

describe('The sheet in a real browser', () => {
  const rig = useRig();

  it('records each reading of a pen once, with pressure and tilt', async () => {
    const { screen, sheet } = await untilSigning(rig(), 'yes');
    const strokes = signature(60);
    await write(screen, sheet, strokes);
    const ink = await handIn(screen);
    expect(ink.tip.filter((tip) => tip === 1)).toHaveLength(strokes.flat().length);
    expect(ink).toMatchObject({ pointerType: 'pen', pixelRatio: 1, rejected: { palms: 0, touches: 0 } });
    expect(new Set(ink.pressure).size).toBeGreaterThan(20);
    expect(new Set(ink.tiltX).size).toBeGreaterThan(3);
    expect(ink.time).toEqual(ink.time.toSorted((one, other) => one - other));
  });

  it('moves and loses no ink when the screen is turned, resized, zoomed or pinched', async () => {
    const { screen, sheet } = await untilSigning(rig(), 'yes');
    const first = await placed(sheet);
    await write(screen, sheet, signature(30).slice(0, 1));
    const before = await dark(sheet);
    expect(before.share).toBeGreaterThan(0);

    // Turned, on a screen of three device pixels to one; then zoomed to 150 %; then pinched.
    await lay(screen, 800, 1280, 3);
    const turned = await placed(sheet);
    expect(turned.width / turned.height).toBeCloseTo(first.width / first.height, 1);
    near(await dark(sheet), before);
    await write(screen, sheet, signature(30).slice(1));
    await lay(screen, 853, 533, 1.5);
    const cdp = await screen.context().newCDPSession(screen);
    await cdp.send('Emulation.setPageScaleFactor', { pageScaleFactor: 1.6 });
    await cdp.send('Emulation.setPageScaleFactor', { pageScaleFactor: 1 });
    await lay(screen, 1280, 800, 1);

    const ink = await handIn(screen);
    const strokes = signature(30);
    const shares = ink.x.flatMap((x, index) => {
      const size = (ink.sizes ?? []).findLast(({ from }) => from <= index) ?? ink;
      return ink.tip[index] === 1 ? [[x / 100 / size.width, (ink.y[index] ?? 0) / 100 / size.height] as const] : [];
    });
    expect(shares).toHaveLength(60);
    for (const [index, point] of strokes.flat().entries()) {
      expect(Math.abs((shares[index]?.[0] ?? 9) - point.x)).toBeLessThan(0.002);
      expect(Math.abs((shares[index]?.[1] ?? 9) - point.y)).toBeLessThan(0.004);
    }
    expect(ink.width).toBeCloseTo(first.width, 0);
    expect(ink.sizes?.length).toBeGreaterThan(0);
    expect(ink.ratios?.[0]).toMatchObject({ ratio: 3 });
  });

  it('takes one finger, and counts the hand and the second finger beside it', async () => {
    const { screen, sheet } = await untilSigning(rig(), 'yes');
    const fingers = await Fingers.on(screen, sheet);
    await fingers.send('touchStart', [{ id: 3, x: 0.8, y: 0.8, radius: 60 }]);
    await fingers.send('touchMove', [{ id: 3, x: 0.7, y: 0.7, radius: 60 }]);
    await fingers.send('touchEnd', []);
    expect(await button(screen, words.done).isDisabled()).toBe(true);
    const at = (part: number): { id: number; x: number; y: number } => ({
      id: 1,
      x: 0.2 + 0.5 * part,
      y: 0.5 + 0.25 * Math.sin(9 * part),
    });
    await fingers.send('touchStart', [at(0)]);
    for (let step = 1; step <= 20; step += 1) {
      const other = step > 8 && step < 14 ? [{ id: 2, x: 0.9, y: 0.3 + step / 100 }] : [];
      await fingers.send(step === 9 ? 'touchStart' : step === 14 ? 'touchEnd' : 'touchMove', [at(step / 20), ...other]);
    }
    await fingers.send('touchEnd', []);
    const ink = await handIn(screen);
    expect(ink).toMatchObject({ pointerType: 'touch', rejected: { palms: 1, touches: 1 } });
    const right = Math.max(...ink.x) / 100 / ink.width;
    expect(right).toBeGreaterThan(0.6);
    expect(right).toBeLessThan(0.75);
  });

  it('ends a stroke that the browser takes away, keeps it, and lets the next begin', async () => {
    const { screen, sheet } = await untilSigning(rig(), 'yes');
    const fingers = await Fingers.on(screen, sheet);
    await fingers.send('touchStart', [{ id: 1, x: 0.2, y: 0.4 }]);
    await fingers.send('touchMove', [{ id: 1, x: 0.3, y: 0.6 }]);
    await fingers.send('touchMove', [{ id: 1, x: 0.4, y: 0.4 }]);
    await fingers.send('touchCancel', []);
    await fingers.send('touchStart', [{ id: 1, x: 0.5, y: 0.4 }]);
    for (let step = 1; step <= 10; step += 1) {
      await fingers.send('touchMove', [{ id: 1, x: 0.5 + step / 40, y: 0.4 + 0.2 * Math.sin(step) }]);
    }
    await fingers.send('touchEnd', []);
    const ink = await handIn(screen);
    const strokes = ink.tip.join('').split('0').filter(Boolean);
    expect(strokes).toHaveLength(2);
    const firstEnds = ink.tip.indexOf(0, 1);
    expect(ink.x[firstEnds]).toBe(ink.x[firstEnds - 1]);
    expect((ink.x[firstEnds] ?? 0) / 100 / ink.width).toBeLessThan(0.45);
  });

  it('gives way to a pen that comes after a finger, and draws only what is recorded', async () => {
    const { screen, sheet } = await untilSigning(rig(), 'yes');
    const fingers = await Fingers.on(screen, sheet);
    await fingers.send('touchStart', [{ id: 1, x: 0.1, y: 0.2 }]);
    await fingers.send('touchMove', [{ id: 1, x: 0.15, y: 0.9 }]);
    await fingers.send('touchMove', [{ id: 1, x: 0.12, y: 0.2 }]);
    await fingers.send('touchEnd', []);
    await write(screen, sheet, signature(30));
    const { left } = await dark(sheet);
    expect(left).toBeGreaterThan(0.13);
    const ink = await handIn(screen);
    expect(ink.pointerType).toBe('pen');
    expect(Math.min(...ink.x) / 100 / ink.width).toBeGreaterThan(0.13);
  });
});

/** Presses Done; answers with what the browser handed in. */
async function handIn(screen: Page): Promise<SurfaceInk> {
  const [request] = await Promise.all([
    screen.waitForRequest('**/api/display/acts/accept'),
    button(screen, words.done).click(),
  ]);
  const { ink } = request.postDataJSON() as { readonly ink: SurfaceInk };
  await isShown(screen, words.doneTitle);
  return ink;
}

async function placed(sheet: Locator): Promise<{ readonly width: number; readonly height: number }> {
  const box = await sheet.boundingBox();
  if (box === null) throw new Error('there is no sheet');
  return box;
}

interface Drawn {
  /** Of the sheet that is ink, and its edges, 0..1. */
  readonly share: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}
/** Where the ink is on the picture. */
async function dark(sheet: Locator): Promise<Drawn> {
  return sheet.evaluate((element) => {
    const canvas = element as HTMLCanvasElement;
    const { width, height } = canvas;
    const data = canvas.getContext('2d')?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray();
    let [count, left, right, top, bottom] = [0, width, 0, height, 0];
    for (let at = 3; at < data.length; at += 4) {
      if ((data[at] ?? 0) < 128) continue;
      const [x, y] = [((at - 3) / 4) % width, Math.floor((at - 3) / 4 / width)];
      count += 1;
      [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
    }
    return {
      share: count / (width * height),
      left: left / width,
      right: right / width,
      top: top / height,
      bottom: bottom / height,
    };
  });
}
function near(one: Drawn, other: Drawn): void {
  for (const side of ['left', 'right', 'top', 'bottom'] as const) {
    expect(Math.abs(one[side] - other[side]), side).toBeLessThan(0.02);
  }
}
