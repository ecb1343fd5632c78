import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  armPadSession,
  beginPadSession,
  beginScreenlessSession,
  disarmPadSession,
  nextPadSession,
} from '../../drivers/pad-session.ts';
import type { PadSession, SessionOutput } from '../../drivers/pad-session.ts';
import type { PadArea, PadEvent, PadSample } from '../../drivers/pad.ts';
import { modelNamed } from '../../drivers/pad-models.ts';
import { signScreen } from '../../drivers/screen/sign-screen.ts';
import type { ScreenButton } from '../../drivers/screen/parts.ts';

const { geometry } = modelNamed('STU-530');
const screen = signScreen(
  { width: 800, height: 480 },
  {
    tenant: 'T',
    document: 'D',
    label: 'L',
    signatory: 'S',
    page: '',
    labels: { ok: 'OK', clear: 'Clear', cancel: 'Cancel' },
  },
);
const armed = armPadSession(beginPadSession(screen, geometry));

function sample(x: number, y: number, tip: boolean, sequence?: number): PadSample {
  const base = { x: Math.round(x * 13.5), y: Math.round(y * 13.5), tip, inRange: true, pressure: tip ? 300 : 0, at: 0 };
  return sequence === undefined ? base : { ...base, sequence };
}
const onButton = (name: ScreenButton, tip: boolean, sequence?: number): PadSample => {
  const box = screen.buttons[name];
  return sample(box.x + box.width / 2, box.y + box.height / 2, tip, sequence);
};
const onPaper = (tip: boolean, sequence?: number): PadSample => sample(400, 200, tip, sequence);

function run(
  session: PadSession,
  batches: readonly (readonly PadSample[])[],
): { session: PadSession; outputs: SessionOutput[] } {
  const outputs: SessionOutput[] = [];
  for (const samples of batches) {
    const step = nextPadSession(session, { type: 'samples', samples });
    session = step.session;
    outputs.push(...step.outputs);
  }
  return { session, outputs };
}
const one = (samples: readonly PadSample[]): readonly (readonly PadSample[])[] => samples.map((each) => [each]);
const kept = (outputs: readonly SessionOutput[]): readonly PadSample[] =>
  outputs.flatMap((output) => (output.type === 'samples' ? output.samples : []));
const pressed = (outputs: readonly SessionOutput[]): readonly ScreenButton[] =>
  outputs.flatMap((output) => (output.type === 'button' ? [output.button] : []));
const lost = (outputs: readonly SessionOutput[]): number =>
  outputs.reduce((sum, output) => sum + (output.type === 'samples' ? output.lost : 0), 0);

