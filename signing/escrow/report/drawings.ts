import { colours } from '../../report/tagged-pdf.ts';
import { TEXT_WIDTH, type Figure, type FigureLabel } from '../../report/text-flow.ts';
import type { Dynamics, MotionPoint } from './dynamics.ts';
import type { Histogram } from './histogram.ts';
import { airRuns, boundsOf, type Series } from './plots.ts';
import { ticks } from './ticks.ts';

/** The plots of `plots.ts` as drawings of a PDF, in points. Every sample is one vertex: nothing is smoothed, gaps stay gaps. */
const POINTS_PER_MM = 72 / 25.4;
const INK = '0.04 0.12 0.3';
/** Told from ink by its dots and its width too: a report is copied in black and white. */
const AIR = '0.7 0.36 0';
const SHADE = '0.92 0.92 0.92';
const GRID = '0.8 0.8 0.8';
const MARGIN_MM = 3;
const BAR_MM = 50;
const TALLEST = 430;

export interface InkDrawing {
  readonly figure: Figure;
  /** Paper millimetres for one of the pen; null where the device does not know its size. Below 1 where it would not fit. */
  readonly scale: number | null;
}

/** The ink at its true size, with a bar of 50 mm to hold a ruler against; smaller only where the sheet is too small for it. */
export function inkDrawing(dynamics: Dynamics, alt: string): InkDrawing {
  const { points, strokes, unit } = dynamics;
  const box = boundsOf(points);
  const real = unit === 'mm';
  const perUnit = real ? POINTS_PER_MM : (150 * POINTS_PER_MM) / Math.max(box.width, box.height * 1.5, 1);
  const margin = MARGIN_MM * POINTS_PER_MM;
  const fit = Math.min(
    1,
    (TEXT_WIDTH - 2 * margin) / Math.max(box.width * perUnit, real ? BAR_MM * POINTS_PER_MM : 1),
    TALLEST / Math.max(box.height * perUnit, 1),
  );
  const scale = perUnit * fit;
  const foot = real ? 18 : 0;
  const height = box.height * scale + 2 * margin + foot;
  const at = ({ x, y }: MotionPoint): string =>
    `${num(margin + (x - box.x) * scale)} ${num(height - margin - (y - box.y) * scale)}`;
  const path = (run: readonly MotionPoint[]): string => {
    const [first, ...rest] = run;
    if (first === undefined) return '';
    // A dot is a line of no length, which a round cap makes visible.
    return `${at(first)} m ${(rest.length === 0 ? [first] : rest).map((point) => `${at(point)} l`).join(' ')} S\n`;
  };
  const air = airRuns(points, strokes).map(path);
  const ink = strokes.map(([from, to]) => path(points.slice(from, to)));
  const length = BAR_MM * POINTS_PER_MM * fit;
  const bar = real
    ? `[] 0 d 0 J 0.8 w ${num(margin)} 9 m ${num(margin)} 5 l ${num(margin + length)} 5 l ${num(margin + length)} 9 l S\n`
    : '';
  return {
    scale: real ? fit : null,
    figure: {
      width: TEXT_WIDTH,
      height,
      alt,
      operators:
        `1 J 1 j ${colours.stroke(AIR)} 0.5 w [0 1.6] 0 d\n${air.join('')}` +
        `${colours.stroke(INK)} 0.9 w [] 0 d\n${ink.join('')}${colours.stroke('0.1 0.1 0.1')} ${bar}`,
      labels: real ? [{ text: `${BAR_MM} mm`, size: 8, x: margin + length + 4, y: 4, anchor: 'start' }] : [],
    },
  };
}

const FRAME = { left: 44, right: 6, top: 8, bottom: 24 } as const;
const HEIGHT = 118;
const LABEL = 7;

interface Axes {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly operators: string;
  readonly labels: readonly FigureLabel[];
}

