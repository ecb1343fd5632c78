import { sleep } from '../../../drivers/clock.ts';
import type { DriverClock } from '../../../drivers/clock.ts';
import type { PenMoment } from './pad-core.ts';

/** Fewer than the 64 reports that the kernel keeps for a reader. */
const mostAtOnce = 16;

/**
 * Each moment at its own `t` from now. What a late timer has missed follows, so that the rate holds over all, but a few
 * at a time: no pad says at once what it measured one after the other.
 */
export async function streamMoments(
  moments: readonly PenMoment[],
  clock: DriverClock,
  move: (moment: PenMoment) => void,
): Promise<void> {
  const start = clock.now();
  let atOnce = 0;
  for (const moment of moments) {
    const wait = moment.t - (clock.now() - start) / 1000;
    if (wait > 0 || atOnce === mostAtOnce) {
      await sleep(clock, Math.max(1, wait));
      atOnce = 0;
    }
    move(moment);
    atOnce++;
  }
}

/** A pen that wanders over the middle of the pad, tip down, and leaves at the end: the same for the same numbers. */
export function wanderingPen(count: number, rate: number, seed = 1): readonly PenMoment[] {
  const step = 1000 / rate;
  return Array.from({ length: count }, (_, at) => {
    const turn = (at + seed * 97) / 40;
    const last = at === count - 1;
    return {
      x: 0.5 + 0.3 * Math.sin(turn),
      y: 0.5 + 0.2 * Math.sin(turn * 1.7 + seed),
      pressure: 0.3 + 0.2 * Math.sin(turn * 0.6),
      tip: !last,
      inRange: !last,
      t: at * step,
    };
  });
}
