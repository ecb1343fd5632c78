import { SaxesParser } from 'saxes';
import { err, ok, type Result } from '../../result.ts';
import type { InkProblem, InkSample } from './ink-recording.ts';
import { decodeTrace } from './inkml-trace.ts';

interface ChannelFormat {
  readonly name: string;
  readonly max: number | null;
}
interface Trace {
  readonly text: string;
  readonly penUp: boolean;
  readonly format: readonly ChannelFormat[];
}

/** W3C InkML (formats 2.1, 2.2): traces with X Y and, where given, F and T. Document types are refused. */
export function parseInkml(text: string): Result<readonly InkSample[], InkProblem> {
  const read = readTraces(text);
  if (!read.ok) return read;
  const samples: InkSample[] = [];
  let strongest = 0;
  let clock = 0;
  for (const [number, trace] of read.value.entries()) {
    const names = trace.format.map(({ name }) => name);
    const at = (name: string): number => names.indexOf(name);
    const [xAt, yAt, tAt] = [at('X'), at('Y'), at('T')];
    const fAt = names.findIndex((name) => name === 'F' || name === 'TP');
    if (xAt < 0 || yAt < 0) return err({ code: 'damaged', detail: `trace ${number + 1} has no X and Y` });
    const points = decodeTrace(trace.text, names.length);
    if (points === null) return err({ code: 'damaged', detail: `trace ${number + 1} does not follow the grammar` });
    for (const point of points) {
      const time = tAt < 0 ? clock : (point[tAt] ?? clock);
      clock = tAt < 0 ? clock + 8 : Math.max(clock, time);
      const force = fAt < 0 ? null : (point[fAt] ?? null);
      strongest = Math.max(strongest, trace.format[fAt]?.max ?? force ?? 0);
      const tip = !trace.penUp && (force === null || force > 0);
      samples.push({ x: point[xAt] ?? 0, y: point[yAt] ?? 0, tip, pressure: force, time });
    }
    const last = samples.at(-1);
    if (last !== undefined) samples.push({ ...last, tip: false, pressure: last.pressure === null ? null : 0 });
  }
  const start = samples[0]?.time ?? 0;
  return ok(
    samples.map((sample) => ({
      ...sample,
      time: sample.time - start,
      pressure: sample.pressure === null || strongest === 0 ? null : sample.pressure / strongest,
    })),
  );
}

function readTraces(text: string): Result<readonly Trace[], InkProblem> {
  const parser = new SaxesParser({ xmlns: true });
  const formats = new Map<string, readonly ChannelFormat[]>();
  const traces: Trace[] = [];
  let format: ChannelFormat[] = [
    { name: 'X', max: null },
    { name: 'Y', max: null },
  ];
  let context = '';
  let open: { text: string; penUp: boolean; context: string } | null = null;
  let problem: string | null = null;
  parser.on('doctype', () => (problem ??= 'document type is not allowed'));
  parser.on('error', (error) => (problem ??= error.message.split('\n')[0] ?? 'not well-formed'));
  parser.on('opentag', ({ local, attributes }) => {
    const attribute = (name: string): string =>
      Object.values(attributes).find((entry) => entry.local === name)?.value ?? '';
    if (local === 'context') context = attribute('id');
    if (local === 'traceFormat') format = [];
    if (local === 'channel') {
      const max = Number(attribute('max'));
      format.push({ name: attribute('name'), max: attribute('max') === '' || !Number.isFinite(max) ? null : max });
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
  } catch (error) {
    problem ??= error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'not well-formed';
  }
  return problem === null ? ok(traces) : err({ code: 'damaged', detail: problem });
}
