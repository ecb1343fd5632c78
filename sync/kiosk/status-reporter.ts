import type { KioskStatus } from '../protocol/status.ts';
import type { CloudClient } from './cloud-client.ts';
import type { Timers } from './timers.ts';

export interface StatusReporterPorts {
  readonly client: Pick<CloudClient, 'report'>;
  readonly timers: Timers;
  /** Even over 0..1: a fleet that was switched on at eight does not speak in one voice. */
  readonly random: () => number;
  /** As it is now. */
  readonly read: () => KioskStatus;
  readonly onFault: (error: unknown) => void;
}

const EVERY_MS = 60_000;
/** Changes come in bursts; one report tells them all. */
const SOON_MS = 3000;
const REQUEST_MS = 30_000;

/** Tells the cloud how this kiosk is: about once a minute, and soon after something changed. What does not arrive is not repeated. */
export class StatusReporter {
  readonly #ports: StatusReporterPorts;
  readonly #stopped = new AbortController();
  #cancelTimer: (() => void) | null = null;
  #working: Promise<void> | null = null;
  #changed = false;

  constructor(ports: StatusReporterPorts) {
    this.#ports = ports;
  }

  start(): void {
    this.#after(SOON_MS);
  }

  /** Soon, unless it is told soon anyway. */
  changed(): void {
    if (this.#changed || this.#cancelTimer === null) return;
    this.#changed = true;
    if (this.#working === null) this.#after(SOON_MS);
  }

  /** Resolves when all is quiet. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#cancelTimer?.();
    await this.#working;
  }

  #after(ms: number): void {
    this.#cancelTimer?.();
    if (this.#stopped.signal.aborted) return;
    this.#cancelTimer = this.#ports.timers.after(ms, () => {
      this.#working = this.#report()
        .catch(this.#ports.onFault)
        .then(() => {
          this.#working = null;
          this.#after(this.#changed ? SOON_MS : EVERY_MS * (0.9 + 0.2 * this.#ports.random()));
        });
    });
  }

  async #report(): Promise<void> {
    const { client, timers, read } = this.#ports;
    this.#changed = false;
    const patience = new AbortController();
    const cancel = timers.after(REQUEST_MS, () => patience.abort());
    const signal = AbortSignal.any([patience.signal, this.#stopped.signal]);
    // The next one says it too.
    await client.report(read(), signal).finally(cancel);
  }
}
