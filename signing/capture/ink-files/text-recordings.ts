import { err, ok, type Result } from '../../result.ts';
import type { InkProblem, InkSample } from './ink-recording.ts';

type Parsed = Result<readonly InkSample[], InkProblem>;

/**
 * SVC2004 text (formats 2.3): a count, then `x y t button azimuth altitude pressure` or `x y t button`. Real files may
 * have a row more than the count says: all rows are kept.
 */
export function parseSvc(text: string): Parsed {
  const rows = numberRows(text, /\s+/, 1);
  if (!rows.ok) return rows;
  const widths = new Set(rows.value.map((row) => row.length));
  const [width] = widths;
  if (widths.size !== 1 || (width !== 4 && width !== 7)) return damaged('rows have different numbers of columns');
  const strongest = Math.max(1, highest(rows.value, 6));
  // Digitisers of this format count upwards; screens count down.
  return ok(
    rows.value.map(([x = 0, y = 0, t = 0, button = 0, , , force]) => ({
      x,
      y: -y,
      tip: button === 1,
      pressure: force === undefined ? null : force / strongest,
      time: t - (rows.value[0]?.[2] ?? 0),
    })),
  );
}

/** Sensor export of a digital-ink SDK: stroke index, x, y, epoch ms, pressure 0..1, altitude and azimuth in radians. */
export function parseSensorCsv(text: string): Parsed {
  const rows = numberRows(text, ',', 1);
  if (!rows.ok) return rows;
  return ok(
    withLifts(
      rows.value.map(([stroke = 0, x = 0, y = 0, time = 0, pressure = 0]) => ({ stroke, x, y, time, pressure })),
    ),
  );
}

/** Finger drawing on a tablet: x and y in percent of the canvas, seconds; no pressure, lifts only as long pauses. */
export function parseTouchCsv(text: string): Parsed {
  const rows = numberRows(text, ',', 1);
  if (!rows.ok) return rows;
  let stroke = 0;
  let previous = 0;
  return ok(
    withLifts(
      rows.value.map(([, x = 0, y = 0, , seconds = 0]) => {
        const time = seconds * 1000;
        if (time - previous > LIFT_PAUSE_MS) stroke += 1;
        previous = time;
        return { stroke, x, y: -y, time, pressure: null };
      }),
    ),
  );
}

/** A recorder that leaves hover out shows a lift only as a pause; its samples come every 8 ms. */
const LIFT_PAUSE_MS = 60;

export interface StrokeRow {
  readonly stroke: number;
  readonly x: number;
  readonly y: number;
  readonly time: number;
  readonly pressure: number | null;
}

/** Rows that know their stroke, as samples: after each stroke the pen is up where it left. */
export function withLifts(rows: readonly StrokeRow[]): readonly InkSample[] {
  const start = rows[0]?.time ?? 0;
  const samples: InkSample[] = [];
  rows.forEach(({ x, y, time, pressure, stroke }, i) => {
    samples.push({ x, y, tip: true, pressure, time: time - start });
    const following = rows[i + 1];
    if (following === undefined || following.stroke !== stroke) {
      samples.push({ x, y, tip: false, pressure: pressure === null ? null : 0, time: time - start });
    }
  });
  return samples;
}

function numberRows(
  text: string,
  separator: string | RegExp,
  skip: number,
): Result<readonly (readonly number[])[], InkProblem> {
  const rows: number[][] = [];
  const lines = text.split(/\r?\n/);
  for (let i = skip; i < lines.length; i += 1) {
    const line = (lines[i] ?? '').trim();
    if (line === '') continue;
    const row = line.replace(/,$/, '').split(separator).map(Number);
    if (row.some((value) => !Number.isFinite(value))) return damaged(`line ${i + 1} holds something else than numbers`);
    rows.push(row);
  }
  return ok(rows);
}

function highest(rows: readonly (readonly number[])[], column: number): number {
  return rows.reduce((most, row) => Math.max(most, row[column] ?? 0), 0);
}

function damaged(detail: string): Result<never, InkProblem> {
  return err({ code: 'damaged', detail });
}
