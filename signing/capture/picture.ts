import type { InkShape, SignaturePicture } from './capture-record.ts';
import { curveThrough } from './curve.ts';

/** Width of every picture, in its own units; the height follows the shape. */
const PICTURE_WIDTH = 1000;
/** Distance between vertices of the result. */
const STEP = 6;
/** The path is walked in finer steps first, then smoothed over a fixed distance. */
const FINE = 1.5;
/** Half width of the smoothing window, in fine steps: takes away the jitter of samples of a slow pen. */
const WINDOW = 6;
const THIN = 5;
const FULL = 7;
/** Length at either end of a stroke drawn thin: from geometry alone, never from pressure. */
const TAPER = 40;

type Point = readonly [number, number];

/**
 * What is drawn in the PDF and on screens. Vertices lie at equal distances on a curve without corners,
 * smoothed over a fixed distance and rounded to whole units, so neither their density nor their turns tell where
 * samples were: speed, time and pressure cannot be read back (design.md 2, invariants). Strokes and their ends are told
 * from left to right, whichever was written first.
 */
export function pictureOf(shape: InkShape): SignaturePicture {
  const frame = frameOf(shape);
  const scale = PICTURE_WIDTH / frame.width;
  const height = Math.round(frame.height * scale);
  const strokes: (readonly Point[])[] = [];
  for (const stroke of shape.strokes) {
    const points = leftToRight(stroke.map(({ x, y }): Point => [(x - frame.x) * scale, (y - frame.y) * scale]));
    const smoothed = smooth(walk(curveThrough(points, FINE), FINE));
    strokes.push(distinct(walk(smoothed, evenStep(smoothed)).map(rounded)));
  }
  strokes.sort(byPlace);
  return { width: PICTURE_WIDTH, height, paths: strokes.flatMap(tapered) };
}

/** The part of the area that is shown: the ink with a margin, but never enlarged more than twice. */
function frameOf(shape: InkShape): { x: number; y: number; width: number; height: number } {
  const xs = shape.strokes.flat().map((point) => point.x);
  const ys = shape.strokes.flat().map((point) => point.y);
  if (xs.length === 0) return { x: 0, y: 0, width: shape.width, height: shape.height };
  const margin = 0.03 * shape.width;
  const left = xs.reduce((a, b) => Math.min(a, b)) - margin;
  const right = xs.reduce((a, b) => Math.max(a, b)) + margin;
  const top = ys.reduce((a, b) => Math.min(a, b)) - margin;
  const bottom = ys.reduce((a, b) => Math.max(a, b)) + margin;
  const width = Math.max(right - left, shape.width / 2);
  const height = Math.max(bottom - top, shape.height / 2);
  return { x: (left + right - width) / 2, y: (top + bottom - height) / 2, width, height };
}

/** Points at equal distances along the path; both ends stay. */
export function walk(points: readonly Point[], step: number): readonly Point[] {
  const first = points[0];
  if (first === undefined) return [];
  const out: Point[] = [first];
  let carried = 0;
  for (let i = 1; i < points.length; i += 1) {
    const a = points[i - 1] ?? first;
    const b = points[i] ?? first;
    const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
    let at = step - carried;
    while (at <= length) {
      out.push([a[0] + ((b[0] - a[0]) * at) / length, a[1] + ((b[1] - a[1]) * at) / length]);
      at += step;
    }
    carried = length - (at - step);
  }
  const last = points.at(-1) ?? first;
  out.push(last);
  return out;
}

function smooth(points: readonly Point[]): readonly Point[] {
  return points.map((_, i) => {
    const reach = Math.min(WINDOW, i, points.length - 1 - i);
    let x = 0;
    let y = 0;
    let weight = 0;
    for (let k = -reach; k <= reach; k += 1) {
      const [px, py] = points[i + k] ?? [0, 0];
      const w = reach + 1 - Math.abs(k);
      x += w * px;
      y += w * py;
      weight += w;
    }
    return [x / weight, y / weight];
  });
}

/**
 * Near STEP, without a rest. Measured after smoothing, which shortens the way of a pen that trembles: vertices kept from
 * before it lie closer together where the pen was slow.
 */
function evenStep(points: readonly Point[]): number {
  const length = points.reduce(
    (sum, [x, y], i) => sum + Math.hypot(x - (points[i - 1]?.[0] ?? x), y - (points[i - 1]?.[1] ?? y)),
    0,
  );
  return length === 0 ? STEP : length / Math.max(1, Math.round(length / STEP));
}

/** The walk may come to the last point twice. */
function distinct(points: readonly Point[]): readonly Point[] {
  return points.filter((point, i) => i === 0 || String(point) !== String(points[i - 1]));
}

/** Which end was written first is nobody's business: every stroke begins at its left end, or its upper one. */
function leftToRight(points: readonly Point[]): readonly Point[] {
  return isBefore(points.at(-1), points[0]) ? points.toReversed() : points;
}

/** Strokes that begin at one place are told apart where they part. */
function byPlace(a: readonly Point[], b: readonly Point[]): number {
  const parts = a.findIndex((point, i) => String(point) !== String(b[i]));
  if (parts < 0) return a.length - b.length;
  return parts >= b.length || isBefore(b[parts], a[parts]) ? 1 : -1;
}

function isBefore(a: Point = [0, 0], b: Point = [0, 0]): boolean {
  return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
}

function rounded([x, y]: Point): Point {
  return [Math.round(x), Math.round(y)];
}

/** Two widths: thin near the ends of a stroke, full between. */
function tapered(points: readonly Point[]): SignaturePicture['paths'] {
  const ends = Math.round(TAPER / STEP);
  if (points.length < ends * 3)
    return [{ lineWidth: FULL, points: points.length === 1 ? [...points, ...points] : points }];
  return [
    { lineWidth: THIN, points: points.slice(0, ends + 1) },
    { lineWidth: FULL, points: points.slice(ends, points.length - ends) },
    { lineWidth: THIN, points: points.slice(points.length - ends - 1) },
  ];
}
