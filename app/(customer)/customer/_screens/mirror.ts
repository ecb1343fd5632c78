import { post } from '../../../_components/api.ts';

type Point = readonly [number, number];

/** Screen rate for the clerk's eyes; the evidence goes its own way. */
const EVERY_MS = 40;
/** Below this, in 0..1 of the box, a point draws nothing new. */
const STEP = 0.003;

/** Sends positions (never time or pressure) of the ink being written, one request at a time. */
export interface Mirror {
  begin(point: Point): void;
  add(point: Point): void;
  reset(): void;
  stop(): void;
}

export function createMirror(ceremony: string): Mirror {
  let strokes: Point[][] = [];
  let last: Point | null = null;
  let reset = false;
  let sending = false;
  /** Something is drawn that was not sent: a dot alone, too. */
  let fresh = false;
  const flush = async (): Promise<void> => {
    if (sending || !(reset || fresh)) return;
    const body = { ceremony, strokes: strokes.map((stroke) => stroke.slice(0, 500)), reset };
    // The next message goes on where this one ends: each can be drawn by itself.
    strokes = last === null ? [] : [[last]];
    reset = false;
    fresh = false;
    sending = true;
    await post('/api/display/acts/mirror', body);
    sending = false;
  };
  const timer = setInterval(() => void flush(), EVERY_MS);
  return {
    begin(point) {
      last = point;
      fresh = true;
      strokes.push([point]);
    },
    add(point) {
      if (last !== null && Math.hypot(point[0] - last[0], point[1] - last[1]) < STEP) return;
      last = point;
      fresh = true;
      strokes.at(-1)?.push(point);
    },
    reset() {
      strokes = [];
      last = null;
      fresh = false;
      reset = true;
    },
    stop() {
      clearInterval(timer);
    },
  };
}
