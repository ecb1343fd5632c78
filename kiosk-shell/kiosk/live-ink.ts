import type { PadSample } from '../../drivers/pad.ts';
import { MIRROR_STEP, mirrorDistance, mirrorPoint } from './thinned.ts';

type Point = readonly [number, number];

/** Screen rate of the mirror; more would only show how fast somebody writes. */
export const MIRROR_INTERVAL_MS = 33;

/** What the clerk sees of the ink: positions 0..1 of the area, thinned by distance, without time or pressure. */
export class LiveInk {
  readonly #area: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  #pending: Point[][] = [];
  #last: Point | null = null;
  #down = false;

  constructor(area: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }) {
    this.#area = area;
  }

  add(samples: readonly PadSample[]): void {
    for (const sample of samples) {
      if (!sample.tip) {
        this.#down = false;
        continue;
      }
      const point = mirrorPoint(
        (sample.x - this.#area.x) / this.#area.width,
        (sample.y - this.#area.y) / this.#area.height,
      );
      const starts = !this.#down;
      this.#down = true;
      if (!starts && this.#last !== null && mirrorDistance(point, this.#last) < MIRROR_STEP) continue;
      const stroke = this.#pending.at(-1);
      if (starts || stroke === undefined) {
        // A stroke that goes on after a flush begins at its last shown point, so that no gap appears.
        this.#pending.push(starts || this.#last === null ? [point] : [this.#last, point]);
      } else {
        stroke.push(point);
      }
      this.#last = point;
    }
  }

  /** What came since the last call; null when nothing did. */
  take(): readonly (readonly Point[])[] | null {
    if (this.#pending.length === 0) return null;
    const strokes = this.#pending;
    this.#pending = [];
    return strokes;
  }
}
