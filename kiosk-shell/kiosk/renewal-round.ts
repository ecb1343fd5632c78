import type { Timers } from '../../sync/kiosk/timers.ts';
import type { RenewalDesk } from './renewal-desk.ts';

const LOOK_EVERY_MS = 60 * 60_000;
const AGAIN_AFTER_MS = 15 * 60_000;

/** Looks at the certificates at once and every hour, and sooner again after a failure, until it is stopped. */
export class RenewalRound {
  readonly #desk: RenewalDesk;
  readonly #timers: Timers;
  readonly #renewed: () => void;
  readonly #onFault: (error: unknown) => void;
  readonly #stopped = new AbortController();
  #cancelTimer: (() => void) | null = null;
  #working: Promise<void> = Promise.resolve();

  constructor(
    desk: RenewalDesk,
    ports: { readonly timers: Timers; readonly renewed: () => void; readonly onFault: (error: unknown) => void },
  ) {
    this.#desk = desk;
    this.#timers = ports.timers;
    this.#renewed = ports.renewed;
    this.#onFault = ports.onFault;
  }

  start(): void {
    this.#working = this.#look();
  }

  /** Resolves when all is quiet. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#cancelTimer?.();
    await this.#working;
  }

  async #look(): Promise<void> {
    const outcome = await this.#desk.renewIfDue(this.#stopped.signal).catch((error: unknown) => {
      this.#onFault(error);
      return 'failed' as const;
    });
    if (this.#stopped.signal.aborted) return;
    if (outcome === 'renewed') this.#renewed();
    this.#cancelTimer = this.#timers.after(outcome === 'failed' ? AGAIN_AFTER_MS : LOOK_EVERY_MS, () => this.start());
  }
}
