import { setImmediate as turn } from 'node:timers/promises';

/** Below, a clone costs less than the sharing. */
const LARGE_BYTES = 256 * 1024;
/** Copied in a millisecond or two. */
const STEP_BYTES = 4_000_000;

type Copies = ReadonlyMap<Uint8Array, Uint8Array>;

/**
 * The same value with every large byte array in memory that threads share, copied with turns of the event loop between:
 * a message clones everything else, 50 MB in a quarter of a second. Nobody may write to such bytes, before or after.
 */
export async function sharedInTurns<T>(value: T): Promise<T> {
  const copies = new Map<Uint8Array, Uint8Array>();
  for (const bytes of largeIn(value)) {
    const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
    for (let at = 0; at < bytes.length; at += STEP_BYTES) {
      copy.set(bytes.subarray(at, at + STEP_BYTES), at);
      await turn();
    }
    copies.set(bytes, copy);
  }
  return copies.size === 0 ? value : (exchanged(value, copies) as T);
}

/** The same at once: for a thread that nobody waits for. */
export function shared<T>(value: T): T {
  const copies = new Map<Uint8Array, Uint8Array>();
  for (const bytes of largeIn(value)) {
    const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
    copy.set(bytes);
    copies.set(bytes, copy);
  }
  return copies.size === 0 ? value : (exchanged(value, copies) as T);
}

export function hasLarge(value: unknown): boolean {
  return largeIn(value).size > 0;
}

function largeIn(value: unknown, found = new Set<Uint8Array>()): Set<Uint8Array> {
  if (value instanceof Uint8Array) {
    if (value.length >= LARGE_BYTES && !(value.buffer instanceof SharedArrayBuffer)) found.add(value);
  } else if (Array.isArray(value) || isPlain(value)) {
    for (const member of Object.values(value)) largeIn(member, found);
  }
  return found;
}

function exchanged(value: unknown, copies: Copies): unknown {
  if (value instanceof Uint8Array) return copies.get(value) ?? value;
  if (Array.isArray(value)) return value.map((member) => exchanged(member, copies));
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, exchanged(member, copies)]));
}

/** Keys, dates and maps are cloned as they are: none of them holds a large array. */
function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
