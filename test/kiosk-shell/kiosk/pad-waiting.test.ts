import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { CaptureView } from '../../../kiosk-shell/kiosk-api/capture.ts';
import type { KioskApi } from '../../../kiosk-shell/kiosk-api/kiosk-api.ts';
import type { Actor } from '../../../kiosk-shell/kiosk-api/staff.ts';
import type { TransactionDetail } from '../../../kiosk-shell/kiosk-api/transaction.ts';
import { reach, signatoryOf, taggedPdf, takeIn } from '../../support/kiosk-desk.ts';
import { padDescription, padStroke } from '../../support/kiosk-pads.ts';
import { must, until } from '../../support/kiosk-rig.ts';
import { padCounter } from '../../support/pad-counter.ts';

// A whole kiosk on a machine that does other work too.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const SIGN = 'Podpis stranke;role=customer;type=signature;order=1;width=180;height=60';
const A = padDescription('hidraw:a');
const TABLET = padDescription('hidraw:tablet', { model: 'Intuos', shows: 'nothing' });
const DISPLAY = padDescription('hidraw:display', { model: 'DTU-1031', shows: 'computer-screen' });

const counter = padCounter();
const { pads, told } = counter;
let kiosk: KioskApi;
let clerk: Actor;
beforeAll(() => {
  ({ kiosk, clerk } = counter.opened());
});

async function taken(name = 'Dopis'): Promise<TransactionDetail> {
  return takeIn(kiosk, clerk, { [name]: await taggedPdf([SIGN]) });
}
async function signingOn(pad: typeof A): Promise<TransactionDetail> {
  pads.plug(pad);
  const { id } = await taken();
  const current = await reach(kiosk, id, clerk, 'consent');
  must(await kiosk.answerConsent(current.id, 'biometric', 'sl'));
  return until(kiosk, id, ({ ceremony }) => (ceremony?.capture ?? null) !== null);
}
const capture = (detail: TransactionDetail): CaptureView | null =>
  kiosk.transaction(detail.id)?.ceremony?.capture ?? null;
const ceremony = (detail: TransactionDetail): string => detail.ceremony?.id ?? '';
const kinds = (id: string) => pads.drawn.filter(([pad]) => pad === id).map(([, kind]) => kind);

describe('while the customer is identified', () => {
  it('the pad gets the frame it will be signed in, once, and no idle screen comes between', async () => {
    pads.plug(A);
    expect(kinds(A.id)).toEqual(['idle']);
    const { id, signatoryList } = await taken('Pogodba o hrambi');
    const begun = must(await kiosk.begin(id, signatoryList[0]?.id ?? '', clerk));
    expect(pads.shown(A.id)).toEqual({ kind: 'waiting', document: 'Pogodba o hrambi' });
    await reach(kiosk, id, clerk, 'consent');
    must(await kiosk.answerConsent(begun.id, 'biometric', 'en'));
    await until(kiosk, id, ({ ceremony: now }) => now?.capture?.taking === true);
    expect(kinds(A.id)).toEqual(['idle', 'waiting', 'sign']);
    must(await kiosk.cancel(begun.id, 'enough', clerk));
    expect(kinds(A.id)).toEqual(['idle', 'waiting', 'sign', 'idle']);
  });

  it('a pad that is plugged in then is prepared too, and one that leaves is not left with the document on it', async () => {
    const { id, signatoryList } = await taken();
    const begun = must(await kiosk.begin(id, signatoryList[0]?.id ?? '', clerk));
    pads.plug(A);
    expect(kinds(A.id)).toContain('waiting');
    must(await kiosk.cancel(begun.id, 'enough', clerk));
    expect(pads.shown(A.id).kind).toBe('idle');
    pads.unplug(A.id);
    pads.plug(A);
    expect(pads.shown(A.id).kind).toBe('idle');
  });

  it('is greeted once for each time it comes: progress is no reason to draw anything', () => {
    pads.plug(A);
    for (let i = 0; i < 5; i += 1) pads.stir();
    expect(kinds(A.id)).toEqual(['idle']);
  });

  it('lets go when the customer does not want to sign', async () => {
    pads.plug(A);
    const detail = await taken();
    must(await kiosk.begin(detail.id, signatoryOf(detail, 'customer'), clerk));
    const { id } = await reach(kiosk, detail.id, clerk, 'consent');
    must(await kiosk.decline(id));
    expect(pads.shown(A.id).kind).toBe('idle');
  });
});

