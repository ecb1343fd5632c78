import { sleep, systemClock } from '../clock.ts';
import type { DriverClock } from '../clock.ts';
import type { BulkOut, ClosedReason, HidTransport } from '../pad.ts';
import { encodePng } from '../screen/canvas.ts';
import type { RandomBytes } from './device-crypto-v1.ts';
import { simulatedFacts } from './simulated-models.ts';
import type { SimulatedFacts, SimulatedName } from './simulated-models.ts';
import { StallError, StuDevice } from './stu-device.ts';
import type { StuFacts } from './stu-facts.ts';

/** Pixels of the pad's screen; pressure 0 to 1; `t` milliseconds from the first sample. */
export interface SimulatedPen {
  readonly x: number;
  readonly y: number;
  readonly p: number;
  readonly tip: boolean;
  readonly t: number;
}
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

/** Reports sent in one turn of the event loop when going fast. */
const breathEvery = 64;
const stepMs = 5;
/** Of neither a known status nor a known ID. */
const garbageByte = 0xa5;

/**
 * A pad that behaves: the device of `stu-device.ts` on a cable. One handle at a time, as on macOS; the host side of
 * the cable is what `connect` gives.
 */
export class SimulatedStu {
  readonly facts: SimulatedFacts;
  readonly device: StuDevice;
  readonly #clock: DriverClock;
  #handle: Handle | null = null;
  #plugged = true;
  #behaviour: SimulatedBehaviour = () => 'answer';
  #requests = 0;
  /** The pad's own time runs on from one call of `penSamples` to the next. */
  #time = 0;
  #lose = 0;
  #harm: (report: Uint8Array) => readonly Uint8Array[] = (report) => [report];
  /** Microseconds by which fast replays have run ahead of the host's clock. */
  #ahead = 0;
  /** When the report being sent arrives, while it is sent fast. */
  #arrival: number | null = null;
  /**
   * The clock to open this pad with. A fast replay squeezes seconds into milliseconds; here its reports arrive by the
   * pad's own schedule all the same, so that a capture keeps the rate and the length of the recording. Never falls,
   * and is the host's clock as long as nothing was sent fast.
   */
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
    this.arrivals = {
      now: () => this.#arrival ?? clock.now() + this.#ahead,
      after: (ms, act) => clock.after(ms, act),
    };
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
    const handle: Handle = new Handle({
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
    const start = this.#clock.now();
    const firstArrival = this.arrivals.now();
    const base = this.#time;
    let sent = 0;
    let latest = 0;
    for (const sample of samples) {
      latest = Math.max(latest, sample.t);
      if (options.fast) {
        // Listeners across a process boundary need a turn of the loop now and then.
        if (++sent % breathEvery === 0) await new Promise((resolve) => setImmediate(resolve));
      } else {
        const wait = sample.t - (this.#clock.now() - start) / 1000;
        if (wait > 0) await sleep(this.#clock, wait);
      }
      if (!this.#plugged) return;
      this.#time = base + sample.t;
      if (options.fast) this.#penAt(sample, firstArrival + Math.round(latest * 1000));
      else this.#pen(sample, true);
    }
    this.#time += stepMs;
    this.#fillHalfReport(samples.at(-1));
  }

  /** A real pad never stops measuring: where two samples share a report, the pen is measured once more in its place. */
  #fillHalfReport(last: SimulatedPen | undefined): void {
    if (last !== undefined && this.device.halfReport) this.#pen(last, true);
  }

  #penAt(sample: SimulatedPen, arrival: number): void {
    this.#arrival = arrival;
    try {
      this.#pen(sample, true);
    } finally {
      this.#arrival = null;
    }
    this.#ahead = Math.max(this.#ahead, arrival - this.#clock.now());
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
    const report = this.device.pen({ at, inRange, tip: sample.tip, pressure, timeMs: this.#time });
    if (!report) return;
    if (this.#lose > 0) this.#lose--;
    else for (const harmed of this.#harm(report)) this.send(harmed);
  }

  async #feature<T>(
    handle: Handle | null,
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

interface Cable {
  readonly feature: <T>(direction: 'get' | 'set', id: number, act: () => T) => Promise<T>;
  readonly device: StuDevice;
  readonly released: () => void;
}

class Handle implements HidTransport {
  readonly #cable: Cable;
  readonly #inputs = new Set<(report: Uint8Array) => void>();
  readonly #closings = new Set<(reason: ClosedReason) => void>();

  constructor(cable: Cable) {
    this.#cable = cable;
  }
  getFeatureReport(id: number, length: number): Promise<Uint8Array> {
    return this.#cable.feature('get', id, () => this.#cable.device.get(id).slice(0, length));
  }
  sendFeatureReport(report: Uint8Array): Promise<void> {
    const copy = report.slice();
    return this.#cable.feature('set', copy[0] ?? 0, () => this.#cable.device.set(copy));
  }
  onInput(listener: (report: Uint8Array) => void): () => void {
    this.#inputs.add(listener);
    return () => this.#inputs.delete(listener);
  }
  onClosed(listener: (reason: ClosedReason) => void): () => void {
    this.#closings.add(listener);
    return () => this.#closings.delete(listener);
  }
  reportDescriptor(): Promise<Uint8Array> {
    return Promise.resolve(this.#cable.device.reportDescriptor());
  }
  close(): Promise<void> {
    this.#cable.released();
    this.end('asked');
    return Promise.resolve();
  }
  input(report: Uint8Array): void {
    for (const listener of [...this.#inputs]) listener(report);
  }
  end(reason: ClosedReason): void {
    const listeners = [...this.#closings];
    this.#closings.clear();
    this.#inputs.clear();
    for (const listener of listeners) listener(reason);
  }
}
