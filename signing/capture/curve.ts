type Point = readonly [number, number];
/** The value at `t`, which lies in the interval that begins at knot `i`. */
type Spline = (i: number, t: number) => number;

/** Samples nearer than this are one place. */
const SAME = 1e-6;

/**
 * Points at most `step` apart on a curve through all of `points` that has no corners: a natural cubic spline over the
 * roots of the distances, which keeps it close to the chords. Where a sample was looks like any other place.
 */
export function curveThrough(points: readonly Point[], step: number): readonly Point[] {
  const places = points.filter((point, i) => i === 0 || distance(point, points[i - 1]) > SAME);
  const [first] = places;
  if (first === undefined || places.length < 3) return points;
  const knots = [0];
  for (let i = 1; i < places.length; i += 1) {
    knots.push((knots[i - 1] ?? 0) + Math.sqrt(distance(places[i] ?? first, places[i - 1])));
  }
  const x = naturalSpline(
    knots,
    places.map(([value]) => value),
  );
  const y = naturalSpline(
    knots,
    places.map(([, value]) => value),
  );
  const out: Point[] = [first];
  for (let i = 1; i < places.length; i += 1) {
    const [from, to] = [knots[i - 1] ?? 0, knots[i] ?? 0];
    // Twice as many as the chord asks for: the curve is longer.
    const parts = Math.max(1, Math.ceil((2 * distance(places[i] ?? first, places[i - 1])) / step));
    for (let k = 1; k <= parts; k += 1) {
      const t = from + ((to - from) * k) / parts;
      out.push([x(i - 1, t), y(i - 1, t)]);
    }
  }
  return out;
}

function distance([x, y]: Point, other: Point | undefined): number {
  return other === undefined ? 0 : Math.hypot(x - other[0], y - other[1]);
}

/** Second derivatives continuous, zero at both ends; solved by elimination from the first knot to the last. */
function naturalSpline(knots: readonly number[], values: readonly number[]): Spline {
  const n = knots.length;
  const h = (i: number): number => (knots[i + 1] ?? 0) - (knots[i] ?? 0);
  const slope = (i: number): number => ((values[i + 1] ?? 0) - (values[i] ?? 0)) / h(i);
  const upper = new Float64Array(n);
  const bend = new Float64Array(n);
  for (let i = 1; i < n - 1; i += 1) {
    const pivot = 2 * (h(i - 1) + h(i)) - h(i - 1) * (upper[i - 1] ?? 0);
    upper[i] = h(i) / pivot;
    bend[i] = (6 * (slope(i) - slope(i - 1)) - h(i - 1) * (bend[i - 1] ?? 0)) / pivot;
  }
  for (let i = n - 2; i > 0; i -= 1) bend[i] = (bend[i] ?? 0) - (upper[i] ?? 0) * (bend[i + 1] ?? 0);
  return (i, t) => {
    const [left, right] = [t - (knots[i] ?? 0), (knots[i + 1] ?? 0) - t];
    const [a, b] = [bend[i] ?? 0, bend[i + 1] ?? 0];
    return (
      (a * right ** 3 + b * left ** 3) / (6 * h(i)) +
      ((values[i] ?? 0) / h(i) - (a * h(i)) / 6) * right +
      ((values[i + 1] ?? 0) / h(i) - (b * h(i)) / 6) * left
    );
  };
}
