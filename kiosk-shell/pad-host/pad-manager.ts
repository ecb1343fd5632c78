/**
 * All pads of one kiosk: found, opened, shown to, captured from, lost and found again. Runs in the pad host; devices,
 * time and drawing come in from outside, so that tests run it in their own process.
 *
 * Each pad has a lane of its own. Looking for pads waits for none of them, and none for another.
 */
import type { DriverClock } from '../../drivers/clock.ts';
import type { PadScan, UnusablePad } from '../../drivers/find-pads.ts';
import type { FoundPad } from '../../drivers/found-pad.ts';
import { PadError } from '../../drivers/pad.ts';
import type { Pad, PadErrorCode } from '../../drivers/pad.ts';
import type { SignScreenContent } from '../../drivers/screen/sign-screen.ts';
import type { IdleContent } from '../../drivers/screen/word-screens.ts';
import { err, ok } from '../../signing/result.ts';
import type { Result } from '../../signing/result.ts';
import { limited } from './limited.ts';
import { PadLane, describeUnopened } from './pad-lane.ts';
import type { HeldScreen, PadCaptureEvent, PadCaptureOptions, PadCaptureStarted, PadListing } from './protocol.ts';

export interface PadManagerPorts {
  /** What is plugged in now. */
  scan(): Promise<PadScan>;
  /** Another text when that may have changed; cheap enough to be asked for several times a second. */
  glance(): Promise<string>;
  open(found: FoundPad): Promise<Pad>;
  readonly clock: DriverClock;
  /** Whenever `list()` would answer differently. */
  changed(): void;
  /** Of a pad that is not there now: it will not come back, and leaves no trace. */
  isDismissed(found: FoundPad): boolean;
}
/** A second is all the time there is between a plug and its words on a screen, opening the pad included. */
const glanceEveryMs = 200;
/** What no glance tells: a device that changed places with another, rights that were given. */
const lookEveryMs = 1000;
/** What is being plugged in becomes whole piece by piece: node, rights, driver. */
const restlessMs = 1500;
/** A look that takes longer is not waited for; there is no other until it has ended. */
const longestScanMs = 5000;

export class PadManager {
  readonly #ports: PadManagerPorts;
  readonly #lanes = new Map<string, PadLane>();
  #unusable: readonly UnusablePad[] = [];
  #closed = false;
  #cancelGlance: (() => void) | null = null;
  #looking: Promise<void> | null = null;
  #glanced: string | null = null;
  #restlessUntil = 0;
  #lookedAt = 0;
  #awaited: (() => void)[] = [];

  constructor(ports: PadManagerPorts) {
    this.#ports = ports;
  }

