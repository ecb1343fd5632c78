import { z } from 'zod';
import { err, ok, type Result } from '../../result.ts';
import { tooMany } from './finish-ink.ts';
import { INK_SAMPLE_LIMIT, type InkProblem, type InkSample } from './ink-recording.ts';
import { LIFT_MS, withLifts, type StrokeRow } from './text-recordings.ts';

type Parsed = Result<readonly InkSample[], InkProblem>;

const numbers = z.array(z.number());
const pointerShape = z.object({
  x: numbers,
  y: numbers,
  time: numbers,
  pressure: numbers.optional(),
  buttons: numbers.optional(),
});

/** W3C Pointer Events as columns: x, y in CSS px, time ms, pressure 0..1, `buttons` bit 0 is the tip. */
export function parsePointerJson(value: unknown): Parsed {
  const parsed = pointerShape.safeParse(value);
  if (!parsed.success) return damaged('columns x, y, time must be lists of numbers');
  const { x, y, time, pressure, buttons } = parsed.data;
  if ([y, time, pressure, buttons].some((column) => column !== undefined && column.length !== x.length)) {
    return damaged('columns have different lengths');
  }
  if (x.length > INK_SAMPLE_LIMIT) return err(tooMany(x.length));
  return ok(
    x.map((px, i) => {
      const force = pressure?.[i] ?? null;
      const down = buttons === undefined ? (force ?? 1) > 0 : ((buttons[i] ?? 0) & 1) === 1;
      return { x: px, y: y[i] ?? 0, tip: down, pressure: force, time: time[i] ?? 0 };
    }),
  );
}

const channelShape = z.object({
  id: z.string(),
  type: z.string(),
  max: z.number().optional(),
  resolution: z.number().positive().optional(),
  precision: z.number().int().min(-9).max(9).optional(),
});
const uimShape = z.object({
  inputData: z.object({
    inputContextData: z.object({
      sensorContexts: z.array(
        z.object({ sensorChannelsContext: z.array(z.object({ channels: z.array(channelShape) })) }),
      ),
    }),
    sensorData: z.array(
      z.object({
        timestamp: z.coerce.number(),
        dataChannels: z.array(z.object({ sensorChannelID: z.string(), values: numbers })),
      }),
    ),
  }),
});

/** Universal Ink Model 3.0 as JSON: per stroke delta-coded columns, named by channels with a type and precision. */
export function parseUimJson(value: unknown): Parsed {
  const parsed = uimShape.safeParse(value);
  if (!parsed.success) return damaged(parsed.error.issues[0]?.path.join('.') ?? 'shape');
  const { inputContextData, sensorData } = parsed.data.inputData;
  const channels = new Map(
    inputContextData.sensorContexts
      .flatMap((context) => context.sensorChannelsContext.flatMap(({ channels: list }) => list))
      .map((entry) => [entry.id, entry]),
  );
  let strongest = 0;
  const rows: StrokeRow[] = [];
  // Writers list strokes as they were edited: their beginnings say the order in which they were written.
  const strokes = [...sensorData.entries()].sort(([, a], [, b]) => a.timestamp - b.timestamp);
  for (const [stroke, { timestamp, dataChannels }] of strokes) {
    const column = (...suffixes: readonly string[]): Column | null => {
      for (const { sensorChannelID, values } of dataChannels) {
        const found = channels.get(sensorChannelID);
        if (found !== undefined && suffixes.some((suffix) => found.type.endsWith(suffix))) return decode(values, found);
      }
      return null;
    };
    const [x, y] = [column('/X'), column('/Y')];
    if (x === null || y === null || x.values.length !== y.values.length) {
      return damaged(`stroke ${stroke + 1} has no x and y`);
    }
    const times = column('/Timestamp', '/T');
    const force = column('/Pressure');
    // Counts a unit may differ between the two; the shape must not.
    const stretch = x.resolution / y.resolution;
    for (const [i, px] of x.values.entries()) {
      const elapsed = times?.values[i] === undefined ? i * LIFT_MS : (times.values[i] * 1000) / times.resolution;
      rows.push({
        stroke,
        x: px,
        y: (y.values[i] ?? 0) * stretch,
        time: timestamp + elapsed,
        pressure: force?.values[i] ?? null,
      });
    }
    if (rows.length > INK_SAMPLE_LIMIT) return err(tooMany(rows.length));
    strongest = Math.max(strongest, force?.max ?? 0);
  }
  for (const { pressure } of rows) strongest = Math.max(strongest, pressure ?? 0);
  // Some writers give raw levels, some 0..1: brought to 0..1 of the channel's range, or of what was met.
  const samples = withLifts(rows);
  return ok(
    samples.map((sample) => ({
      ...sample,
      pressure: sample.pressure === null || strongest === 0 ? null : sample.pressure / strongest,
    })),
  );
}

interface Column {
  readonly values: readonly number[];
  /** Counts a unit: a metre, or a second. */
  readonly resolution: number;
  readonly max: number | null;
}

/** Differences of integers, scaled by a power of ten. */
function decode(differences: readonly number[], channel: z.infer<typeof channelShape>): Column {
  const scale = 10 ** (channel.precision ?? 0);
  const { resolution = 1000, max = null } = channel;
  let running = 0;
  return { values: differences.map((difference) => (running += difference) / scale), resolution, max };
}

function damaged(detail: string): Result<never, InkProblem> {
  return err({ code: 'damaged', detail });
}
