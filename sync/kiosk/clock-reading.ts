import type { Clock } from '../../signing/clock.ts';

/** This kiosk's clock beside the cloud's, at one moment. */
export interface ClockReading {
  /** The cloud's, RFC 3339 UTC. */
  readonly time: string;
  /** How far this kiosk was ahead of it, milliseconds; negative: behind. */
  readonly offsetMs: number;
  /** The true offset is within so much of that, either way. */
  readonly uncertaintyMs: number;
  /** This kiosk's clocks when the answer was here. */
  readonly wall: number;
  readonly monotonicMicros: number;
}

export interface Moment {
  readonly wall: number;
  readonly monotonicMicros: number;
}

export function momentOf(clock: Clock): Moment {
  return { wall: clock.now(), monotonicMicros: clock.monotonicMicros() };
}

/**
 * The cloud said `time` somewhere between sending and receiving: taken as the middle, wrong by half the round trip at most (RFC
 * 5905 section 8). A wall clock that was moved in between makes the reading as uncertain as it was moved. Null: not a time.
 */
export function readClock(sent: Moment, received: Moment, time: string | null): ClockReading | null {
  const theirs = Date.parse(time ?? '');
  if (time === null || Number.isNaN(theirs)) return null;
  const roundTrip = (received.monotonicMicros - sent.monotonicMicros) / 1000;
  const moved = Math.abs(received.wall - sent.wall - roundTrip);
  return {
    time,
    offsetMs: Math.round(received.wall - roundTrip / 2 - theirs),
    uncertaintyMs: Math.ceil(roundTrip / 2 + moved) + 1,
    ...received,
  };
}

/** Two clocks of one machine and another run apart by no more: a thousandth. */
const DRIFT = 1e-3;

/** Of two readings the one that says more about now: the less uncertain, or the newer where they do not go together. */
export function moreTelling(before: ClockReading | null, reading: ClockReading): ClockReading {
  if (before === null) return reading;
  const grown = before.uncertaintyMs + Math.abs(sinceReading(before, reading)) * DRIFT;
  const apart = Math.abs(offsetNow(before, reading) - reading.offsetMs);
  return reading.uncertaintyMs <= grown || apart > grown + reading.uncertaintyMs ? reading : before;
}

/**
 * How far the clock is off now, as far as a reading and the monotonic clock can say. A wall clock that was set back is seen at
 * once. One that seems to have run ahead is not believed to have: the machine may have slept, and the monotonic clock with it.
 */
export function offsetNow(reading: ClockReading, now: Moment): number {
  return Math.round(Math.min(reading.offsetMs, runOn(reading, now)));
}

function runOn(reading: ClockReading, now: Moment): number {
  return reading.offsetMs + (now.wall - reading.wall) - sinceReading(reading, now);
}

function sinceReading(reading: ClockReading, now: Moment): number {
  return (now.monotonicMicros - reading.monotonicMicros) / 1000;
}
