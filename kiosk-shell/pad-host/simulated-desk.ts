import { simulatedFound } from '../../drivers/simulated/simulated-models.ts';
import { SimulatedStu } from '../../drivers/simulated/simulated-stu.ts';
import type { SimulatedPen } from '../../drivers/simulated/simulated-stu.ts';
import type { PadScan } from '../../drivers/find-pads.ts';
import type { FoundPad } from '../../drivers/found-pad.ts';
import { openStuPad } from '../../drivers/wacom/stu-pad.ts';
import { PadError } from '../../drivers/pad.ts';
import type { Pad } from '../../drivers/pad.ts';
import type { DriverClock } from '../../drivers/clock.ts';
import type { PadButton, PadHostOptions } from './protocol.ts';

/** Report spacing of a pad that sends 200 a second. */
const stepMs = 5;

/** Decides when a simulated pad is up: when asked for, or in a demo while no real pad is there. */
export class SimulatedDesk {
  readonly #options: PadHostOptions;
  readonly #clock: DriverClock;
  #pad: SimulatedStu | null = null;

  constructor(options: PadHostOptions, clock: DriverClock) {
    this.#options = options;
    this.#clock = clock;
  }

  get pad(): SimulatedStu | null {
    return this.#pad;
  }

  /** Adds the simulated pad to what was really found. One that is in use stays until it is let go. */
  with(real: PadScan, isBusy: (id: string) => boolean): PadScan {
    const wanted = this.#options.simulated ?? (this.#wantedForDemo(real, isBusy) ? 'stu-530' : null);
    if (!wanted) {
      this.#pad = null;
      return real;
    }
    this.#pad ??= new SimulatedStu(wanted, this.#clock);
    if (!this.#pad.plugged) return real;
    return { ...real, found: [...real.found, simulatedFound(this.#pad.facts)] };
  }

  #wantedForDemo(real: PadScan, isBusy: (id: string) => boolean): boolean {
    if (!this.#options.demoIfNone) return false;
    if (real.found.length === 0 && real.unusable.length === 0) return true;
    return this.#pad !== null && isBusy(simulatedFound(this.#pad.facts).id);
  }

  open(found: FoundPad): Promise<Pad> {
    if (!this.#pad?.plugged) return Promise.reject(new PadError('unplugged', 'the pad was unplugged'));
    return openStuPad(this.#pad.connect(), found, { clock: this.#pad.arrivals });
  }
}

/** A pen that comes, presses in the middle of a button and leaves. */
export function pressOf(button: PadButton): readonly SimulatedPen[] {
  const x = button.x + button.width / 2;
  const y = button.y + button.height / 2;
  const tips = [false, true, true, true, true, true, true, false];
  return tips.map((tip, at) => ({ x, y, p: tip ? 0.4 : 0, tip, t: at * stepMs }));
}
