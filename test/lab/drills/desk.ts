/** Virtual pads on the guest's desk, and what came out of them by our own finder and drivers. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { scanPads } from '../../../drivers/find-pads.ts';
import type { FoundPad } from '../../../drivers/found-pad.ts';
import { openPad } from '../../../drivers/open-pad.ts';
import type { BadReport, Pad, PadEvent, PadRoad, PadSample } from '../../../drivers/pad.ts';
import type { PenMoment } from '../virtual/pad-core.ts';
import type { PadSetup } from '../virtual/pad-orders.ts';
import { VirtualPadProcess } from '../virtual/virtual-pad-process.ts';
import { until } from './until.ts';

/** Starts pads, not yet plugged in, and ends them whatever `act` does. */
export async function withPads<const T extends readonly PadSetup[]>(
  setups: T,
  act: (...pads: { [K in keyof T]: VirtualPadProcess }) => Promise<void>,
): Promise<void> {
  const pads = await Promise.all(setups.map(({ model, serial }) => VirtualPadProcess.start(model, serial)));
  try {
    await act(...(pads as { [K in keyof T]: VirtualPadProcess }));
  } finally {
    await Promise.all(pads.map((pad) => pad.end()));
    await until('the desk is empty again', async () => (await scanPads()).found.length === 0);
  }
}

/** The pads that our finder sees, as soon as there are so many. */
export async function findPads(count: number): Promise<readonly FoundPad[]> {
  let found: readonly FoundPad[] = [];
  await until(`${count} pads are found`, async () => {
    ({ found } = await scanPads());
    return found.length === count;
  });
  return found;
}

/** By this road, where one is named: a pad is on the bus a moment before the kernel has given it its hidraw node. */
export async function findOnly(road?: PadRoad): Promise<FoundPad> {
  let found: readonly FoundPad[] = [];
  await until(`one pad by ${road ?? 'any road'}`, async () => {
    ({ found } = await scanPads());
    return found.length === 1 && (road === undefined || found[0]?.road === road);
  }).catch((error: unknown) => {
    throw new Error(`found by ${found.map((one) => one.road).join(', ')}`, { cause: error });
  });
  const [only] = found;
  assert.ok(only);
  return only;
}

/** An open pad and everything it said. */
export class Heard {
  readonly pad: Pad;
  readonly samples: PadSample[] = [];
  readonly bad: BadReport[] = [];
  readonly ends: string[] = [];

  constructor(pad: Pad) {
    this.pad = pad;
    pad.onEvent((event) => this.#take(event));
  }

  /** Waits for exactly so many samples, as long as any come; fails with what became of the reports of `device`. */
  async arrived(count: number, device: VirtualPadProcess): Promise<void> {
    try {
      while (this.samples.length < count) {
        const before = this.samples.length;
        await until('another sample', () => this.samples.length > before);
      }
      assert.equal(this.samples.length, count);
    } catch (error) {
      const { sent, delivered, unread } = await device.order('counts', null);
      const bad = this.bad.length === 0 ? 'none refused' : `refused: ${this.bad.join(' ')}`;
      const told = `${this.samples.length} samples, ${bad}; the pad sent ${sent}, the kernel took ${delivered ?? '?'}, nobody asked for ${unread ?? '?'}`;
      throw new Error(told, { cause: error });
    }
  }

  ended(): Promise<void> {
    return until('the pad says that it is gone', () => this.ends.length > 0);
  }

  #take(event: PadEvent): void {
    if (event.type === 'samples') this.samples.push(...event.samples);
    else if (event.type === 'bad-report') this.bad.push(event.reason);
    else this.ends.push(event.reason);
  }
}

/** Opens a pad and closes it whatever `act` does. */
export async function withOpen<T>(found: FoundPad, act: (heard: Heard) => Promise<T>): Promise<T> {
  const heard = new Heard(await openPad(found));
  try {
    return await act(heard);
  } finally {
    await heard.pad.close();
  }
}

/**
 * Every moment is there, in order, and nothing else. A unit is a rounding apart from the share it was made of. `from`
 * is the first sample to look at.
 */
export function assertSamples({ pad, samples }: Heard, moments: readonly PenMoment[], from = 0): void {
  const { maxX, maxY, maxPressure } = pad.description.geometry;
  const near = (value: number, share: number, range: number): boolean => Math.abs(value - share * range) <= 1;
  assert.equal(samples.length - from, moments.length, 'as many samples as moments of the pen');
  for (const [at, moment] of moments.entries()) {
    const sample = samples[from + at];
    assert.ok(sample);
    const pressure = moment.tip ? moment.pressure : 0;
    const same =
      near(sample.x, moment.x, maxX) &&
      near(sample.y, moment.y, maxY) &&
      sample.tip === moment.tip &&
      (sample.pressure === undefined || near(sample.pressure, pressure, maxPressure ?? 0));
    // Which one and not what it was: pen data goes into no log.
    assert.ok(same, `sample ${at} is not the moment that was drawn`);
  }
}

/** Sequence numbers go up by one. */
export function assertNoneLost({ samples }: Heard): void {
  const steps = samples.slice(1).map(({ sequence }, at) => ((sequence ?? 0) - (samples[at]?.sequence ?? 0)) & 0xffff);
  assert.ok(
    steps.every((step) => step === 1),
    'the pad numbered its reports without a gap',
  );
}

const ONLY_GENERIC = '/sys/module/hid/parameters/ignore_special_drivers';

/**
 * For a road that a stock kernel may not give: with the kernel's special drivers passed over, hid-generic binds every
 * HID device and leaves it its hidraw node.
 */
export async function byHidraw(act: (road: 'hidraw') => Promise<void>): Promise<void> {
  const before = readFileSync(ONLY_GENERIC, 'utf8').trim();
  writeFileSync(ONLY_GENERIC, '1');
  try {
    await act('hidraw');
  } finally {
    writeFileSync(ONLY_GENERIC, before);
  }
}
/** As the kernel comes: its wacom driver refuses a STU. */
export async function asStock(act: (road: 'libusb') => Promise<void>): Promise<void> {
  await act('libusb');
}
