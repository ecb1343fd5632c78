import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { PadDescription } from '../../../drivers/pad.ts';
import type { KioskApi } from '../../../kiosk-shell/kiosk-api/kiosk-api.ts';
import type { Actor } from '../../../kiosk-shell/kiosk-api/staff.ts';
import type { TransactionDetail } from '../../../kiosk-shell/kiosk-api/transaction.ts';
import type { CaptureRecord } from '../../../signing/capture/capture-record.ts';
import { parseCaptureContent } from '../../../signing/capture/sealed-content.ts';
import { openEnveloped } from '../../../signing/cms/open-enveloped.ts';
import { systemClock } from '../../../signing/clock.ts';
import { randomId } from '../../../signing/ids.ts';
import { openVault } from '../../../vault/vault.ts';
import { reach, taggedPdf, takeIn } from '../../support/kiosk-desk.ts';
import { padDescription, padStroke, PAPER } from '../../support/kiosk-pads.ts';
import { must, signedIn, surfaceInk, until, type DemoFolder } from '../../support/kiosk-rig.ts';
import { padCounter } from '../../support/pad-counter.ts';

// A whole kiosk on a machine that does other work too.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const SIGN = 'Podpis stranke;role=customer;type=signature;order=1;width=180;height=60';
const A = padDescription('hidraw:a');
/** Other units, another shape of the paper. */
const SMALL = padDescription('hidraw:small', {
  model: 'STU-430',
  geometry: {
    maxX: 9600,
    maxY: 6000,
    maxPressure: 1023,
    unitsPerInch: { x: 2540, y: 2540 },
    nominalRate: 200,
    screen: { width: 320, height: 200, colour: 'mono' },
  },
});

const counter = padCounter();
const { pads, told } = counter;
let folder: DemoFolder;
let kiosk: KioskApi;
let clerk: Actor;
let manager: Actor;
beforeAll(async () => {
  ({ folder, kiosk, clerk } = counter.opened());
  manager = await signedIn(kiosk, folder.demo, 'manager');
});

async function atThePad(
  pad: PadDescription = A,
  answer: 'biometric' | 'picture-only' = 'biometric',
): Promise<TransactionDetail> {
  pads.plug(pad);
  const taken = await takeIn(kiosk, clerk, { Dopis: await taggedPdf([SIGN]) });
  const { id } = await reach(kiosk, taken.id, clerk, 'consent');
  must(await kiosk.answerConsent(id, answer, 'en'));
  return until(kiosk, taken.id, ({ ceremony }) => ceremony?.capture?.taking === true);
}
const capture = (detail: TransactionDetail) => kiosk.transaction(detail.id)?.ceremony?.capture ?? null;
const ceremony = (detail: TransactionDetail): string => detail.ceremony?.id ?? '';
const lost = (detail: TransactionDetail) => until(kiosk, detail.id, () => capture(detail)?.taking === false);
const taking = (detail: TransactionDetail) => until(kiosk, detail.id, () => capture(detail)?.taking === true);
const done = (detail: TransactionDetail) => until(kiosk, detail.id, ({ state }) => state === 'complete');
const facts = (detail: TransactionDetail, event: string) =>
  kiosk
    .auditOf(detail.id)
    .filter(({ eventType }) => eventType === event)
    .map(({ success, extra }) => ({ success, ...extra }));

/** What the escrow holder finds. */
function opened(detail: TransactionDetail): CaptureRecord {
  const vault = openVault(join(folder.dataDir, 'kiosk', 'vault.sqlite'), { clock: systemClock, newId: randomId });
  const [seal] = vault.seals.ofTransaction(detail.id);
  vault.close();
  const key = createPrivateKey(readFileSync(join(folder.dataDir, 'demo', 'escrow.key.pem')));
  return must(parseCaptureContent(openEnveloped(seal?.sealedCapture ?? new Uint8Array(), key))).capture;
}
const FIRST = { from: 0.1, to: 0.4, samples: 60, at: 1_000_000 };
const SECOND = { from: 0.45, to: 0.6, samples: 40, at: 2_000_000, sequence: 100, lifted: false };
const THIRD = { from: 0.45, to: 0.9, samples: 70, at: 9_000_000 };

