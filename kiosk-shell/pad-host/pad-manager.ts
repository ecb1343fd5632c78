/**
 * All pads of one kiosk: found, opened, shown to, captured from, lost and found again. Runs in the pad host; devices,
 * time and drawing come in from outside, so that tests run it in their own process.
 */
import { sleep } from '../../drivers/clock.ts';
import type { DriverClock } from '../../drivers/clock.ts';
import type { PadScan, UnusablePad } from '../../drivers/find-pads.ts';
import type { FoundPad, PadModel } from '../../drivers/found-pad.ts';
import { PadOpenError } from '../../drivers/open-problem.ts';
import { PadError } from '../../drivers/pad.ts';
import type { Pad, PadDescription, PadErrorCode } from '../../drivers/pad.ts';
import type { SignScreenContent } from '../../drivers/screen/sign-screen.ts';
import type { IdleContent, MessageContent } from '../../drivers/screen/word-screens.ts';
import { err, ok } from '../../signing/result.ts';
import type { Result } from '../../signing/result.ts';
import { PadSeat } from './pad-seat.ts';
import type { PadCaptureEvent, PadCaptureStarted, PadListing, PadProblem, PadState } from './protocol.ts';

export interface PadManagerPorts {
  /** What is plugged in now. */
  scan(): Promise<PadScan>;
  open(found: FoundPad): Promise<Pad>;
  readonly clock: DriverClock;
  /** Whenever `list()` would answer differently. */
  changed(): void;
}
const scanEveryMs = 1000;
/** A pad that cannot be opened is tried again, ever less often. */
const longestRetryMs = 30_000;

interface Known {
  readonly found: FoundPad;
  description: PadDescription;
  state: PadState;
  problem: PadProblem | null;
  seat: PadSeat | null;
  retryAt: number;
  retryMs: number;
}

export class PadManager {
  readonly #ports: PadManagerPorts;
  readonly #known = new Map<string, Known>();
  readonly #idle = new Map<string, IdleContent>();
  #unusable: readonly UnusablePad[] = [];
  #closed = false;
  #cancelScan: (() => void) | null = null;
  #scanning: Promise<void> = Promise.resolve();

  constructor(ports: PadManagerPorts) {
    this.#ports = ports;
  }

