import type { DriverClock } from '../../drivers/clock.ts';

interface Timer {
  readonly at: number;
  readonly act: () => void;
}

/** A clock that stands still until a test moves it. */
export class ManualClock implements DriverClock {
  #now = 1_000_000;
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.#now;
  }
  after(ms: number, act: () => void): () => void {
    const timer = { at: this.#now + ms * 1000, act };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Lets everything that can happen now happen, then moves to the next timer, until `work` has ended. */
  async settle<T>(work: Promise<T>): Promise<T> {
    const state = { ended: false };
    const end = (): void => {
      state.ended = true;
    };
    work.then(end, end);
    for (;;) {
      await turn();
      if (state.ended) return work;
      this.#fireNext();
    }
  }

  /** Moves by `ms`, firing what falls due. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms * 1000;
    for (;;) {
      await turn();
      const next = this.#next();
      if (!next || next.at > until) break;
      this.#fireNext();
    }
    this.#now = until;
    await turn();
  }

  #next(): Timer | undefined {
    return [...this.#timers].sort((one, other) => one.at - other.at)[0];
  }
  #fireNext(): void {
    const next = this.#next();
    if (!next) return;
    this.#timers.delete(next);
    this.#now = Math.max(this.#now, next.at);
    next.act();
  }
}

/** One round of the event loop: every promise that can settle has settled. */
async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
