import { AUDIT_EVENT_TYPES } from '../../signing/audit/audit-entry.ts';
import { isoTime, type Clock } from '../../signing/clock.ts';
import { isSha256 } from '../../signing/digest.ts';
import { isRefusalReason } from '../../sync/protocol/receipt.ts';
import { isTrace } from '../../sync/protocol/trace.ts';
import { faultFacts } from './fault-facts.ts';

export const LOG_LEVELS = ['debug', 'info', 'warning', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Parts of the program that can tell of a fault. */
const PARTS = [
  'start',
  'request',
  'screen',
  'sync',
  'configuration',
  'jobs',
  'delivery',
  'packing',
  'status',
  'renewal',
  'audit',
] as const;
export type LogPart = (typeof PARTS)[number];

const number = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);
const oneOf =
  (...allowed: readonly string[]) =>
  (value: unknown): boolean =>
    typeof value === 'string' && allowed.includes(value);
const matching =
  (pattern: RegExp) =>
  (value: unknown): boolean =>
    typeof value === 'string' && pattern.test(value);

/**
 * Every field there is, and what it may hold. Nothing here can hold a sentence, a name, a path or an address: what does not
 * fit is not written.
 */
const FIELDS = {
  role: oneOf('kiosk', 'cloud'),
  part: oneOf(...PARTS),
  error: matching(/^[A-Z][A-Za-z0-9]{0,60}$/),
  code: matching(/^[A-Za-z0-9_-]{2,60}$/),
  at: matching(/^[a-z-]+\/[\w./-]{1,120}\.tsx?:\d{1,6}$/),
  route: matching(/^\/[a-z0-9/[\]-]{0,120}$/),
  method: oneOf('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'),
  outcome: oneOf('stored', 'repeated', 'refused', 'sending', 'waiting', 'delivered', 'set-aside', 'denied'),
  alarm: oneOf('receipt-for-other-package', 'receipt-untrusted', 'local-bytes-changed'),
  reason: isRefusalReason,
  /** A code or a class of an error of the line, or a status of HTTP. */
  problem: matching(/^(?:[A-Z][A-Z0-9_]{2,60}|[A-Z][A-Za-z]{2,30}Error|status \d{3})$/),
  line: oneOf('up', 'down', 'unknown'),
  audit: oneOf(...AUDIT_EVENT_TYPES),
  package: isSha256,
  trace: isTrace,
  transaction: matching(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  /** A machine's name, as it is enrolled. */
  kiosk: matching(/^[\w.-]{1,64}$/),
  success: (value: unknown): boolean => typeof value === 'boolean',
  status: number,
  milliseconds: number,
  bytes: number,
  attempts: number,
} as const satisfies Record<string, (value: unknown) => boolean>;
type Field = keyof typeof FIELDS;

/** Every event there is. */
const EVENTS = {
  started: { level: 'info', fields: ['role'] },
  draining: { level: 'info', fields: ['role'] },
  ended: { level: 'info', fields: ['role'] },
  fault: { level: 'error', fields: ['part', 'error', 'code', 'at'] },
  request: { level: 'debug', fields: ['route', 'method', 'status', 'milliseconds', 'kiosk', 'trace'] },
  ingest: {
    level: 'info',
    fields: ['outcome', 'reason', 'kiosk', 'package', 'trace', 'bytes', 'milliseconds'],
  },
  delivery: {
    level: 'info',
    fields: ['outcome', 'reason', 'problem', 'transaction', 'package', 'trace', 'attempts', 'bytes'],
  },
  'delivery-alarm': { level: 'error', fields: ['alarm', 'transaction', 'package', 'trace'] },
  line: { level: 'info', fields: ['line'] },
  audit: { level: 'info', fields: ['audit', 'success', 'transaction'] },
} as const satisfies Record<string, { readonly level: LogLevel; readonly fields: readonly Field[] }>;
export type LogEvent = keyof typeof EVENTS;

type Value = string | number | boolean | null | undefined;
export type LogFields<E extends LogEvent> = { readonly [F in (typeof EVENTS)[E]['fields'][number]]?: Value };

export interface Log {
  /** One line. A field that is null or absent is left out; one that holds anything else than it may is named in `unfit`. */
  write<E extends LogEvent>(event: E, fields: LogFields<E>): void;
  fault(part: LogPart, error: unknown): void;
}

/** Whether a problem can be told as it is: the sentences of `sync/kiosk` are for the manager. */
export function isLoggableProblem(problem: string): boolean {
  return FIELDS.problem(problem);
}

export interface LogOptions {
  readonly level: LogLevel;
  readonly clock: Pick<Clock, 'now'>;
  /** Gets a whole line; default: standard error. */
  readonly sink?: (line: string) => void;
}

/** JSON, one line for each event, with `time`, `level` and `event` first. */
export function openLog({ level, clock, sink = toStandardError }: LogOptions): Log {
  const least = LOG_LEVELS.indexOf(level);
  const write: Log['write'] = (event, fields) => {
    const { level: own, fields: names }: { readonly level: LogLevel; readonly fields: readonly Field[] } =
      EVENTS[event];
    if (LOG_LEVELS.indexOf(own) < least) return;
    const said = fields as Readonly<Partial<Record<Field, Value>>>;
    const present = names.filter((name) => said[name] !== undefined && said[name] !== null);
    const unfit = present.filter((name) => !FIELDS[name](said[name]));
    const fit = present.filter((name) => FIELDS[name](said[name])).map((name) => [name, said[name]]);
    sink(
      `${JSON.stringify({
        ...{ time: isoTime(clock.now()), level: own, event },
        ...(Object.fromEntries(fit) as object),
        ...(unfit.length === 0 ? {} : { unfit }),
      })}\n`,
    );
  };
  return { write, fault: (part, error) => write('fault', { part, ...faultFacts(error) }) };
}

function toStandardError(line: string): void {
  process.stderr.write(line);
}
