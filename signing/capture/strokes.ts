import type { CapturePart, CaptureRecord, InkShape } from './capture-record.ts';

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
export function shapeOf(record: Pick<CaptureRecord, 'columns' | 'surface' | 'earlier'>): InkShape {
  return joinShapes([...(record.earlier ?? []), record].map(partShape));
}

/**
 * One shape in the units of the last: every other is placed by its shares of the area it was written in, as both screens
 * show it. @throws RangeError when there is none
 */
export function joinShapes(shapes: readonly InkShape[]): InkShape {
  const last = shapes.at(-1);
  if (last === undefined) throw new RangeError('a capture has a shape');
  const { width, height } = last;
  return { width, height, strokes: shapes.flatMap((shape) => scaled(shape, width, height)) };
}

function scaled(shape: InkShape, width: number, height: number): InkShape['strokes'] {
  const [sx, sy] = [width / shape.width, height / shape.height];
  if (sx === 1 && sy === 1) return shape.strokes;
  return shape.strokes.map((stroke) => stroke.map(({ x, y }) => ({ x: x * sx, y: y * sy })));
}

function partShape({ columns, surface }: Pick<CapturePart, 'columns' | 'surface'>): InkShape {
  const { area } = surface;
  const { x, y, tip } = columns;
  const sheet = sheetAt(surface);
  const strokes = strokeRanges(tip).map(([from, to]) => {
    const points: { x: number; y: number }[] = [];
    for (let i = from; i < to; i += 1) {
      const [sx, sy] = sheet(i);
      points.push({ x: (x[i] ?? 0) * sx - area.x, y: (y[i] ?? 0) * sy - area.y });
    }
    return points;
  });
  return { width: area.width, height: area.height, strokes };
}

/** A browser's sheet that was resized or turned: positions are placed by their shares of the sheet of that moment. */
function sheetAt({ area, browser }: CapturePart['surface']): (index: number) => readonly [number, number] {
  const sizes = browser?.sizes ?? [];
  if (sizes.length === 0) return () => [1, 1];
  return (index) => {
    const size = sizes.findLast(({ from }) => from <= index);
    return size === undefined ? [1, 1] : [area.width / size.width, area.height / size.height];
  };
}
