/** What a browser tells of where its page lies: sizes of the page in CSS pixels, all else in those of the desktop. */
export interface PageOnScreen {
  readonly screenX: number;
  readonly screenY: number;
  readonly outerWidth: number;
  readonly outerHeight: number;
  readonly innerWidth: number;
  readonly innerHeight: number;
  readonly screen: { readonly width: number; readonly height: number; readonly left: number; readonly top: number };
}
interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}
export interface ScreenArea {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * A box of the page in shares of the whole screen: a pen display measures in those. A page over the whole screen may be
 * zoomed; in a window there is a frame around it, the same at the sides and below, and the zoom is taken for none.
 * Null where nothing of the box is on the screen.
 */
export function areaOnScreen(box: Box, page: PageOnScreen): ScreenArea | null {
  const { screen } = page;
  const whole = page.outerWidth >= screen.width && page.outerHeight >= screen.height;
  const zoom = whole ? page.outerWidth / page.innerWidth : 1;
  const frame = (page.outerWidth - page.innerWidth * zoom) / 2;
  const above = page.outerHeight - page.innerHeight * zoom - frame;
  const share = (value: number, of: number): number => Math.min(1, Math.max(0, value / of));
  const left = page.screenX - screen.left + frame + box.left * zoom;
  const top = page.screenY - screen.top + (whole ? 0 : above) + box.top * zoom;
  const x = share(left, screen.width);
  const y = share(top, screen.height);
  const width = share(left + box.width * zoom, screen.width) - x;
  const height = share(top + box.height * zoom, screen.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : null;
}
