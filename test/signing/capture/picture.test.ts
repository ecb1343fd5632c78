import { describe, expect, it } from 'vitest';
import type { CaptureRecord } from '../../../signing/capture/capture-record.ts';
import { pictureOf } from '../../../signing/capture/picture.ts';
import { shapeOf } from '../../../signing/capture/strokes.ts';
import { loopyCapture, seededRandom } from '../../support/pen.ts';

const picture = pictureOf(shapeOf(loopyCapture()));
const vertexGaps = (paths: typeof picture.paths): number[] =>
  paths.flatMap(({ points }) =>
    points.slice(1).map(([x, y], i) => Math.hypot(x - (points[i]?.[0] ?? 0), y - (points[i]?.[1] ?? 0))),
  );

const extent = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);

/** The same way written at another speed: samples at other places of the same curve. */
function rewritten(record: CaptureRecord, seed: number): CaptureRecord {
  const random = seededRandom(seed);
  const { x, y, tip } = record.columns;
  const out = { x: [] as number[], y: [] as number[], tip: [] as (0 | 1)[], time: [] as number[] };
  for (let i = 0; i < x.length; i += 1) {
    const steps = tip[i] === 1 && tip[i + 1] === 1 ? 1 + Math.floor(random() * 4) : 1;
    for (let k = 0; k < steps; k += 1) {
      const part = k / steps;
      out.x.push(Math.round((x[i] ?? 0) * (1 - part) + (x[i + 1] ?? 0) * part));
      out.y.push(Math.round((y[i] ?? 0) * (1 - part) + (y[i + 1] ?? 0) * part));
      out.tip.push(tip[i] ?? 0);
      out.time.push(out.time.length * 5000);
    }
  }
  return { ...record, columns: out };
}

describe('the picture of a signature', () => {
  it('has its vertices at equal distances, so their density tells no speed', () => {
    const gaps = vertexGaps(picture.paths.filter(({ points }) => points.length > 2)).sort((a, b) => a - b);
    const tenth = gaps[Math.floor(gaps.length / 10)] ?? 0;
    const ninetieth = gaps[Math.floor((gaps.length * 9) / 10)] ?? 0;
    expect(ninetieth - tenth).toBeLessThanOrEqual(2);
  });

  it('is the same shape however fast it was written: samples cannot be told from it', () => {
    const other = pictureOf(shapeOf(rewritten(loopyCapture(), 7)));
    const reach = other.paths.flatMap(({ points }) => points);
    for (const [x, y] of picture.paths.flatMap(({ points }) => points)) {
      const nearest = Math.min(...reach.map(([ox, oy]) => Math.hypot(ox - x, oy - y)));
      expect(nearest).toBeLessThan(6);
    }
    const counts = [picture, other].map(({ paths }) => paths.reduce((sum, { points }) => sum + points.length, 0));
    expect(Math.abs((counts[0] ?? 0) - (counts[1] ?? 0))).toBeLessThan(0.03 * (counts[0] ?? 0));
  });

  it('turns no more where a sample of a fast pen was than where it would turn anyway', () => {
    // A quick spiral: the chords between samples are far longer than the smoothing window.
    const at = (turn: number): { x: number; y: number } => ({
      x: 5000 + (900 + 180 * turn) * Math.cos(turn),
      y: 5000 + (900 + 180 * turn) * Math.sin(turn),
    });
    const turnsOfSamples = Array.from({ length: 90 }, (_, i) => i * 0.21 + 0.06 * Math.sin(i));
    const dense = Array.from({ length: 3600 }, (_, i) => at((i / 3599) * (turnsOfSamples.at(-1) ?? 0)));
    const leak = (stroke: readonly { x: number; y: number }[]): number => {
      const { paths, width } = pictureOf({ width: 10_000, height: 10_000, strokes: [stroke] });
      const vertices = paths.flatMap(({ points }, i) => (i === 0 ? points : points.slice(1)));
      const xs = dense.map(({ x }) => x);
      const ys = dense.map(({ y }) => y);
      const scale = width / Math.max(extent(xs) + 600, 5000);
      const [left, top] = [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2];
      const [middleX, middleY] = [width / 2, (Math.max(extent(ys) + 600, 5000) * scale) / 2];
      const samples = turnsOfSamples
        .map(at)
        .map(({ x, y }) => [middleX + (x - left) * scale, middleY + (y - top) * scale] as const);
      // Over three vertices on each side a corner shows, the rounding of one does not.
      const turns = vertices.slice(6, -6).map((vertex, i) => {
        const [a, b] = [vertices[i + 3]!, vertices[i + 9]!];
        const before = Math.atan2(vertex[1] - a[1], vertex[0] - a[0]);
        const after = Math.atan2(b[1] - vertex[1], b[0] - vertex[0]);
        const nearest = Math.min(...samples.map(([x, y]) => Math.hypot(x - vertex[0], y - vertex[1])));
        const radius = Math.hypot(vertex[0] - middleX, vertex[1] - middleY);
        return { turn: Math.abs(Math.atan2(Math.sin(after - before), Math.cos(after - before))) * radius, nearest };
      });
      const mean = (values: readonly { readonly turn: number }[]): number =>
        values.reduce((sum, { turn }) => sum + turn, 0) / values.length;
      return mean(turns.filter(({ nearest }) => nearest < 5)) / mean(turns.filter(({ nearest }) => nearest > 15));
    };
    const [sparse, smooth] = [leak(turnsOfSamples.map(at)), leak(dense)];
    // The chords themselves, without a curve through them, give more than 4; noise gives a tenth.
    expect(smooth).toBeGreaterThan(0.9);
    expect(smooth).toBeLessThan(1.1);
    expect(Math.abs(sparse - smooth)).toBeLessThan(0.2);
  });

  it('has the same bytes whatever the pressure and the times of the samples were', () => {
    const record = loopyCapture();
    const random = seededRandom(3);
    const pressure = record.columns.x.map(() => Math.floor(random() * 1024));
    let micros = 0;
    const time = record.columns.x.map(() => (micros += Math.floor(random() * 40_000)));
    const other = pictureOf(shapeOf({ ...record, columns: { ...record.columns, pressure, time } }));
    expect(JSON.stringify(other) === JSON.stringify(picture)).toBe(true);
  });

  it('uses a few widths only', () => {
    expect(new Set(picture.paths.map(({ lineWidth }) => lineWidth)).size).toBeLessThanOrEqual(3);
  });

  it('keeps every stroke inside its frame', () => {
    for (const [x, y] of picture.paths.flatMap(({ points }) => points)) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(picture.width);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThanOrEqual(picture.height);
    }
  });

  it('shows a single dot as a dot and nothing as nothing', () => {
    const area = { width: 100, height: 40 };
    expect(pictureOf({ ...area, strokes: [] }).paths).toEqual([]);
    expect(pictureOf({ ...area, strokes: [[{ x: 50, y: 20 }]] }).paths).toHaveLength(1);
  });
});
