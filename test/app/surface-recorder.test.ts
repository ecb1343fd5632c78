import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  SurfaceRecorder,
  type Contact,
  type SheetNow,
} from '../../app/(customer)/customer/_screens/surface-recorder.ts';

const LAID: SheetNow = { left: 40, top: 200, width: 900, height: 400, ratio: 2 };
const contact = (over: Partial<Contact>): Contact => ({
  pointerId: 1,
  pointerType: 'pen',
  button: 0,
  clientX: 140,
  clientY: 300,
  timeStamp: 10_000,
  pressure: 0.3,
  tiltX: 10,
  tiltY: -5,
  twist: 0,
  width: 1,
  height: 1,
  ...over,
});
const at = (x: number, time: number, over: Partial<Contact> = {}): Contact =>
  contact({ clientX: x, timeStamp: time, ...over });
const finger = (over: Partial<Contact> = {}): Contact =>
  contact({ pointerId: 7, pointerType: 'touch', width: 28, height: 30, tiltX: 0, tiltY: 0, ...over });

/** One stroke of three readings. */
function stroke(recorder: SurfaceRecorder, from: number, sheet = LAID): void {
  recorder.down(at(100, from), sheet);
  recorder.move([at(110, from + 4), at(120, from + 8)], sheet);
  recorder.up(at(120, from + 9), sheet);
}

describe('what is written on the sheet', () => {
  it('is every reading the browser delivers, where it was on the sheet', () => {
    const recorder = new SurfaceRecorder();
    stroke(recorder, 10_000);
    expect(recorder.ink()).toMatchObject({
      width: 900,
      height: 400,
      pixelRatio: 2,
      pointerType: 'pen',
      x: [6_000, 6_000, 7_000, 8_000, 8_000],
      y: [10_000, 10_000, 10_000, 10_000, 10_000],
      tip: [0, 1, 1, 1, 0],
      time: [0, 0, 4_000, 8_000, 9_000],
    });
    expect(recorder.ink()).not.toHaveProperty('sizes');
    expect(recorder.ink()).not.toHaveProperty('ratios');
  });

  it('has a reading once, however many events list it, and none from before the pen went down', () => {
    const recorder = new SurfaceRecorder();
    recorder.down(at(100, 10_000), LAID);
    recorder.move([at(90, 9_996), at(110, 10_004)], LAID);
    recorder.move([at(110, 10_004), at(120, 10_008)], LAID);
    recorder.up(at(120, 10_008), LAID);
    expect(recorder.ink()).toMatchObject({ x: [6_000, 6_000, 7_000, 8_000, 8_000], tip: [0, 1, 1, 1, 0] });
  });

  it('keeps where a pen hovers between strokes, and not before the first', () => {
    const recorder = new SurfaceRecorder();
    expect(recorder.move([at(90, 9_000)], LAID)).toEqual([]);
    expect(recorder.ink()).toBeNull();
    stroke(recorder, 10_000);
    expect(recorder.move([at(130, 10_020)], LAID)).toEqual([]);
    stroke(recorder, 10_040);
    expect(recorder.ink()?.tip).toEqual([0, 1, 1, 1, 0, 0, 1, 1, 1, 0]);
  });

  it('ends a stroke that the browser takes away where it was last seen', () => {
    const recorder = new SurfaceRecorder();
    recorder.down(at(100, 10_000), LAID);
    recorder.move([at(110, 10_004)], LAID);
    recorder.cancel(1, 10_030);
    expect(recorder.ink()).toMatchObject({
      x: [6_000, 6_000, 7_000, 7_000],
      tip: [0, 1, 1, 0],
      time: [0, 0, 4_000, 30_000],
    });
    stroke(recorder, 10_040);
    expect(recorder.ink()?.tip).toEqual([0, 1, 1, 0, 1, 1, 1, 0]);
  });

  it('has the angles of the pen where a browser gives them, and not where they stand for nothing', () => {
    const angled = new SurfaceRecorder();
    angled.down(contact({ altitudeAngle: Math.PI / 3, azimuthAngle: Math.PI }), LAID);
    expect(angled.ink()).toMatchObject({ altitude: [6_000, 6_000], azimuth: [18_000, 18_000] });
    const upright = new SurfaceRecorder();
    upright.down(contact({ altitudeAngle: Math.PI / 2, azimuthAngle: 0 }), LAID);
    expect(upright.ink()).not.toHaveProperty('altitude');
  });
});