describe('a pad that is unplugged while it is signed on', () => {
  it('costs the stroke in progress and nothing else; plugged in again the field goes on with what is kept', async () => {
    const detail = await atThePad();
    pads.write(A.id, padStroke(A, FIRST));
    pads.write(A.id, padStroke(A, SECOND));
    pads.unplug(A.id);
    await lost(detail);
    expect(capture(detail)).toMatchObject({
      problem: 'unplugged',
      cleared: 0,
      doubt: null,
      kept: { strokes: 1, reason: 'unplugged' },
    });
    expect(facts(detail, 'capture.interrupted')).toEqual([
      { success: false, placement: capture(detail)?.placement, reason: 'unplugged', keptStrokes: 1, strokeVoid: true },
    ]);
    // The mirror is wiped of the void stroke and has the kept one.
    const mirrored = told.filter((event) => event.type === 'live').at(-1);
    expect(mirrored).toMatchObject({ reset: true, strokes: capture(detail)?.kept?.ink });
    // A shape, with vertices at equal distances of the paper: none tells where a sample was.
    const { maxX, maxY } = A.geometry;
    const sides = (PAPER.height * maxY) / (PAPER.width * maxX);
    const steps = (capture(detail)?.kept?.ink[0] ?? []).map(([x, y], i, all) => {
      const [px, py] = all[i - 1] ?? [x, y];
      return Math.hypot(x - px, (y - py) * sides);
    });
    expect(steps.length).toBeGreaterThan(10);
    expect(steps.slice(1, -1).every((step) => Math.abs(step - 0.008) < 0.0005)).toBe(true);

    pads.plug(A);
    await taking(detail);
    expect(pads.shown(A.id)).toMatchObject({
      kind: 'sign',
      options: { kept: { strokes: [{}] } },
      screen: { note: 'The unfinished stroke was not taken. Please go on.' },
    });
    expect(facts(detail, 'capture.resumed')).toEqual([{ success: true, device: 'pad', model: 'STU-530' }]);
    pads.write(A.id, padStroke(A, THIRD));
    pads.press(A.id, 'ok');
    await done(detail);

    const record = opened(detail);
    expect(record.earlier).toBeUndefined();
    expect(record.interruptions).toEqual([
      {
        afterSample: 60,
        reason: 'unplugged',
        voidedSamples: 40,
        resumedOn: { kind: 'pad', model: 'STU-530', serial: 'S-hidraw:a' },
      },
    ]);
    const { x, time, sequence } = record.columns;
    expect(x).toEqual([...padStroke(A, FIRST), ...padStroke(A, THIRD)].map((sample) => sample.x));
    expect(sequence).toHaveLength(130);
    expect(time.every((at, i) => i === 0 || at >= (time[i - 1] ?? 0))).toBe(true);
    // One clock: the pause is as long as it was.
    expect(time[60]).toBe(8_000_000);
    expect(record.completeness).toMatchObject({
      word: 'gaps',
      samples: 130,
      strokes: 2,
      interruptions: 1,
      voidedSamples: 40,
    });
    expect(kiosk.transaction(detail.id)?.ceremony?.signed).toMatchObject([
      { completeness: { word: 'gaps', samples: 130 } },
    ]);
    const report = must(await kiosk.verify(detail.id, manager));
    expect(report.documents[0]?.signatures.map(({ verdict }) => verdict)).toEqual(['passed']);
  });

  it('at any instant of two strokes keeps exactly the strokes that were finished', async () => {
    const detail = await atThePad();
    const samples = [...padStroke(A, FIRST), ...padStroke(A, { ...SECOND, lifted: true })];
    for (const cut of [0, 1, 30, 59, 60, 61, 80, 99, 100]) {
      must(await kiosk.clearInk(ceremony(detail)));
      await taking(detail);
      const cleared = capture(detail)?.cleared;
      if (cut > 0) pads.write(A.id, samples.slice(0, cut));
      pads.unplug(A.id);
      await lost(detail);
      const finished = cut >= 100 ? 2 : cut >= 60 ? 1 : 0;
      expect([cut, capture(detail)?.kept?.strokes ?? 0]).toEqual([cut, finished]);
      expect(capture(detail)?.cleared).toBe(cleared);
      pads.plug(A);
      await taking(detail);
    }
    must(await kiosk.cancel(ceremony(detail), 'enough', clerk));
    expect(pads.shown(A.id)).toEqual({ kind: 'idle' });
  });

  it('with nothing finished has nothing to seal, and offers the same field again', async () => {
    const detail = await atThePad();
    pads.write(A.id, padStroke(A, { ...FIRST, lifted: false }));
    pads.unplug(A.id);
    await lost(detail);
    expect(capture(detail)).toMatchObject({ problem: 'unplugged', kept: null });
    expect(await kiosk.acceptInk(ceremony(detail), null)).toMatchObject({ ok: false, error: { code: 'no-ink' } });
    pads.plug(A);
    await taking(detail);
    pads.write(A.id, padStroke(A, THIRD));
    pads.press(A.id, 'ok');
    await done(detail);
    expect(opened(detail)).toMatchObject({ interruptions: [{ afterSample: 0, voidedSamples: 60 }] });
  });

  it('while a question about its ink stands loses nothing: the ink may be kept', async () => {
    const detail = await atThePad();
    const dot = padStroke(A, { from: 0.5, to: 0.5005, samples: 20, at: 1000 }).map((sample) => ({
      ...sample,
      y: 3000,
    }));
    pads.write(A.id, dot);
    pads.press(A.id, 'ok');
    await until(kiosk, detail.id, (now) => now.ceremony?.step === 'questioned');
    pads.unplug(A.id);
    expect(kiosk.transaction(detail.id)?.ceremony?.step).toBe('questioned');
    pads.plug(A);
    // It must not draw over the question.
    expect(pads.takesInk(A.id)).toBe(false);
    must(await kiosk.answerDoubt(ceremony(detail), true));
    await done(detail);
    expect(opened(detail).columns.x).toHaveLength(20);
  });

  it('goes on in another socket by itself, but on a pad that was there all along only when the clerk says so', async () => {
    const other = padDescription('hidraw:bystander', { shows: 'nothing' });
    pads.plug(other);
    const detail = await atThePad();
    must(await kiosk.chooseDevice(ceremony(detail), { kind: 'pad', id: A.id }, clerk));
    pads.write(A.id, padStroke(A, FIRST));
    pads.unplug(A.id);
    await lost(detail);
    pads.stir();
    expect(pads.takesInk(other.id)).toBe(false);
    expect(capture(detail)?.choices.map(({ id }) => id)).toEqual([other.id, null]);
    pads.forget(A.id);
    const elsewhere = { ...A, id: 'hidraw:c' };
    pads.plug(elsewhere);
    await taking(detail);
    expect(capture(detail)).toMatchObject({ device: { id: elsewhere.id }, kept: { strokes: 1 }, problem: null });
    must(await kiosk.cancel(ceremony(detail), 'enough', clerk));
  });

  it('on another kind of pad keeps both parts, each in its own units, and one picture of both', async () => {
    const detail = await atThePad();
    pads.write(A.id, padStroke(A, FIRST));
    pads.unplug(A.id, 'failed');
    await lost(detail);
    expect(capture(detail)).toMatchObject({ problem: 'failed', kept: { reason: 'failed' } });
    pads.plug(SMALL);
    await taking(detail);
    expect(capture(detail)?.device).toMatchObject({ model: 'STU-430', shows: 'own-screen', buttons: 'pad' });
    pads.write(SMALL.id, padStroke(SMALL, THIRD));
    pads.press(SMALL.id, 'ok');
    await done(detail);
    const record = opened(detail);
    expect(record).toMatchObject({
      device: { model: 'STU-430' },
      surface: { maxX: 9600 },
      earlier: [{ device: { model: 'STU-530', serial: 'S-hidraw:a' }, surface: { maxX: 10_800 } }],
      interruptions: [{ afterSample: 60, reason: 'failed', voidedSamples: 0, resumedOn: { model: 'STU-430' } }],
      completeness: { samples: 130, strokes: 2 },
    });
    expect(record.earlier?.[0]?.columns.x).toEqual(padStroke(A, FIRST).map(({ x }) => x));
    expect(record.columns.x).toEqual(padStroke(SMALL, THIRD).map(({ x }) => x));
    const report = must(await kiosk.verify(detail.id, manager));
    expect(report.documents[0]?.signatures.map(({ verdict }) => verdict)).toEqual(['passed']);
  });

  it('goes on at the customer’s screen when the clerk chooses it', async () => {
    const detail = await atThePad();
    pads.write(A.id, padStroke(A, FIRST));
    pads.unplug(A.id);
    await lost(detail);
    must(await kiosk.chooseDevice(ceremony(detail), { kind: 'surface' }, clerk));
    const shown = kiosk.display();
    expect(shown).toMatchObject({ kind: 'capture', capture: { device: { kind: 'surface' }, kept: { strokes: 1 } } });
    must(await kiosk.acceptInk(ceremony(detail), surfaceInk(3)));
    await done(detail);
    expect(opened(detail)).toMatchObject({
      device: { kind: 'surface' },
      earlier: [{ device: { model: 'STU-530' } }],
      interruptions: [{ resumedOn: { kind: 'surface' } }],
    });
  });

  it('whose strokes were all there may be taken as it is', async () => {
    const detail = await atThePad();
    pads.write(A.id, padStroke(A, FIRST));
    pads.unplug(A.id);
    await lost(detail);
    must(await kiosk.finishForCustomer(ceremony(detail), 'done', clerk));
    await done(detail);
    expect(opened(detail)).toMatchObject({ interruptions: [{ resumedOn: null }], completeness: { samples: 60 } });
  });

  it('has its kept strokes wiped like any others', async () => {
    const detail = await atThePad();
    pads.write(A.id, padStroke(A, FIRST));
    pads.unplug(A.id);
    await lost(detail);
    pads.plug(A);
    await taking(detail);
    pads.press(A.id, 'clear');
    await until(kiosk, detail.id, () => capture(detail)?.cleared === 1);
    expect(capture(detail)?.kept).toBeNull();
    pads.write(A.id, padStroke(A, THIRD));
    pads.press(A.id, 'ok');
    await done(detail);
    const record = opened(detail);
    expect(record.columns.x).toHaveLength(70);
    expect([record.interruptions, record.earlier, record.cleared]).toEqual([undefined, undefined, 1]);
  });

  it('keeps positions only, also over a loss, for who chose the picture alone', async () => {
    const detail = await atThePad(A, 'picture-only');
    pads.write(A.id, padStroke(A, FIRST));
    pads.unplug(A.id);
    await lost(detail);
    expect(capture(detail)?.kept).toMatchObject({ strokes: 1 });
    pads.plug(SMALL);
    await taking(detail);
    expect(pads.shown(SMALL.id)).toMatchObject({ options: { kept: { strokes: [{}] } } });
    pads.write(SMALL.id, padStroke(SMALL, THIRD));
    pads.press(SMALL.id, 'ok');
    await done(detail);
    expect(kiosk.transaction(detail.id)?.ceremony?.signed).toMatchObject([{ completeness: null }]);
  });
});

