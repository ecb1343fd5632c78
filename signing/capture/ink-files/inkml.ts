import { SaxesParser } from 'saxes';
import { err, ok, type Result } from '../../result.ts';
import { tooMany } from './finish-ink.ts';
import { INK_SAMPLE_LIMIT, type InkProblem, type InkSample } from './ink-recording.ts';
import { decodeTrace } from './inkml-trace.ts';

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
const MOST_CHANNELS = 64;
/** Points of a file without times, and traces whose times begin anew, follow one another at this pace. */
const STEP_MS = 8;

/** W3C InkML (formats 2.1, 2.2): traces with X Y and, where given, F and T. Document types are refused. */
export function parseInkml(text: string): Result<readonly InkSample[], InkProblem> {
  const read = readTraces(text);
  if (!read.ok) return read;
  const samples: InkSample[] = [];
  let strongest = 0;
  for (const [number, trace] of read.value.entries()) {
    const names = trace.format.map(({ name }) => name);
    const [xAt, yAt, tAt] = [names.indexOf('X'), names.indexOf('Y'), names.indexOf('T')];
    const fAt = names.findIndex((name) => name === 'F' || name === 'TP');
    if (xAt < 0 || yAt < 0) return damaged(`trace ${number + 1} has no X and Y`);
    if (names.length > MOST_CHANNELS) return damaged(`trace ${number + 1} has too many channels`);
    const points = decodeTrace(trace.text, names.length);
    if (points === null) return damaged(`trace ${number + 1} does not follow the grammar`);
    if (samples.length + points.length > INK_SAMPLE_LIMIT) return err(tooMany(samples.length + points.length));
    // Times count from the trace or from its context: one that would go back follows the trace before.
    const previous = samples.at(-1)?.time;
    const toMillis = trace.format[tAt]?.units === 's' ? 1000 : 1;
    const begin = (points[0]?.[tAt] ?? 0) * toMillis;
    const shift = previous !== undefined && (tAt < 0 || begin < previous) ? previous + STEP_MS - begin : 0;
    for (const [i, point] of points.entries()) {
      const own = tAt < 0 ? i * STEP_MS : point[tAt];
      const time = own === undefined ? (samples.at(-1)?.time ?? 0) : shift + own * (tAt < 0 ? 1 : toMillis);
      const force = fAt < 0 ? null : (point[fAt] ?? null);
      strongest = Math.max(strongest, trace.format[fAt]?.max ?? force ?? 0);
      const tip = !trace.penUp && (force === null || force > 0);
      samples.push({ x: point[xAt] ?? 0, y: point[yAt] ?? 0, tip, pressure: force, time });
    }
    const last = samples.at(-1);
    if (last?.tip === true) {
      samples.push({ ...last, tip: false, pressure: last.pressure === null ? null : 0, time: last.time + STEP_MS });
    }
  }
  return ok(
    samples.map((sample) => ({
      ...sample,
      pressure: sample.pressure === null || strongest === 0 ? null : sample.pressure / strongest,
    })),
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
  const problems: string[] = [];
  parser.on('doctype', () => problems.push('document type is not allowed'));
  // The parser's own words quote the file, which may be ink.
  const notWellFormed = (): void => {
    problems.push(`not well-formed (line ${parser.line}, column ${parser.column})`);
  };
  parser.on('error', notWellFormed);
  parser.on('opentag', ({ local, attributes }) => {
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
    if (local === 'traceFormat') formats.set(context, format);
    if (local === 'context') context = '';
    if (local === 'trace' && open !== null) {
      traces.push({ text: open.text, penUp: open.penUp, format: formats.get(open.context) ?? format });
      open = null;
    }
  });
  try {
    parser.write(text).close();
  } catch {
    notWellFormed();
  }
  const [problem] = problems;
  return problem === undefined ? ok(traces) : damaged(problem);
}

function damaged(detail: string): Result<never, InkProblem> {
  return err({ code: 'damaged', detail });
}
