/** Time as drivers see it: monotonic, and the same in every process of this machine, so that latencies compare. */
export interface DriverClock {
  /** Monotonic microseconds. */
  now(): number;
  /** Runs `act` once after `ms` milliseconds; the returned function calls it off. */
  after(ms: number, act: () => void): () => void;
}

export const systemClock: DriverClock = {
  now: () => Number(process.hrtime.bigint() / 1000n),
  after: (ms, act) => {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
};

export function sleep(clock: DriverClock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(ms, resolve);
  });
}
