/**
 * What the contract suite needs of a pad to try its driver: a device with the test's hands on it. To put a driver under
 * the suite, write a `PadSubject` (a scripted transport will do) and add it to `subjects.ts`; then
 * `WRITE_PAD_TABLE=1 vitest run test/drivers/pad-contract.test.ts` writes its column into `drivers/README.md`.
 *
 * - `plug` makes a device that is plugged in and not open; it is called anew for every case, with another `index` where
 *   a case has two of one model on the desk.
 * - `abilities` says which cases apply; the others stand in the table with the reason why not.
 * - `expects` says what a sample must be for a moment of the pen; leave it out where a pad measures its whole range.
 */
import type { BulkOut, HidTransport, Pad, PadGeometry, PadSample } from '../../../drivers/pad.ts';
import type { ManualClock } from '../manual-clock.ts';

export interface PadSubject {
  /** The driver, and the device it is tried on: a heading of the table. */
  readonly name: string;
  readonly abilities: PadAbilities;
  /** What takes real time and is done once, such as a key pair: the clock of the cases stands still for it. */
  readonly prepare?: () => Promise<unknown>;
  plug(clock: ManualClock, index: number): PluggedPad;
}
export interface PadAbilities {
  /** It has a screen of its own. */
  readonly screen: boolean;
  /** The driver asks it for something (feature reports); false for one that only listens. */
  readonly requests: boolean;
  /** It tells of a pen that is near and does not touch. */
  readonly hover: boolean;
  /** Pen data is under a key while capturing. */
  readonly encryption: boolean;
  /** What it sends comes in HID reports, through a `Road`; false on a serial line. */
  readonly reports: boolean;
}

/** Shares of the pad's surface from the upper left, and of its whole pressure. */
export interface PenMoment {
  readonly x: number;
  readonly y: number;
  /** At least 0.1 where it writes. */
  readonly p: number;
  readonly pen: 'writes' | 'hovers' | 'away';
}

export interface PluggedPad {
  /** The driver on this device. `road` has to be put between them: the suite hears and harms what goes over it. */
  open(road: Road): Promise<Pad>;
  /** A handle is open on the device. */
  held(): boolean;
  /** The pen is there now: sends what the device would. */
  pen(moment: PenMoment): void;
  /** Any bytes from the device to the host. */
  send(bytes: Uint8Array): void;
  unplug(): void;
  /** The same device again, as after its cable was put back. */
  plug(): void;
  /** Bytes the driver cannot read, and what it calls them. */
  readonly unreadable: readonly (readonly [Uint8Array, 'malformed' | 'unknown'])[];
  /** What is on the screen now; only with `abilities.screen`. */
  readonly screen?: () => Picture;
  readonly expects?: (moment: PenMoment, geometry: PadGeometry) => Partial<PadSample>;
}
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

/** Stands between driver and device. A serial pad, of which nothing is asked, has no use for it. */
export interface Road {
  hid(transport: HidTransport): HidTransport;
  bulk(open: () => Promise<BulkOut | null>): () => Promise<BulkOut | null>;
}