describe('a signing session on a pad', () => {
  it('passes ink and hover on, sample for sample', () => {
    const samples = [onPaper(false), onPaper(true), onPaper(true), onPaper(false)];
    expect(kept(run(armed, one(samples)).outputs)).toEqual(samples);
  });

  it.each(['ok', 'clear', 'cancel'] as const)(
    'takes down and up inside %s as a press, and none of it as ink',
    (name) => {
      const { outputs } = run(
        armed,
        one([onButton(name, false), onButton(name, true), onButton(name, true), onButton(name, false)]),
      );
      expect(pressed(outputs)).toEqual([name]);
      expect(kept(outputs).filter((each) => each.tip)).toEqual([]);
    },
  );

  it('takes the press back when the pen slides off, and still keeps no ink of it', () => {
    const { outputs } = run(armed, one([onButton('ok', true), onPaper(true), onPaper(false)]));
    expect(outputs).toEqual([]);
  });

  it('counts a press that slides off and returns', () => {
    const { outputs } = run(
      armed,
      one([onButton('ok', true), onPaper(true), onButton('ok', true), onButton('ok', false)]),
    );
    expect(pressed(outputs)).toEqual(['ok']);
  });

  it('presses although the lifting report comes from out of range with no place', () => {
    const away = { ...onPaper(false), x: 0, y: 0, inRange: false };
    expect(pressed(run(armed, one([onButton('ok', true), away])).outputs)).toEqual(['ok']);
  });

  it('keeps a stroke that begins on paper and runs across a button as ink', () => {
    const samples = [onPaper(true), onButton('ok', true), onButton('ok', false)];
    const { outputs } = run(armed, one(samples));
    expect(kept(outputs)).toEqual(samples);
    expect(pressed(outputs)).toEqual([]);
  });

  it('counts what the numbering says is missing, over the wrap too, and presses as no loss', () => {
    const { outputs } = run(
      armed,
      one([
        onPaper(true, 0xfffe),
        onPaper(true, 1),
        onPaper(false, 2),
        onButton('clear', true, 3),
        onButton('clear', true, 4),
        onButton('ok', false, 5),
        onPaper(true, 6),
        onPaper(true, 9),
      ]),
    );
    expect(lost(outputs)).toBe(2 + 2);
  });

  it('does not take a pad that begins its numbering anew for a loss of thousands', () => {
    expect(
      lost(run(armed, one([onPaper(true, 5000), onPaper(true, 3), onPaper(true, 3), onPaper(true, 4)])).outputs),
    ).toBe(0);
  });

  it('knows of no losses on a pad that does not number', () => {
    expect(lost(run(armed, one([onPaper(true), onPaper(true)])).outputs)).toBe(0);
  });

  it('takes nothing before it is armed, nor the rest of a stroke begun before', () => {
    const early = run(beginPadSession(screen, geometry), one([onPaper(false), onPaper(true), onButton('ok', true)]));
    expect(early.outputs).toEqual([]);
    const late = run(armPadSession(early.session), one([onPaper(true), onPaper(false), onPaper(true)]));
    expect(kept(late.outputs).map((each) => each.tip)).toEqual([false, true]);
  });

  it('takes nothing while it is disarmed for a redraw', () => {
    const { session } = run(armed, one([onPaper(true)]));
    expect(run(disarmPadSession(session), one([onPaper(true), onPaper(false)])).outputs).toEqual([]);
  });

  it('counts reports that could not be read, and says when the pad is gone', () => {
    const bad = nextPadSession(armed, { type: 'bad-report', reason: 'malformed' });
    expect([bad.session.bad, bad.outputs]).toEqual([1, [{ type: 'bad-report', reason: 'malformed' }]]);
    const gone = nextPadSession(bad.session, { type: 'closed', reason: 'unplugged' });
    expect([gone.session.armed, gone.outputs]).toEqual([false, [{ type: 'lost', reason: 'unplugged' }]]);
  });

  it('gives the same ink, presses and losses however the samples are grouped', () => {
    const anySample = fc
      .record({ x: fc.nat(799), y: fc.nat(479), tip: fc.boolean(), step: fc.constantFrom(1, 1, 1, 2, 40) })
      .map((each) => each);
    fc.assert(
      fc.property(fc.array(anySample, { maxLength: 60 }), fc.array(fc.integer({ min: 1, max: 7 })), (raw, cuts) => {
        let sequence = 65_500;
        const samples = raw.map(({ x, y, tip, step }) => sample(x, y, tip, (sequence = (sequence + step) & 0xffff)));
        const batches: PadSample[][] = [];
        for (let at = 0, cut = 0; at < samples.length; cut++) {
          const size = cuts[cut % Math.max(1, cuts.length)] ?? 3;
          batches.push(samples.slice(at, at + size));
          at += size;
        }
        const [single, grouped] = [run(armed, one(samples)), run(armed, batches)];
        expect(kept(grouped.outputs)).toEqual(kept(single.outputs));
        expect(pressed(grouped.outputs)).toEqual(pressed(single.outputs));
        expect(lost(grouped.outputs)).toBe(lost(single.outputs));
        expect(grouped.session).toEqual(single.session);
        // No sample is ever changed or made up.
        for (const each of kept(single.outputs)) expect(samples).toContain(each);
      }),
      { seed: 20261123, numRuns: 300 },
    );
  });

  it('never throws, whatever comes in whatever order', () => {
    const anyEvent: fc.Arbitrary<PadEvent> = fc.oneof(
      fc.record({
        type: fc.constant('bad-report' as const),
        reason: fc.constantFrom('malformed' as const, 'unknown' as const),
      }),
      fc.record({
        type: fc.constant('closed' as const),
        reason: fc.constantFrom('unplugged' as const, 'failed' as const),
      }),
      fc.record({
        type: fc.constant('samples' as const),
        samples: fc.array(
          fc.record({
            x: fc.nat(65_535),
            y: fc.nat(65_535),
            tip: fc.boolean(),
            inRange: fc.boolean(),
            sequence: fc.nat(65_535),
            at: fc.nat(),
          }),
        ),
      }),
    );
    fc.assert(
      fc.property(fc.array(anyEvent), (events) => {
        let session = armed;
        for (const event of events) session = nextPadSession(session, event).session;
        expect(session.lost).toBeGreaterThanOrEqual(0);
      }),
      { seed: 20261123 },
    );
  });

  it('tells the ink area in pad units', () => {
    const { area } = beginPadSession(screen, geometry);
    expect(area.x / 13.5).toBeCloseTo(screen.ink.x, 1);
    expect((area.y + area.height) / 13.5).toBeCloseTo(screen.ink.y + screen.ink.height, 0);
  });
});

