import type { CaptureCompleteness, CaptureRecord } from './capture-record.ts';
import { strokeRanges } from './strokes.ts';

/** A pause inside a stroke longer than this is a gap: eight reports at the usual 200 a second. */
const GAP_MS = 40;
/** Below this rate an examiner has too little to work with (formats 8: 100 Hz enough for handwriting). */
const POOR_RATE = 60;

/** Measures what arrived; every figure is stored beside the capture, the word is for the clerk. */
export function measureCompleteness(record: CaptureRecord): CaptureCompleteness {
  const { time, tip, pressure } = record.columns;
  const ranges = strokeRanges(tip);
  let downMicros = 0;
  let downSteps = 0;
  let longestGap = 0;
  for (const [from, to] of ranges) {
    for (let i = from + 1; i < to; i += 1) {
      const step = (time[i] ?? 0) - (time[i - 1] ?? 0);
      downMicros += step;
      downSteps += 1;
      longestGap = Math.max(longestGap, step);
    }
  }
  const rate = downMicros > 0 ? (downSteps * 1_000_000) / downMicros : 0;
  const longestGapMs = longestGap / 1000;
  const lost = record.losses.lostReports ?? null;
  const force = forceFigures(pressure, tip, record.surface.maxPressure);
  const gaps = (lost ?? 0) > 0 || record.losses.malformedReports > 0 || longestGapMs > GAP_MS;
  const flat = force.min !== null && force.min === force.max && downSteps > 10;
  const poor = (downSteps > 10 && rate < POOR_RATE) || flat || (lost ?? 0) > Math.max(5, tip.length / 20);
  return {
    word: poor ? 'poor' : gaps ? 'gaps' : 'complete',
    samples: tip.length,
    strokes: ranges.length,
    durationMs: Math.round(((time.at(-1) ?? 0) - (time[0] ?? 0)) / 1000),
    rate: round1(rate),
    longestGapMs: round1(longestGapMs),
    lostReports: lost,
    pressureMin: force.min,
    pressureMax: force.max,
    saturatedShare: force.saturated,
  };
}

interface ForceFigures {
  readonly min: number | null;
  readonly max: number | null;
  readonly saturated: number | null;
}

function forceFigures(
  pressure: readonly number[] | undefined,
  tip: readonly (0 | 1)[],
  maximum: number | undefined,
): ForceFigures {
  if (pressure === undefined) return { min: null, max: null, saturated: null };
  const down = pressure.filter((_, i) => tip[i] === 1);
  if (down.length === 0) return { min: null, max: null, saturated: null };
  let min = Infinity;
  let max = -Infinity;
  let full = 0;
  for (const level of down) {
    min = Math.min(min, level);
    max = Math.max(max, level);
    if (maximum !== undefined && level >= maximum) full += 1;
  }
  return { min, max, saturated: maximum === undefined ? null : Math.round((full * 1000) / down.length) / 1000 };
}

function round1(value: number): number {
  return Math.round(value * 10) / 10;
}
