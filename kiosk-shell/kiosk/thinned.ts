import { curveThrough } from '../../signing/capture/curve.ts';
import { walk } from '../../signing/capture/picture.ts';
import type { InkShape } from '../../signing/capture/capture-record.ts';

type Point = readonly [number, number];
/** Positions closer than this share of the area are left out. */
export const MIRROR_STEP = 0.004;
/** Of the width of the area, between the vertices of kept strokes. */
const KEPT_STEP = 0.008;
/** Places on a side of the area. */
const MIRROR_GRID = 1_000;
const KEPT_GRID = 10_000;

/**
 * What screens get of ink that was kept: positions 0..1 of the area at equal distances along the curve that the document
 * shows, so that no vertex tells where a sample was; without time or pressure.
 */
export function thinned({ width, height, strokes }: InkShape): readonly (readonly Point[])[] {
  return strokes.map((stroke) => {
    const path = stroke.map(({ x, y }): Point => [x / width, y / width]);
    // Finer than the mirror: kept strokes are seen as large as the customer's screen.
    const vertices = walk(curveThrough(path, KEPT_STEP / 2), KEPT_STEP);
    return vertices.map(([x, y]): Point => [round(x, KEPT_GRID), round((y * width) / height, KEPT_GRID)]);
  });
}

export function mirrorPoint(x: number, y: number): Point {
  return [round(x, MIRROR_GRID), round(y, MIRROR_GRID)];
}

export function mirrorDistance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

function round(value: number, grid: number): number {
  return Math.round(Math.min(1, Math.max(0, value)) * grid) / grid;
}
