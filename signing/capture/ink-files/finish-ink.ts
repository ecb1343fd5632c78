import { err, ok, type Result } from '../../result.ts';
import {
  INK_SAMPLE_LIMIT,
  type InkFormat,
  type InkProblem,
  type InkRecording,
  type InkSample,
} from './ink-recording.ts';

/** Beyond this a coordinate is no place on any surface, and arithmetic on it loses its meaning. */
const FARTHEST = 1e9;
/** A recording longer than a day is a clock gone wrong. */
const LONGEST_MS = 24 * 3600 * 1000;

/** The last step of every parser: a recording as the type promises it, whatever the file said. */
export function finishInk(format: InkFormat, samples: readonly InkSample[]): Result<InkRecording, InkProblem> {
  if (samples.length > INK_SAMPLE_LIMIT) return err(tooMany(samples.length));
  const finished: InkSample[] = [];
  const start = samples[0]?.time ?? 0;
  let latest = 0;
  for (const [i, { x, y, tip, pressure, time }] of samples.entries()) {
    if (!isPlace(x) || !isPlace(y) || !Number.isFinite(time) || (pressure !== null && !Number.isFinite(pressure))) {
      return err({ code: 'damaged', detail: `sample ${i + 1} is outside every range` });
    }
    // Recorders' clocks step back now and then; the order of the samples is the truth.
    latest = Math.max(latest, time - start);
    if (latest > LONGEST_MS) return err({ code: 'damaged', detail: `the time of sample ${i + 1} is a day late` });
    finished.push({ x, y, tip, pressure: pressure === null ? null : clamp01(pressure), time: latest });
  }
  if (!finished.some(({ tip }) => tip)) return err({ code: 'no-ink', detail: 'the pen never touches' });
  return ok({ format, samples: finished });
}

/** For parsers, before they make room for what a file claims to hold. */
export function tooMany(samples: number): InkProblem {
  return { code: 'too-large', detail: `${samples} samples` };
}

function isPlace(value: number): boolean {
  return Math.abs(value) <= FARTHEST;
}

function clamp01(value: number): number {
  return Math.min(1, Math.max(0, value));
}
