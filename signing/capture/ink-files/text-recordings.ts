import { err, ok, type Result } from '../../result.ts';
import { tooMany } from './finish-ink.ts';
import { INK_SAMPLE_LIMIT, type InkProblem, type InkSample } from './ink-recording.ts';

type Parsed = Result<readonly InkSample[], InkProblem>;

/**
 * SVC2004 text (formats 2.3): a count, then `x y t button azimuth altitude pressure` or `x y t button`. Real files may
 * have a row more than the count says: all rows are kept. Fewer mean that the end is missing.
 */
export function parseSvc(text: string): Parsed {
  const rows = numberRows(text, /\s+/, 4);
  if (!rows.ok) return rows;
  const announced = Number(text.slice(0, text.indexOf('\n')));
  if (rows.value.length < announced) return damaged('fewer rows than announced');
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
      time: t,
    })),
  );
}

/** Sensor export of a digital-ink SDK: stroke index, x, y, epoch ms, pressure 0..1, altitude and azimuth in radians. */
export function parseSensorCsv(text: string): Parsed {
  const rows = numberRows(text, ',', 5);
  if (!rows.ok) return rows;
  const strokes = Map.groupBy(rows.value, ([stroke = 0]) => stroke);
  return ok(
    withLifts(
      [...strokes.values()].flatMap((points) => {
        const begin = points[0]?.[3] ?? 0;
        const unit = sensorUnit(points);
        return points.map(([stroke = 0, x = 0, y = 0, time = 0, pressure = 0]) => ({
          stroke,
          x,
          y,
          time: begin + (time - begin) * unit,
          pressure,
        }));
      }),
    ),
  );
}

/** No pen sends reports closer than this. */
const CLOSEST_MS = 0.1;

/**
 * Real exports add the seconds since the pen went down to a beginning in milliseconds (seen: steps of 0.004, strokes
 * that last 0.9 and lie 1,890 apart). Steps that short are taken for seconds.
 */
function sensorUnit(points: readonly (readonly number[])[]): 1 | 1000 {
  const first = points[0]?.[3] ?? 0;
  const last = points.at(-1)?.[3] ?? 0;
  return points.length > 2 && (last - first) / (points.length - 1) < CLOSEST_MS ? 1000 : 1;
}

/** Finger drawing on a tablet: x and y in percent of the canvas, seconds; no pressure, lifts only as long pauses. */
export function parseTouchCsv(text: string): Parsed {
  const rows = numberRows(text, ',', 5);
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
  /** False for a stroke in the air. */
  readonly tip?: boolean;
  readonly x: number;
  readonly y: number;
  readonly time: number;
  readonly pressure: number | null;
}

/** The pace of what has no times of its own. A lift that no recorder wrote down comes so soon, or between two strokes. */
export const LIFT_MS = 8;

/** Rows that know their stroke, as samples: after each stroke the pen is up where it left. */
export function withLifts(rows: readonly StrokeRow[]): readonly InkSample[] {
  const samples: InkSample[] = [];
  rows.forEach(({ x, y, time, pressure, stroke, tip = true }, i) => {
    samples.push({ x, y, tip, pressure, time });
    const following = rows[i + 1];
    if (!tip || following?.stroke === stroke || following?.tip === false) return;
    const pause = following === undefined ? Infinity : following.time - time;
    const lift = time + Math.max(0, Math.min(LIFT_MS, pause / 2));
    samples.push({ x, y, tip: false, pressure: pressure === null ? null : 0, time: lift });
  });
  return samples;
}

/** The lines after the first as numbers, each with at least so many columns. */
function numberRows(
  text: string,
  separator: string | RegExp,
  atLeast: number,
): Result<readonly (readonly number[])[], InkProblem> {
  const rows: number[][] = [];
  const lines = text.split('\n');
  for (let i = 1; i < lines.length; i += 1) {
    const line = (lines[i] ?? '').trim();
    if (line === '') continue;
    const cells = line.replace(/,$/, '').split(separator);
    if (cells.length < atLeast) return damaged(`line ${i + 1} has too few columns`);
    // An empty cell would read as 0.
    const row = cells.map((cell) => (cell.trim() === '' ? NaN : Number(cell)));
    if (row.some((value) => !Number.isFinite(value))) return damaged(`line ${i + 1} holds something else than numbers`);
    if (rows.length >= INK_SAMPLE_LIMIT) return err(tooMany(lines.length));
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
