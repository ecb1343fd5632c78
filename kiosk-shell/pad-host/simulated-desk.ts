import { openStuPad } from '../../drivers/wacom/stu-pad.ts';
import { simulatedFound } from '../../drivers/simulated/simulated-models.ts';
import type { SimulatedName } from '../../drivers/simulated/simulated-models.ts';
import { SimulatedStu } from '../../drivers/simulated/simulated-stu.ts';
import type { SimulatedPen } from '../../drivers/simulated/simulated-stu.ts';
import type { PadScan } from '../../drivers/find-pads.ts';
import type { FoundPad } from '../../drivers/found-pad.ts';
import { PadError } from '../../drivers/pad.ts';
import type { Pad } from '../../drivers/pad.ts';
import type { DriverClock } from '../../drivers/clock.ts';
import type { PadButton, PadHostOptions } from './protocol.ts';

/** Report spacing of a pad that sends 200 a second. */
const stepMs = 5;
const standIn: readonly SimulatedName[] = ['stu-530'];

interface OnDesk {
  readonly name: SimulatedName;
  readonly found: FoundPad;
  readonly pad: SimulatedStu;
}

/** Decides which simulated pads are up: those asked for, or one in a demo while no real pad is there. */
export class SimulatedDesk {
  readonly #options: PadHostOptions;
  readonly #clock: DriverClock;
  #pads: readonly OnDesk[] = [];

  constructor(options: PadHostOptions, clock: DriverClock) {
    this.#options = options;
    this.#clock = clock;
  }

  /** Plugged in or not; null where none of this id is on the desk. */
  pad(id: string): SimulatedStu | null {
    return this.#pads.find(({ found }) => found.id === id)?.pad ?? null;
  }

  /** Adds the simulated pads to what was really found. One that is in use stays until it is let go. */
  with(real: PadScan, isBusy: (id: string) => boolean): PadScan {
    const { simulated } = this.#options;
    this.#put(simulated.length > 0 ? simulated : this.#isWantedForDemo(real, isBusy) ? standIn : []);
    const plugged = this.#pads.filter(({ pad }) => pad.plugged);
    return { ...real, found: [...real.found, ...plugged.map(({ found }) => found)] };
  }

  #put(names: readonly SimulatedName[]): void {
    this.#pads = names.map((name, at) => {
      const there = this.#pads[at];
      if (there?.name === name) return there;
      const pad = new SimulatedStu(name, this.#clock);
      return { name, pad, found: simulatedFound(pad.facts, names.slice(0, at).filter((one) => one === name).length) };
    });
  }

  #isWantedForDemo(real: PadScan, isBusy: (id: string) => boolean): boolean {
    if (!this.#options.demoIfNone) return false;
    if (real.found.length === 0 && real.unusable.length === 0) return true;
    return this.#pads.some(({ found }) => isBusy(found.id));
  }

  unplug(id: string): void {
    this.pad(id)?.unplug();
  }
  plugAll(): void {
    for (const { pad } of this.#pads) pad.plug();
  }

  open(found: FoundPad): Promise<Pad> {
    const pad = this.pad(found.id);
    if (!pad?.plugged) return Promise.reject(new PadError('unplugged', 'the pad was unplugged'));
    return openStuPad(pad.connect(), found, { clock: pad.arrivals, deskSettings: this.#options.padSettings ?? null });
  }
}

/** A pen that comes, presses in the middle of a button and leaves. */
export function pressOf(button: PadButton): readonly SimulatedPen[] {
  const x = button.x + button.width / 2;
  const y = button.y + button.height / 2;
  const tips = [false, true, true, true, true, true, true, false];
  return tips.map((tip, at) => ({ x, y, p: tip ? 0.4 : 0, tip, t: at * stepMs }));
}
