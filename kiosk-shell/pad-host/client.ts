/**
 * The kiosk's side of the pads. They live in a child process, since a pad that hangs in the kernel must not stall a
 * screen; a host that dies or falls silent is replaced, and the capture it had is reported lost.
 */
import path from 'node:path';
import { systemClock } from '../../drivers/clock.ts';
import type { DriverClock } from '../../drivers/clock.ts';
import { PadError } from '../../drivers/pad.ts';
import type { PadErrorCode } from '../../drivers/pad.ts';
import type { SignScreenContent, WaitingContent } from '../../drivers/screen/sign-screen.ts';
import type { GuardContent, IdleContent, MessageContent } from '../../drivers/screen/word-screens.ts';
import { err } from '../../signing/result.ts';
import type { Result } from '../../signing/result.ts';
import type { SimulatedPadApi } from '../kiosk-api/kiosk-api.ts';
import { HostProcess } from './host-process.ts';
import type {
  HeldScreen,
  PadCaptureEvent,
  PadCaptureOptions,
  PadCaptureStarted,
  PadHostOptions,
  PadListing,
} from './protocol.ts';

export type { SignScreenContent, WaitingContent } from '../../drivers/screen/sign-screen.ts';
export type { GuardContent, IdleContent, MessageContent } from '../../drivers/screen/word-screens.ts';
export type { PadCaptureEvent, PadCaptureOptions, PadCaptureStarted, PadListing } from './protocol.ts';

export interface PadServiceOptions extends PadHostOptions {
  /** Folder of the project, from which the host's source is started. */
  readonly root?: string;
  readonly timing?: Partial<PadServiceTiming>;
  readonly clock?: DriverClock;
}
export interface PadServiceTiming {
  readonly pingMs: number;
  /** Silence after which a host counts as hung: longer than the 5 s the kernel waits for a deaf pad. */
  readonly hungMs: number;
  readonly firstBackoffMs: number;
  readonly longestBackoffMs: number;
}
const usualTiming: PadServiceTiming = { pingMs: 2000, hungMs: 7000, firstBackoffMs: 250, longestBackoffMs: 10_000 };

export type SimulatedPadControl = Omit<SimulatedPadApi, 'replay'>;

export interface PadService {
  /** Every pad seen since the start, gone ones included. */
  pads(): readonly PadListing[];
  onChange(listener: () => void): () => void;
  /**
   * What a pad shows between ceremonies; shown again by itself after a capture, a replug or a restart. A pad that is
   * held by a ceremony gets it when it is let go.
   */
  showIdle(id: string, content: IdleContent): Promise<void>;
  /**
   * These three hold the pad ('busy') until `stopCapture`, and outlive a replug. The next of them, or a capture, takes
   * its place; none disturbs a capture. Nothing on pads without a screen of their own. They reject with `PadError`.
   */
  showWaiting(id: string, content: WaitingContent): Promise<void>;
  showWord(id: string, content: GuardContent): Promise<void>;
  showMessage(id: string, content: MessageContent): Promise<void>;
  /**
   * Resolves once the signing screen is up and ink is taken; a picture on its way is waited for in this pad alone. On a
   * pad that has a capture, begins it anew. Pads without a screen of their own have no buttons.
   */
  startCapture(
    id: string,
    screen: SignScreenContent,
    listener: (event: PadCaptureEvent) => void,
    options?: PadCaptureOptions,
  ): Promise<Result<PadCaptureStarted, PadErrorCode>>;
  /** Lets the pad go, whether it captures or is held: its idle screen comes back. */
  stopCapture(id: string): Promise<void>;
  /** Null when no simulated pad is up. */
  readonly simulated: SimulatedPadControl | null;
  /** Process id of the host, null between two. */
  readonly hostPid: number | null;
  close(): Promise<void>;
}

/**
 * Resolves when the first host has told its pads, or could not be started: then there are none, `hostPid` is null, and it
 * is tried again, ever less often.
 */
export async function startPadHost(options: PadServiceOptions): Promise<PadService> {
  const service = new Service(options);
  await service.started;
  return service;
}

interface Capture {
  readonly pad: string;
  readonly listener: (event: PadCaptureEvent) => void;
}