describe('a sheet that is turned, resized or zoomed', () => {
  const turned: SheetNow = { left: 10, top: 500, width: 450, height: 200, ratio: 3 };

  it('moves nothing that was written; what changed is noted with the sample from which it holds', () => {
    const recorder = new SurfaceRecorder();
    stroke(recorder, 10_000);
    const before = recorder.ink();
    stroke(recorder, 11_000, turned);
    const after = recorder.ink();
    expect(after?.x.slice(0, 5)).toEqual(before?.x);
    expect(after?.y.slice(0, 5)).toEqual(before?.y);
    expect(after).toMatchObject({
      width: 900,
      height: 400,
      pixelRatio: 2,
      sizes: [{ from: 5, width: 450, height: 200 }],
      ratios: [{ from: 5, ratio: 3 }],
    });
    // 100 CSS pixels of the screen are 90 of the sheet as it lies now.
    expect(after?.x.slice(5)).toEqual([9_000, 10_000, 11_000, 11_000]);
    expect(recorder.aspect).toBe(900 / 400);
  });

  it('in the middle of a stroke goes on with it', () => {
    const recorder = new SurfaceRecorder();
    recorder.down(at(100, 10_000), LAID);
    recorder.move([at(110, 10_004)], { ...LAID, left: 20 });
    recorder.move([at(110, 10_008)], { ...turned, left: 20 });
    recorder.up(at(120, 10_012), turned);
    expect(recorder.ink()).toMatchObject({
      tip: [0, 1, 1, 1, 0],
      x: [6_000, 6_000, 9_000, 9_000, 11_000],
      sizes: [{ from: 3, width: 450, height: 200 }],
      ratios: [{ from: 3, ratio: 3 }],
    });
  });

  it('never changes a share of the sheet that was written on, whatever the sizes', () => {
    const side = fc.integer({ min: 50, max: 2_000 });
    const sheet = fc.record({
      left: fc.integer({ min: -200, max: 500 }),
      top: fc.integer({ min: -200, max: 500 }),
      width: side,
      height: side,
      ratio: fc.constantFrom(0.8, 1, 1.25, 1.5, 2, 3, 4),
    });
    fc.assert(
      fc.property(fc.array(sheet, { minLength: 1, maxLength: 12 }), (sheets) => {
        const recorder = new SurfaceRecorder();
        // Always at a quarter and three quarters of the sheet as it lies then.
        for (const [index, now] of sheets.entries()) {
          const place = { clientX: now.left + now.width / 4, clientY: now.top + (now.height * 3) / 4 };
          recorder.down(contact({ ...place, timeStamp: 1_000 * index }), now);
          recorder.up(contact({ ...place, timeStamp: 1_000 * index + 5 }), now);
        }
        const ink = recorder.ink();
        if (ink === null) throw new Error('no ink');
        const { sizes = [] } = ink;
        for (const [index, x] of ink.x.entries()) {
          const now = sizes.findLast(({ from }) => from <= index) ?? ink;
          expect(x / 100 / now.width).toBeCloseTo(0.25, 3);
          expect((ink.y[index] ?? 0) / 100 / now.height).toBeCloseTo(0.75, 3);
        }
      }),
      { seed: 20_261_123, numRuns: 60 },
    );
  });
});

