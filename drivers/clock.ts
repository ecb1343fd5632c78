/** Time as drivers see it: monotonic, and the same in every process of this machine, so that latencies compare. */
export interface DriverClock {
  /** Monotonic microseconds. */
  now(): number;
  /** Runs `act` once, no sooner than `ms` milliseconds from now; the returned function calls it off. */
  after(ms: number, act: () => void): () => void;
}

const now = (): number => Number(process.hrtime.bigint() / 1000n);

/**
 * Node counts timers in whole milliseconds and drops the fraction of the one they begin in, so a timer fires up to a
 * millisecond early. A pad that takes no command for 20 ms would be asked too soon: what is missing is waited for.
 */
export const systemClock: DriverClock = {
  now,
  after: (ms, act) => {
    const due = now() + ms * 1000;
    const wait = (left: number): NodeJS.Timeout =>
      setTimeout(() => {
        const missing = due - now();
        if (missing > 0) timer = wait(Math.ceil(missing / 1000));
        else act();
      }, left);
    let timer = wait(ms);
    return () => clearTimeout(timer);
  },
};

export function sleep(clock: DriverClock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(ms, resolve);
  });
}
