import type { InkShape } from '../../signing/capture/capture-record.ts';

type Point = readonly [number, number];
/** Positions closer than this share of the area are left out. */
export const MIRROR_STEP = 0.004;

/** What screens get of ink: positions 0..1 of the area, thinned by distance, without time or pressure. */
export function thinned({ width, height, strokes }: InkShape): readonly (readonly Point[])[] {
  return strokes.map((stroke) => {
    const points: Point[] = [];
    for (const { x, y } of stroke) {
      const point = mirrorPoint(x / width, y / height);
      const last = points.at(-1);
      if (last === undefined || mirrorDistance(point, last) >= MIRROR_STEP) points.push(point);
    }
    return points;
  });
}

export function mirrorPoint(x: number, y: number): Point {
  return [round(x), round(y)];
}

export function mirrorDistance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

function round(value: number): number {
  return Math.round(Math.min(1, Math.max(0, value)) * 1000) / 1000;
}
