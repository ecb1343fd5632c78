import type { Dynamics } from './dynamics.ts';
import { ticks } from './ticks.ts';

export interface Histogram {
  /** Milliseconds. */
  readonly width: number;
  /** Intervals in strokes from `from` on, below the next bar; none is left out. */
  readonly bars: readonly { readonly from: number; readonly count: number }[];
}

/** About this many bars; fewer where the intervals lie close together. */
const BARS = 8;
const FINEST_MS = 0.5;

/** How regular the sampling was: intervals between neighbours of one stroke, counted. Null where there are none. */
export function histogramOf({ intervals }: Dynamics): Histogram | null {
  const steps = intervals.filter(({ down }) => down).map(({ millis }) => millis);
  if (steps.length === 0) return null;
  const [low, high] = [steps.reduce((a, b) => Math.min(a, b)), steps.reduce((a, b) => Math.max(a, b))];
  const [tick = 0, next] = ticks(0, Math.max((high - Math.min(low, 0)) / BARS, FINEST_MS) * 4);
  const width = Math.max(next === undefined ? FINEST_MS : next - tick, FINEST_MS);
  const first = Math.floor(low / width);
  // An empty bar at either side: one that fills the whole plot would show nothing.
  const begin = first > 0 ? first - 1 : first;
  const counts = Array.from({ length: Math.floor(high / width) - begin + 2 }, () => 0);
  for (const millis of steps) {
    const at = Math.floor(millis / width) - begin;
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return { width, bars: counts.map((count, i) => ({ from: (begin + i) * width, count })) };
}
