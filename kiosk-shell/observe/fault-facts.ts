import { basename } from 'node:path';

/** What is told of an error: never its message, which may quote a document, a row or a path. */
export interface FaultFacts {
  /** Class, as `TypeError`. */
  readonly error: string;
  /** As `ECONNREFUSED`, a SQLSTATE, or a code of ours; of the cause where the error itself has none. */
  readonly code?: string;
  /** First line of ours in the stack, as `sync/cloud/ingest.ts:80`. */
  readonly at?: string;
}

const OURS = /^\s+at .*?\b((?:app|drivers|kiosk-shell|signing|sync|vault)\/[\w./-]+\.tsx?:\d+):\d+\)?$/;

export function faultFacts(error: unknown): FaultFacts {
  if (!(error instanceof Error)) return { error: 'Unknown' };
  const code = codeOf(error) ?? codeOf(error.cause);
  const at = placeOf(error);
  return { error: classOf(error), ...(code === null ? {} : { code }), ...(at === null ? {} : { at }) };
}

/** A `name` that somebody gave is not believed where it is no class name. */
function classOf({ name, constructor }: Error): string {
  return /^[A-Z][A-Za-z0-9]{0,60}$/.test(name) ? name : constructor.name;
}

function codeOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('code' in value)) return null;
  return typeof value.code === 'string' && /^[A-Za-z0-9_-]{2,60}$/.test(value.code) ? value.code : null;
}

/** The message stands first in a stack, over any number of lines. */
function placeOf({ stack = '', message }: Error): string | null {
  const from = message === '' ? 0 : Math.max(stack.indexOf(message), 0) + message.length;
  for (const line of stack.slice(from).split('\n')) {
    const place = OURS.exec(line)?.[1];
    if (place !== undefined && basename(place).length <= 60) return place;
  }
  return null;
}
