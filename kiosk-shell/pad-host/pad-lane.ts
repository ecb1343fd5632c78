/** One port with a pad in it, or with one that was: opening it, what it shows, losing it, opening it again. */
import type { DriverClock } from '../../drivers/clock.ts';
import type { FoundPad, PadModel } from '../../drivers/found-pad.ts';
import { PadOpenError } from '../../drivers/open-problem.ts';
import { PadError } from '../../drivers/pad.ts';
import type { Pad, PadDescription } from '../../drivers/pad.ts';
import type { SignScreenContent } from '../../drivers/screen/sign-screen.ts';
import type { IdleContent } from '../../drivers/screen/word-screens.ts';
import { limited } from './limited.ts';
import { PadSeat } from './pad-seat.ts';
import type {
  HeldScreen,
  PadCaptureEvent,
  PadCaptureOptions,
  PadCaptureStarted,
  PadListing,
  PadProblem,
  PadState,
} from './protocol.ts';

export interface PadLanePorts {
  readonly clock: DriverClock;
  open(found: FoundPad): Promise<Pad>;
  /** Whenever `listing()` would answer differently. */
  changed(): void;
  /** A pad has been opened; nothing is shown on it yet. */
  ready(): void;
  /** Resolves when no pad is being let go any more. */
  quiet(): Promise<unknown>;
}
const firstRetryMs = 1000;
/** A pad that cannot be opened is tried again, ever less often. */
const longestRetryMs = 30_000;
/** The kernel may keep a handle for as long as it waits for a deaf pad; opening anew would only wait with it. */
const letGoMs = 6000;
const missesBelieved = 2;

export class PadLane {
  readonly id: string;
  readonly #ports: PadLanePorts;
  #found: FoundPad;
  #description: PadDescription;
  /** Null until the first attempt to open it has ended: a pad that is not known to work is not told of. */
  #state: PadState | null = null;
  #problem: PadProblem | null = null;
  #seat: PadSeat | null = null;
  #opening: Promise<void> | null = null;
  #letGo: Promise<void> = Promise.resolve();
  #retryAt = 0;
  #retryMs = 0;
  #idle: IdleContent | null = null;
  #held: HeldScreen | null = null;
  #isNew = true;
  /** It has hung at its hidraw node, where its hanging is that of every node (`drivers/README.md`). */
  #hasHung = false;
  #misses = 0;
  #closed = false;

  constructor(found: FoundPad, ports: PadLanePorts) {
    this.id = found.id;
    this.#found = found;
    this.#ports = ports;
    this.#description = describeUnopened(found.id, found.model, found.road, found.serial);
  }

