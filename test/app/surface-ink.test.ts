import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  encodeSurfaceInk,
  fitIntoBox,
  type PointerSample,
  type Sheet,
} from '../../app/(customer)/customer/_screens/surface-ink.ts';

const SHEET: Sheet = { width: 900, height: 400, pixelRatio: 2, pointerType: 'pen' };
const sample = (over: Partial<PointerSample>): PointerSample => ({
  x: 10,
  y: 20,
  tip: true,
  at: 1_000,
  pressure: 0.25,
  tiltX: 0,
  tiltY: 0,
  twist: 0,
  ...over,
});

describe('ink of the customer’s own screen', () => {
  it('keeps every sample, as integers, with time from the first', () => {
    const ink = encodeSurfaceInk([sample({ at: 1_000.5 }), sample({ at: 1_001.75, x: 10.339, pressure: 0.5 })], SHEET);
    expect(ink.x).toEqual([1_000, 1_034]);
    expect(ink.time).toEqual([0, 1_250]);
    expect(ink.pressure).toEqual([16_384, 32_768]);
    expect(ink).toMatchObject(SHEET);
  });

  it('leaves pressure out where a mouse or a constant stands in for it', () => {
    const samples = [sample({ pressure: 0.5 }), sample({ pressure: 0.5, at: 1_008 })];
    expect(encodeSurfaceInk(samples, SHEET)).not.toHaveProperty('pressure');
    const wild = [sample({ pressure: 0.1 }), sample({ pressure: 0.9 })];
    expect(encodeSurfaceInk(wild, { ...SHEET, pointerType: 'mouse' })).not.toHaveProperty('pressure');
  });

  it('does not take the zero pressure of a hovering pen for a measurement', () => {
    const samples = [sample({ tip: false, pressure: 0 }), sample({ pressure: 0.5 }), sample({ pressure: 0.5 })];
    expect(encodeSurfaceInk(samples, SHEET)).not.toHaveProperty('pressure');
  });

  it('has tilt and twist only where a pen gave them', () => {
    const plain = encodeSurfaceInk([sample({})], SHEET);
    expect(plain).not.toHaveProperty('tiltX');
    expect(plain).not.toHaveProperty('twist');
    const tilted = encodeSurfaceInk([sample({ tiltX: -12, twist: 7 })], SHEET);
    expect(tilted).toMatchObject({ tiltX: [-1_200], tiltY: [0], twist: [700] });
    expect(encodeSurfaceInk([sample({ tiltX: 5 })], { ...SHEET, pointerType: 'touch' })).not.toHaveProperty('tiltX');
  });

  it('gives columns of one length', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ x: fc.double({ min: 0, max: 900, noNaN: true }), tip: fc.boolean() }), { maxLength: 60 }),
        (points) => {
          const ink = encodeSurfaceInk(
            points.map((point, index) => sample({ ...point, at: index, pressure: index / 100 })),
            SHEET,
          );
          for (const column of [ink.x, ink.y, ink.tip, ink.time]) expect(column).toHaveLength(points.length);
        },
      ),
      { seed: 20_261_123 },
    );
  });
});

describe('the clerk’s mirror', () => {
  it('fits the whole sheet into the box, in the middle, whatever their shapes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 50, max: 2_000 }),
        fc.integer({ min: 50, max: 2_000 }),
        fc.double({ min: 0.2, max: 8, noNaN: true }),
        (width, height, aspect) => {
          const [left, top] = fitIntoBox({ x: 0, y: 0 }, { width, height }, aspect);
          const [right, bottom] = fitIntoBox({ x: width, y: height }, { width, height }, aspect);
          for (const edge of [left, top, right, bottom]) {
            expect(edge).toBeGreaterThanOrEqual(-0.001);
            expect(edge).toBeLessThanOrEqual(1.001);
          }
          expect(left + right).toBeCloseTo(1, 2);
          expect(top + bottom).toBeCloseTo(1, 2);
        },
      ),
      { seed: 20_261_123 },
    );
  });
});