describe('hands and fingers beside the pen', () => {
  it('are no ink while a pen is near, and are counted as palms', () => {
    const recorder = new SurfaceRecorder();
    recorder.move([contact({ timeStamp: 9_900 })], LAID);
    expect(recorder.down(finger({ timeStamp: 10_000 }), LAID)).toBe('refused');
    stroke(recorder, 10_100);
    expect(recorder.down(finger({ timeStamp: 90_000 }), LAID)).toBe('refused');
    expect(recorder.ink()).toMatchObject({ pointerType: 'pen', rejected: { palms: 2, touches: 0 } });
    expect(recorder.ink()?.x).toHaveLength(5);
  });

  it('are palms by their size too, without any pen', () => {
    const recorder = new SurfaceRecorder();
    expect(recorder.down(finger({ width: 90 }), LAID)).toBe('refused');
    expect(recorder.down(finger({ timeStamp: 10_050 }), LAID)).toBe('ink');
    expect(recorder.ink()).toMatchObject({ pointerType: 'touch', rejected: { palms: 1, touches: 0 } });
  });

  it('count as second touches while a finger writes, which goes on', () => {
    const recorder = new SurfaceRecorder();
    recorder.down(finger(), LAID);
    expect(recorder.down(finger({ pointerId: 8, timeStamp: 10_010 }), LAID)).toBe('refused');
    expect(recorder.move([finger({ pointerId: 8, timeStamp: 10_012 })], LAID)).toEqual([]);
    expect(recorder.move([finger({ clientX: 200, timeStamp: 10_016 })], LAID)).toHaveLength(1);
    recorder.up(finger({ pointerId: 8, timeStamp: 10_017 }), LAID);
    recorder.up(finger({ clientX: 200, timeStamp: 10_020 }), LAID);
    expect(recorder.ink()).toMatchObject({ tip: [0, 1, 1, 0], rejected: { palms: 0, touches: 1 } });
  });

  it('give way to a pen: what the finger wrote is gone, and was a palm if it still lay there', () => {
    const recorder = new SurfaceRecorder();
    recorder.down(finger(), LAID);
    recorder.move([finger({ clientX: 160, timeStamp: 10_008 })], LAID);
    expect(recorder.down(at(500, 10_020), LAID)).toBe('anew');
    expect(recorder.move([finger({ clientX: 170, timeStamp: 10_024 })], LAID)).toEqual([]);
    recorder.up(at(500, 10_030), LAID);
    expect(recorder.ink()).toMatchObject({ pointerType: 'pen', x: [46_000, 46_000, 46_000], rejected: { palms: 1 } });
  });

  it('are counted anew after Clear, and any pointer may begin', () => {
    const recorder = new SurfaceRecorder();
    stroke(recorder, 10_000);
    recorder.down(finger({ timeStamp: 10_100 }), LAID);
    recorder.clear();
    expect(recorder.ink()).toBeNull();
    expect(recorder.down(finger({ timeStamp: 20_000 }), LAID)).toBe('ink');
    expect(recorder.ink()).toMatchObject({ pointerType: 'touch', rejected: { palms: 0, touches: 0 } });
  });

  it('never write with another button than the first, nor with the pen’s other end', () => {
    const recorder = new SurfaceRecorder();
    for (const button of [1, 2, 5]) expect(recorder.down(contact({ button }), LAID)).toBe('refused');
    expect(recorder.ink()).toBeNull();
  });
});

describe('whatever happens', () => {
  it('columns have one length, time never goes back, and each stroke ends', () => {
    const act = fc.record({
      what: fc.constantFrom('down', 'move', 'up', 'cancel' as const),
      pointer: fc.constantFrom('pen', 'touch', 'mouse'),
      id: fc.integer({ min: 1, max: 3 }),
      x: fc.integer({ min: 0, max: 1_000 }),
      late: fc.integer({ min: -3, max: 20 }),
    });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 80 }), (acts) => {
        const recorder = new SurfaceRecorder();
        let time = 1_000;
        for (const { what, pointer, id, x, late } of acts) {
          time += late;
          const one = contact({ pointerId: id, pointerType: pointer, clientX: x, timeStamp: time });
          if (what === 'down') recorder.down(one, LAID);
          else if (what === 'move') recorder.move([one], LAID);
          else if (what === 'up') recorder.up(one, LAID);
          else recorder.cancel(id, time);
        }
        const ink = recorder.ink();
        if (ink === null) return;
        for (const column of [ink.y, ink.tip, ink.time]) expect(column).toHaveLength(ink.x.length);
        expect(ink.time).toEqual(ink.time.toSorted((one, other) => one - other));
        expect(ink.tip[0]).toBe(0);
      }),
      { seed: 20_261_123, numRuns: 300 },
    );
  });
});
