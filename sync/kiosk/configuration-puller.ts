import type { Clock } from '../../signing/clock.ts';
import { backoff } from './backoff.ts';
import { createCloudClient, type CloudClient, type CloudContact } from './cloud-client.ts';
import type { Fetch } from './line.ts';
import type { Timers } from './timers.ts';

export interface ConfigurationPullerPorts {
  /** Without a trailing slash. */
  readonly cloudUrl: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Even over 0..1. */
  readonly random: () => number;
  readonly token: () => Promise<string>;
  readonly onContact?: (contact: CloudContact) => void;
  /** Judges what came and makes it durable. 'refused': the one before stays. */
  readonly received: (jws: string) => Promise<'taken' | 'refused'>;
  readonly onFault: (error: unknown) => void;
}

const PAUSE = { first: 1000, longest: 60_000 };
/** A cloud that signs what cannot be taken is asked again, not at once. */
const REFUSED_PAUSE = { first: 60_000, longest: 15 * 60_000 };
/** The cloud holds a question for 25 seconds; between two there is this, should it not hold. */
const BETWEEN_MS = 1000;
const REQUEST_MS = 60_000;

/** Asks for this kiosk's configuration, one question after the other, for as long as it runs. */
export class ConfigurationPuller {
  readonly #ports: ConfigurationPullerPorts;
  readonly #client: CloudClient;
  readonly #stopped = new AbortController();
  #cancelTimer: (() => void) | null = null;
  #working: Promise<void> = Promise.resolve();
  /** Of what was taken last; asked anew after a start. */
  #etag: string | null = null;
  #failures = 0;
  #refusals = 0;

  constructor(ports: ConfigurationPullerPorts) {
    this.#ports = ports;
    this.#client = createCloudClient(ports);
  }

  start(): void {
    if (this.#stopped.signal.aborted) return;
    this.#working = this.#turn()
      .catch((error: unknown) => {
        this.#ports.onFault(error);
        return PAUSE.longest;
      })
      .then((pause) => {
        if (this.#stopped.signal.aborted) return;
        this.#cancelTimer = this.#ports.timers.after(pause, () => this.start());
      });
  }

  /** Resolves when all is quiet. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#cancelTimer?.();
    await this.#working;
  }

  /** One question; resolves to the pause before the next, milliseconds. */
  async #turn(): Promise<number> {
    const { timers, random } = this.#ports;
    const patience = new AbortController();
    const cancel = timers.after(REQUEST_MS, () => patience.abort());
    const signal = AbortSignal.any([patience.signal, this.#stopped.signal]);
    const reply = await this.#client.configuration(this.#etag, signal).finally(cancel);
    if (reply.kind !== 'done') {
      this.#failures += 1;
      return backoff(this.#failures, PAUSE, random);
    }
    this.#failures = 0;
    if (reply.value === 'nothing-new') return BETWEEN_MS;
    if ((await this.#ports.received(reply.value.jws)) === 'refused') {
      this.#refusals += 1;
      return backoff(this.#refusals, REFUSED_PAUSE, random);
    }
    this.#refusals = 0;
    this.#etag = reply.value.etag;
    return BETWEEN_MS;
  }
}
