/**
 * How complete a capture is. What is measured, and why the thresholds are where they are:
 *
 * - **Lost**: by the pad's own numbering. One is a gap; a twentieth of all (and more than five) leaves strokes whose
 *   course is a guess.
 * - **Malformed, refused**: reports that came and could not be used: gaps, as something is missing where they were.
 * - **Rate**: samples a second while the tip is down. 100 a second are enough for handwriting (formats 8); below 60 fast
 *   turns fall between two samples.
 * - **Longest gap** in a stroke: 40 ms are eight reports of a pad that sends 200 a second, and more than two frames of a
 *   browser; a stroke has a turn in less.
 * - **Jitter**: 95th percentile less median of the intervals in strokes. A bus or an event loop that is late hands over
 *   several reports at once, and speed between them is then the computer's. Up to 25 ms (five reports of 200 a second) is
 *   what a busy machine does; beyond, the time column is coarse over whole strokes.
 * - **Saturation**: share of samples at the sensor's upper end. The curve is cut off there: with a tenth it is a gap, with
 *   half there is no curve left. Pressure that never moves is none.
 * - **Interruptions**: a stroke that was void is missing, and said so.
 */
import type {
  CaptureCompleteness,
  CaptureFigures,
  CaptureInterruption,
  CapturePart,
  CaptureRecord,
} from './capture-record.ts';
import { strokeRanges } from './strokes.ts';

const GAP_MS = 40;
const JITTER_MS = 25;
const POOR_RATE = 60;
const POOR_LOST_SHARE = 1 / 20;
const FEW_LOST = 5;
const CUT_OFF_SHARE = 0.1;
const NO_CURVE_SHARE = 0.5;
/** Fewer steps say nothing about a rate or about pressure: a dot is short, not poor. */
const FEW_STEPS = 10;

/** Measures what arrived, over all parts; the word is for the clerk. */
export function measureCompleteness(record: Omit<CaptureRecord, 'completeness'>): CaptureFigures {
  const parts: readonly CapturePart[] = [...(record.earlier ?? []), record];
  const interruptions = record.interruptions ?? [];
  const steps = parts.flatMap(stepsOf).sort((a, b) => a - b);
  const force = parts.map(forceFigures);
  const own = force.at(-1) ?? NO_FORCE;
  const figures = {
    samples: sum(parts.map(({ columns }) => columns.tip.length)),
    strokes: sum(parts.map(({ columns }) => strokeRanges(columns.tip).length)),
    rate: rateOf(steps),
    longestGapMs: round1((steps.at(-1) ?? 0) / 1000),
    lostReports: lostOf(parts),
    durationMs: Math.round(sum(parts.map(durationOf)) / 1000),
    jitterMs: round1((percentile(steps, 0.95) - percentile(steps, 0.5)) / 1000),
    malformedReports: sum(parts.map(({ losses }) => losses.malformedReports)),
    refusedReports: sum(parts.map(({ losses }) => losses.refusedReports ?? 0)),
    pressureMin: own.min,
    pressureMax: own.max,
    pressureSpan: widest(force.map(({ span }) => span)),
    saturatedShare: shareAtTop(force),
    interruptions: interruptions.length,
    voidedSamples: sum(interruptions.map(({ voidedSamples }: CaptureInterruption) => voidedSamples)),
  };
  const flat = steps.length > FEW_STEPS && force.some(({ min, max }) => min !== null && min === max);
  return { word: wordFor(figures, steps.length, flat), ...figures };
}

/** What of the figures may be told outside the sealed record. */
export function outsideFigures(figures: CaptureFigures): CaptureCompleteness {
  const { word, samples, strokes, rate, longestGapMs, lostReports } = figures;
  return { word, samples, strokes, rate, longestGapMs, lostReports };
}

function wordFor(figures: Omit<CaptureFigures, 'word'>, steps: number, flat: boolean): CaptureCompleteness['word'] {
  const lost = figures.lostReports ?? 0;
  const saturated = figures.saturatedShare ?? 0;
  const poor =
    (steps > FEW_STEPS && figures.rate < POOR_RATE) ||
    flat ||
    lost > Math.max(FEW_LOST, figures.samples * POOR_LOST_SHARE) ||
    saturated > NO_CURVE_SHARE;
  if (poor) return 'poor';
  const gaps =
    lost + figures.malformedReports + figures.refusedReports + figures.interruptions > 0 ||
    figures.longestGapMs > GAP_MS ||
    figures.jitterMs > JITTER_MS ||
    saturated > CUT_OFF_SHARE;
  return gaps ? 'gaps' : 'complete';
}

/** Intervals between neighbours of one stroke, microseconds. */
function stepsOf({ columns: { time, tip } }: CapturePart): readonly number[] {
  return strokeRanges(tip).flatMap(([from, to]) =>
    time.slice(from + 1, to).map((at, i) => at - (time[from + i] ?? at)),
  );
}

function rateOf(steps: readonly number[]): number {
  const micros = sum(steps);
  return micros > 0 ? round1((steps.length * 1_000_000) / micros) : 0;
}

function durationOf({ columns: { time } }: CapturePart): number {
  return (time.at(-1) ?? 0) - (time[0] ?? 0);
}

function lostOf(parts: readonly CapturePart[]): number | null {
  const counted = parts.flatMap(({ losses }) => losses.lostReports ?? []);
  return counted.length === 0 ? null : sum(counted);
}

interface ForceFigures {
  readonly min: number | null;
  readonly max: number | null;
  readonly span: number | null;
  /** Samples with the tip down, and those of them at the upper end; null where the range is not known. */
  readonly down: number;
  readonly atTop: number | null;
}
const NO_FORCE: ForceFigures = { min: null, max: null, span: null, down: 0, atTop: null };

function forceFigures({ columns: { pressure, tip }, surface: { maxPressure } }: CapturePart): ForceFigures {
  const levels = pressure?.filter((_, i) => tip[i] === 1) ?? [];
  if (levels.length === 0) return NO_FORCE;
  const min = levels.reduce((a, b) => Math.min(a, b));
  const max = levels.reduce((a, b) => Math.max(a, b));
  if (maxPressure === undefined || maxPressure <= 0) return { min, max, span: null, down: levels.length, atTop: null };
  const atTop = levels.filter((level) => level >= maxPressure).length;
  return { min, max, span: round3((max - min) / maxPressure), down: levels.length, atTop };
}

function shareAtTop(force: readonly ForceFigures[]): number | null {
  const known = force.filter(({ atTop }) => atTop !== null);
  const down = sum(known.map((part) => part.down));
  return down === 0 ? null : round3(sum(known.map(({ atTop }) => atTop ?? 0)) / down);
}

function widest(spans: readonly (number | null)[]): number | null {
  const known = spans.filter((span) => span !== null);
  return known.length === 0 ? null : Math.max(...known);
}

/** Nearest rank, of sorted values. */
function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function round1(value: number): number {
  return Math.round(value * 10) / 10;
}

function round3(value: number): number {
  return Math.round(value * 1000) / 1000;
}
