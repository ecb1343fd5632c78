import { sleep } from '../clock.ts';
import type { DriverClock } from '../clock.ts';

/** Pixels of the pad's screen; pressure 0 to 1; `t` milliseconds from the first sample. */
export interface SimulatedPen {
  readonly x: number;
  readonly y: number;
  readonly p: number;
  readonly tip: boolean;
  readonly t: number;
}

/** Reports sent in one turn of the event loop when going fast. */
const breathEvery = 64;
const stepMs = 5;

/** When the samples of a simulated pen leave the pad, by its own time and by the host's. */
export class PenPace {
  readonly #clock: DriverClock;
  /** Runs on from one call of `send` to the next. */
  #time = 0;
  /** Microseconds by which fast replays have run ahead of the host's clock. */
  #ahead = 0;
  /** When the report being sent arrives, while it is sent fast. */
  #arrival: number | null = null;
  /**
   * The clock to open the pad with. A fast replay squeezes seconds into milliseconds; here its reports arrive by the
   * pad's own schedule all the same, so that a capture keeps the rate and the length of the recording. Never falls,
   * and is the host's clock as long as nothing was sent fast.
   */
  readonly arrivals: DriverClock;

  constructor(clock: DriverClock) {
    this.#clock = clock;
    this.arrivals = {
      now: () => this.#arrival ?? clock.now() + this.#ahead,
      after: (ms, act) => clock.after(ms, act),
    };
  }

  /** Milliseconds of the pad's own time. */
  get time(): number {
    return this.#time;
  }

  /**
   * Calls `put` at each sample's own `t`, or at once with `fast`; `time` and `arrivals` run by `t` either way. False
   * when `put` said that nothing can be sent any more.
   */
  async send(
    samples: readonly SimulatedPen[],
    fast: boolean,
    put: (sample: SimulatedPen) => boolean,
  ): Promise<boolean> {
    const start = this.#clock.now();
    const firstArrival = this.arrivals.now();
    const base = this.#time;
    let sent = 0;
    let latest = 0;
    for (const sample of samples) {
      latest = Math.max(latest, sample.t);
      if (fast) {
        // Listeners across a process boundary need a turn of the loop now and then.
        if (++sent % breathEvery === 0) await new Promise((resolve) => setImmediate(resolve));
      } else {
        const wait = sample.t - (this.#clock.now() - start) / 1000;
        if (wait > 0) await sleep(this.#clock, wait);
      }
      this.#time = base + sample.t;
      const arrival = fast ? firstArrival + Math.round(latest * 1000) : null;
      if (!this.#at(arrival, () => put(sample))) return false;
    }
    this.#time += stepMs;
    return true;
  }

  #at(arrival: number | null, put: () => boolean): boolean {
    if (arrival === null) return put();
    this.#arrival = arrival;
    try {
      return put();
    } finally {
      this.#arrival = null;
      this.#ahead = Math.max(this.#ahead, arrival - this.#clock.now());
    }
  }
}
