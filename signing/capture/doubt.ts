import type { InkDoubt, InkShape } from './capture-record.ts';

/**
 * Whether ink is worth a question before it is taken (asked once; only 'blank' can never be kept).
 * Judged on shape alone, so the picture-only path is questioned alike.
 */
export function inkDoubt(shape: InkShape): InkDoubt | null {
  const points = shape.strokes.flat();
  if (points.length === 0) return 'blank';
  let minX = Infinity;
  let maxX = -Infinity;
  let minY = Infinity;
  let maxY = -Infinity;
  for (const { x, y } of points) {
    minX = Math.min(minX, x);
    maxX = Math.max(maxX, x);
    minY = Math.min(minY, y);
    maxY = Math.max(maxY, y);
  }
  const reach = Math.max((maxX - minX) / shape.width, (maxY - minY) / shape.height);
  // 2 % of the area is what a resting pen wanders; a real short signature is several times that.
  if (reach < 0.02) return 'dot';
  if (reach < 0.08 || isOneStraightLine(shape)) return 'trivial';
  return null;
}

/** One stroke whose path is hardly longer than the way from its first to its last point. */
function isOneStraightLine(shape: InkShape): boolean {
  const [stroke, ...rest] = shape.strokes.filter((points) => points.length > 1);
  if (stroke === undefined || rest.length > 0) return false;
  const first = stroke[0];
  const last = stroke.at(-1);
  if (first === undefined || last === undefined) return false;
  let length = 0;
  for (let i = 1; i < stroke.length; i += 1) {
    const a = stroke[i - 1];
    const b = stroke[i];
    if (a !== undefined && b !== undefined) length += Math.hypot(b.x - a.x, b.y - a.y);
  }
  return length < 1.03 * Math.hypot(last.x - first.x, last.y - first.y);
}
