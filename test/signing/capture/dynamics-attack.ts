import type { InkShape, SignaturePicture } from '../../../signing/capture/capture-record.ts';

export type Place = readonly [number, number];
/** Along one stroke of a recording: where, and what the attacker is after at each place. */
export interface Truth {
  readonly places: readonly Place[];
  /** Units of the surface a millisecond. */
  readonly speed: readonly number[];
  readonly pressure: readonly number[];
}
/** What an attacker measures at a vertex. */
export type Feature = 'gap' | 'turn' | 'third difference' | 'roughness' | 'peaks' | 'width';
export const FEATURES: readonly Feature[] = ['gap', 'turn', 'third difference', 'roughness', 'peaks', 'width'];

/** Vertices by which a guess may lie beside the truth and still count. */
const LAG = 4;
/** Vertices on each side over which a guess is averaged: single vertices are rounded. */
const SPREAD = 3;
const SHORTEST = 24;

interface Line {
  readonly vertices: readonly Place[];
  readonly widths: readonly number[];
}

/** Paths that go on where another ended are one stroke again. */
function linesOf({ paths }: SignaturePicture): readonly Line[] {
  const lines: { vertices: Place[]; widths: number[] }[] = [];
  for (const { lineWidth, points } of paths) {
    const end = lines.at(-1)?.vertices.at(-1);
    const goesOn = end !== undefined && String(end) === String(points[0]);
    if (!goesOn) lines.push({ vertices: [], widths: [] });
    for (const point of goesOn ? points.slice(1) : points) {
      lines.at(-1)!.vertices.push(point);
      lines.at(-1)!.widths.push(lineWidth);
    }
  }
  return lines;
}

const away = (a: Place, b: Place): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

function measured({ vertices, widths }: Line, feature: Feature): readonly number[] {
  const at = (i: number): Place => vertices[Math.max(0, Math.min(vertices.length - 1, i))]!;
  const third = (i: number): number => {
    const by = (axis: 0 | 1): number => at(i + 2)[axis] - 3 * at(i + 1)[axis] + 3 * at(i)[axis] - at(i - 1)[axis];
    return Math.hypot(by(0), by(1));
  };
  const ways: Readonly<Record<Feature, (i: number) => number>> = {
    gap: (i) => away(at(i + 1), at(i)),
    turn: (i) => {
      const [before, after] = [[at(i - 1), at(i)] as const, [at(i), at(i + 1)] as const].map(([a, b]) =>
        Math.atan2(b[1] - a[1], b[0] - a[0]),
      );
      return Math.abs(Math.atan2(Math.sin(after! - before!), Math.cos(after! - before!)));
    },
    'third difference': third,
    // How far from the parabola through the four vertices around it.
    roughness: (i) => {
      const by = (axis: 0 | 1): number =>
        at(i)[axis] - (4 * (at(i - 1)[axis] + at(i + 1)[axis]) - at(i - 2)[axis] - at(i + 2)[axis]) / 6;
      return Math.hypot(by(0), by(1));
    },
    peaks: (i) => (third(i) > third(i - 1) && third(i) >= third(i + 1) ? 1 : 0),
    width: (i) => widths[i]!,
  };
  const raw = vertices.map((_, i) => ways[feature](i));
  return raw.map((_, i) => mean(raw.slice(Math.max(0, i - SPREAD), i + SPREAD + 1)));
}

/**
 * How well a feature of the picture tells a curve of the recording: rank correlation over all long strokes, at the best
 * small lag, sign kept. The attacker is even told which stroke is which and which way it went.
 */
export function attack(
  picture: SignaturePicture,
  shape: InkShape,
  truths: readonly Truth[],
  feature: Feature,
  wanted: 'speed' | 'pressure',
): number {
  const pairs: { readonly guess: readonly number[]; readonly truth: readonly number[] }[] = [];
  const lines = linesOf(picture).filter(({ vertices }) => vertices.length >= SHORTEST);
  const toPicture = placement(picture, shape);
  for (const line of lines) {
    const [first, last] = [line.vertices[0]!, line.vertices.at(-1)!];
    const off = (truth: Truth, ways: readonly [Place, Place]): number =>
      away(toPicture(truth.places[0]!), ways[0]) + away(toPicture(truth.places.at(-1)!), ways[1]);
    const written = truths
      .flatMap((truth) => [
        { truth, back: false, far: off(truth, [first, last]) },
        { truth, back: true, far: off(truth, [last, first]) },
      ])
      .toSorted((a, b) => a.far - b.far)[0];
    if (written === undefined || written.far > 12) continue;
    const guess = measured(line, feature);
    const told = along(written.truth, wanted, guess.length);
    pairs.push({ guess, truth: written.back ? told.toReversed() : told });
  }
  let best = 0;
  for (let lag = -LAG; lag <= LAG; lag += 1) {
    const guess = pairs.flatMap((pair) => pair.guess.slice(LAG, -LAG));
    const truth = pairs.flatMap((pair) => pair.truth.slice(LAG + lag, pair.truth.length - LAG + lag));
    const found = rankCorrelation(guess, truth);
    if (Math.abs(found) > Math.abs(best)) best = found;
  }
  return best;
}

/** The frame of the picture, by hand: the ink with a margin, enlarged at most twice. */
function placement(picture: SignaturePicture, { width, height, strokes }: InkShape): (place: Place) => Place {
  const span = (values: readonly number[], least: number) => {
    const low = values.reduce((a, b) => Math.min(a, b)) - 0.03 * width;
    const high = values.reduce((a, b) => Math.max(a, b)) + 0.03 * width;
    const length = Math.max(high - low, least);
    return { from: (low + high - length) / 2, length };
  };
  const across = span(
    strokes.flat().map(({ x }) => x),
    width / 2,
  );
  const down = span(
    strokes.flat().map(({ y }) => y),
    height / 2,
  );
  const scale = picture.width / across.length;
  return ([x, y]) => [(x - across.from) * scale, (y - down.from) * scale];
}

/** What was wanted at `count` places equally far apart along the stroke. */
function along(truth: Truth, wanted: 'speed' | 'pressure', count: number): readonly number[] {
  const way = [0];
  for (const [i, place] of truth.places.entries()) if (i > 0) way.push(way.at(-1)! + away(place, truth.places[i - 1]!));
  let at = 0;
  return Array.from({ length: count }, (_, i) => {
    const here = (way.at(-1)! * i) / (count - 1);
    while (at < way.length - 2 && way[at + 1]! < here) at += 1;
    return truth[wanted][at]!;
  });
}

export function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  const [ra, rb] = [ranks(a), ranks(b)];
  const [ma, mb] = [mean(ra), mean(rb)];
  let [both, one, other] = [0, 0, 0];
  for (const [i, value] of ra.entries()) {
    both += (value - ma) * (rb[i]! - mb);
    one += (value - ma) ** 2;
    other += (rb[i]! - mb) ** 2;
  }
  return one === 0 || other === 0 ? 0 : both / Math.sqrt(one * other);
}
/** Equal values share the middle of their ranks. */
function ranks(values: readonly number[]): readonly number[] {
  const order = values.map((_, i) => i).toSorted((a, b) => values[a]! - values[b]!);
  const out = Array<number>(values.length).fill(0);
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to += 1;
    for (let i = from; i < to; i += 1) out[order[i]!] = (from + to - 1) / 2;
    from = to;
  }
  return out;
}
export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