  get seat(): PadSeat | null {
    return this.#seat;
  }
  get opening(): Promise<void> {
    return this.#opening ?? Promise.resolve();
  }
  get serial(): string | null {
    return this.#description.serial;
  }
  /** Resolves when the pad that was open here has been let go. */
  get letGo(): Promise<void> {
    return this.#letGo;
  }
  get isSimulated(): boolean {
    return this.#found.road === 'simulated';
  }
  get isBusy(): boolean {
    return this.#state === 'busy';
  }
  /** Empty now, as far as is known. */
  get isGone(): boolean {
    return this.#state === 'unplugged' && !this.#opening;
  }
  /** Not seen working before in this port. */
  get isNew(): boolean {
    return this.#isNew;
  }
  get found(): FoundPad {
    return this.#found;
  }
  isAlike(other: PadLane): boolean {
    const [mine, theirs] = [this.#found.model, other.#found.model];
    return mine.vid === theirs.vid && mine.pid === theirs.pid;
  }

  listing(): PadListing | null {
    if (this.#state === null) return null;
    return {
      description: this.#description,
      state: this.#state,
      simulated: this.isSimulated,
      problem: this.#problem,
      notDriven: null,
      drawing: this.#seat?.drawing ?? null,
    };
  }

  /** A pad is in the port now. Sets about opening it where it is another one than before, or is not open. */
  seen(found: FoundPad): void {
    this.#misses = 0;
    if (this.#seat && !isSameDevice(this.#found, found)) this.#seat.vanish();
    const { clock } = this.#ports;
    if (this.#seat || this.#opening || this.#closed) return;
    if (this.#state === 'failed' && isSameDevice(this.#found, found) && clock.now() < this.#retryAt) return;
    if (!isSameDevice(this.#found, found)) {
      this.#retryMs = 0;
      this.#hasHung = false;
    }
    this.#found = found;
    this.#opening = this.#open(found).finally(() => {
      this.#opening = null;
    });
  }

  /**
   * A look did not see the pad. One that works is believed more than one look: its handle notices by itself when it is
   * unplugged, and this is for the handle that does not.
   */
  missing(): void {
    if (this.#seat && ++this.#misses >= missesBelieved) this.#seat.vanish();
    else if (this.#seat) return;
    else if (!this.#opening) this.#become('unplugged', null);
  }

  async #open(found: FoundPad): Promise<void> {
    const byBus = this.#hasHung && found.usb?.claimable === true;
    // A node cannot be opened while another one hangs, and who waits for that holds up the reports of every pad.
    const atNode = found.road === 'hidraw' && !byBus;
    await limited(this.#ports.clock, atNode ? this.#ports.quiet() : this.#letGo, letGoMs);
    try {
      const pad = await this.#ports.open(byBus ? { ...found, road: 'libusb' } : found);
      if (this.#closed) {
        await pad.close();
        return;
      }
      this.#recognise(pad.description);
      this.#retryMs = 0;
      const seat: PadSeat = new PadSeat(pad, {
        clock: this.#ports.clock,
        gone: () => this.#lost(seat),
        progress: () => this.#ports.changed(),
      });
      this.#seat = seat;
      this.#ports.ready();
      this.#isNew = false;
      this.#become(this.#held ? 'busy' : 'ready', null);
      this.#restore(seat);
    } catch (error) {
      if (!(error instanceof PadError)) throw error;
      if (error.code === 'timeout') this.#hasHung = true;
      this.#retryMs = Math.min(longestRetryMs, Math.max(firstRetryMs, this.#retryMs * 2));
      this.#retryAt = this.#ports.clock.now() + this.#retryMs * 1000;
      this.#become('failed', error instanceof PadOpenError ? error.problem : 'not-answering');
    }
  }

  /** Another pad in the same port is a newcomer: what the one before showed is not for it. */
  #recognise(description: PadDescription): void {
    const before = this.#description.serial;
    if (!this.#isNew && before !== null && description.serial !== null && before !== description.serial) {
      this.#isNew = true;
      this.#held = null;
    }
    this.#description = description;
  }

  #lost(seat: PadSeat): void {
    if (this.#seat !== seat) return;
    this.#seat = null;
    this.#letGo = seat.pad.close().catch(ignorePadError);
    const failed = seat.lost === 'failed';
    if (failed) this.#hasHung = true;
    this.#become(failed ? 'failed' : 'unplugged', failed ? 'not-answering' : null);
  }

  #become(state: PadState, problem: PadProblem | null): void {
    if (this.#state === state && this.#problem === problem && state !== 'ready') return;
    this.#state = state;
    this.#problem = problem;
    this.#ports.changed();
  }

  #restore(seat: PadSeat): void {
    // A pad that goes away meanwhile says so by its own event.
    (this.#held ? seat.show(this.#held) : seat.showIdle(this.#idle)).catch(ignorePadError);
  }

  /** This is the pad of `before`, in another port. */
  inherit(before: PadLane): void {
    this.#idle ??= before.#idle;
    this.#held ??= before.#held;
  }

  async showIdle(content: IdleContent): Promise<void> {
    this.#idle = content;
    if (this.#state === 'ready') await this.#seat?.showIdle(content);
  }

  async show(held: HeldScreen): Promise<void> {
    const seat = this.#seat;
    if (seat?.capturing === true) return;
    this.#held = held;
    if (!seat) return;
    this.#become('busy', null);
    await seat.show(held);
  }

  /** Rejects with `PadError`. */
  async start(
    content: SignScreenContent,
    options: PadCaptureOptions,
    listener: (event: PadCaptureEvent) => void,
  ): Promise<PadCaptureStarted> {
    const seat = this.#seat;
    if (!seat) throw new PadError('unplugged', 'the pad is not there');
    this.#held = null;
    this.#become('busy', null);
    try {
      return await seat.start(content, options, listener);
    } catch (error) {
      this.#settle(seat);
      throw error;
    }
  }

  async stop(): Promise<void> {
    const seat = this.#seat;
    this.#held = null;
    if (!seat) return;
    await seat.stop(this.#idle);
    this.#settle(seat);
  }

  /** Ready again, unless the pad is gone or the next use has begun meanwhile. */
  #settle(seat: PadSeat): void {
    if (this.#seat === seat && !seat.capturing && !this.#held) this.#become('ready', null);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#seat?.pad.close();
  }
}

/** By the bus each plug-in has an address of its own; elsewhere a path is all there is. */
function isSameDevice(one: FoundPad, other: FoundPad): boolean {
  if (one.usb && other.usb) return one.usb.bus === other.usb.bus && one.usb.address === other.usb.address;
  return one.path === other.path;
}

/** A pad as the table knows it. */
export function describeUnopened(
  id: string,
  model: PadModel,
  road: PadDescription['road'],
  serial: string | null,
): PadDescription {
  return {
    id,
    maker: model.maker,
    model: model.model,
    serial,
    firmware: null,
    road,
    encryption: 'none',
    shows: model.shows,
    geometry: model.geometry,
  };
}

function ignorePadError(error: unknown): void {
  if (!(error instanceof PadError)) throw error;
}
