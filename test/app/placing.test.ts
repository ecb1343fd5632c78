import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { arrow, boxAtCentre, moved, resized } from '../../app/(clerk)/_clerk/placing.ts';

const A4 = { width: 595, height: 842 };

describe('placing a box by hand', () => {
  it('starts at the centre of the page, the next one lower', () => {
    const first = boxAtCentre('signature', A4, 0);
    expect(first.left + first.width / 2).toBeCloseTo(A4.width / 2);
    expect(boxAtCentre('signature', A4, 1).top).toBeGreaterThan(first.top);
  });

  it('moves by arrows, further with Ctrl, and ignores other keys', () => {
    expect(arrow('ArrowLeft', false)).toEqual({ dx: -2, dy: 0 });
    expect(arrow('ArrowDown', true)).toEqual({ dx: 0, dy: 20 });
    expect(arrow('Enter', false)).toBeNull();
  });

  it('never leaves the page, however it is moved or pulled', () => {
    const step = fc.integer({ min: -2_000, max: 2_000 });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), step, step), { maxLength: 20 }), (steps) => {
        let box = boxAtCentre('signature', A4, 0);
        for (const [pull, dx, dy] of steps) box = (pull ? resized : moved)(box, dx, dy, A4);
        expect(box.left).toBeGreaterThanOrEqual(0);
        expect(box.top).toBeGreaterThanOrEqual(0);
        expect(box.left + box.width).toBeLessThanOrEqual(A4.width + 1e-6);
        expect(box.top + box.height).toBeLessThanOrEqual(A4.height + 1e-6);
        expect(Math.min(box.width, box.height)).toBeGreaterThan(0);
      }),
      { seed: 20_261_123 },
    );
  });
});
