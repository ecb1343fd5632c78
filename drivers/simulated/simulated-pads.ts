import type { DriverClock } from '../clock.ts';
import type { PadModel } from '../found-pad.ts';
import type { HidTransport } from '../pad.ts';
import { modelNamed } from '../pad-models.ts';
import type { SimulatedPen } from './pen-pace.ts';
import { screenlessDevices } from './screenless-devices.ts';
import type { ScreenlessName } from './screenless-devices.ts';
import type { SimulatedName } from './simulated-models.ts';

/** Every pad that can be put on a desk; the STU-541 is recognised and no more, as it is when it is real. */
export type SimulatedPadName = SimulatedName | ScreenlessName | 'stu-541';

/** A device on a cable, and the pen of whoever sits before it. */
export interface SimulatedPad {
  readonly plugged: boolean;
  /** The clock to open it with: what was sent fast arrives by the pad's own schedule. */
  readonly arrivals: DriverClock;
  /** One handle at a time. Throws when the device is away, or open already. */
  connect(): HidTransport;
  unplug(): void;
  plug(): void;
  /** Ends early when the pad is unplugged. */
  penSamples(samples: readonly SimulatedPen[], options: { readonly fast: boolean }): Promise<void>;
  penAway(last: SimulatedPen): void;
  /** What the pen points at; blank on a pad that shows nothing by itself. */
  screenPng(): Promise<Uint8Array>;
}

/** The line of our table a finder would have matched it with. */
export function simulatedModel(name: SimulatedPadName): PadModel {
  return modelNamed(isScreenless(name) ? screenlessDevices[name].model : name.toUpperCase());
}

export function isScreenless(name: SimulatedPadName): name is ScreenlessName {
  return Object.hasOwn(screenlessDevices, name);
}
