import type { Clock } from '../../signing/clock.ts';

export interface PaceOptions {
  /** Most bytes of packages per second, averaged over about a second; null: as fast as the line carries. */
  readonly bytesPerSecond: number | null;
  /** Most bytes of one request. */
  readonly chunkBytes: number;
  readonly clock: Pick<Clock, 'monotonicMicros'>;
  /** Resolves after `ms`, or at once when `signal` is aborted. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** A request of about this long: a thin line sees its end, a broad one does not count requests. */
const REQUEST_SECONDS = 5;
/** What a request begins with while nothing is known of the line: half a minute at 64 kbit/s. */
const FIRST_BYTES = 256 * 1024;
const LEAST_BYTES = 64 * 1024;

/** How much goes into a request, and when it may leave: a token bucket, shared by all that is in flight, first come first served. */
export class Pace {
  readonly #options: PaceOptions;
  #chunk: number;
  /** Bytes that may leave now; below 0: what left is being paid off. */
  #tokens: number;
  #filledAt: number;
  #queue: Promise<void> = Promise.resolve();

  constructor(options: PaceOptions) {
    this.#options = options;
    this.#chunk = this.#within(FIRST_BYTES);
    this.#tokens = options.bytesPerSecond ?? 0;
    this.#filledAt = options.clock.monotonicMicros();
  }

  /** Bytes of the next request. */
  chunkBytes(): number {
    return this.#chunk;
  }

  /** Resolves when so many bytes may leave, in the order of asking. */
  admit(bytes: number, signal: AbortSignal): Promise<void> {
    const { bytesPerSecond } = this.#options;
    if (bytesPerSecond === null) return Promise.resolve();
    this.#queue = this.#queue.then(async () => {
      this.#fill(bytesPerSecond);
      while (this.#tokens <= 0 && !signal.aborted) {
        await this.#options.pause(Math.ceil((1000 * (1 - this.#tokens)) / bytesPerSecond), signal);
        this.#fill(bytesPerSecond);
      }
      if (!signal.aborted) this.#tokens -= bytes;
    });
    return this.#queue;
  }

  /** One request: `bytes` went through in `micros`, or (null) it was cut. */
  learn(bytes: number, micros: number | null): void {
    // A short one says little of the line: most of it is the round trip.
    if (micros !== null && bytes < this.#chunk) return;
    const fits = micros === null ? this.#chunk / 2 : (REQUEST_SECONDS * 1e6 * bytes) / Math.max(micros, 1);
    // At most double: one lucky request is no broad line.
    this.#chunk = this.#within(Math.min(fits, this.#chunk * 2));
  }

  #fill(bytesPerSecond: number): void {
    const now = this.#options.clock.monotonicMicros();
    this.#tokens = Math.min(bytesPerSecond, this.#tokens + ((now - this.#filledAt) / 1e6) * bytesPerSecond);
    this.#filledAt = now;
  }

  #within(bytes: number): number {
    const { bytesPerSecond, chunkBytes } = this.#options;
    return Math.floor(Math.min(Math.max(bytes, LEAST_BYTES), chunkBytes, bytesPerSecond ?? Infinity));
  }
}
