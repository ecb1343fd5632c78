import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { PadGuard } from '../../../kiosk-shell/kiosk/pad-guard.ts';
import { padWords } from '../../../kiosk-shell/kiosk/pad-words.ts';
import type { CaptureView } from '../../../kiosk-shell/kiosk-api/capture.ts';
import type { KioskApi } from '../../../kiosk-shell/kiosk-api/kiosk-api.ts';
import type { Actor } from '../../../kiosk-shell/kiosk-api/staff.ts';
import type { TransactionDetail } from '../../../kiosk-shell/kiosk-api/transaction.ts';
import { reach, taggedPdf, takeIn } from '../../support/kiosk-desk.ts';
import { padDescription, padStroke, type Shown } from '../../support/kiosk-pads.ts';
import { must, until } from '../../support/kiosk-rig.ts';
import { padCounter } from '../../support/pad-counter.ts';
import { seededRandom } from '../../support/pen.ts';

// A whole kiosk on a machine that does other work too.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const INITIALS = 'Parafa;role=customer;type=initials;order=1;width=60;height=40';
const SIGN = 'Podpis stranke;role=customer;type=signature;order=1;width=180;height=60';
const [A, B, C] = ['a', 'b', 'c'].map((port) => padDescription(`hidraw:${port}`)) as [Pad, Pad, Pad];
type Pad = ReturnType<typeof padDescription>;

const random = seededRandom(7);
const counter = padCounter({ random: (length) => Uint8Array.from({ length }, () => Math.floor(random() * 256)) });
const { pads } = counter;
let kiosk: KioskApi;
let clerk: Actor;
beforeAll(() => {
  ({ kiosk, clerk } = counter.opened());
});

async function atThePads(there: readonly Pad[], tags: readonly string[] = [SIGN]): Promise<TransactionDetail> {
  for (const pad of there) pads.plug(pad);
  const taken = await takeIn(kiosk, clerk, { Dopis: await taggedPdf(tags) });
  const { id } = await reach(kiosk, taken.id, clerk, 'consent');
  must(await kiosk.answerConsent(id, 'biometric', 'sl'));
  return until(kiosk, taken.id, ({ ceremony }) => (ceremony?.capture ?? null) !== null);
}
const capture = (detail: TransactionDetail): CaptureView | null =>
  kiosk.transaction(detail.id)?.ceremony?.capture ?? null;
const ceremony = (detail: TransactionDetail): string => detail.ceremony?.id ?? '';
const deviceOf = (detail: TransactionDetail) => {
  const device = capture(detail)?.device;
  return device?.kind === 'pad' ? device.id : 'surface';
};
const wordOn = (id: string): string | null => {
  const shown: Shown = pads.shown(id);
  return shown.kind === 'word' ? shown.word : null;
};
const checks = (detail: TransactionDetail) =>
  kiosk
    .auditOf(detail.id)
    .filter(({ eventType }) => eventType === 'capture.pad-checked')
    .map(({ success, extra, userName }) => [success, extra['pad'], userName]);
const end = async (detail: TransactionDetail): Promise<void> => {
  must(await kiosk.cancel(ceremony(detail), 'enough', clerk));
};

describe('with one pad', () => {
  it('nobody compares anything', async () => {
    const detail = await atThePads([A]);
    expect(capture(detail)).toMatchObject({ padCheck: null, taking: true });
    await end(detail);
  });

  it('and a tablet without a screen, neither', async () => {
    const detail = await atThePads([A, padDescription('hidraw:tablet', { shows: 'nothing' })]);
    expect(capture(detail)).toMatchObject({ padCheck: null, taking: true });
    await end(detail);
  });
});

