import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { CaptureView } from '../../../kiosk-shell/kiosk-api/capture.ts';
import type { KioskApi } from '../../../kiosk-shell/kiosk-api/kiosk-api.ts';
import type { Actor } from '../../../kiosk-shell/kiosk-api/staff.ts';
import type { TransactionDetail } from '../../../kiosk-shell/kiosk-api/transaction.ts';
import { reach, taggedPdf, takeIn } from '../../support/kiosk-desk.ts';
import { padDescription, padStroke } from '../../support/kiosk-pads.ts';
import { must, surfaceInk, until } from '../../support/kiosk-rig.ts';
import { padCounter } from '../../support/pad-counter.ts';

// A whole kiosk on a machine that does other work too.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const SIGN = 'Podpis stranke;role=customer;type=signature;order=1;width=180;height=60';
const PRESSURE = padDescription('hidraw:pressure');
const FLAT = padDescription('hidraw:flat', {
  model: 'ePad',
  geometry: { ...PRESSURE.geometry, maxPressure: null },
});

const counter = padCounter();
const { pads, told } = counter;
let kiosk: KioskApi;
let clerk: Actor;
beforeAll(() => {
  ({ kiosk, clerk } = counter.opened());
});

async function taken(...names: readonly string[]): Promise<TransactionDetail> {
  const bytes = await taggedPdf([SIGN]);
  return takeIn(kiosk, clerk, Object.fromEntries(names.map((name) => [name, bytes])));
}
async function atTheCapture(
  detail: TransactionDetail,
  answer: 'biometric' | 'picture-only' = 'biometric',
): Promise<string> {
  const { id } = await reach(kiosk, detail.id, clerk, 'consent');
  must(await kiosk.answerConsent(id, answer, 'sl'));
  await until(kiosk, detail.id, () => capture(detail) !== null);
  return id;
}
const now = (detail: TransactionDetail): TransactionDetail => kiosk.transaction(detail.id) ?? detail;
const capture = (detail: TransactionDetail): CaptureView | null => now(detail).ceremony?.capture ?? null;
const refusals = (detail: TransactionDetail) =>
  kiosk
    .auditOf(detail.id)
    .filter(({ eventType }) => eventType === 'capture.device-refused')
    .map(({ success, extra }) => ({ success, ...extra }));

describe('what the rules ask is said before the customer sits down', () => {
  it('of the type the document has by its name, and changes with what is plugged in', async () => {
    const detail = await taken('Kreditna pogodba 2026');
    expect(detail.documentList[0]?.type).toBe('loan');
    expect(detail.devices).toMatchObject({ type: 'loan', problem: 'needs-pressure-pad' });
    expect(detail.devices.types.map(({ id }) => id)).toEqual(['loan', 'account', 'power-of-attorney', 'other']);
    pads.plug(FLAT);
    expect(now(detail).devices.problem).toBe('needs-pressure-pad');
    told.length = 0;
    pads.plug(PRESSURE);
    expect(told).toContainEqual({ type: 'transaction', id: detail.id });
    expect(now(detail).devices.problem).toBeNull();
    told.length = 0;
    pads.stir();
    expect(told.filter(({ type }) => type === 'transaction')).toEqual([]);
  });

  it('of all documents of a transaction the strictest counts', async () => {
    const detail = await taken('Pogodba o računu', 'Pooblastilo');
    expect(detail.documentList.map(({ type }) => type)).toEqual(['account', 'power-of-attorney']);
    expect(detail.devices).toMatchObject({
      type: null,
      policy: { pressure: 'any', screen: 'allowed', finger: 'refused' },
      problem: 'finger-refused',
    });
  });

  it('the clerk knows better what a document is, until somebody has signed', async () => {
    const detail = await taken('Dopis');
    const document = detail.documentList[0]?.id ?? '';
    expect(detail.devices.type).toBe('other');
    const typed = must(kiosk.chooseDocumentType(detail.id, document, 'loan', clerk));
    expect(typed.devices).toMatchObject({ type: 'loan', problem: 'needs-pressure-pad' });
    must(kiosk.chooseDocumentType(detail.id, document, 'loan', clerk));
    const chosen = kiosk.auditOf(detail.id).filter(({ eventType }) => eventType === 'document.typed');
    expect(chosen.map(({ extra, userName }) => [extra, userName])).toEqual([
      [{ document, type: 'loan', before: 'other' }, clerk.staff.name],
    ]);
    expect(kiosk.chooseDocumentType(detail.id, document, 'nonsense', clerk)).toMatchObject({
      ok: false,
      error: { code: 'invalid' },
    });
    expect(kiosk.chooseDocumentType(detail.id, 'nowhere', 'other', clerk)).toMatchObject({
      ok: false,
      error: { code: 'not-found' },
    });
    must(kiosk.chooseDocumentType(detail.id, document, 'other', clerk));
    const id = await atTheCapture(detail);
    must(await kiosk.acceptInk(id, surfaceInk()));
    expect(kiosk.chooseDocumentType(detail.id, document, 'loan', clerk)).toMatchObject({
      ok: false,
      error: { code: 'wrong-state' },
    });
  });
});

