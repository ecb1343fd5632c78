import type { PadSample } from '../pad.ts';
import type { PenReading } from './pen-report.ts';

/**
 * Turns readings of one pen into samples. A reading without a place (null state) keeps the last one; before the first
 * place there is nothing to tell, and so null.
 */
export function penSampler(): (reading: PenReading, at: number) => PadSample | null {
  let last: { readonly x: number; readonly y: number } | null = null;
  return (reading, at) => {
    const x = reading.x ?? last?.x;
    const y = reading.y ?? last?.y;
    if (x === undefined || y === undefined) return null;
    last = { x, y };
    const { pressure, tiltX, tiltY, twist, scanTime } = reading;
    const { eraser, switches } = penEnds(reading);
    return {
      x,
      y,
      // The eraser end writes nothing, whatever its tip switch says.
      tip: reading.tip && !eraser,
      inRange: reading.inRange,
      ...(pressure === undefined ? {} : { pressure }),
      ...(scanTime === undefined ? {} : { padTime: scanTime }),
      ...(tiltX === undefined ? {} : { tiltX }),
      ...(tiltY === undefined ? {} : { tiltY }),
      ...(twist === undefined ? {} : { twist }),
      ...(eraser ? { eraser } : {}),
      ...(switches === 0 ? {} : { switches }),
      at,
    };
  };
}

/**
 * Which end of the pen is at work, and which side switches are pressed (bit 0 the first). "Eraser" while the tip writes
 * is the second side switch of pens that have no eraser (`pads.md` 4.1).
 */
export function penEnds({ tip, invert, eraser, barrel, secondBarrel }: PenReading): {
  readonly eraser: boolean;
  readonly switches: number;
} {
  const erasing = invert || (eraser && !tip);
  return { eraser: erasing, switches: (barrel ? 1 : 0) | (secondBarrel || (eraser && !erasing) ? 2 : 0) };
}
