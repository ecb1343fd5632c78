import { escapeXml } from './markup.ts';
import type { Dynamics, MotionPoint } from './dynamics.ts';
import type { Histogram } from './histogram.ts';
import { ticks } from './ticks.ts';

/** Plots as SVG text. Every sample is one vertex: nothing is smoothed, gaps stay gaps. */
const WIDTH = 720;
const HEIGHT = 170;
const FRAME = { left: 62, right: 12, top: 10, bottom: 30 } as const;

/**
 * The ink at its true size: the drawing is as many millimetres wide as the ink was, with a bar to hold a ruler against.
 * Movement in the air is drawn thin and dashed. Without a known size the drawing is 150 mm wide, and no bar is there.
 */
export function inkPlot({ points, strokes, unit }: Dynamics, words: { readonly label: string }): string {
  const box = boundsOf(points);
  const margin = unit === 'mm' ? 4 : box.width * 0.05 + 1;
  const [x0, y0] = [box.x - margin, box.y - margin];
  const [width, inkHeight] = [Math.max(box.width + 2 * margin, unit === 'mm' ? 60 : 1), box.height + 2 * margin];
  const height = inkHeight + (unit === 'mm' ? 8 : 0);
  const millimetres = unit === 'mm' ? 1 : 150 / width;
  const line = unit === 'mm' ? 0.25 : width / 400;
  const paths = airRuns(points, strokes).map(
    (run) => `<path class="air" stroke-width="${line / 2}" stroke-dasharray="${line * 3}" d="${pathOf(run)}"/>`,
  );
  const ink = strokes.map(
    ([from, to]) => `<path class="ink" stroke-width="${line}" d="${pathOf(points.slice(from, to))}"/>`,
  );
  const bar =
    unit === 'mm'
      ? `<path class="bar" stroke-width="0.3" d="M${num(x0 + 3)} ${num(y0 + inkHeight + 2)}v2h50v-2"/>` +
        `<text font-size="3" x="${num(x0 + 55)}" y="${num(y0 + inkHeight + 5)}">50 mm</text>`
      : '';
  return (
    `<svg class="true-size" role="img" aria-label="${escapeXml(words.label)}" ` +
    `width="${num(width * millimetres)}mm" height="${num(height * millimetres)}mm" ` +
    `viewBox="${num(x0)} ${num(y0)} ${num(width)} ${num(height)}">${paths.join('')}${ink.join('')}${bar}</svg>`
  );
}

/** Counts of intervals as bars, milliseconds across. */
export function histogramPlot(
  { width, bars }: Histogram,
  words: { readonly label: string; readonly across: string },
): string {
  const most = bars.reduce((largest, { count }) => Math.max(largest, count), 1);
  const low = bars[0]?.from ?? 0;
  const high = (bars.at(-1)?.from ?? 0) + width;
  const x = (value: number): number => FRAME.left + ((value - low) / (high - low)) * (WIDTH - FRAME.left - FRAME.right);
  const y = (count: number): number => HEIGHT - FRAME.bottom - (count / most) * (HEIGHT - FRAME.top - FRAME.bottom);
  const rects = bars
    .filter(({ count }) => count > 0)
    .map(
      ({ from, count }) =>
        `<rect class="bin" x="${num(x(from))}" y="${num(y(count))}" width="${num(x(from + width) - x(from))}" height="${num(y(0) - y(count))}"/>`,
    );
  const marks = [
    ...ticks(0, most).map(
      (count) =>
        `<path class="grid" d="M${FRAME.left} ${num(y(count))}H${WIDTH - FRAME.right}"/>` +
        `<text x="${FRAME.left - 6}" y="${num(y(count) + 4)}" text-anchor="end">${short(count)}</text>`,
    ),
    ...ticks(low, high).map(
      (value) => `<text x="${num(x(value))}" y="${HEIGHT - 12}" text-anchor="middle">${short(value)}</text>`,
    ),
  ];
  return (
    `<figure><figcaption>${escapeXml(words.label)}</figcaption>` +
    `<svg class="time" role="img" aria-label="${escapeXml(words.label)}" viewBox="0 0 ${WIDTH} ${HEIGHT}">` +
    `${marks.join('')}${rects.join('')}` +
    `<text x="${WIDTH - FRAME.right}" y="${HEIGHT - 1}" text-anchor="end">${escapeXml(words.across)}</text></svg></figure>`
  );
}

export interface Series {
  readonly label: string;
  readonly unit: string;
  /** Runs that are joined by a line; between them nothing is known. */
  readonly runs: readonly (readonly (readonly [number, number])[])[];
  /** Drawn as dots, not as lines. */
  readonly dots?: boolean;
}

