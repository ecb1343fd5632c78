import { systemClock } from '../clock.ts';
import type { DriverClock } from '../clock.ts';
import type { HidTransport } from '../pad.ts';
import { encodePng } from '../screen/canvas.ts';
import { PenPace } from './pen-pace.ts';
import type { SimulatedPen } from './pen-pace.ts';
import { screenlessDevices } from './screenless-devices.ts';
import type { ScreenlessDevice, ScreenlessName } from './screenless-devices.ts';
import { SimulatedHandle } from './simulated-handle.ts';
import type { SimulatedPad } from './simulated-pads.ts';
import { StallError } from './stu-device.ts';

/** A signature pad or pen display without a picture of its own, on a cable. Its pen is in pixels of `surface`. */
export class SimulatedScreenless implements SimulatedPad {
  readonly device: ScreenlessDevice;
  readonly arrivals: DriverClock;
  readonly #pace: PenPace;
  #handle: SimulatedHandle | null = null;
  #plugged = true;
  #reports = 0;

  constructor(name: ScreenlessName, clock: DriverClock = systemClock) {
    this.device = screenlessDevices[name];
    this.#pace = new PenPace(clock);
    this.arrivals = this.#pace.arrivals;
  }

  get plugged(): boolean {
    return this.#plugged;
  }

  connect(): HidTransport {
    if (!this.#plugged) throw new Error('no such device');
    if (this.#handle) throw new Error('the device is open already');
    const { device } = this;
    const handle: SimulatedHandle = new SimulatedHandle({
      feature: (_direction, _id, act) =>
        new Promise((resolve) => {
          if (this.#handle !== handle) throw new Error('Input/output error');
          resolve(act());
        }),
      device: {
        get: () => {
          throw new StallError();
        },
        set: (report) => {
          if (!device.takes(report)) throw new StallError();
        },
        reportDescriptor: () => device.reportDescriptor,
      },
      released: () => {
        if (this.#handle === handle) this.#handle = null;
      },
    });
    this.#handle = handle;
    return handle;
  }

  unplug(): void {
    this.#plugged = false;
    const handle = this.#handle;
    this.#handle = null;
    handle?.end('unplugged');
  }
  plug(): void {
    this.#plugged = true;
  }

  async penSamples(samples: readonly SimulatedPen[], { fast }: { readonly fast: boolean }): Promise<void> {
    await this.#pace.send(samples, fast, (sample) => {
      if (this.#plugged) this.#pen(sample, true);
      return this.#plugged;
    });
  }
  penAway(last: SimulatedPen): void {
    this.#pen({ ...last, tip: false }, false);
  }

  /** A blank surface: what is seen on it is not the pad's affair. */
  screenPng(): Promise<Uint8Array> {
    const { width, height } = this.device.surface;
    return encodePng({ width, height, rgba: new Uint8Array(width * height * 4).fill(0xff) });
  }

  #pen({ x, y, p, tip }: SimulatedPen, inRange: boolean): void {
    const { surface, range } = this.device;
    const within = (part: number, most: number): number => Math.round(Math.min(1, Math.max(0, part)) * most);
    const moment = {
      x: within(x / surface.width, range.x),
      y: within(y / surface.height, range.y),
      pressure: tip ? p : 0,
      tip,
      inRange,
      timeMs: this.#pace.time,
    };
    const report = this.device.report(moment, this.#reports);
    if (!report) return;
    this.#reports++;
    this.#handle?.input(report);
  }
}
