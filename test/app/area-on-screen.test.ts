import { describe, expect, it } from 'vitest';

import { areaOnScreen, type PageOnScreen } from '../../app/(customer)/customer/_screens/area-on-screen.ts';

const SCREEN = { width: 1920, height: 1080, left: 0, top: 0 };
const KIOSK: PageOnScreen = {
  screenX: 0,
  screenY: 0,
  outerWidth: 1920,
  outerHeight: 1080,
  innerWidth: 1920,
  innerHeight: 1080,
  screen: SCREEN,
};
const SHEET = { left: 192, top: 540, width: 960, height: 270 };

describe('where a pen display is signed on', () => {
  it('is the sheet’s share of the screen, on a page over all of it', () => {
    expect(areaOnScreen(SHEET, KIOSK)).toEqual({ x: 0.1, y: 0.5, width: 0.5, height: 0.25 });
  });

  it('stays where it is seen when the page is zoomed', () => {
    const zoomed = { ...KIOSK, innerWidth: 1536, innerHeight: 864 };
    const smaller = { left: 153.6, top: 432, width: 768, height: 216 };
    const area = areaOnScreen(smaller, zoomed);
    expect(area?.x).toBeCloseTo(0.1);
    expect(area?.y).toBeCloseTo(0.5);
    expect(area?.width).toBeCloseTo(0.5);
    expect(area?.height).toBeCloseTo(0.25);
  });

  it('counts from the screen the window is on, past the frame of the window', () => {
    const second: PageOnScreen = {
      screenX: 1930,
      screenY: 100,
      outerWidth: 1016,
      outerHeight: 808,
      innerWidth: 1000,
      innerHeight: 700,
      screen: { ...SCREEN, left: 1920 },
    };
    const area = areaOnScreen({ left: 78, top: 0, width: 192, height: 108 }, second);
    expect(area?.x).toBeCloseTo((10 + 8 + 78) / 1920);
    expect(area?.y).toBeCloseTo((100 + 100) / 1080);
    expect(area?.width).toBeCloseTo(0.1);
    expect(area?.height).toBeCloseTo(0.1);
  });

  it('ends where the screen does, and is nothing beyond it', () => {
    expect(areaOnScreen({ left: 960, top: 0, width: 4_000, height: 1_080 }, KIOSK)).toEqual({
      x: 0.5,
      y: 0,
      width: 0.5,
      height: 1,
    });
    expect(areaOnScreen({ left: 2_000, top: 0, width: 100, height: 100 }, KIOSK)).toBeNull();
  });
});
