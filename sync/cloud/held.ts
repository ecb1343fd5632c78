import { setTimeout as wait } from 'node:timers/promises';

export interface HoldPorts {
  /** Between two looks while a question is held; default: real time, ended by `signal`. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** The cloud closes: held questions are answered. */
  readonly closing: AbortSignal;
}

/** Less than what proxies and kiosks wait. */
const HELD_MS = 25_000;

/** Looks until there is something to say, or until the question was held long enough (null). */
export async function hold<T>(
  { pause = pauseFor, closing }: HoldPorts,
  asked: AbortSignal,
  everyMs: number,
  look: () => Promise<T | null>,
): Promise<T | null> {
  const ended = AbortSignal.any([asked, closing]);
  for (let pauses = 0; ; pauses += 1) {
    const found = await look();
    if (found !== null || pauses >= HELD_MS / everyMs || ended.aborted) return found;
    await pause(everyMs, ended);
  }
}

function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  return wait(ms, undefined, { signal, ref: false }).catch(() => undefined);
}
