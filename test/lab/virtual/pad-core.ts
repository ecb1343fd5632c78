/** What a virtual pad is before any cable: identity, descriptor, what it answers, and its pen. */
import type { HidReportType } from './hid-function.ts';
import type { UsbIdentity } from './usb-descriptors.ts';

/** One moment of a pen; x, y and pressure as shares of what the pad can tell. */
export interface PenMoment {
  readonly x: number;
  readonly y: number;
  readonly pressure: number;
  readonly tip: boolean;
  readonly inRange: boolean;
  /** Milliseconds from the first moment. */
  readonly t: number;
}

export interface PadPicture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

export interface PadCore {
  readonly identity: UsbIdentity;
  readonly reportDescriptor: Uint8Array;
  /** Milliseconds between two input reports at most. */
  readonly interval: number;
  /** Throws `Stall`. */
  get(type: HidReportType, id: number): Uint8Array;
  /** Throws `Stall`. */
  set(type: HidReportType, report: Uint8Array): void;
  /** Picture data beside HID; null on a pad without that interface. */
  readonly bulk: ((bytes: Uint8Array) => void) | null;
  /** The report of this moment, or null when the pad sends none. */
  pen(moment: PenMoment): Uint8Array | null;
  /** Reports the pad sends by itself, apart from the pen's. */
  onOwnReport(listener: (report: Uint8Array) => void): void;
  /** The pad leaves the bus by itself, and comes back after so many milliseconds. */
  onRestart(listener: (backInMs: number) => void): void;
  /** Null on a pad without a screen of its own. */
  screen(): PadPicture | null;
}
