import { canonicalBytes, isCanonicalForm } from '../canonical-json.ts';
import { fromUtf8 } from '../bytes.ts';
import { err, ok, type Result } from '../result.ts';
import type { CaptureColumns, CaptureRecord } from './capture-record.ts';

/** Canonical (RFC 8785) bytes of the master record: what H2 is computed over. */
export function encodeCapture(record: CaptureRecord): Uint8Array {
  return canonicalBytes(record);
}

/** Why bytes are not a capture record: `path` names the member. */
export interface CaptureProblem {
  readonly path: string;
  readonly problem: string;
}

const COLUMNS = [
  'x',
  'y',
  'tip',
  'time',
  'pressure',
  'sequence',
  'padTime',
  'tiltX',
  'tiltY',
  'twist',
  'altitude',
  'azimuth',
  'eraser',
  'switches',
] as const satisfies readonly (keyof CaptureColumns)[];
const REQUIRED: readonly (keyof CaptureColumns)[] = ['x', 'y', 'tip', 'time'];
/** A counter has a handful of pads; a record with more parts was not made at one. */
const MOST_PARTS = 50;

/** Reads a record back; only the canonical form is accepted, so one capture has one encoding. */
export function parseCapture(bytes: Uint8Array): Result<CaptureRecord, CaptureProblem> {
  let value: unknown;
  try {
    value = JSON.parse(fromUtf8(bytes));
  } catch {
    return err({ path: '', problem: 'not JSON in UTF-8' });
  }
  if (!isObject(value)) return err({ path: '', problem: 'not an object' });
  const problem = captureProblem(value);
  if (problem !== null) return err(problem);
  const record = value as unknown as CaptureRecord;
  if (!isCanonicalForm(record, bytes)) return err({ path: '', problem: 'not in canonical form' });
  return ok(record);
}

function captureProblem(value: Readonly<Record<string, unknown>>): CaptureProblem | null {
  if (value['type'] !== 'countersign.capture') return { path: 'type', problem: 'not a capture record' };
  if (value['version'] !== 1) return { path: 'version', problem: 'unknown version' };
  return (
    partProblem(value, '') ??
    listProblem(value['earlier'], 'earlier', partProblem) ??
    listProblem(value['interruptions'], 'interruptions', interruptionProblem)
  );
}

function listProblem(
  list: unknown,
  path: string,
  problemOf: (entry: Readonly<Record<string, unknown>>, path: string) => CaptureProblem | null,
): CaptureProblem | null {
  if (list === undefined) return null;
  if (!Array.isArray(list) || list.length > MOST_PARTS) return { path, problem: 'not a list of a possible length' };
  for (const [i, entry] of list.entries()) {
    const at = `${path}.${i}`;
    const problem = isObject(entry) ? problemOf(entry, `${at}.`) : { path: at, problem: 'not an object' };
    if (problem !== null) return problem;
  }
  return null;
}

function interruptionProblem(entry: Readonly<Record<string, unknown>>, path: string): CaptureProblem | null {
  for (const name of ['afterSample', 'voidedSamples']) {
    const figure = entry[name];
    if (!Number.isSafeInteger(figure) || Number(figure) < 0) return { path: `${path}${name}`, problem: 'not a count' };
  }
  return null;
}

function partProblem(part: Readonly<Record<string, unknown>>, path: string): CaptureProblem | null {
  for (const member of ['device', 'surface', 'clock', 'columns', 'losses']) {
    if (!isObject(part[member])) return { path: `${path}${member}`, problem: 'missing' };
  }
  return columnsProblem(part['columns'] as Readonly<Record<string, unknown>>, `${path}columns`);
}

function columnsProblem(columns: Readonly<Record<string, unknown>>, path: string): CaptureProblem | null {
  let length: number | null = null;
  for (const name of COLUMNS) {
    const column = columns[name];
    if (column === undefined) {
      if (REQUIRED.includes(name)) return { path: `${path}.${name}`, problem: 'missing' };
      continue;
    }
    if (!Array.isArray(column) || !column.every((entry) => Number.isSafeInteger(entry))) {
      return { path: `${path}.${name}`, problem: 'not a list of integers' };
    }
    length ??= column.length;
    if (column.length !== length) return { path: `${path}.${name}`, problem: 'length differs from the other columns' };
  }
  return null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
