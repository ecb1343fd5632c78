import type { CapturePart } from '../../capture/capture-record.ts';
import { strokeRanges } from '../../capture/strokes.ts';

/**
 * What an examiner looks at, computed from the raw samples of one device without smoothing or resampling. Lengths are
 * millimetres where the device knows its size, else device units; times are milliseconds since the first sample.
 */
export interface Dynamics {
  readonly unit: 'mm' | 'units';
  readonly points: readonly MotionPoint[];
  /** Index ranges [from, to) with the tip down. */
  readonly strokes: readonly (readonly [number, number])[];
  /** Between neighbours of one stroke, and where the pen was in the air within reach. */
  readonly intervals: readonly Interval[];
  readonly gaps: readonly Gap[];
  readonly figures: DynamicsFigures;
}
export interface MotionPoint {
  readonly x: number;
  readonly y: number;
  readonly time: number;
  readonly down: boolean;
  /** Level as delivered; null where the device measures none. */
  readonly pressure: number | null;
  /**
   * Millimetres (or units) a second since the sample before. Null where a stroke begins, since the way to it went through
   * the air, and where no time went by.
   */
  readonly speed: number | null;
}
export interface Interval {
  readonly at: number;
  readonly millis: number;
  readonly down: boolean;
}
/** Something is missing there, by the clock or by the device's own counter. */
export interface Gap {
  readonly at: number;
  readonly millis: number;
  /** Numbers that the device's counter skipped; 0 when only the clock shows the gap, null without a counter. */
  readonly skipped: number | null;
}
export interface DynamicsFigures {
  readonly samples: number;
  readonly strokes: number;
  readonly durationMs: number;
  readonly downMs: number;
  /** Share of samples in the air, 0 to 1. */
  readonly airShare: number;
  /** Of the path with the tip down. */
  readonly pathLength: number;
  readonly width: number;
  readonly height: number;
  /** With the tip down. */
  readonly meanSpeed: number | null;
  readonly topSpeed: number | null;
  readonly pressureMin: number | null;
  readonly pressureMax: number | null;
  readonly medianInterval: number | null;
  readonly longestInterval: number | null;
}

const MM_PER_INCH = 25.4;
/** As completeness has it: a stroke has a turn in less. */
const GAP_MS = 40;
/** Counters of pads wrap at one of these. */
const WRAPS = [256, 65_536, 2 ** 32] as const;

export function dynamicsOf(part: CapturePart): Dynamics {
  const { columns, surface } = part;
  const perInch = surface.unitsPerInch;
  const scaleX = perInch === undefined ? 1 : MM_PER_INCH / perInch.x;
  const scaleY = perInch === undefined ? 1 : MM_PER_INCH / perInch.y;
  const start = columns.time[0] ?? 0;
  const points: MotionPoint[] = [];
  columns.tip.forEach((tip, i) => {
    const x = (columns.x[i] ?? 0) * scaleX;
    const y = (columns.y[i] ?? 0) * scaleY;
    const time = ((columns.time[i] ?? 0) - start) / 1000;
    const before = points.at(-1);
    const down = tip === 1;
    const millis = before === undefined ? 0 : time - before.time;
    const begins = before === undefined || (down && !before.down);
    const speed = begins || millis <= 0 ? null : (Math.hypot(x - before.x, y - before.y) * 1000) / millis;
    points.push({ x, y, time, down, pressure: columns.pressure?.[i] ?? null, speed });
  });
  const strokes = strokeRanges(columns.tip);
  const inStroke = new Set(
    strokes.flatMap(([from, to]) => Array.from({ length: to - from - 1 }, (_, i) => from + 1 + i)),
  );
  const intervals = points.slice(1).map((point, i) => ({
    at: point.time,
    millis: point.time - (points[i]?.time ?? 0),
    down: inStroke.has(i + 1),
  }));
  return {
    unit: perInch === undefined ? 'units' : 'mm',
    points,
    strokes,
    intervals,
    gaps: gapsOf(intervals, columns.sequence),
    figures: figuresOf(points, strokes, intervals),
  };
}

function gapsOf(intervals: readonly Interval[], sequence: readonly number[] | undefined): readonly Gap[] {
  const wrap = WRAPS.find((size) => (sequence ?? []).every((value) => value < size)) ?? 2 ** 32;
  return intervals.flatMap(({ at, millis, down }, i) => {
    const [before, after] = [sequence?.[i], sequence?.[i + 1]];
    const skipped = before === undefined || after === undefined ? null : (((after - before - 1) % wrap) + wrap) % wrap;
    const seen = down && millis > GAP_MS;
    // The same number twice is no gap; as a difference it would be all but one of the counter.
    const lost = skipped !== null && skipped > 0 && skipped < wrap / 2;
    return seen || lost ? [{ at: at - millis, millis, skipped: lost ? skipped : skipped === null ? null : 0 }] : [];
  });
}

function figuresOf(
  points: readonly MotionPoint[],
  strokes: Dynamics['strokes'],
  intervals: readonly Interval[],
): DynamicsFigures {
  const down = points.filter((point) => point.down);
  const steps = intervals.filter((interval) => interval.down).map(({ millis }) => millis);
  const sorted = steps.toSorted((a, b) => a - b);
  let [pathLength, downMs] = [0, 0];
  for (const [from, to] of strokes) {
    for (let i = from + 1; i < to; i += 1) {
      const [a, b] = [points[i - 1], points[i]];
      if (a === undefined || b === undefined) continue;
      pathLength += Math.hypot(b.x - a.x, b.y - a.y);
      downMs += b.time - a.time;
    }
  }
  const speeds = down.flatMap(({ speed }) => speed ?? []);
  const levels = down.flatMap(({ pressure }) => pressure ?? []);
  const span = (values: readonly number[]): number =>
    values.length === 0 ? 0 : reduce(values, Math.max) - reduce(values, Math.min);
  return {
    samples: points.length,
    strokes: strokes.length,
    durationMs: points.at(-1)?.time ?? 0,
    downMs,
    airShare: points.length === 0 ? 0 : (points.length - down.length) / points.length,
    pathLength,
    width: span(down.map(({ x }) => x)),
    height: span(down.map(({ y }) => y)),
    meanSpeed: downMs > 0 ? (pathLength * 1000) / downMs : null,
    topSpeed: speeds.length === 0 ? null : reduce(speeds, Math.max),
    pressureMin: levels.length === 0 ? null : reduce(levels, Math.min),
    pressureMax: levels.length === 0 ? null : reduce(levels, Math.max),
    medianInterval: sorted[sorted.length >> 1] ?? null,
    longestInterval: sorted.at(-1) ?? null,
  };
}

/** Spreading a long list into Math.max would overflow the stack. */
function reduce(values: readonly number[], choose: (a: number, b: number) => number): number {
  return values.reduce((a, b) => choose(a, b));
}
