import type { DriverClock } from '../../drivers/clock.ts';
import type { PadScan, UnusablePad } from '../../drivers/find-pads.ts';
import type { FoundPad } from '../../drivers/found-pad.ts';
import { PadError } from '../../drivers/pad.ts';
import type { Pad } from '../../drivers/pad.ts';
import type { SimulatedPen } from '../../drivers/simulated/pen-pace.ts';
import { simulatedFound } from '../../drivers/simulated/simulated-models.ts';
import { isScreenless, simulatedModel } from '../../drivers/simulated/simulated-pads.ts';
import type { SimulatedPad, SimulatedPadName } from '../../drivers/simulated/simulated-pads.ts';
import { SimulatedScreenless } from '../../drivers/simulated/simulated-screenless.ts';
import { SimulatedStu } from '../../drivers/simulated/simulated-stu.ts';
import type { PadButton, PadHostOptions } from './protocol.ts';

/** Report spacing of a pad that sends 200 a second. */
const stepMs = 5;
const standIn: readonly SimulatedPadName[] = ['stu-530'];

interface OnDesk {
  readonly name: SimulatedPadName;
  readonly found: FoundPad;
  /** Null for a model that is recognised and not driven. */
  readonly pad: SimulatedPad | null;
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
  pad(id: string): SimulatedPad | null {
    return this.#pads.find(({ found }) => found.id === id)?.pad ?? null;
  }

  /** What a glance at the desk tells: the ids of what is plugged in. */
  glance(): string {
    return this.#pads.flatMap(({ found, pad }) => (pad?.plugged === false ? [] : [found.id])).join();
  }

  /** Adds the simulated pads to what was really found. One that is in use stays until it is let go. */
  with(real: PadScan, isBusy: (id: string) => boolean): PadScan {
    const { simulated } = this.#options;
    this.#put(simulated.length > 0 ? simulated : this.#isWantedForDemo(real, isBusy) ? standIn : []);
    const plugged = this.#pads.filter(({ pad }) => pad?.plugged === true);
    const recognised = this.#pads.filter(({ pad }) => pad === null);
    return {
      found: [...real.found, ...plugged.map(({ found }) => found)],
      unusable: [...real.unusable, ...recognised.map(({ found }) => notDriven(found))],
    };
  }

  #put(names: readonly SimulatedPadName[]): void {
    this.#pads = names.map((name, at) => {
      const there = this.#pads[at];
      if (there?.name === name) return there;
      const place = names.slice(0, at).filter((one) => one === name).length;
      return { name, pad: this.#make(name), found: simulatedFound({ name, model: simulatedModel(name) }, place) };
    });
  }

  #make(name: SimulatedPadName): SimulatedPad | null {
    if (name === 'stu-541') return null;
    return isScreenless(name) ? new SimulatedScreenless(name, this.#clock) : new SimulatedStu(name, this.#clock);
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
    for (const { pad } of this.#pads) pad?.plug();
  }

  open(found: FoundPad): Promise<Pad> {
    const pad = this.pad(found.id);
    const { driver } = found.model;
    if (!pad?.plugged) return Promise.reject(new PadError('unplugged', 'the pad was unplugged'));
    if (driver.kind === 'recognised' || driver.kind === 'topaz-bsb') {
      return Promise.reject(new PadError('unsupported', 'no pad of this kind is simulated'));
    }
    return driver.open(pad.connect(), found, { clock: pad.arrivals, deskSettings: this.#options.padSettings ?? null });
  }
}

function notDriven({ id, model, road, serial }: FoundPad): UnusablePad {
  return { id, model, road, serial, problem: 'not-driven' };
}

/** A pen that comes, presses in the middle of a button and leaves. */
export function pressOf(button: PadButton): readonly SimulatedPen[] {
  const x = button.x + button.width / 2;
  const y = button.y + button.height / 2;
  const tips = [false, true, true, true, true, true, true, false];
  return tips.map((tip, at) => ({ x, y, p: tip ? 0.4 : 0, tip, t: at * stepMs }));
}
