import type { CaptureRecord, InkShape } from './capture-record.ts';

/** Index ranges [start, end) of runs of samples with the tip down. */
export function strokeRanges(tip: readonly (0 | 1)[]): readonly (readonly [number, number])[] {
  const ranges: (readonly [number, number])[] = [];
  let start = -1;
  for (let i = 0; i <= tip.length; i += 1) {
    const down = i < tip.length && tip[i] === 1;
    if (down && start < 0) start = i;
    if (!down && start >= 0) {
      ranges.push([start, i]);
      start = -1;
    }
  }
  return ranges;
}

/** Positions only, relative to the area the ink was asked for: no time, no pressure. */
export function shapeOf(record: CaptureRecord): InkShape {
  const { area } = record.surface;
  const { x, y, tip } = record.columns;
  const strokes = strokeRanges(tip).map(([from, to]) => {
    const points: { x: number; y: number }[] = [];
    for (let i = from; i < to; i += 1) points.push({ x: (x[i] ?? 0) - area.x, y: (y[i] ?? 0) - area.y });
    return points;
  });
  return { width: area.width, height: area.height, strokes };
}
