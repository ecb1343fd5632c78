import type { InkRecording, InkSample } from './ink-files/ink-recording.ts';

export interface FittedPoint {
  readonly x: number;
  readonly y: number;
  /** 0..1. */
  readonly p: number;
  readonly tip: boolean;
  /** Milliseconds since the first. */
  readonly t: number;
}
interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A pen that gave no pressure is replayed with this much: a light, even hand. */
const EVEN_PRESSURE = 0.5;
const MARGIN = 0.08;
/** Pauses of people looking away are not replayed in full; a pen that rests on the pad may rest longer. */
const LONGEST_PAUSE_MS = 400;
const LONGEST_REST_MS = 5000;

/** Places a recording in an area, shape kept, centred, with a margin; hover samples follow the ink. */
export function fitInk(recording: InkRecording, area: Area): readonly FittedPoint[] {
  const ink = recording.samples.filter(({ tip }) => tip);
  const [left, right] = extent(ink.map(({ x }) => x));
  const [top, bottom] = extent(ink.map(({ y }) => y));
  const scale = Math.min(
    (area.width * (1 - 2 * MARGIN)) / Math.max(right - left, Number.EPSILON),
    (area.height * (1 - 2 * MARGIN)) / Math.max(bottom - top, Number.EPSILON),
  );
  const [middleX, middleY] = [(left + right) / 2, (top + bottom) / 2];
  const times = shortened(recording.samples);
  return recording.samples.map((sample, i) => ({
    // Hover may lead far outside: it is kept at the edge, where a pad would lose sight of the pen.
    x: clamp(area.x + area.width / 2 + (sample.x - middleX) * scale, area.x, area.x + area.width),
    y: clamp(area.y + area.height / 2 + (sample.y - middleY) * scale, area.y, area.y + area.height),
    p: sample.tip ? (sample.pressure ?? EVEN_PRESSURE) : 0,
    tip: sample.tip,
    t: times[i] ?? 0,
  }));
}

function shortened(samples: readonly InkSample[]): readonly number[] {
  let at = 0;
  let previous = samples[0];
  return samples.map((sample) => {
    const longest = sample.tip && previous?.tip === true ? LONGEST_REST_MS : LONGEST_PAUSE_MS;
    at += Math.min(Math.max(sample.time - (previous?.time ?? 0), 0), longest);
    previous = sample;
    return at;
  });
}

function extent(values: readonly number[]): readonly [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
