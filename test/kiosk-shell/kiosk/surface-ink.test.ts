import { describe, expect, it } from 'vitest';
import { isSurfaceInk, surfacePart } from '../../../kiosk-shell/kiosk/surface-ink.ts';
import { shapeOf } from '../../../signing/capture/strokes.ts';
import { surfaceInk } from '../../support/kiosk-rig.ts';

const ink = surfaceInk();
const at = '2026-11-23T10:00:00.000Z';

describe('ink from the customer’s own screen', () => {
  it('is kept as it came, with the sheet it was written on', () => {
    const angles = { altitude: ink.x.map(() => 6000), azimuth: ink.x.map((_, i) => i) };
    const part = surfacePart(
      {
        ...ink,
        ...angles,
        pixelRatio: 1.5,
        sizes: [{ from: 100, width: 300, height: 600 }],
        ratios: [{ from: 50, ratio: 2 }],
        rejected: { palms: 2, touches: 5 },
      },
      at,
    );
    expect(part).toMatchObject({
      device: { kind: 'surface', model: 'pointer:pen' },
      surface: {
        maxX: 60_000,
        maxY: 30_000,
        maxPressure: 65_535,
        browser: {
          pointerType: 'pen',
          pixelRatio: 1.5,
          sizes: [{ from: 100, width: 30_000, height: 60_000 }],
          ratios: [{ from: 50, ratio: 2 }],
          rejected: { palms: 2, touches: 5 },
        },
      },
      clock: { startedAt: at, source: 'browser-event' },
    });
    const { x, y, tip, time, pressure } = ink;
    expect(part.columns).toEqual({ x, y, tip, time, pressure, ...angles });
  });

  it('says nothing of what the browser did not tell', () => {
    const { pressure: omitted, ...without } = ink;
    const part = surfacePart(without, at);
    expect(part.surface.browser).toEqual({ pointerType: 'pen', pixelRatio: 1 });
    expect(['pressure', 'tiltX', 'altitude'].some((name) => name in part.columns)).toBe(false);
    expect('maxPressure' in part.surface).toBe(false);
  });

  it('is placed by its share of the sheet at that moment, so that turning the tablet moves no ink', () => {
    const turned = {
      ...ink,
      x: [0, 30_000, 15_000, 30_000],
      y: [0, 15_000, 30_000, 60_000],
      tip: [1, 1, 1, 1] as const,
      time: [0, 1, 2, 3],
      pressure: [1, 2, 3, 4],
      sizes: [{ from: 2, width: 300, height: 600 }],
    };
    expect(shapeOf(surfacePart(turned, at)).strokes).toEqual([
      [
        { x: 0, y: 0 },
        { x: 30_000, y: 15_000 },
        { x: 30_000, y: 15_000 },
        { x: 60_000, y: 30_000 },
      ],
    ]);
  });

  it.each([
    ['columns of different length', { altitude: [1] }],
    ['a fraction', { azimuth: ink.x.map(() => 0.5) }],
    ['time that goes back', { time: ink.time.map((time, i) => (i === 7 ? 0 : time)) }],
    ['a sheet without a size', { width: 0 }],
    ['a sheet that had none for a while', { sizes: [{ from: 3, width: 300, height: 0 }] }],
    [
      'changes out of order',
      {
        ratios: [
          { from: 9, ratio: 1 },
          { from: 3, ratio: 2 },
        ],
      },
    ],
    ['a change before the beginning', { sizes: [{ from: -1, width: 300, height: 300 }] }],
  ])('with %s is refused whole', (_, change) => {
    expect(isSurfaceInk({ ...ink, ...change })).toBe(false);
    expect(isSurfaceInk(ink)).toBe(true);
  });
});
