/**
 * User space and what the reader sees: displayed space has its origin in the lower left corner of the
 * page as shown, after crop and rotation, in the units of user space.
 */
import type { Box4, PdfPage } from '../pdf/pdf-file.ts';
import type { PlacementBox } from './placement.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface PageShape {
  readonly cropBox: Box4;
  readonly rotate: PdfPage['rotate'];
}

/** Width and height as displayed. */
export function displayedSize({ cropBox, rotate }: PageShape): { readonly width: number; readonly height: number } {
  const width = cropBox[2] - cropBox[0];
  const height = cropBox[3] - cropBox[1];
  return rotate === 90 || rotate === 270 ? { width: height, height: width } : { width, height };
}

export function toDisplayed({ cropBox: [x0, y0, x1, y1], rotate }: PageShape, { x, y }: Point): Point {
  switch (rotate) {
    case 0:
      return { x: x - x0, y: y - y0 };
    case 90:
      return { x: y - y0, y: x1 - x };
    case 180:
      return { x: x1 - x, y: y1 - y };
    case 270:
      return { x: y1 - y, y: x - x0 };
  }
}

export function fromDisplayed({ cropBox: [x0, y0, x1, y1], rotate }: PageShape, { x, y }: Point): Point {
  switch (rotate) {
    case 0:
      return { x: x + x0, y: y + y0 };
    case 90:
      return { x: x1 - y, y: x + y0 };
    case 180:
      return { x: x1 - x, y: y1 - y };
    case 270:
      return { x: y + x0, y: y1 - x };
  }
}

/** An upright box on the displayed page, in user space: on a page turned by 90 degrees its sides swap. */
export function boxFromDisplayed(shape: PageShape, box: PlacementBox): PlacementBox {
  const a = fromDisplayed(shape, { x: box.x, y: box.y });
  const b = fromDisplayed(shape, { x: box.x + box.width, y: box.y + box.height });
  return {
    x: round(Math.min(a.x, b.x)),
    y: round(Math.min(a.y, b.y)),
    width: round(Math.abs(a.x - b.x)),
    height: round(Math.abs(a.y - b.y)),
  };
}

/** How far over its own size a box may be pushed back onto the page before that is no longer its place. */
const SLIDE = 0.5;

/** The displayed box slid onto the page; null when it does not fit or lies too far outside. */
export function slideOntoPage(shape: PageShape, box: PlacementBox): PlacementBox | null {
  const page = displayedSize(shape);
  const x = slide(box.x, box.width, page.width);
  const y = slide(box.y, box.height, page.height);
  return x === null || y === null ? null : { x, y, width: box.width, height: box.height };
}

function slide(start: number, length: number, limit: number): number | null {
  if (!(length <= limit)) return null;
  const slid = Math.min(Math.max(start, 0), limit - length);
  return Math.abs(slid - start) <= length * SLIDE ? slid : null;
}

/** Whether a box in user space lies on the visible page (half a unit of rounding allowed). */
export function isOnPage({ cropBox: [x0, y0, x1, y1] }: PageShape, box: PlacementBox): boolean {
  const slack = 0.5;
  return (
    box.width >= 0 &&
    box.height >= 0 &&
    box.x >= x0 - slack &&
    box.y >= y0 - slack &&
    box.x + box.width <= x1 + slack &&
    box.y + box.height <= y1 + slack
  );
}

/** Thousandths of a unit: finer than any printer, short in the file. */
export function round(value: number): number {
  const rounded = Math.round(value * 1000) / 1000;
  return rounded === 0 ? 0 : rounded;
}
