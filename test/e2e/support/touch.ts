import type { CDPSession, Locator, Page } from 'playwright-core';

/** One contact on the glass: 0..1 of the sheet; `radius` in CSS pixels. */
export interface Touch {
  readonly id: number;
  readonly x: number;
  readonly y: number;
  readonly radius?: number;
}

/** Fingers and hands as a touch screen delivers them: trusted, with the size of each contact. */
export class Fingers {
  readonly #cdp: CDPSession;
  readonly #sheet: Locator;

  private constructor(cdp: CDPSession, sheet: Locator) {
    this.#cdp = cdp;
    this.#sheet = sheet;
  }

  static async on(page: Page, sheet: Locator): Promise<Fingers> {
    await page.bringToFront();
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Emulation.setTouchEmulationEnabled', { enabled: true, maxTouchPoints: 5 });
    return new Fingers(cdp, sheet);
  }

  /** All contacts that are on the glass now; one that is left out has been lifted. */
  async send(type: 'touchStart' | 'touchMove' | 'touchEnd' | 'touchCancel', touches: readonly Touch[]): Promise<void> {
    const box = await this.#sheet.boundingBox();
    if (box === null) throw new Error('there is no sheet to write on');
    await this.#cdp.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: touches.map(({ id, x, y, radius = 12 }) => ({
        id,
        x: box.x + x * box.width,
        y: box.y + y * box.height,
        radiusX: radius,
        radiusY: radius,
        force: 0.5,
      })),
    });
  }
}

/** A screen turned or zoomed: another size in CSS pixels, another number of device pixels for each. */
export async function lay(page: Page, width: number, height: number, ratio: number): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: ratio, mobile: false });
  await page.waitForFunction(
    ([wide, dense]) => window.innerWidth === wide && Math.abs(window.devicePixelRatio - dense) < 0.01,
    [width, ratio] as const,
  );
  // The sheet is laid out, and what was drawn is drawn anew, in the frames after.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}
