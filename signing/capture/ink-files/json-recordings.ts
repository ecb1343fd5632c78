import { z } from 'zod';
import { err, ok, type Result } from '../../result.ts';
import type { InkProblem, InkSample } from './ink-recording.ts';
import { withLifts, type StrokeRow } from './text-recordings.ts';

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
  const start = time[0] ?? 0;
  return ok(
    x.map((px, i) => {
      const force = pressure?.[i] ?? null;
      const down = buttons === undefined ? (force ?? 1) > 0 : ((buttons[i] ?? 0) & 1) === 1;
      return { x: px, y: y[i] ?? 0, tip: down, pressure: force, time: (time[i] ?? 0) - start };
    }),
  );
}

const channel = z.object({
  id: z.string(),
  type: z.string(),
  min: z.number().optional(),
  max: z.number().optional(),
  precision: z.number().optional(),
});
const uimShape = z.object({
  inputData: z.object({
    inputContextData: z.object({
      sensorContexts: z.array(z.object({ sensorChannelsContext: z.array(z.object({ channels: z.array(channel) })) })),
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
  const rows: StrokeRow[] = [];
  for (const [stroke, { timestamp, dataChannels }] of sensorData.entries()) {
    const column = (suffix: string): readonly number[] | null => {
      const data = dataChannels.find(({ sensorChannelID }) => channels.get(sensorChannelID)?.type.endsWith(suffix));
      const found = data === undefined ? undefined : channels.get(data.sensorChannelID);
      if (data === undefined || found === undefined) return null;
      const scale = 10 ** (found.precision ?? 0);
      let running = 0;
      return data.values.map((delta) => (running += delta) / scale);
    };
    const x = column('/X');
    const y = column('/Y');
    if (x === null || y === null || x.length !== y.length) return damaged(`stroke ${stroke + 1} has no x and y`);
    const times = column('/Timestamp') ?? column('/T');
    const force = column('/Pressure');
    x.forEach((px, i) =>
      rows.push({ stroke, x: px, y: y[i] ?? 0, time: timestamp + (times?.[i] ?? i * 8), pressure: force?.[i] ?? null }),
    );
  }
  const strongest = rows.reduce((most, { pressure }) => Math.max(most, pressure ?? 0), 0);
  // Some writers give raw levels, some 0..1: brought to 0..1 of the recording's own range.
  return ok(
    withLifts(
      rows
        .map((row) => ({
          ...row,
          pressure: row.pressure === null || strongest === 0 ? null : row.pressure / strongest,
        }))
        .sort((a, b) => a.stroke - b.stroke || a.time - b.time),
    ),
  );
}

function damaged(detail: string): Result<never, InkProblem> {
  return err({ code: 'damaged', detail });
}
