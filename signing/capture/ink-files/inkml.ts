import { SaxesParser } from 'saxes';
import { err, ok, type Result } from '../../result.ts';
import { tooMany } from './finish-ink.ts';
import { INK_SAMPLE_LIMIT, type InkProblem, type InkSample } from './ink-recording.ts';
import { decodeTrace } from './inkml-trace.ts';
import { LIFT_MS, withLifts, type StrokeRow } from './text-recordings.ts';

interface ChannelFormat {
  readonly name: string;
  readonly max: number | null;
  readonly units: string;
}
interface Trace {
  readonly text: string;
  readonly penUp: boolean;
  readonly format: readonly ChannelFormat[];
}

/** More channels than any pen has; each costs work in each trace. */
const MOST_CHANNELS = 32;
/** Real files are six deep; the parser looks namespaces up through every open element. */
const DEEPEST = 32;

/** W3C InkML (formats 2.1, 2.2): traces with X Y and, where given, F and T. Document types are refused. */
export function parseInkml(text: string): Result<readonly InkSample[], InkProblem> {
  const read = readTraces(text);
  if (!read.ok) return read;
  const rows: StrokeRow[] = [];
  let strongest = 0;
  for (const [number, trace] of read.value.entries()) {
    const decoded = decodePoints(trace);
    if (!decoded.ok) return damaged(`trace ${number + 1} ${decoded.error}`);
    if (rows.length + decoded.value.length > INK_SAMPLE_LIMIT) return err(tooMany(rows.length + decoded.value.length));
    // Times count from the trace or from its context: one that would go back follows the trace before.
    const previous = rows.at(-1)?.time;
    const begin = decoded.value[0]?.time ?? null;
    const shift =
      previous !== undefined && (begin === null || begin < previous) ? previous + LIFT_MS - (begin ?? 0) : 0;
    for (const [i, point] of decoded.value.entries()) {
      const time = begin === null ? shift + i * LIFT_MS : point.time === null ? rows.at(-1)?.time : shift + point.time;
      strongest = Math.max(strongest, trace.format.find(isForce)?.max ?? point.pressure ?? 0);
      rows.push({ ...point, stroke: number, time: time ?? 0 });
    }
  }
  return ok(
    withLifts(rows).map((sample) => ({
      ...sample,
      pressure: sample.pressure === null || strongest === 0 ? null : sample.pressure / strongest,
    })),
  );
}

interface TracePoint {
  readonly x: number;
  readonly y: number;
  readonly tip: boolean;
  /** In the units of the channel. */
  readonly pressure: number | null;
  /** Milliseconds of whatever clock the file has; null where it gives none. */
  readonly time: number | null;
}

const isForce = ({ name }: ChannelFormat): boolean => name === 'F' || name === 'TP';

function decodePoints({ format, text, penUp }: Trace): Result<readonly TracePoint[], string> {
  const names = format.map(({ name }) => name);
  const [xAt, yAt, tAt, fAt] = [names.indexOf('X'), names.indexOf('Y'), names.indexOf('T'), format.findIndex(isForce)];
  if (xAt < 0 || yAt < 0) return err('has no X and Y');
  if (names.length > MOST_CHANNELS) return err('has too many channels');
  const points = decodeTrace(text, names.length);
  if (points === null) return err('does not follow the grammar');
  const toMillis = format[tAt]?.units === 's' ? 1000 : 1;
  return ok(
    points.map((point) => {
      const time = tAt < 0 ? undefined : point[tAt];
      const pressure = fAt < 0 ? null : (point[fAt] ?? null);
      return {
        x: point[xAt] ?? 0,
        y: point[yAt] ?? 0,
        tip: !penUp && (pressure === null || pressure > 0),
        pressure,
        time: time === undefined ? null : time * toMillis,
      };
    }),
  );
}

function readTraces(text: string): Result<readonly Trace[], InkProblem> {
  const parser = new SaxesParser({ xmlns: true });
  const formats = new Map<string, readonly ChannelFormat[]>();
  const traces: Trace[] = [];
  let format: ChannelFormat[] = [
    { name: 'X', max: null, units: '' },
    { name: 'Y', max: null, units: '' },
  ];
  let context = '';
  let open: { text: string; penUp: boolean; context: string } | null = null;
  let depth = 0;
  // Thrown, so that nothing after the first fault is read. The parser's own words quote the file, which may be ink.
  const refuse = (detail: string): never => {
    throw new InkmlFault(`${detail} (line ${parser.line}, column ${parser.column})`);
  };
  parser.on('doctype', () => refuse('document type is not allowed'));
  parser.on('error', () => refuse('not well-formed'));
  parser.on('opentag', ({ local, attributes }) => {
    depth += 1;
    if (depth > DEEPEST) refuse('nested too deep');
    const attribute = (name: string): string =>
      Object.values(attributes).find((entry) => entry.local === name)?.value ?? '';
    if (local === 'context') context = attribute('id');
    if (local === 'traceFormat') format = [];
    if (local === 'channel') {
      const max = Number(attribute('max'));
      const known = attribute('max') !== '' && Number.isFinite(max);
      format.push({ name: attribute('name'), max: known ? max : null, units: attribute('units') });
    }
    if (local === 'trace') {
      open = { text: '', penUp: attribute('type') === 'penUp', context: attribute('contextRef').replace(/^#/, '') };
    }
  });
  parser.on('text', (chunk) => {
    if (open !== null) open.text += chunk;
  });
  parser.on('closetag', ({ local }) => {
    depth -= 1;
    if (local === 'traceFormat') formats.set(context, format);
    if (local === 'context') context = '';
    if (local === 'trace' && open !== null) {
      if (traces.length >= INK_SAMPLE_LIMIT) refuse('too many traces');
      traces.push({ text: open.text, penUp: open.penUp, format: formats.get(open.context) ?? format });
      open = null;
    }
  });
  try {
    parser.write(text).close();
  } catch (error) {
    if (error instanceof InkmlFault) return damaged(error.message);
    throw error;
  }
  return ok(traces);
}

class InkmlFault extends Error {}

function damaged(detail: string): Result<never, InkProblem> {
  return err({ code: 'damaged', detail });
}
