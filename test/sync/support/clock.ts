import type { Clock } from '../../../signing/clock.ts';
import type { Timers } from '../../../sync/kiosk/timers.ts';

/** Time that only moves when told: clock and timers of one world. */
export interface TestTime extends Clock {
  readonly timers: Timers;
  /** Runs timers as their time comes, in order. */
  advance(ms: number): void;
  /** Milliseconds to the next timer, or null. */
  untilNext(): number | null;
}

export function testTime(start = Date.parse('2026-11-23T08:00:00.000Z')): TestTime {
  let now = start;
  let waiting: { readonly at: number; readonly callback: () => void }[] = [];
  const next = () => waiting.toSorted((a, b) => a.at - b.at)[0] ?? null;
  return {
    now: () => now,
    monotonicMicros: () => (now - start) * 1000,
    timers: {
      after(ms, callback) {
        const timer = { at: now + ms, callback };
        waiting.push(timer);
        return () => {
          waiting = waiting.filter((other) => other !== timer);
        };
      },
    },
    advance(ms) {
      const until = now + ms;
      for (let due = next(); due !== null && due.at <= until; due = next()) {
        const timer = due;
        waiting = waiting.filter((other) => other !== timer);
        now = Math.max(now, timer.at);
        timer.callback();
      }
      now = until;
    },
    untilNext: () => {
      const due = next();
      return due === null ? null : due.at - now;
    },
  };
}
