import type { PadSample } from '../pad.ts';
import type { StuPen } from './stu-pen-reports.ts';
import type { StuThreshold } from './stu-queries.ts';

/**
 * Turns pen reports into samples. Tip as the maker's samples decide it (`pads.md` 1.5): down from the on-threshold,
 * up below the off-threshold; the tip switch only where the pad tells no thresholds.
 */
export function stuSampler(options: {
  readonly threshold: StuThreshold | null;
  /** Says what the option field of report 0x30 holds. */
  readonly optionMode: 3 | 1 | null;
}): (pen: StuPen, at: number) => PadSample {
  const threshold = options.threshold && options.threshold.on > 0 ? options.threshold : null;
  let down = false;
  return (pen, at) => {
    const wanted = threshold
      ? pen.pressure >= (down ? Math.min(threshold.off, threshold.on) : threshold.on)
      : (pen.switches & 1) !== 0;
    down = pen.inRange && wanted;
    const padTime = pen.time ?? (options.optionMode === 1 ? pen.option : undefined);
    return {
      x: pen.x,
      y: pen.y,
      tip: down,
      inRange: pen.inRange,
      pressure: pen.pressure,
      ...(pen.sequence === undefined ? {} : { sequence: pen.sequence }),
      ...(padTime === undefined ? {} : { padTime }),
      at,
    };
  };
}