  list(): readonly PadListing[] {
    const known = [...this.#lanes.values()].flatMap((lane) => lane.listing() ?? []);
    const unusable = this.#unusable.map(({ id, model, road, serial, problem }) => ({
      description: describeUnopened(id, model, road, serial),
      state: 'failed' as const,
      simulated: road === 'simulated',
      problem,
      notDriven: model.driver.kind === 'recognised' ? model.driver.code : null,
      drawing: null,
    }));
    return [...known, ...unusable];
  }

  /** Looks once and sets about opening what is new. One look at a time. Resolves when all has been seen, or too late. */
  async scanOnce(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
    });
    await limited(this.#ports.clock, this.#looking, longestScanMs);
  }

  /** Resolves when no pad is being opened any more, or after `limitMs`. */
  async opened(limitMs: number): Promise<void> {
    const openings = [...this.#lanes.values()].map((lane) => lane.opening);
    await limited(this.#ports.clock, Promise.all(openings), limitMs);
  }

  async #look(): Promise<void> {
    this.#lookedAt = this.#ports.clock.now();
    const awaited = this.#awaited.splice(0);
    try {
      this.#take(await this.#ports.scan());
    } finally {
      for (const resolve of awaited) resolve();
    }
  }

  #take(scan: PadScan): void {
    if (this.#closed) return;
    if (JSON.stringify(scan.unusable) !== JSON.stringify(this.#unusable)) {
      this.#unusable = scan.unusable;
      this.#ports.changed();
    }
    const here = new Map(scan.found.map((found) => [found.id, found]));
    const unusable = new Set(scan.unusable.map(({ id }) => id));
    for (const [id, lane] of this.#lanes) {
      if (here.has(id)) continue;
      lane.missing();
      // One that is there but can be used no longer is listed as such.
      if (lane.seat === null && (unusable.has(id) || this.#ports.isDismissed(lane.found))) this.#forget(lane);
    }
    for (const found of scan.found) this.#laneOf(found).seen(found);
  }

  #forget(lane: PadLane): void {
    this.#lanes.delete(lane.id);
    this.#ports.changed();
  }

  #laneOf(found: FoundPad): PadLane {
    const known = this.#lanes.get(found.id);
    if (known) return known;
    const lane: PadLane = new PadLane(found, {
      clock: this.#ports.clock,
      open: (pad) => this.#ports.open(pad),
      changed: () => this.#ports.changed(),
      ready: () => this.#takeOver(lane),
      quiet: () => Promise.all([...this.#lanes.values()].map(({ letGo }) => letGo)),
    });
    this.#lanes.set(found.id, lane);
    return lane;
  }

  /** Looks whenever a glance says that something came or went, and every second, until closed. */
  watch(): void {
    this.#cancelGlance = this.#ports.clock.after(glanceEveryMs, () => {
      void this.#glance().finally(() => {
        if (!this.#closed) this.watch();
      });
    });
  }

  async #glance(): Promise<void> {
    const { clock } = this.#ports;
    const glanced = await this.#ports.glance();
    const now = clock.now();
    if (glanced !== this.#glanced) this.#restlessUntil = now + restlessMs * 1000;
    this.#glanced = glanced;
    if (now < this.#restlessUntil || now - this.#lookedAt >= lookEveryMs * 1000) await this.scanOnce();
  }

  /** Resolves when `watch` has looked once more, from now on. */
  looked(): Promise<void> {
    return new Promise((resolve) => this.#awaited.push(resolve));
  }

  /**
   * A pad plugged into another socket has another id. It is the one that left, and not a second pad, where the serial
   * number says so; without one that tells them apart, where just one of the model left and just one came.
   */
  #takeOver(lane: PadLane): void {
    if (!lane.isNew) return;
    const alike = [...this.#lanes.values()].filter((other) => other !== lane && other.isAlike(lane));
    const gone = alike.filter((other) => other.isGone);
    const [before, ...more] = gone.filter((other) => other.serial === lane.serial);
    if (!before || more.length > 0) return;
    const isTold = lane.serial !== null && !alike.some((other) => !other.isGone && other.serial === lane.serial);
    const isOnly = gone.length === 1 && !alike.some((other) => other.isNew);
    if (!isTold && !isOnly) return;
    lane.inherit(before);
    this.#lanes.delete(before.id);
  }

  /** What stands on a pad between ceremonies. A pad that is held by one gets it when it is let go. */
  async showIdle(id: string, content: IdleContent): Promise<void> {
    await this.#lanes.get(id)?.showIdle(content);
  }

  /** Until it is let go by `stopCapture`, or a capture begins. Shown again after a replug. */
  async show(id: string, held: HeldScreen): Promise<void> {
    await this.#lanes.get(id)?.show(held);
  }

  /** Never throws for what a pad does: the code says why there is no capture. */
  async startCapture(
    id: string,
    content: SignScreenContent,
    options: PadCaptureOptions,
    listener: (event: PadCaptureEvent) => void,
  ): Promise<Result<PadCaptureStarted, PadErrorCode>> {
    const lane = this.#lanes.get(id);
    if (!lane) return err('unplugged');
    try {
      return ok(await lane.start(content, options, listener));
    } catch (error) {
      if (!(error instanceof PadError)) throw error;
      return err(error.code);
    }
  }

  /** Lets a pad go: what was signed or shown in a ceremony is off its screen. */
  async stopCapture(id: string): Promise<void> {
    await this.#lanes.get(id)?.stop();
  }

  /** For the simulated pen: the simulated pad that is in use, else the first that is open. */
  simulatedLane(): PadLane | null {
    const simulated = [...this.#lanes.values()].filter((lane) => lane.isSimulated && lane.seat);
    return simulated.find((lane) => lane.isBusy) ?? simulated[0] ?? null;
  }

  isBusy(id: string): boolean {
    return this.#lanes.get(id)?.isBusy ?? false;
  }

  /** Leaves every pad clean. A pad that does not answer is given up after `limitMs`. */
  async close(limitMs = 3000): Promise<void> {
    this.#closed = true;
    this.#cancelGlance?.();
    const closing = [...this.#lanes.values()].map((lane) => lane.close());
    await limited(this.#ports.clock, Promise.all(closing), limitMs);
  }
}