describe('a session on a pad without a screen', () => {
  const tablet = modelNamed('ePad').geometry;
  const area = { x: 0.5, y: 0.5, width: 0.25, height: 0.25 };
  const on = (share: PadArea | null): PadSession => armPadSession(beginScreenlessSession(tablet, share));
  const at = (x: number, y: number, tip = true, more: Partial<PadSample> = {}): PadSample => {
    return { x: Math.round(x * tablet.maxX), y: Math.round(y * tablet.maxY), tip, inRange: true, at: 0, ...more };
  };

  it.each([
    ['all of it', null, { x: 0, y: 0, width: 1098, height: 569 }],
    ['a part', area, { x: 549, y: 285, width: 275, height: 142 }],
    [
      'what of a part is on the surface',
      { x: -1, y: 0.5, width: 9, height: 9 },
      { x: 0, y: 285, width: 1098, height: 285 },
    ],
  ])('has its area in pad units: %s', (_, share, expected) => {
    expect(beginScreenlessSession(tablet, share).area).toEqual(expected);
  });
  it('keeps a stroke that begins inside, wherever it goes, and none that begins outside', () => {
    const inside = [at(0.6, 0.6), at(0.1, 0.1), at(0.1, 0.1, false)];
    const outside = [at(0.1, 0.1), at(0.6, 0.6)];
    expect(kept(run(on(area), one([...inside, ...outside])).outputs)).toEqual(inside);
  });
  it('has no edge where the surface has one: what is beyond the stated range is ink', () => {
    const beyond = [at(1.01, 0.5), at(1.01, 0.5, false), at(-0.02, 1.2), at(0.5, 0.5, false)];
    expect(kept(run(on(null), one(beyond)).outputs)).toEqual(beyond);
  });
  it('has no buttons wherever it is touched', () => {
    const touches = Array.from({ length: 100 }, (_, n) => [at((n % 10) / 10, n / 100), at(0, 0, false)]).flat();
    expect(pressed(run(on(null), one(touches)).outputs)).toEqual([]);
  });
  it('takes nothing of an eraser, and ends the stroke that turns into one', () => {
    const turned = [at(0.6, 0.6), at(0.6, 0.6, true, { eraser: true }), at(0.7, 0.7), at(0.7, 0.7, false)];
    expect(kept(run(on(null), one(turned)).outputs)).toEqual([turned[0], turned[3]]);
    const near = [at(0.6, 0.6, false, { eraser: true })];
    expect(kept(run(on(null), one(near)).outputs)).toEqual([]);
  });
});
