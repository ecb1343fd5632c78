import type { DriverClock } from '../../drivers/clock.ts';

/** Waits for `work`, but no longer than `ms`; what it does afterwards is its own affair. Leaves no timer behind. */
export async function limited(clock: DriverClock, work: Promise<unknown>, ms: number): Promise<void> {
  let stop = (): void => undefined;
  const tooLate = new Promise<void>((resolve) => {
    stop = clock.after(ms, resolve);
  });
  try {
    await Promise.race([work, tooLate]);
  } finally {
    stop();
  }
}
