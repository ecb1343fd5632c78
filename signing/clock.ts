/** Wall time and a monotonic counter come in from outside: tests inject both. */
export interface Clock {
  /** Wall clock, milliseconds since 1970 (may jump). */
  now(): number;
  /** Monotonic, microseconds since an arbitrary start (never jumps). */
  monotonicMicros(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMicros: () => Math.round(performance.now() * 1000),
};

/** RFC 3339 UTC with milliseconds: the form of every recorded time. */
export function isoTime(millis: number): string {
  return new Date(millis).toISOString();
}