describe('a pad without a screen of its own', () => {
  it('has its buttons and its ink on the customer’s screen', async () => {
    const detail = await signingOn(TABLET);
    expect(capture(detail)?.device).toEqual({
      kind: 'pad',
      id: TABLET.id,
      model: 'Intuos',
      shows: 'nothing',
      buttons: 'screen',
    });
    pads.write(TABLET.id, padStroke(TABLET, { from: 0.1, to: 0.8, samples: 120, at: 0 }));
    must(await kiosk.clearInk(ceremony(detail)));
    await until(kiosk, detail.id, () => capture(detail)?.taking === true);
    pads.write(TABLET.id, padStroke(TABLET, { from: 0.1, to: 0.8, samples: 100, at: 0 }));
    await vi.waitFor(() => {
      const live = told.filter((event) => event.type === 'live' && event.customer && event.strokes.length > 0);
      expect(live.length).toBeGreaterThan(0);
    });
    expect(capture(detail)?.completeness).toBe('complete');
    must(await kiosk.acceptInk(ceremony(detail), null));
    const done = kiosk.transaction(detail.id);
    expect(done).toMatchObject({ state: 'complete', ceremony: { signed: [{ completeness: { samples: 100 } }] } });
  });

  it('is finished by the clerk for a customer who cannot reach the screen', async () => {
    const detail = await signingOn(TABLET);
    must(await kiosk.finishForCustomer(ceremony(detail), 'clear', clerk));
    await until(kiosk, detail.id, () => capture(detail)?.taking === true);
    pads.write(TABLET.id, padStroke(TABLET, { from: 0.1, to: 0.8, samples: 100, at: 0 }));
    expect(must(await kiosk.finishForCustomer(ceremony(detail), 'done', clerk))).toEqual({ doubt: null });
    expect(kiosk.transaction(detail.id)?.state).toBe('complete');
  });

  it('whose ink has a screen of its own is not told to the customer’s', async () => {
    const detail = await signingOn(A);
    pads.write(A.id, padStroke(A, { from: 0.1, to: 0.8, samples: 100, at: 0 }));
    await vi.waitFor(() => expect(told.some((event) => event.type === 'live' && event.strokes.length > 0)).toBe(true));
    expect(told.some((event) => event.type === 'live' && event.customer)).toBe(false);
    must(await kiosk.cancel(ceremony(detail), 'enough', clerk));
  });
});

describe('a pen display', () => {
  const PLACE = { x: 0.1, y: 0.5, width: 0.6, height: 0.3 };

  it('takes ink once the customer’s screen has said where to sign', async () => {
    const detail = await signingOn(DISPLAY);
    expect(capture(detail)).toMatchObject({ taking: false, device: { shows: 'computer-screen', buttons: 'screen' } });
    expect(pads.takesInk(DISPLAY.id)).toBe(false);
    must(await kiosk.signArea(ceremony(detail), PLACE));
    expect(pads.shown(DISPLAY.id)).toMatchObject({ kind: 'sign', options: { area: PLACE } });
    expect(capture(detail)).toMatchObject({ taking: true, aspect: (0.6 * 10_800) / (0.3 * 6480) });
    const drawn = pads.drawn.length;
    must(await kiosk.signArea(ceremony(detail), { ...PLACE, x: 0.10001 }));
    expect(pads.drawn.length).toBe(drawn);
    must(await kiosk.cancel(ceremony(detail), 'enough', clerk));
  });

  it('keeps what was written when the place moves: the window was turned or zoomed', async () => {
    const detail = await signingOn(DISPLAY);
    must(await kiosk.signArea(ceremony(detail), PLACE));
    pads.write(DISPLAY.id, padStroke(DISPLAY, { from: 0.2, to: 0.4, samples: 50, at: 0 }));
    must(await kiosk.signArea(ceremony(detail), { ...PLACE, y: 0.2 }));
    expect(capture(detail)).toMatchObject({ taking: true, kept: { strokes: 1, reason: 'changed' } });
    pads.write(DISPLAY.id, padStroke(DISPLAY, { from: 0.4, to: 0.6, samples: 60, at: 1_000_000 }));
    must(await kiosk.acceptInk(ceremony(detail), null));
    expect(kiosk.transaction(detail.id)?.ceremony?.signed).toMatchObject([
      { completeness: { samples: 110, strokes: 2 } },
    ]);
  });

  it('alone asks for a place', async () => {
    const detail = await signingOn(A);
    expect(await kiosk.signArea(ceremony(detail), PLACE)).toMatchObject({ ok: false, error: { code: 'wrong-state' } });
    must(await kiosk.cancel(ceremony(detail), 'enough', clerk));
  });
});
