import { sleep, systemClock } from '../clock.ts';
import type { DriverClock } from '../clock.ts';
import type { BulkOut, HidTransport } from '../pad.ts';
import { encodePng } from '../screen/canvas.ts';
import type { RandomBytes } from './device-crypto-v1.ts';
import { PenPace } from './pen-pace.ts';
import type { SimulatedPen } from './pen-pace.ts';
import { SimulatedHandle } from './simulated-handle.ts';
import { simulatedFacts } from './simulated-models.ts';
import type { SimulatedFacts, SimulatedName } from './simulated-models.ts';
import type { SimulatedPad } from './simulated-pads.ts';
import { StallError, StuDevice } from './stu-device.ts';
import type { StuFacts } from './stu-facts.ts';

/** What a test makes of one feature report. `garbage` answers a get with bytes that mean nothing. */
export type SimulatedAnswer = 'answer' | 'deaf' | 'stall' | 'unplug' | 'garbage' | { readonly lateMs: number };
export interface SimulatedRequest {
  /** `bulk` is a piece of an image on the bulk endpoint, with ID 0. */
  readonly direction: 'get' | 'set' | 'bulk';
  readonly id: number;
  /** Requests since the pad was made, counted from 0. */
  readonly index: number;
}
export type SimulatedBehaviour = (request: SimulatedRequest) => SimulatedAnswer;

export interface SimulatedOptions {
  /** What this pad has otherwise than its model: an own number, a firmware, times. */
  readonly facts?: Partial<StuFacts>;
  /** Where its keys come from; the system's by default. */
  readonly random?: RandomBytes;
}

/** Of neither a known status nor a known ID. */
const garbageByte = 0xa5;

/**
 * A pad that behaves: the device of `stu-device.ts` on a cable. One handle at a time, as on macOS; the host side of
 * the cable is what `connect` gives.
 */
export class SimulatedStu implements SimulatedPad {
  readonly facts: SimulatedFacts;
  readonly device: StuDevice;
  readonly #clock: DriverClock;
  #handle: SimulatedHandle | null = null;
  #plugged = true;
  #behaviour: SimulatedBehaviour = () => 'answer';
  #requests = 0;
  #lose = 0;
  #harm: (report: Uint8Array) => readonly Uint8Array[] = (report) => [report];
  readonly #pace: PenPace;
  /** The clock to open this pad with: see `PenPace`. */
  readonly arrivals: DriverClock;

  constructor(name: SimulatedName, clock: DriverClock = systemClock, options: SimulatedOptions = {}) {
    this.facts = simulatedFacts(name, options.facts);
    this.#clock = clock;
    this.device = new StuDevice(this.facts, clock, options.random);
    this.device.onInput((report) => this.send(report));
    this.device.onDetached((backInMs) => {
      this.unplug();
      clock.after(backInMs, () => this.plug());
    });
    this.#pace = new PenPace(clock);
    this.arrivals = this.#pace.arrivals;
  }

  get plugged(): boolean {
    return this.#plugged;
  }
  get open(): boolean {
    return this.#handle !== null;
  }

  connect(): HidTransport {
    if (!this.#plugged) throw new Error('no such device');
    if (this.#handle) throw new Error('the device is open already');
    const handle: SimulatedHandle = new SimulatedHandle({
      feature: (direction, id, act) => this.#feature(handle, direction, id, act),
      device: this.device,
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
  /** Power comes with the cable: the pad has forgotten all but its flash. */
  plug(): void {
    if (this.#plugged) return;
    this.device.powerOn();
    this.#plugged = true;
  }

  /** The bulk interface of the same pad, as `OpenPadPorts.bulk` takes it; null on a pad that has none. */
  bulk(): Promise<BulkOut | null> {
    if (!this.facts.bulk || !this.#plugged) return Promise.resolve(null);
    const handle = this.#handle;
    return Promise.resolve({
      write: async (bytes: Uint8Array): Promise<void> => {
        if (this.#handle !== handle || !this.#plugged) throw new Error('Input/output error');
        const copy = bytes.slice();
        await this.#feature(handle, 'bulk', 0, () => this.device.bulk(copy));
      },
      close: () => Promise.resolve(),
    });
  }

  behave(behaviour: SimulatedBehaviour): void {
    this.#behaviour = behaviour;
  }
  /** The next reports are made and numbered but never arrive. */
  loseReports(count: number): void {
    this.#lose += count;
  }
  /** What becomes of each report on its way to the host: nothing, itself, itself twice, others. */
  harm(act: (report: Uint8Array) => readonly Uint8Array[]): void {
    this.#harm = act;
  }
  /** Any bytes as an input report. */
  send(report: Uint8Array): void {
    this.#handle?.input(report);
  }

  screen(): { readonly width: number; readonly height: number; readonly rgba: Uint8Array } {
    return this.device.screen.picture();
  }
  screenPng(): Promise<Uint8Array> {
    return encodePng(this.screen());
  }

  /**
   * Moves the pen. Samples go out at their own `t`, or at once with `fast`; the pad's time and `arrivals` run by `t`
   * either way. A tip
   * that is down has at least the pad's on-threshold as pressure and one that is up has none, as on the device. Ends
   * early when the pad is unplugged.
   */
  async penSamples(samples: readonly SimulatedPen[], options: { readonly fast: boolean }): Promise<void> {
    const sent = await this.#pace.send(samples, options.fast, (sample) => {
      if (this.#plugged) this.#pen(sample, true);
      return this.#plugged;
    });
    if (!sent) return;
    this.#fillHalfReport(samples.at(-1));
  }

  /** A real pad never stops measuring: where two samples share a report, the pen is measured once more in its place. */
  #fillHalfReport(last: SimulatedPen | undefined): void {
    if (last !== undefined && this.device.halfReport) this.#pen(last, true);
  }

  /** The pen leaves: one report out of range. */
  penAway(last: SimulatedPen): void {
    this.#pen({ ...last, tip: false }, false);
    if (this.device.halfReport) this.#pen({ ...last, tip: false }, false);
  }

  #pen(sample: SimulatedPen, inRange: boolean): void {
    const { maxPressure } = this.facts;
    const pressure = sample.tip
      ? Math.min(maxPressure, Math.max(this.device.onThreshold, Math.round(sample.p * maxPressure)))
      : 0;
    const at = { x: sample.x, y: sample.y };
    const report = this.device.pen({ at, inRange, tip: sample.tip, pressure, timeMs: this.#pace.time });
    if (!report) return;
    if (this.#lose > 0) this.#lose--;
    else for (const harmed of this.#harm(report)) this.send(harmed);
  }

  async #feature<T>(
    handle: SimulatedHandle | null,
    direction: SimulatedRequest['direction'],
    id: number,
    act: () => T,
  ): Promise<T> {
    if (this.#handle !== handle) throw new Error('Input/output error');
    const answer = this.#behaviour({ direction, id, index: this.#requests++ });
    if (answer === 'deaf') return new Promise(() => undefined);
    if (answer === 'stall') throw new StallError();
    if (answer === 'unplug') {
      this.unplug();
      throw new Error('Input/output error');
    }
    if (typeof answer === 'object') await sleep(this.#clock, answer.lateMs);
    const result = act();
    if (answer === 'garbage' && result instanceof Uint8Array) result.fill(garbageByte);
    return result;
  }
}
