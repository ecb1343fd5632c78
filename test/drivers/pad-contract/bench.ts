import { expect } from 'vitest';
import { PadError } from '../../../drivers/pad.ts';
import type { Pad, PadEvent, PadGeometry, PadSample } from '../../../drivers/pad.ts';
import { ManualClock } from '../manual-clock.ts';
import { FaultyRoad } from './faulty-road.ts';
import type { PadSubject, PenMoment, Picture, PluggedPad } from './subject.ts';

/** One device on the desk, the road to it, and what its driver said. */
export class Bench {
  readonly clock: ManualClock;
  readonly device: PluggedPad;
  readonly road: FaultyRoad;
  readonly events: PadEvent[] = [];
  #pad: Pad | null = null;

  constructor(subject: PadSubject, clock = new ManualClock(), index = 0) {
    this.clock = clock;
    this.device = subject.plug(clock, index);
    this.road = new FaultyRoad(clock, () => this.device.unplug(), seededBytes(index + 1));
  }

  /** A bench with its pad open. */
  static async of(subject: PadSubject, clock?: ManualClock, index?: number): Promise<Bench> {
    const bench = new Bench(subject, clock, index);
    await bench.open();
    return bench;
  }

  get pad(): Pad {
    if (this.#pad === null) throw new Error('the pad is not open');
    return this.#pad;
  }
  get geometry(): PadGeometry {
    return this.pad.description.geometry;
  }

  async open(): Promise<Pad> {
    const pad = await this.run(this.device.open(this.road));
    this.#pad = pad;
    pad.onEvent((event) => this.events.push(event));
    return pad;
  }
  /** A `PadError` of an opening that failed, or null for one that did not. Anything else thrown fails the case. */
  async failureToOpen(): Promise<PadError | null> {
    return failureOf(this.open());
  }

  run<T>(work: Promise<T>): Promise<T> {
    return this.clock.settle(work);
  }
  /** What became of the work: nothing, or a `PadError`. */
  async outcome(work: Promise<unknown>): Promise<PadError | null> {
    return failureOf(this.run(work));
  }

  /** Five milliseconds from one moment to the next. */
  async write(moments: readonly PenMoment[]): Promise<void> {
    for (const moment of moments) {
      this.device.pen(moment);
      await this.clock.advance(5);
    }
  }

  get samples(): readonly PadSample[] {
    return this.events.flatMap((event) => (event.type === 'samples' ? event.samples : []));
  }
  get bad(): readonly string[] {
    return this.events.flatMap((event) => (event.type === 'bad-report' ? [event.reason] : []));
  }
  get ends(): readonly string[] {
    return this.events.flatMap((event) => (event.type === 'closed' ? [event.reason] : []));
  }

  /** What these moments must have come out as. */
  expected(moments: readonly PenMoment[]): readonly object[] {
    const { maxX, maxY, maxPressure } = this.geometry;
    return moments.map((moment) => {
      const told = this.device.expects?.(moment, this.geometry);
      if (told) return told;
      const writes = moment.pen === 'writes';
      return {
        x: Math.round(moment.x * maxX),
        y: Math.round(moment.y * maxY),
        tip: writes,
        inRange: moment.pen !== 'away',
        ...(maxPressure === null ? {} : { pressure: writes ? Math.round(moment.p * maxPressure) : 0 }),
      };
    });
  }
  expectSamples(moments: readonly PenMoment[], from = 0): void {
    const expected = this.expected(moments);
    const got = this.samples.slice(from);
    expect(got).toHaveLength(expected.length);
    for (const [at, wanted] of expected.entries()) expect(got[at]).toMatchObject(wanted);
  }

  get screen(): Picture {
    const { screen } = this.device;
    if (!screen) throw new Error('this pad has no screen');
    return screen();
  }
  expectScreen(rgba: Uint8Array): void {
    expect(Buffer.compare(this.screen.rgba, rgba)).toBe(0);
  }
  get darkPixels(): readonly { readonly x: number; readonly y: number }[] {
    const { rgba, width } = this.screen;
    const dark: { x: number; y: number }[] = [];
    for (let at = 0; at < rgba.length; at += 4) {
      if ((rgba[at] ?? 255) < 128) dark.push({ x: (at / 4) % width, y: Math.floor(at / 4 / width) });
    }
    return dark;
  }
}

async function failureOf(work: Promise<unknown>): Promise<PadError | null> {
  try {
    await work;
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(PadError);
    return error as PadError;
  }
}

/** Any bytes, the same in every run. */
export function seededBytes(seed: number): (length: number) => Uint8Array {
  let state = seed;
  return (length) =>
    Uint8Array.from({ length }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state >>> 24;
    });
}

/** A line from the left to the right that the pen writes. */
export const stroke = (count: number, y = 0.5): readonly PenMoment[] =>
  Array.from({ length: count }, (_, at) => ({ x: (at + 1) / (count + 1), y, p: 0.5, pen: 'writes' }));

/** Pictures above this size take the time of a whole suite to send a hundred times. */
const smallScreen = 100_000;
const spread = 16;

/**
 * Which of these requests to harm: every one on a pad with a small screen or none; on a large one some, spread over the
 * kinds, since its pictures are hundreds of equal blocks and the driver is the same.
 */
export function telling(
  requests: readonly { readonly way: string; readonly id: number }[],
  screen: PadGeometry['screen'],
): readonly number[] {
  if ((screen?.width ?? 0) * (screen?.height ?? 0) <= smallScreen) return [...requests.keys()];
  const changes = [...requests.keys()].filter(
    (at) => requests[at]?.id !== requests[at - 1]?.id || requests[at]?.id !== requests[at + 1]?.id,
  );
  const step = (changes.length - 1) / (spread - 1);
  const chosen = Array.from({ length: spread }, (_, at) => changes[Math.round(at * step)] ?? 0);
  return changes.length <= spread ? changes : chosen;
}
