import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { InkProblem, InkRecording } from '../../../../signing/capture/ink-files/ink-recording.ts';
import { parseInk } from '../../../../signing/capture/ink-files/parse-ink.ts';

const fixtures = path.resolve(import.meta.dirname, '../../../fixtures');

export function inkFixture(name: string): Uint8Array {
  return readFileSync(path.join(fixtures, name));
}

export function recorded(input: Uint8Array | string): InkRecording {
  const parsed = parseInk(typeof input === 'string' ? Buffer.from(input) : input);
  if (!parsed.ok) throw new Error(`${parsed.error.code}: ${parsed.error.detail}`);
  return parsed.value;
}

export function refused(input: Uint8Array | string): InkProblem | null {
  const parsed = parseInk(typeof input === 'string' ? Buffer.from(input) : input);
  return parsed.ok ? null : parsed.error;
}

/** Figures by which manifests describe a recording. */
export function figures({ samples, format }: InkRecording) {
  const steps = samples.slice(1).map(({ time }, i) => time - (samples[i]?.time ?? 0));
  const sorted = steps.toSorted((a, b) => a - b);
  return {
    format,
    down: samples.filter(({ tip }) => tip).length,
    strokes: samples.filter(({ tip }, i) => tip && samples[i - 1]?.tip !== true).length,
    median: Math.round(sorted[sorted.length >> 1] ?? 0),
    longest: Math.round(sorted.at(-1) ?? 0),
  };
}

export const pressures = ({ samples }: InkRecording): readonly (number | null)[] => samples.map((one) => one.pressure);