describe('what came before the pad said that it takes ink', () => {
  it('is not lost', async () => {
    const detail = await atThePad();
    const begin = pads.startCapture;
    // The host sends what it has before it answers.
    pads.startCapture = async (id, screen, listener, options) => {
      const started = await begin(id, screen, listener, options);
      pads.write(id, padStroke(A, { ...FIRST, lifted: false }));
      return started;
    };
    must(await kiosk.clearInk(ceremony(detail)));
    pads.startCapture = begin;
    pads.write(A.id, padStroke(A, { ...THIRD, from: 0.4, at: 1_300_000 }));
    pads.press(A.id, 'ok');
    await done(detail);
    expect(opened(detail).columns.x).toHaveLength(130);
  });
});

describe('a pad that does not begin', () => {
  it('is not tried again and again, but when it comes back', async () => {
    const detail = await atThePad();
    pads.refuseNextCapture(A.id, 'timeout');
    expect(await kiosk.chooseDevice(ceremony(detail), { kind: 'pad', id: A.id }, clerk)).toMatchObject({
      ok: false,
      error: { code: 'pad-unavailable' },
    });
    const drawn = pads.drawn.length;
    pads.stir();
    expect([pads.drawn.length, capture(detail)?.problem]).toEqual([drawn, 'failed']);
    pads.unplug(A.id);
    pads.plug(A);
    await taking(detail);
    must(await kiosk.cancel(ceremony(detail), 'enough', clerk));
  });
});