  list(): readonly PadListing[] {
    const known = [...this.#known.values()].map(({ description, state, problem }) => ({
      description,
      state,
      simulated: description.road === 'simulated',
      problem,
    }));
    const unusable = this.#unusable.map(({ id, model, road, serial, problem }) => ({
      description: describe(id, model, road, serial),
      state: 'failed' as const,
      simulated: false,
      problem,
    }));
    return [...known, ...unusable];
  }

  /** Looks once and opens what is new. One look at a time: two would open a pad twice. */
  scanOnce(): Promise<void> {
    this.#scanning = this.#scanning.then(() => this.#scan());
    return this.#scanning;
  }

  async #scan(): Promise<void> {
    const scan = await this.#ports.scan();
    if (this.#closed) return;
    if (JSON.stringify(scan.unusable) !== JSON.stringify(this.#unusable)) {
      this.#unusable = scan.unusable;
      this.#ports.changed();
    }
    const here = new Set(scan.found.map((found) => found.id));
    for (const [id, known] of this.#known) {
      if (here.has(id)) continue;
      // Its handle may not have noticed; a pad that was never open has nothing to notice with.
      if (known.seat) await known.seat.pad.close();
      this.#become(known, 'unplugged', null);
      if (known.description.road === 'simulated') this.#known.delete(id);
    }
    for (const found of scan.found) await this.#reopen(found);
  }

  /** Looks every second until closed. */
  watch(): void {
    this.#cancelScan = this.#ports.clock.after(scanEveryMs, () => {
      void this.scanOnce().finally(() => {
        if (!this.#closed) this.watch();
      });
    });
  }

  async #reopen(found: FoundPad): Promise<void> {
    const { clock } = this.#ports;
    const before = this.#known.get(found.id);
    if (before?.seat) return;
    if (before && before.state === 'failed' && clock.now() < before.retryAt) return;
    const known: Known = {
      found,
      description: describe(found.id, found.model, found.road, found.serial),
      state: before?.state ?? 'failed',
      problem: null,
      seat: null,
      retryAt: 0,
      retryMs: before?.state === 'failed' ? before.retryMs : 0,
    };
    try {
      const pad = await this.#ports.open(found);
      if (this.#closed) {
        await pad.close();
        return;
      }
      known.description = pad.description;
      known.seat = new PadSeat(pad, () => this.#lost(known));
      known.retryMs = 0;
      this.#known.set(found.id, known);
      this.#takeOver(known);
      this.#become(known, 'ready', null);
      this.#restore(known);
    } catch (error) {
      if (!(error instanceof PadError)) throw error;
      known.retryMs = Math.min(longestRetryMs, Math.max(scanEveryMs, known.retryMs * 2));
      known.retryAt = clock.now() + known.retryMs * 1000;
      this.#known.set(found.id, known);
      this.#become(known, 'failed', error instanceof PadOpenError ? error.problem : 'not-answering');
    }
  }

  /** A pad plugged into another place has another id: the one that left is this one, not a second pad. */
  #takeOver(known: Known): void {
    for (const [id, other] of this.#known) {
      const { serial } = other.description;
      const same = other.found.model === known.found.model && (serial === null || serial === known.description.serial);
      if (other === known || other.state !== 'unplugged' || !same) continue;
      this.#known.delete(id);
      const idle = this.#idle.get(id);
      if (idle && !this.#idle.has(known.found.id)) this.#idle.set(known.found.id, idle);
    }
  }

  #lost(known: Known): void {
    const reason = known.seat?.lost ?? 'failed';
    known.seat = null;
    this.#become(known, reason === 'failed' ? 'failed' : 'unplugged', reason === 'failed' ? 'not-answering' : null);
  }

  #become(known: Known, state: PadState, problem: PadProblem | null): void {
    if (known.state === state && known.problem === problem && state !== 'ready') return;
    known.state = state;
    known.problem = problem;
    this.#ports.changed();
  }

  #restore(known: Known): void {
    const content = this.#idle.get(known.found.id);
    // A pad that goes away meanwhile says so by its own event.
    known.seat?.showIdle(content ?? null).catch(ignorePadError);
  }

  async showIdle(id: string, content: IdleContent): Promise<void> {
    this.#idle.set(id, content);
    const known = this.#known.get(id);
    if (known?.state === 'ready') await known.seat?.showIdle(content);
  }

  /** Until the next idle screen or capture. Nothing on a pad that is busy or gone. */
  async showMessage(id: string, message: MessageContent): Promise<void> {
    await this.#known.get(id)?.seat?.showMessage(message);
  }

  /** Never throws for what a pad does: the code says why there is no capture. */
  async startCapture(
    id: string,
    content: SignScreenContent,
    listener: (event: PadCaptureEvent) => void,
  ): Promise<Result<PadCaptureStarted, PadErrorCode>> {
    const known = this.#known.get(id);
    const seat = known?.seat;
    if (!known || !seat) return err('unplugged');
    this.#become(known, 'busy', null);
    try {
      return ok(await seat.start(content, listener));
    } catch (error) {
      if (!(error instanceof PadError)) throw error;
      this.#settle(known, seat);
      return err(error.code);
    }
  }

  async stopCapture(id: string): Promise<void> {
    const known = this.#known.get(id);
    const seat = known?.seat;
    if (!known || !seat) return;
    await seat.stop(this.#idle.get(id) ?? null);
    this.#settle(known, seat);
  }

  /** Ready again, unless the pad is gone or the next capture has begun meanwhile. */
  #settle(known: Known, seat: PadSeat): void {
    if (known.seat === seat && !seat.capturing) this.#become(known, 'ready', null);
  }

  /** The seat of the first simulated pad, for the simulated pen. */
  simulatedSeat(): PadSeat | null {
    for (const { seat, description } of this.#known.values()) {
      if (seat && description.road === 'simulated') return seat;
    }
    return null;
  }

  isBusy(id: string): boolean {
    return this.#known.get(id)?.state === 'busy';
  }

  /** Leaves every pad clean. A pad that does not answer is given up after `limitMs`. */
  async close(limitMs = 3000): Promise<void> {
    this.#closed = true;
    this.#cancelScan?.();
    const seats = [...this.#known.values()].flatMap(({ seat }) => (seat ? [seat.pad.close()] : []));
    await Promise.race([Promise.all(seats), sleep(this.#ports.clock, limitMs)]);
  }
}

function describe(id: string, model: PadModel, road: PadDescription['road'], serial: string | null): PadDescription {
  return {
    id,
    maker: model.maker,
    model: model.model,
    serial,
    firmware: null,
    road,
    encryption: 'none',
    shows: model.geometry.screen ? 'own-screen' : 'nothing',
    geometry: model.geometry,
  };
}

function ignorePadError(error: unknown): void {
  if (!(error instanceof PadError)) throw error;
}
