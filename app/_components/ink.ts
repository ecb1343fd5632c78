type Point = readonly [number, number];

/** A stroke of one point is a dot, as on a č: a line to itself, since a line of one point is not drawn at all. */
export function dotted(stroke: readonly Point[]): readonly Point[] {
  const [only, ...more] = stroke;
  return only === undefined || more.length > 0 ? stroke : [only, only];
}
