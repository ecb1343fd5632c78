import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PadSample } from '../../../drivers/pad.ts';
import { padDevice, padSurface } from '../../../kiosk-shell/kiosk/capture-part.ts';
import { FieldInk } from '../../../kiosk-shell/kiosk/field-ink.ts';
import type { CaptureRecord } from '../../../signing/capture/capture-record.ts';
import { padDescription, padStroke } from '../../support/kiosk-pads.ts';

const clock = { now: () => 1_800_000_000_000, monotonicMicros: () => 0 };
const AREA = { x: 100, y: 100, width: 8000, height: 4000 };
const PADS = [
  padDescription('a'),
  padDescription('b'),
  padDescription('c', { geometry: { ...padDescription('c').geometry, maxX: 9600, maxY: 6000 } }),
] as const;

/** What happens at a counter, in any order: strokes that are finished or not, and pads that come and go. */
type Act =
  | { readonly kind: 'stroke'; readonly samples: number; readonly lifted: boolean }
  | { readonly kind: 'hover'; readonly samples: number }
  | { readonly kind: 'lose'; readonly reason: 'unplugged' | 'failed' | 'changed'; readonly next: number };
const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('stroke' as const), samples: fc.integer({ min: 2, max: 12 }), lifted: fc.boolean() }),
    fc.record({ kind: fc.constant('hover' as const), samples: fc.integer({ min: 1, max: 5 }) }),
    fc.record({
      kind: fc.constant('lose' as const),
      reason: fc.constantFrom<'unplugged' | 'failed' | 'changed'>('unplugged', 'failed', 'changed'),
      next: fc.nat(PADS.length - 1),
    }),
  ),
  { maxLength: 20 },
);

/** Plays the acts, and keeps by hand what has to be there at the end. */
function play(all: readonly Act[]): {
  readonly record: CaptureRecord;
  readonly kept: readonly PadSample[];
  voided: number;
} {
  const ink = new FieldInk(true, clock);
  let pad: (typeof PADS)[number] = PADS[0];
  ink.begin(padDevice(pad), padSurface(pad, AREA));
  let at = 1_000_000;
  let kept: PadSample[] = [];
  const inProgress: PadSample[] = [];
  let voided = 0;
  const deliver = (samples: readonly PadSample[]): void => {
    ink.open?.add(samples);
    at += samples.length * 5000;
    for (const sample of samples) {
      inProgress.push(sample);
      if (!sample.tip) kept.push(...inProgress.splice(0));
    }
  };
  for (const act of all) {
    if (act.kind === 'stroke') {
      deliver(padStroke(pad, { from: 0.1, to: 0.9, samples: act.samples, at, lifted: act.lifted }));
    } else if (act.kind === 'hover') {
      const stroke = padStroke(pad, { from: 0.1, to: 0.9, samples: act.samples, at });
      deliver(stroke.map((sample) => ({ ...sample, tip: false })));
    } else {
      const told = ink.interrupt(act.reason);
      expect(told.voidedSamples).toBe(inProgress.length);
      voided += inProgress.splice(0).length;
      pad = PADS[act.next] ?? PADS[0];
      at += 3_000_000;
      ink.begin(padDevice(pad), padSurface(pad, AREA));
    }
  }
  const finished = ink.finish(0, null);
  if (finished?.record === null || finished === null) throw new Error('a pad that is open has a record');
  kept = [...kept, ...inProgress];
  return { record: finished.record, kept, voided };
}

describe('the ink of one field', () => {
  it('is every sample of every finished stroke, in order, whatever pads came and went', () => {
    fc.assert(
      fc.property(acts, (all) => {
        const { record, kept, voided } = play(all);
        const parts = [...(record.earlier ?? []), record];
        expect(parts.flatMap(({ columns }) => columns.x)).toEqual(kept.map(({ x }) => x));
        expect(parts.flatMap(({ columns }) => columns.pressure ?? [])).toEqual(kept.map(({ pressure }) => pressure));
        for (const { columns } of parts) {
          expect(columns.time.every((time, i) => time >= (columns.time[i - 1] ?? 0))).toBe(true);
        }
        // Two parts next to each other are of two pads: one pad in a row is one part.
        expect(parts.every(({ device }, i) => i === 0 || device.serial !== parts[i - 1]?.device.serial)).toBe(true);
        expect(record.completeness).toMatchObject({
          samples: kept.length,
          voidedSamples: voided,
          interruptions: record.interruptions?.length ?? 0,
        });
        for (const { afterSample, resumedOn } of record.interruptions ?? []) {
          expect(afterSample).toBeLessThanOrEqual(kept.length);
          expect(resumedOn).not.toBeNull();
        }
      }),
      { seed: 20261123 },
    );
  });

  it('keeps its time when the clock of a new connection began anew', () => {
    const ink = new FieldInk(true, clock);
    const [pad] = PADS;
    const surface = padSurface(pad, AREA);
    ink.begin(padDevice(pad), surface).add(padStroke(pad, { from: 0.1, to: 0.4, samples: 4, at: 5_000_000 }));
    ink.interrupt('failed');
    ink.begin(padDevice(pad), surface).add(padStroke(pad, { from: 0.4, to: 0.6, samples: 3, at: 20 }));
    const { time } = ink.finish(0, null)?.record?.columns ?? { time: [] };
    expect(time).toEqual([0, 5000, 10_000, 15_000, 15_000, 20_000, 25_000]);
  });

  it('notes no interruption of what had not begun', () => {
    const ink = new FieldInk(true, clock);
    ink.begin(padDevice(PADS[0]), padSurface(PADS[0], AREA));
    expect(ink.interrupt('changed')).toEqual({ keptStrokes: 0, voidedSamples: 0 });
    expect([ink.finish(0, null), ink.shape()]).toEqual([null, null]);
  });

  it('takes the pen’s other end for no ink, and says where it was', () => {
    const ink = new FieldInk(true, clock);
    const [pad] = PADS;
    const stroke = padStroke(pad, { from: 0.1, to: 0.4, samples: 6, at: 0 });
    const part = ink.begin(padDevice(pad), padSurface(pad, AREA));
    part.add(stroke.map((sample, i) => ({ ...sample, eraser: i > 2, switches: i, tiltX: 100, tiltY: -100, twist: 7 })));
    const { tip, eraser, switches, twist } = ink.finish(0, null)?.record?.columns ?? {};
    expect([tip, eraser, switches, twist]).toEqual([
      [1, 1, 1, 0, 0, 0],
      [0, 0, 0, 1, 1, 1],
      [0, 1, 2, 3, 4, 5],
      [7, 7, 7, 7, 7, 7],
    ]);
    expect(ink.shape()?.strokes).toHaveLength(1);
  });

  it('holds positions alone, and neither time nor pressure, where only a picture was agreed to', () => {
    const ink = new FieldInk(false, clock);
    const [pad] = PADS;
    const stroke = padStroke(pad, { from: 0.1, to: 0.4, samples: 6, at: 77 });
    ink.begin(padDevice(pad), padSurface(pad, AREA)).add(stroke);
    const finished = ink.finish(0, null);
    expect(finished?.record).toBeNull();
    expect(Object.keys(finished?.parts[0]?.columns ?? {}).sort()).toEqual(['time', 'tip', 'x', 'y']);
    expect(finished?.parts[0]?.columns.time).toEqual([0, 0, 0, 0, 0, 0]);
    expect(ink.completeness()).toBeNull();
  });
});
