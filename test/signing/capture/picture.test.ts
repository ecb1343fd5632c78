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

  it('does not change with pressure at all', () => {
    const record = loopyCapture();
    const pressed = { ...record, columns: { ...record.columns, pressure: record.columns.x.map(() => 1023) } };
    expect(pictureOf(shapeOf(pressed))).toEqual(picture);
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
