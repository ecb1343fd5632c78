/** A pad with its pen and its faults, ready for any cable: USB/IP, the USB/IP server, /dev/uhid. */
import { systemClock } from '../../../drivers/clock.ts';
import type { DriverClock } from '../../../drivers/clock.ts';
import { Faults, garbled } from './faults.ts';
import type { FaultAction, FaultPlace } from './faults.ts';
import { Stall } from './hid-function.ts';
import type { HidFunction, HidReportType } from './hid-function.ts';
import type { PadCore, PadPicture, PenMoment } from './pad-core.ts';
import { UsbDevice } from './usb-device.ts';

export interface PadCounts {
  /** Pen reports that left the pad. */
  sent: number;
  /** Pen reports made and lost on purpose. */
  lost: number;
  /** Feature reports asked for and given. */
  features: number;
  /** Bytes taken beside HID. */
  bulkBytes: number;
}

export class VirtualPad implements HidFunction {
  readonly core: PadCore;
  readonly faults = new Faults();
  readonly counts: PadCounts = { sent: 0, lost: 0, features: 0, bulkBytes: 0 };
  /** When each pen report was sent, monotonic microseconds of this machine. */
  readonly sentAt: number[] = [];
  readonly #clock: DriverClock;
  readonly #inputs = new Set<(report: Uint8Array) => void>();
  readonly #leaving = new Set<(backInMs: number | null) => void>();

  constructor(core: PadCore, clock: DriverClock = systemClock) {
    this.core = core;
    this.#clock = clock;
    core.onOwnReport((report) => this.send(report));
    core.onRestart((backInMs) => this.#leave(backInMs));
  }

  /** A device for one cable; a pad plugged in again is a new one. */
  usbDevice(): UsbDevice {
    const { core } = this;
    const { identity, interval, bulk } = core;
    const take = (bytes: Uint8Array): Promise<void> =>
      this.#meet('bulk', null, () => {
        this.counts.bulkBytes += bytes.length;
        bulk?.(bytes);
      });
    return new UsbDevice({ identity, hid: this, interval, bulk: bulk ? take : null });
  }

  get reportDescriptor(): Uint8Array {
    return this.core.reportDescriptor;
  }
  get(type: HidReportType, id: number): Promise<Uint8Array> {
    this.counts.features++;
    return this.#meet('get', id, (action) => {
      const report = this.core.get(type, id);
      return action === 'garbage' ? garbled(report) : report;
    });
  }
  set(type: HidReportType, report: Uint8Array): Promise<void> {
    this.counts.features++;
    return this.#meet('set', report[0] ?? 0, () => this.core.set(type, report));
  }
  onInput(listener: (report: Uint8Array) => void): () => void {
    this.#inputs.add(listener);
    return () => this.#inputs.delete(listener);
  }

  /** The pad leaves the bus: by a fault (null, it stays away), or to come back after so many milliseconds. */
  onLeaving(listener: (backInMs: number | null) => void): void {
    this.#leaving.add(listener);
  }

  pen(moment: PenMoment): void {
    const report = this.core.pen(moment);
    if (!report) return;
    const action = this.faults.meet('input', report[0] ?? 0);
    if (action === 'lose') {
      this.counts.lost++;
      return;
    }
    if (action === 'unplug') {
      this.#leave(null);
      return;
    }
    this.counts.sent++;
    this.sentAt.push(this.#clock.now());
    this.send(action === 'garbage' ? garbled(report) : report);
  }

  /** Any bytes as an input report. */
  send(report: Uint8Array): void {
    for (const listener of [...this.#inputs]) listener(report);
  }

  screen(): PadPicture | null {
    return this.core.screen();
  }

  #leave(backInMs: number | null): void {
    for (const listener of this.#leaving) listener(backInMs);
  }

  async #meet<T>(on: FaultPlace, id: number | null, act: (action: FaultAction | null) => T): Promise<T> {
    const action = this.faults.meet(on, id);
    if (action === 'stall') throw new Stall();
    if (action === 'unplug') this.#leave(null);
    if (action === 'unplug' || action === 'hang') return new Promise(() => undefined);
    if (typeof action === 'object' && action !== null) {
      await new Promise<void>((resolve) => this.#clock.after(action.lateMs, resolve));
    }
    return act(action);
  }
}