describe('a document that asks for pressure', () => {
  it('is begun on the pad that measures it, and on no other device', async () => {
    pads.plug(FLAT);
    pads.plug(PRESSURE);
    const detail = await taken('Kredit');
    const id = await atTheCapture(detail);
    must(await kiosk.confirmPad(id, true, clerk));
    expect(capture(detail)).toMatchObject({
      taking: true,
      device: { id: PRESSURE.id },
      choices: [
        { id: FLAT.id, allowed: false, reason: 'pressure-required' },
        { id: PRESSURE.id, allowed: true, reason: null },
        { kind: 'surface', allowed: false, reason: 'screen-refused' },
      ],
    });
    pads.write(PRESSURE.id, padStroke(PRESSURE, { from: 0.1, to: 0.4, samples: 60, at: 0 }));
    expect(await kiosk.chooseDevice(id, { kind: 'pad', id: FLAT.id }, clerk)).toMatchObject({
      ok: false,
      error: { code: 'pressure-required' },
    });
    expect(await kiosk.chooseDevice(id, { kind: 'surface' }, clerk)).toMatchObject({
      ok: false,
      error: { code: 'screen-refused' },
    });
    expect(refusals(detail)).toEqual([
      { success: false, reason: 'pressure-required', device: 'pad' },
      { success: false, reason: 'screen-refused', device: 'surface' },
    ]);
    // The choice was refused, not the signature: it goes on where it was.
    expect(capture(detail)).toMatchObject({ taking: true, kept: null, device: { id: PRESSURE.id } });
    pads.write(PRESSURE.id, padStroke(PRESSURE, { from: 0.4, to: 0.8, samples: 60, at: 1_000_000 }));
    pads.press(PRESSURE.id, 'ok');
    const done = await until(kiosk, detail.id, ({ state }) => state === 'complete');
    expect(done.ceremony?.signed).toMatchObject([{ completeness: { samples: 120, word: 'complete' } }]);
  });

  it('waits for such a pad when there is none, takes no ink meanwhile, and begins when one is plugged in', async () => {
    const detail = await taken('Kredit');
    const id = await atTheCapture(detail);
    expect(capture(detail)).toMatchObject({ taking: false, problem: 'screen-refused', device: { kind: 'surface' } });
    expect(await kiosk.acceptInk(id, surfaceInk())).toMatchObject({ ok: false, error: { code: 'screen-refused' } });
    expect(now(detail).ceremony?.step).toBe('capture');
    pads.plug(FLAT);
    expect(capture(detail)?.taking).toBe(false);
    pads.plug(PRESSURE);
    await until(kiosk, detail.id, () => (capture(detail)?.padCheck ?? null) !== null);
    expect(capture(detail)?.device).toMatchObject({ id: PRESSURE.id });
    must(await kiosk.cancel(id, 'enough', clerk));
  });

  it('asks none of a customer whose pen is not recorded', async () => {
    pads.plug(FLAT);
    const detail = await taken('Kredit');
    const id = await atTheCapture(detail, 'picture-only');
    expect(capture(detail)).toMatchObject({ taking: true, device: { id: FLAT.id } });
    must(await kiosk.cancel(id, 'enough', clerk));
  });

  it('does not take a pad whose pressure never moves for one that measures it', async () => {
    pads.plug(PRESSURE);
    const detail = await taken('Kredit');
    const id = await atTheCapture(detail);
    const stuck = padStroke(PRESSURE, { from: 0.1, to: 0.8, samples: 80, at: 0 });
    pads.write(
      PRESSURE.id,
      stuck.map((sample) => ({ ...sample, pressure: 512 })),
    );
    expect(await kiosk.acceptInk(id, null)).toMatchObject({ ok: false, error: { code: 'pressure-required' } });
    expect(capture(detail)).toMatchObject({ taking: true, cleared: 0 });
    expect(refusals(detail)).toEqual([{ success: false, reason: 'pressure-required', device: 'pad' }]);
    must(await kiosk.cancel(id, 'enough', clerk));
  });
});

describe('a document that takes no finger', () => {
  it('refuses its ink and nothing else: the same screen takes a pen', async () => {
    const detail = await taken('Pooblastilo');
    const id = await atTheCapture(detail);
    expect(capture(detail)?.choices).toEqual([
      { kind: 'surface', id: null, model: 'pointer', allowed: true, reason: 'finger-refused' },
    ]);
    const finger = { ...surfaceInk(), pointerType: 'touch' } as const;
    expect(await kiosk.acceptInk(id, finger)).toMatchObject({ ok: false, error: { code: 'finger-refused' } });
    expect(refusals(detail)).toEqual([{ success: false, reason: 'finger-refused', device: 'surface' }]);
    expect(now(detail).ceremony).toMatchObject({ step: 'capture', capture: { cleared: 0, taking: true } });
    must(await kiosk.acceptInk(id, surfaceInk()));
    expect(now(detail).state).toBe('complete');
  });
});
