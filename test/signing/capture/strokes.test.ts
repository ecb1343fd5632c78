import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinShapes, shapeOf, strokeRanges } from '../../../signing/capture/strokes.ts';
import { loopyCapture } from '../../support/pen.ts';

const record = loopyCapture(2, 20);

describe('strokes', () => {
  it('are the runs of samples with the tip down, each whole and none twice', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom<0 | 1>(0, 1)), (tip) => {
        const ranges = strokeRanges(tip);
        const covered = ranges.flatMap(([from, to]) => tip.slice(from, to));
        expect(covered.every((down) => down === 1)).toBe(true);
        expect(covered.length).toBe(tip.filter((down) => down === 1).length);
        expect(ranges.every(([from, to]) => tip[from - 1] !== 1 && tip[to] !== 1)).toBe(true);
      }),
    );
  });
});

describe('the shape of a capture', () => {
  it('of several parts has each at the same share of the area it was written in', () => {
    const { area } = record.surface;
    const half = { x: 7, y: 9, width: area.width / 2, height: area.height / 4 };
    const small = {
      ...record,
      surface: { ...record.surface, area: half },
      columns: {
        ...record.columns,
        x: record.columns.x.map((x) => (x - area.x) / 2 + half.x),
        y: record.columns.y.map((y) => (y - area.y) / 4 + half.y),
      },
    };
    const alone = shapeOf(record);
    const both = shapeOf({ ...record, earlier: [small] });
    expect([both.width, both.height]).toEqual([area.width, area.height]);
    expect(both.strokes.slice(2)).toEqual(alone.strokes);
    for (const [i, stroke] of both.strokes.slice(0, 2).entries()) {
      for (const [k, point] of stroke.entries()) {
        expect(point.x).toBeCloseTo(alone.strokes[i]?.[k]?.x ?? NaN, 6);
        expect(point.y).toBeCloseTo(alone.strokes[i]?.[k]?.y ?? NaN, 6);
      }
    }
  });

  it('does not move when the sheet in the browser is turned or resized while it is signed', () => {
    const columns = { ...record.columns, x: [10, 20, 40, 80], y: [5, 10, 5, 20], tip: [1, 1, 1, 1] as const };
    const surface = {
      maxX: 100,
      maxY: 50,
      area: { x: 0, y: 0, width: 100, height: 50 },
      browser: {
        pointerType: 'pen',
        pixelRatio: 1,
        sizes: [
          { from: 2, width: 200, height: 25 },
          { from: 3, width: 400, height: 100 },
        ],
      },
    } as const;
    expect(shapeOf({ columns, surface }).strokes).toEqual([
      [
        { x: 10, y: 5 },
        { x: 20, y: 10 },
        { x: 20, y: 10 },
        { x: 20, y: 10 },
      ],
    ]);
  });

  it('is refused of nothing', () => {
    expect(() => joinShapes([])).toThrow(RangeError);
  });
});