/** A frame with round values on both axes, and what the horizontal one is. */
function axes(
  across: { readonly low: number; readonly high: number; readonly name: string },
  up: { readonly low: number; readonly high: number },
  decimal: (value: number) => string,
): Axes {
  const [width, height] = [TEXT_WIDTH - FRAME.left - FRAME.right, HEIGHT - FRAME.top - FRAME.bottom];
  const x = (value: number): number => FRAME.left + ((value - across.low) / (across.high - across.low || 1)) * width;
  const y = (value: number): number => FRAME.bottom + ((value - up.low) / (up.high - up.low || 1)) * height;
  const right = TEXT_WIDTH - FRAME.right;
  const [rows, columns] = [ticks(up.low, up.high), ticks(across.low, across.high)];
  const lines = rows.map((value) => `${FRAME.left} ${num(y(value))} m ${num(right)} ${num(y(value))} l S`);
  const marks = columns.map((value) => `${num(x(value))} ${FRAME.bottom} m ${num(x(value))} ${FRAME.bottom - 3} l S`);
  const edge = `${FRAME.left} ${num(HEIGHT - FRAME.top)} m ${FRAME.left} ${FRAME.bottom} l ${num(right)} ${FRAME.bottom} l S`;
  const dark = colours.stroke('0.35 0.35 0.35');
  return {
    x,
    y,
    operators: `${colours.stroke(GRID)} 0.4 w [] 0 d\n${lines.join('\n')}\n${dark} 0.6 w\n${[...marks, edge].join('\n')}`,
    labels: [
      ...rows.map((value) => label(decimal(value), FRAME.left - 5, y(value) - 2.4, 'end')),
      ...columns.map((value) => label(decimal(value), x(value), FRAME.bottom - 11, 'middle')),
      label(across.name, right, 1, 'end'),
    ],
  };
}

/** A value over time, milliseconds; shaded where the tip was down. Null where nothing was measured. */
export function timeDrawing(
  series: Series,
  { points, strokes }: Dynamics,
  words: { readonly alt: string; readonly time: string; readonly decimal: (value: number) => string },
): Figure | null {
  const values = series.runs.flat().map(([, value]) => value);
  if (values.length === 0) return null;
  const low = values.reduce((a, b) => Math.min(a, b), 0);
  const high = values.reduce((a, b) => Math.max(a, b));
  const last = Math.max(1, points.at(-1)?.time ?? 1);
  const frame = axes({ low: 0, high: last, name: words.time }, { low, high }, words.decimal);
  const { x, y } = frame;
  const shades = strokes.map(([from, to]) => {
    const [begin, end] = [x(points[from]?.time ?? 0), x(points[to - 1]?.time ?? 0)];
    return `${num(begin)} ${FRAME.bottom} ${num(Math.max(0.5, end - begin))} ${HEIGHT - FRAME.top - FRAME.bottom} re f`;
  });
  const drawn = series.runs.map((run) => {
    const at = run.map(([time, value]) => `${num(x(time))} ${num(y(value))}`);
    const [first, ...rest] = at;
    if (first === undefined) return '';
    if (series.dots === true) return at.map((one) => `${one} m ${one} l S`).join('\n');
    return `${first} m ${(rest.length === 0 ? [first] : rest).map((one) => `${one} l`).join(' ')} S`;
  });
  const pen = `${colours.stroke(INK)} 1 J 1 j [] 0 d ${series.dots === true ? '1.6' : '0.7'} w`;
  const operators = `${colours.fill(SHADE)}\n${shades.join('\n')}\n${frame.operators}\n${pen}\n${drawn.join('\n')}`;
  return { width: TEXT_WIDTH, height: HEIGHT, alt: words.alt, operators, labels: frame.labels };
}

/** Counts over intervals. */
export function histogramDrawing(
  { width, bars }: Histogram,
  words: { readonly alt: string; readonly across: string; readonly decimal: (value: number) => string },
): Figure {
  const low = bars[0]?.from ?? 0;
  const high = (bars.at(-1)?.from ?? 0) + width;
  const most = bars.reduce((largest, { count }) => Math.max(largest, count), 1);
  const frame = axes({ low, high, name: words.across }, { low: 0, high: most }, words.decimal);
  const drawn = bars
    .filter(({ count }) => count > 0)
    .map(({ from, count }) => {
      const [left, right] = [frame.x(from), frame.x(from + width)];
      return `${num(left)} ${FRAME.bottom} ${num(Math.max(0.8, right - left - 0.6))} ${num(frame.y(count) - FRAME.bottom)} re f`;
    });
  const operators = `${frame.operators}\n${colours.fill(INK)}\n${drawn.join('\n')}`;
  return { width: TEXT_WIDTH, height: HEIGHT, alt: words.alt, operators, labels: frame.labels };
}

function label(text: string, x: number, y: number, anchor: FigureLabel['anchor']): FigureLabel {
  return { text, size: LABEL, x, y, anchor };
}

function num(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}
