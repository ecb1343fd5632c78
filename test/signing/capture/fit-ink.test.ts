import { describe, expect, it } from 'vitest';
import { fitInk } from '../../../signing/capture/fit-ink.ts';
import type { InkSample } from '../../../signing/capture/ink-files/ink-recording.ts';

const area = { x: 100, y: 50, width: 400, height: 200 };
const sample = (x: number, y: number, time: number, more: Partial<InkSample> = {}): InkSample => ({
  x,
  y,
  tip: true,
  pressure: 0.5,
  time,
  ...more,
});
const fit = (...samples: readonly InkSample[]) => fitInk({ format: 'svc', samples }, area);

describe('fitting a recording', () => {
  it('keeps the shape, centres it and leaves a margin', () => {
    const points = fit(sample(0, 0, 0), sample(10, 0, 8), sample(10, 10, 16));
    const [a, b, c] = points;
    expect((b?.x ?? 0) - (a?.x ?? 0)).toBeCloseTo((c?.y ?? 0) - (b?.y ?? 0), 9);
    expect(((a?.x ?? 0) + (b?.x ?? 0)) / 2).toBeCloseTo(300, 9);
    expect(((a?.y ?? 0) + (c?.y ?? 0)) / 2).toBeCloseTo(150, 9);
    expect(a?.y).toBeCloseTo(50 + 200 * 0.08, 9);
  });

  it('makes every sample one point with its own time and pressure', () => {
    const points = fit(sample(0, 0, 0, { pressure: 0.1 }), sample(1, 1, 7.5, { pressure: 0.9 }), sample(2, 0, 7.5));
    expect(points.map(({ t, p }) => [t, p])).toEqual([
      [0, 0.1],
      [7.5, 0.9],
      [7.5, 0.5],
    ]);
  });

  it('puts a dot in the middle, far from zero too, and hover at the edge', () => {
    const points = fit(sample(9e8, 9e8, 0), sample(-9e8, 9e8, 8, { tip: false }));
    expect(points[0]).toMatchObject({ x: 300, y: 150 });
    expect(points[1]).toMatchObject({ x: 100, y: 150, p: 0 });
  });

  it('cuts pauses in the air, and leaves a pen that rests on the pad', () => {
    const points = fit(sample(0, 0, 0), sample(1, 1, 900), sample(1, 1, 910, { tip: false }), sample(2, 2, 60_000));
    expect(points.map(({ t }) => t)).toEqual([0, 900, 910, 1310]);
  });

  it('lets an even hand write where the device gave no pressure', () => {
    expect(fit(sample(0, 0, 0, { pressure: null }), sample(1, 0, 8, { pressure: 0 })).map(({ p }) => p)).toEqual([
      0.5, 0,
    ]);
  });
});
