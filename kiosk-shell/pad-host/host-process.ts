import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { DriverClock } from '../../drivers/clock.ts';
import { PadError } from '../../drivers/pad.ts';
import { padHostProtocol } from './protocol.ts';
import type {
  FromPadHost,
  PadCaptureEvent,
  PadHostOptions,
  PadListing,
  PadOperation,
  PadOperations,
  ToPadHost,
} from './protocol.ts';

export interface HostProcessSetup {
  readonly file: string;
  readonly options: PadHostOptions;
  readonly clock: DriverClock;
  readonly pingMs: number;
  readonly hungMs: number;
  readonly onPads: (pads: readonly PadListing[]) => void;
  readonly onCapture: (capture: number, events: readonly PadCaptureEvent[]) => void;
  /** Once, when the process has ended for whatever reason. */
  readonly onGone: (host: HostProcess) => void;
}
/** Closing clears the pads' screens; a pad that does not answer must not hold up the shutdown for longer. */
const endMs = 4000;
/** Starting means loading the canvas and the HID library, slow on a cold disk. */
const startMs = 30_000;

/** Each call into a pad that hangs keeps a thread for seconds; with the usual four, two such pads would stop the rest. */
const threads = 32;

/** One child process: requests, liveness, end. It is never used again after `onGone`. */
export class HostProcess {
  readonly #child: ChildProcess;
  readonly #setup: HostProcessSetup;
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  readonly #exited: Promise<void>;
  #asked = 0;
  /** Pings since the host was last heard. Counted, not timed: a parent that was busy itself blames nobody. */
  #silentPings = 0;
  #stopPing: () => void = () => undefined;
  #gone = false;

  static async start(setup: HostProcessSetup): Promise<HostProcess> {
    const host = new HostProcess(setup);
    await host.#firstPads();
    return host;
  }

  private constructor(setup: HostProcessSetup) {
    this.#setup = setup;
    // No inherited flags: an inspector's port or a loader of the parent would break the child.
    this.#child = fork(setup.file, [], {
      serialization: 'advanced',
      execArgv: [],
      env: { ...process.env, UV_THREADPOOL_SIZE: String(threads) },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#exited = new Promise((resolve) => {
      this.#child.once('exit', () => {
        this.#end();
        resolve();
      });
      this.#child.once('error', () => {
        this.#end();
        resolve();
      });
    });
    this.#child.on('message', (message) => this.#hear(message as FromPadHost));
    this.#send({ type: 'start', version: padHostProtocol, options: setup.options });
  }

  get pid(): number | null {
    return this.#gone ? null : (this.#child.pid ?? null);
  }

  ask<K extends PadOperation>(operation: K, ask: PadOperations[K]['ask']): Promise<PadOperations[K]['answer']> {
    if (this.#gone) return Promise.reject(new PadError('unplugged', 'the pad host is not running'));
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      // The host's types pair each operation with its own answer.
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#send({ type: 'ask', id, operation, ask });
    });
  }

  /** Asks it to leave the pads clean and ends it by its process id if it does not. */
  async end(): Promise<void> {
    if (this.#gone) return;
    const stop = this.#setup.clock.after(endMs, () => this.#kill());
    this.ask('close', null).catch(() => undefined);
    await this.#exited;
    stop();
  }

  #firstPads(): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = this.#setup.clock.after(startMs, () => this.#kill());
      const listen = (message: unknown): void => {
        if ((message as FromPadHost).type !== 'pads') return;
        stop();
        // Only now: while it loads its libraries a healthy host answers nothing for a long time.
        this.#ping();
        this.#child.off('message', listen);
        resolve();
      };
      this.#child.on('message', listen);
      void this.#exited.then(() => {
        stop();
        reject(new Error('the pad host did not start'));
      });
    });
  }

  #hear(message: FromPadHost): void {
    this.#silentPings = 0;
    switch (message.type) {
      case 'hello':
        if (message.version !== padHostProtocol) this.#kill();
        break;
      case 'pads':
        this.#setup.onPads(message.pads);
        break;
      case 'capture':
        this.#setup.onCapture(message.capture, message.events);
        break;
      case 'answer':
        this.#waiting.get(message.id)?.resolve(message.answer);
        this.#waiting.delete(message.id);
        break;
      case 'refused':
        this.#waiting.get(message.id)?.reject(new PadError(message.code, message.message));
        this.#waiting.delete(message.id);
        break;
      case 'pong':
        break;
    }
  }

  #ping(): void {
    this.#stopPing = this.#setup.clock.after(this.#setup.pingMs, () => {
      if (this.#gone) return;
      if (this.#silentPings * this.#setup.pingMs >= this.#setup.hungMs) {
        this.#kill();
        return;
      }
      this.#silentPings++;
      this.#send({ type: 'ping' });
      this.#ping();
    });
  }

  #send(message: ToPadHost): void {
    // The channel may be closing under us; the exit event follows and answers everyone who waits.
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  #kill(): void {
    this.#child.kill('SIGKILL');
  }

  #end(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#stopPing();
    for (const { reject } of this.#waiting.values()) reject(new PadError('unplugged', 'the pad host ended'));
    this.#waiting.clear();
    this.#setup.onGone(this);
  }
}
