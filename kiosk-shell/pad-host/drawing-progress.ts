import type { DriverClock } from '../../drivers/clock.ts';

/** A picture that is up sooner has no progress to tell; a longer one tells it five times a second. */
const everyUs = 200_000;

/** Thins what a driver tells of a picture on its way, for whoever looks at it: `null` when it is up. */
export function drawingProgress(
  clock: DriverClock,
  tell: (share: number | null) => void,
): { readonly told: (share: number) => void; readonly ended: () => void } {
  let last = clock.now();
  let isTold = false;
  return {
    told: (share) => {
      const now = clock.now();
      if (now - last < everyUs) return;
      last = now;
      isTold = true;
      tell(Math.min(1, Math.max(0, share)));
    },
    ended: () => {
      if (isTold) tell(null);
    },
  };
}