class Service implements PadService {
  readonly started: Promise<void>;
  readonly #options: PadServiceOptions;
  readonly #timing: PadServiceTiming;
  readonly #clock: DriverClock;
  readonly #listeners = new Set<() => void>();
  readonly #idle = new Map<string, IdleContent>();
  readonly #held = new Map<string, HeldScreen>();
  readonly #captures = new Map<number, Capture>();
  #pads: readonly PadListing[] = [];
  #host: HostProcess | null = null;
  #captureCount = 0;
  #backoff: number;
  #cancelRestart: (() => void) | null = null;
  #closed = false;
  readonly #control: SimulatedPadControl = {
    screen: async () => this.#running().ask('simulated-screen', null),
    buttons: async () => this.#running().ask('simulated-buttons', null),
    pen: async (samples, fast) => done(this.#running().ask('simulated-pen', { samples, fast })),
    press: async (button) => done(this.#running().ask('simulated-press', button)),
    unplug: async () => done(this.#running().ask('simulated-plug', false)),
    plug: async () => done(this.#running().ask('simulated-plug', true)),
  };

  constructor(options: PadServiceOptions) {
    this.#options = options;
    this.#timing = { ...usualTiming, ...options.timing };
    this.#clock = options.clock ?? systemClock;
    this.#backoff = this.#timing.firstBackoffMs;
    this.started = this.#startHost();
  }

  get simulated(): SimulatedPadControl | null {
    return this.#pads.some((pad) => pad.simulated) ? this.#control : null;
  }
  get hostPid(): number | null {
    return this.#host?.pid ?? null;
  }
  pads(): readonly PadListing[] {
    return this.#pads;
  }
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async showIdle(id: string, content: IdleContent): Promise<void> {
    this.#idle.set(id, content);
    await this.#running().ask('show-idle', { pad: id, content });
  }

  showWaiting(id: string, content: WaitingContent): Promise<void> {
    return this.#show(id, { kind: 'waiting', content });
  }
  showWord(id: string, content: GuardContent): Promise<void> {
    return this.#show(id, { kind: 'word', content });
  }
  showMessage(id: string, content: MessageContent): Promise<void> {
    return this.#show(id, { kind: 'message', content });
  }
  async #show(id: string, held: HeldScreen): Promise<void> {
    this.#held.set(id, held);
    await this.#running().ask('show', { pad: id, held });
  }

  async startCapture(
    id: string,
    screen: SignScreenContent,
    listener: (event: PadCaptureEvent) => void,
    options: PadCaptureOptions = {},
  ): Promise<Result<PadCaptureStarted, PadErrorCode>> {
    this.#forget(id);
    const capture = ++this.#captureCount;
    this.#captures.set(capture, { pad: id, listener });
    try {
      const started = await this.#running().ask('start-capture', { pad: id, capture, screen, options });
      if (!started.ok) this.#captures.delete(capture);
      return started;
    } catch (error) {
      this.#captures.delete(capture);
      if (error instanceof PadError) return err(error.code);
      throw error;
    }
  }

  async stopCapture(id: string): Promise<void> {
    this.#forget(id);
    // With the host its captures are gone as well: there is nothing to stop.
    await this.#host?.ask('stop-capture', { pad: id }).catch(ignorePadError);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelRestart?.();
    const host = this.#host;
    this.#host = null;
    this.#captures.clear();
    await host?.end();
  }

  /** Never rejects: a kiosk without pads still has the customer's own screen, and the host is tried again. */
  async #startHost(): Promise<void> {
    let latest: readonly PadListing[] = [];
    let adopted: HostProcess | null = null;
    try {
      const host = await HostProcess.start({
        file: path.join(this.#options.root ?? process.cwd(), 'kiosk-shell', 'pad-host', 'host.ts'),
        options: hostOptions(this.#options),
        clock: this.#clock,
        pingMs: this.#timing.pingMs,
        hungMs: this.#timing.hungMs,
        onPads: (pads) => {
          latest = pads;
          if (adopted) this.#take(pads);
        },
        onCapture: (capture, events) => this.#deliver(capture, events),
        onGone: (gone) => this.#hostGone(gone),
      });
      if (this.#closed) {
        await host.end();
        return;
      }
      adopted = host;
      this.#host = host;
    } catch {
      if (!this.#closed) this.#restartLater();
      return;
    }
    // Only now may listeners hear of pads: they begin captures at once, and there has to be a host to ask.
    this.#take(latest);
    for (const [pad, content] of this.#idle) {
      this.#host.ask('show-idle', { pad, content }).catch(ignorePadError);
    }
    for (const [pad, held] of this.#held) this.#host.ask('show', { pad, held }).catch(ignorePadError);
  }

  #hostGone(host: HostProcess): void {
    if (this.#closed || this.#host !== host) return;
    this.#host = null;
    const lost = [...this.#captures.values()];
    this.#captures.clear();
    // What was away, or could not be used, is so still; of the others nobody knows.
    this.#take(this.#pads.map((pad) => (isUp(pad) ? { ...pad, ...unknown } : pad)));
    for (const capture of lost) capture.listener({ type: 'lost', reason: 'failed' });
    this.#restartLater();
  }

  #restartLater(): void {
    this.#cancelRestart = this.#clock.after(this.#backoff, () => {
      this.#backoff = Math.min(this.#backoff * 2, this.#timing.longestBackoffMs);
      void this.#startHost();
    });
  }

  #take(pads: readonly PadListing[]): void {
    this.#pads = pads;
    for (const listener of [...this.#listeners]) listener();
  }

  #deliver(id: number, events: readonly PadCaptureEvent[]): void {
    for (const event of events) {
      const capture = this.#captures.get(id);
      if (!capture) return;
      if (event.type === 'lost') this.#captures.delete(id);
      // A host that does its work again is trusted again.
      if (event.type === 'samples') this.#backoff = this.#timing.firstBackoffMs;
      capture.listener(event);
    }
  }

  #forget(pad: string): void {
    this.#held.delete(pad);
    for (const [id, capture] of this.#captures) if (capture.pad === pad) this.#captures.delete(id);
  }

  #running(): HostProcess {
    if (!this.#host) throw new PadError('unplugged', 'the pad host is not running');
    return this.#host;
  }
}

const hostOptions = ({
  simulated,
  serial = [],
  epadReach = null,
  padSettings = null,
  demoIfNone,
}: PadHostOptions): PadHostOptions => ({ simulated, serial, epadReach, padSettings, demoIfNone });

const isUp = ({ state }: PadListing): boolean => state === 'ready' || state === 'busy';
const unknown = { state: 'failed', problem: 'not-answering', drawing: null } as const;

async function done(work: Promise<unknown>): Promise<void> {
  await work;
}

function ignorePadError(error: unknown): void {
  if (!(error instanceof PadError)) throw error;
}
