import { describe, expect, it } from 'vitest';
import { inkDoubt } from '../../../signing/capture/doubt.ts';
import { shapeOf } from '../../../signing/capture/strokes.ts';
import { loopyCapture } from '../../support/pen.ts';

const shape = (...strokes: (readonly (readonly [number, number])[])[]) => ({
  width: 1000,
  height: 400,
  strokes: strokes.map((points) => points.map(([x, y]) => ({ x, y }))),
});

describe('doubt about ink', () => {
  it('has none about a signature', () => {
    expect(inkDoubt(shapeOf(loopyCapture()))).toBeNull();
  });
  it('has none about short initials with a bend', () => {
    expect(
      inkDoubt(
        shape([
          [400, 200],
          [440, 120],
          [480, 200],
          [520, 120],
        ]),
      ),
    ).toBeNull();
  });
  it('calls nothing at all blank', () => {
    expect(inkDoubt(shape())).toBe('blank');
  });
  it('calls a resting pen a dot, however long it rests', () => {
    const rest = Array.from({ length: 300 }, (_, i): readonly [number, number] => [500 + (i % 3), 200 + (i % 2)]);
    expect(inkDoubt(shape(rest))).toBe('dot');
  });
  it('calls one straight line trivial', () => {
    expect(
      inkDoubt(
        shape([
          [100, 200],
          [300, 201],
          [600, 202],
        ]),
      ),
    ).toBe('trivial');
  });
  it('calls a tick smaller than a letter trivial', () => {
    expect(
      inkDoubt(
        shape([
          [500, 200],
          [510, 215],
          [530, 190],
        ]),
      ),
    ).toBe('trivial');
  });
});