describe('with several pads', () => {
  it('no ink is taken before the clerk has found the word of the screen on the pad', async () => {
    const detail = await atThePads([A, B]);
    const word = capture(detail)?.padCheck?.word ?? '';
    expect(padWords('sl').guard).toContain(word);
    expect([wordOn(A.id), pads.shown(B.id).kind]).toEqual([word, 'idle']);
    expect(capture(detail)).toMatchObject({ taking: false, device: { id: A.id } });
    expect([pads.takesInk(A.id), pads.takesInk(B.id)]).toEqual([false, false]);
    expect(kiosk.display()).toMatchObject({ kind: 'capture', capture: { padCheck: { word } } });
    expect(await kiosk.acceptInk(ceremony(detail), null)).toMatchObject({ ok: false, error: { code: 'no-ink' } });

    must(await kiosk.confirmPad(ceremony(detail), true, clerk));
    expect(capture(detail)).toMatchObject({ taking: true, padCheck: null });
    expect(pads.shown(A.id).kind).toBe('sign');
    expect(checks(detail)).toEqual([[true, A.id, clerk.staff.name]]);
    expect(await kiosk.confirmPad(ceremony(detail), true, clerk)).toMatchObject({
      ok: false,
      error: { code: 'wrong-state' },
    });
    await end(detail);
  });

  it('another word is offered on the next pad when it does not match, round the counter', async () => {
    const detail = await atThePads([A, B, C]);
    const seen: (string | null)[] = [];
    for (const pad of [A, B, C, A]) {
      expect(deviceOf(detail)).toBe(pad.id);
      const word = capture(detail)?.padCheck?.word ?? null;
      expect(wordOn(pad.id)).toBe(word);
      expect(word).not.toBe(seen.at(-1));
      seen.push(word);
      must(await kiosk.confirmPad(ceremony(detail), false, clerk));
      // Nobody is left in front of a word that no longer counts.
      expect(pads.shown(pad.id).kind).toBe('idle');
    }
    must(await kiosk.confirmPad(ceremony(detail), true, clerk));
    expect(pads.takesInk(B.id)).toBe(true);
    expect(checks(detail).map(([success]) => success)).toEqual([false, false, false, false, true]);
    await end(detail);
  });

  it('is asked once for all fields of a sitting, and again by the next', async () => {
    const detail = await atThePads([A, B], [INITIALS, SIGN]);
    must(await kiosk.confirmPad(ceremony(detail), true, clerk));
    pads.write(A.id, padStroke(A, { from: 0.1, to: 0.6, samples: 60, at: 0 }));
    pads.press(A.id, 'ok');
    await until(kiosk, detail.id, () => capture(detail)?.index === 1);
    expect(capture(detail)).toMatchObject({ taking: true, padCheck: null });
    // Between two fields nothing else stands on the pad: its picture changes in parts.
    const drawn = pads.drawn.filter(([id]) => id === A.id).map(([, kind]) => kind);
    expect(drawn.slice(-2)).toEqual(['sign', 'sign']);
    await end(detail);
    const next = await atThePads([]);
    expect(capture(next)?.padCheck).not.toBeNull();
    await end(next);
  });

  it('is asked again after the pad was plugged in anew, or another one was chosen', async () => {
    const detail = await atThePads([A, B]);
    must(await kiosk.confirmPad(ceremony(detail), true, clerk));
    pads.write(A.id, padStroke(A, { from: 0.1, to: 0.4, samples: 50, at: 0 }));
    pads.unplug(A.id);
    pads.plug(A);
    await until(kiosk, detail.id, () => (capture(detail)?.padCheck ?? null) !== null);
    expect(capture(detail)).toMatchObject({ taking: false, kept: { strokes: 1 } });
    must(await kiosk.chooseDevice(ceremony(detail), { kind: 'pad', id: B.id }, clerk));
    expect([capture(detail)?.padCheck?.word, deviceOf(detail)]).toEqual([wordOn(B.id), B.id]);
    must(await kiosk.confirmPad(ceremony(detail), true, clerk));
    expect(pads.takesInk(B.id)).toBe(true);
    await end(detail);
  });

  it('a pad that goes away with its word on it is lost, and another begins with a word of its own', async () => {
    const detail = await atThePads([A, B]);
    pads.unplug(A.id);
    expect(capture(detail)).toMatchObject({ problem: 'unplugged', padCheck: null, taking: false });
    expect(await kiosk.confirmPad(ceremony(detail), true, clerk)).toMatchObject({ ok: false });
    pads.plug(C);
    await until(kiosk, detail.id, () => (capture(detail)?.padCheck ?? null) !== null);
    expect([deviceOf(detail), wordOn(C.id)]).toEqual([C.id, capture(detail)?.padCheck?.word]);
    await end(detail);
    expect(pads.shown(C.id).kind).toBe('idle');
  });
});

describe('the words', () => {
  it('are short, unlike each other, and written without a sign that could be misread', () => {
    for (const language of ['sl', 'en'] as const) {
      const words = padWords(language).guard;
      expect(new Set(words).size).toBe(words.length);
      expect(words.length).toBeGreaterThanOrEqual(16);
      for (const word of words) expect(word).toMatch(/^\p{Ll}{3,7}$/u);
    }
  });

  it('never come twice in a row, whatever chance says', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat(255)), (bytes) => {
        const guard = new PadGuard((length) => Uint8Array.from({ length }, () => Number(bytes.next().value)));
        const told = Array.from({ length: 30 }, () => guard.word(padWords('sl').guard));
        expect(told.every((word, i) => word !== told[i - 1])).toBe(true);
      }),
      { seed: 20261123, numRuns: 50 },
    );
  });
});
