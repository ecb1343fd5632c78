import type { Box4 } from '../pdf/pdf-file.ts';

/** Points that boxes may share at their edges. */
export const TOUCHING = 0.5;
/** Of the smaller one, in both directions: boxes of glyphs have room around what they show. */
const CLEARLY = 1 / 4;

export function contains(a: Box4, b: Box4): boolean {
  return a[0] <= b[0] && a[1] <= b[1] && a[2] >= b[2] && a[3] >= b[3];
}

export function overlap(a: Box4, b: Box4): boolean {
  const [width, height] = shared(a, b);
  return width > TOUCHING && height > TOUCHING;
}

/** By so much that one of them is no longer what it was; `high`: how much of the lower one counts. */
export function overlapsClearly(a: Box4, b: Box4, high = CLEARLY): boolean {
  const [width, height] = shared(a, b);
  const [w, h] = [Math.min(a[2] - a[0], b[2] - b[0]), Math.min(a[3] - a[1], b[3] - b[1])];
  return width > 0 && height > 0 && width >= w * CLEARLY && height >= h * high;
}

/** Null when they share no area. */
export function intersection(a: Box4, b: Box4): Box4 | null {
  const [width, height] = shared(a, b);
  if (width <= 0 || height <= 0) return null;
  return [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])];
}

export function union(a: Box4, b: Box4): Box4 {
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}

function shared(a: Box4, b: Box4): readonly [number, number] {
  return [Math.min(a[2], b[2]) - Math.max(a[0], b[0]), Math.min(a[3], b[3]) - Math.max(a[1], b[1])];
}
