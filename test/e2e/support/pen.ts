import type { Locator, Page } from 'playwright-core';

/** One place of a pen on a sheet: 0..1 of its width and height, pressure 0..1. */
export interface PenPoint {
  readonly x: number;
  readonly y: number;
  readonly force: number;
}
export type Stroke = readonly PenPoint[];

/** Loops as a hand makes them, from left to right; two strokes. */
export function signature(points = 70): readonly Stroke[] {
  const stroke = (from: number, to: number): PenPoint[] =>
    Array.from({ length: points }, (_, i) => {
      const part = i / (points - 1);
      const phase = part * 22;
      return {
        x: from + (to - from) * part + 0.025 * Math.cos(phase),
        y: 0.52 + 0.2 * Math.sin(phase) * (1 - part / 2),
        force: 0.25 + 0.5 * Math.abs(Math.sin(i / 6)),
      };
    });
  return [stroke(0.16, 0.56), stroke(0.6, 0.84)];
}

export const DOT: readonly Stroke[] = [[{ x: 0.5, y: 0.5, force: 0.4 }]];

/**
 * Writes with a pen: the browser delivers it to the page as trusted pointer events with pressure and tilt.
 * `pause` runs between strokes, while the ink is on the sheet.
 */
export async function write(page: Page, sheet: Locator, strokes: readonly Stroke[]): Promise<void> {
  // Input for a tab that lies behind another waits for frames that are not drawn.
  await page.bringToFront();
  const box = await sheet.boundingBox();
  if (box === null) throw new Error('there is no sheet to write on');
  const cdp = await page.context().newCDPSession(page);
  const send = (
    type: 'mousePressed' | 'mouseMoved' | 'mouseReleased',
    point: PenPoint,
    down: boolean,
  ): Promise<unknown> =>
    cdp.send('Input.dispatchMouseEvent', {
      type,
      x: box.x + point.x * box.width,
      y: box.y + point.y * box.height,
      button: type === 'mouseMoved' && !down ? 'none' : 'left',
      buttons: down ? 1 : 0,
      clickCount: type === 'mouseMoved' ? 0 : 1,
      pointerType: 'pen',
      force: down ? point.force : 0,
      tiltX: Math.round(20 + 10 * point.x),
      tiltY: -15,
      twist: 0,
    });
  for (const [first, ...rest] of strokes) {
    if (first === undefined) continue;
    await send('mouseMoved', first, false);
    await send('mousePressed', first, true);
    for (const point of rest) await send('mouseMoved', point, true);
    await send('mouseReleased', rest.at(-1) ?? first, false);
  }
  await cdp.detach();
}

/** Writes on the picture of the simulated pad with the mouse, where its line to sign on is. */
export async function writeOnPad(page: Page, strokes: readonly Stroke[]): Promise<void> {
  const screen = page.getByRole('application');
  await page.bringToFront();
  await screen.locator('canvas').waitFor();
  const box = await screen.boundingBox();
  if (box === null) throw new Error('the pad has no screen');
  const at = ({ x, y }: PenPoint): [number, number] => [box.x + x * box.width, box.y + (0.3 + 0.4 * y) * box.height];
  for (const [first, ...rest] of strokes) {
    if (first === undefined) continue;
    await page.mouse.move(...at(first));
    await page.mouse.down();
    for (const point of rest) await page.mouse.move(...at(point));
    await page.mouse.up();
  }
}