/** A value over time, milliseconds; shaded where the tip was down. */
export function timePlot(series: Series, { points, strokes }: Dynamics, words: { readonly time: string }): string {
  const values = series.runs.flat().map(([, value]) => value);
  if (values.length === 0) return '';
  const low = Math.min(
    0,
    values.reduce((a, b) => Math.min(a, b)),
  );
  const high = values.reduce((a, b) => Math.max(a, b));
  const last = Math.max(1, points.at(-1)?.time ?? 1);
  const x = (time: number): number => FRAME.left + (time / last) * (WIDTH - FRAME.left - FRAME.right);
  const y = (value: number): number =>
    HEIGHT - FRAME.bottom - ((value - low) / (high - low || 1)) * (HEIGHT - FRAME.top - FRAME.bottom);
  const shades = strokes.map(([from, to]) => {
    const [begin, end] = [x(points[from]?.time ?? 0), x(points[to - 1]?.time ?? 0)];
    return `<rect class="down" x="${num(begin)}" y="${FRAME.top}" width="${num(Math.max(0.5, end - begin))}" height="${HEIGHT - FRAME.top - FRAME.bottom}"/>`;
  });
  const marks = [
    ...ticks(low, high).map(
      (value) =>
        `<path class="grid" d="M${FRAME.left} ${num(y(value))}H${WIDTH - FRAME.right}"/>` +
        `<text x="${FRAME.left - 6}" y="${num(y(value) + 4)}" text-anchor="end">${short(value)}</text>`,
    ),
    ...ticks(0, last).map(
      (time) => `<text x="${num(x(time))}" y="${HEIGHT - 12}" text-anchor="middle">${short(time)}</text>`,
    ),
  ];
  const drawn = series.runs.map((run) =>
    series.dots === true
      ? run.map(([time, value]) => `<circle r="1.1" cx="${num(x(time))}" cy="${num(y(value))}"/>`).join('')
      : `<polyline points="${run.map(([time, value]) => `${num(x(time))},${num(y(value))}`).join(' ')}"/>`,
  );
  const label = `${series.label} (${series.unit})`;
  return (
    `<figure><figcaption>${escapeXml(label)}</figcaption>` +
    `<svg class="time" role="img" aria-label="${escapeXml(label)}" viewBox="0 0 ${WIDTH} ${HEIGHT}">` +
    `${shades.join('')}${marks.join('')}${drawn.join('')}` +
    `<text x="${WIDTH - FRAME.right}" y="${HEIGHT - 1}" text-anchor="end">${escapeXml(words.time)}</text></svg></figure>`
  );
}

/** A value of each sample as one run, or a run a stroke when only the tip-down samples mean anything. */
export function runsOf(
  { points, strokes }: Dynamics,
  value: (point: MotionPoint) => number | null,
  only: 'down' | 'all',
): Series['runs'] {
  const ranges = only === 'all' ? [[0, points.length] as const] : strokes;
  return ranges.map(([from, to]) =>
    points.slice(from, to).flatMap((point) => {
      const own = value(point);
      return own === null ? [] : [[point.time, own] as const];
    }),
  );
}

/** From the sample where the pen left to where it came down again. */
export function airRuns(
  points: readonly MotionPoint[],
  strokes: Dynamics['strokes'],
): readonly (readonly MotionPoint[])[] {
  const edges = [0, ...strokes.flatMap(([from, to]) => [from, to - 1]), points.length - 1];
  const runs: (readonly MotionPoint[])[] = [];
  for (let i = 0; i + 1 < edges.length; i += 2) {
    const run = points.slice(edges[i], (edges[i + 1] ?? 0) + 1);
    // Two neighbours alone are the end of one stroke and the beginning of the next: nothing was seen in between.
    if (run.length > 2 || run.some(({ down }) => !down)) runs.push(run);
  }
  return runs;
}

export function boundsOf(points: readonly MotionPoint[]): { x: number; y: number; width: number; height: number } {
  const low = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Infinity);
  const high = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), -Infinity);
  if (points.length === 0) return { x: 0, y: 0, width: 0, height: 0 };
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  return { x: low(xs), y: low(ys), width: high(xs) - low(xs), height: high(ys) - low(ys) };
}

function pathOf(run: readonly MotionPoint[]): string {
  const text = run.map(({ x, y }) => `${num(x)} ${num(y)}`).join('L');
  // A dot is a line of no length, which a round cap makes visible.
  return run.length === 1 ? `M${text}h0` : `M${text}`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}

function num(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}
