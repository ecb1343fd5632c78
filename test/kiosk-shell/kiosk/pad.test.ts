import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openKioskRuntime } from '../../../kiosk-shell/kiosk/kiosk-runtime.ts';
import type { KioskApi, KioskEvent, SimulatedPadApi } from '../../../kiosk-shell/kiosk-api/kiosk-api.ts';
import type { Actor } from '../../../kiosk-shell/kiosk-api/staff.ts';
import type { TransactionDetail } from '../../../kiosk-shell/kiosk-api/transaction.ts';
import { startPadHost, type PadCaptureEvent, type PadService } from '../../../kiosk-shell/pad-host/client.ts';
import { padStroke, reach, taggedPdf, takeIn } from '../../support/kiosk-desk.ts';
import { demoFolder, kioskConfig, must, signedIn, until, type DemoFolder } from '../../support/kiosk-rig.ts';

// A whole kiosk on a machine that does other work too.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const SIGN = 'Podpis stranke;role=customer;type=signature;order=1;width=180;height=60';

let folder: DemoFolder;
let kiosk: KioskApi;
let clerk: Actor;
let pads: PadService;
/** What the pad host is made to say beside what it says by itself. */
let disturb: ((event: PadCaptureEvent) => readonly PadCaptureEvent[]) | null = null;

beforeAll(async () => {
  folder = await demoFolder();
  const host = await startPadHost({ simulated: ['stu-530'], demoIfNone: false });
  pads = {
    pads: () => host.pads(),
    onChange: (listener) => host.onChange(listener),
    showIdle: (id, content) => host.showIdle(id, content),
    showWaiting: (id, content) => host.showWaiting(id, content),
    showWord: (id, content) => host.showWord(id, content),
    showMessage: (id, message) => host.showMessage(id, message),
    startCapture: (id, screen, listener, options) =>
      host.startCapture(
        id,
        screen,
        (event) => {
          for (const told of disturb?.(event) ?? [event]) listener(told);
        },
        options,
      ),
    stopCapture: (id) => host.stopCapture(id),
    get simulated() {
      return host.simulated;
    },
    get hostPid() {
      return host.hostPid;
    },
    close: () => host.close(),
  };
  kiosk = await openKioskRuntime(kioskConfig(folder.dataDir), { pads });
  clerk = await signedIn(kiosk, folder.demo, 'clerk');
});
afterAll(async () => {
  await kiosk.close();
  folder.remove();
});
beforeEach(() => {
  disturb = null;
});

function pad(): SimulatedPadApi {
  if (kiosk.simulatedPad === null) throw new Error('no simulated pad');
  return kiosk.simulatedPad;
}
/** A ceremony whose signatory may write on the pad now. */
async function atThePad(answer: 'biometric' | 'picture-only' = 'biometric'): Promise<TransactionDetail> {
  const taken = await takeIn(kiosk, clerk, { Pogodba: await taggedPdf([SIGN]) });
  const { id } = await reach(kiosk, taken.id, clerk, 'consent');
  must(await kiosk.answerConsent(id, answer, 'sl'));
  return until(kiosk, taken.id, ({ ceremony }) => ceremony?.capture?.taking === true);
}
describe('signing on a pad', () => {
  it('begins by itself on the pad, shows live positions, and seals on its OK', async () => {
    const live: Extract<KioskEvent, { type: 'live' }>[] = [];
    const stop = kiosk.subscribe((event) => {
      if (event.type === 'live') live.push(event);
    });
    const detail = await atThePad();
    expect(detail.ceremony?.capture).toMatchObject({ device: { kind: 'pad', model: 'STU-530' }, problem: null });
    expect(kiosk.counter().pads).toMatchObject([{ state: 'busy', simulated: true }]);
    expect((await pad().buttons()).map(({ name }) => name).sort()).toEqual(['cancel', 'clear', 'ok']);
    await pad().pen(padStroke(), true);
    await pad().press('ok');
    const done = await until(kiosk, detail.id, ({ state }) => state === 'complete');
    stop();
    const completeness = done.ceremony?.signed[0]?.completeness;
    expect(completeness).toMatchObject({ samples: 121, strokes: 1, lostReports: 0 });
    // How long and how hard somebody wrote stays in the sealed record.
    expect(JSON.stringify(completeness)).not.toMatch(/pressure|duration/);
    const points = live.flatMap(({ strokes }) => strokes.flat());
    expect(points.length).toBeGreaterThan(10);
    expect(points.length).toBeLessThan(120);
    expect(points.flat().every((value) => value >= 0 && value <= 1)).toBe(true);
  });

  it('keeps neither time nor pressure when only a picture was agreed to', async () => {
    const detail = await atThePad('picture-only');
    await pad().pen(padStroke(), true);
    await pad().press('ok');
    const done = await until(kiosk, detail.id, ({ state }) => state === 'complete');
    expect(done.ceremony).toMatchObject({ consent: 'picture-only', signed: [{ completeness: null }] });
  });

  it("wipes on the pad's Clear, asks the clerk on its Cancel, and forgets the ink of both", async () => {
    const detail = await atThePad();
    await pad().pen(padStroke(80), true);
    await pad().press('clear');
    await until(kiosk, detail.id, ({ ceremony }) => ceremony?.capture?.cleared === 1);
    await pad().pen(padStroke(80), true);
    await pad().press('cancel');
    const asked = await until(kiosk, detail.id, ({ ceremony }) => ceremony?.capture?.problem === 'cancelled-on-pad');
    expect(asked.ceremony?.step).toBe('capture');
    const [listed] = kiosk.counter().pads;
    must(await kiosk.chooseDevice(asked.ceremony?.id ?? '', { kind: 'pad', id: listed?.id ?? '' }, clerk));
    expect(kiosk.transaction(detail.id)?.ceremony?.capture?.problem).toBeNull();
    await pad().pen(padStroke(100), true);
    await pad().press('ok');
    const done = await until(kiosk, detail.id, ({ state }) => state === 'complete');
    expect(done.ceremony?.signed[0]?.completeness?.samples).toBe(101);
  });

  it('asks about a dot on both screens, and takes a new attempt', async () => {
    const detail = await atThePad();
    await pad().pen(
      Array.from({ length: 20 }, (_, i) => ({ x: 400 + (i % 2), y: 220, p: 0.4, tip: i < 18, t: i * 5 })),
      true,
    );
    await pad().press('ok');
    const asked = await until(kiosk, detail.id, ({ ceremony }) => ceremony?.step === 'questioned');
    expect(asked.ceremony?.capture?.doubt).toBe('dot');
    must(await kiosk.answerDoubt(asked.ceremony?.id ?? '', false));
    await pad().pen(padStroke(), true);
    await pad().press('ok');
    const done = await until(kiosk, detail.id, ({ state }) => state === 'complete');
    expect(done.ceremony?.signed[0]?.completeness?.samples).toBe(121);
  });

  it('takes a wipe as the answer when it is pressed while the question stands', async () => {
    const detail = await atThePad();
    await pad().pen(
      [
        { x: 400, y: 220, p: 0.4, tip: true, t: 0 },
        { x: 400, y: 220, p: 0, tip: false, t: 5 },
      ],
      true,
    );
    // "Done" on the customer's screen, unlike the pad's OK, leaves the pad as it is.
    expect(must(await kiosk.acceptInk(detail.ceremony?.id ?? '', null)).doubt).not.toBeNull();
    await pad().press('clear');
    await until(kiosk, detail.id, ({ ceremony }) => ceremony?.capture?.cleared === 1);
    // That may be heard in the middle of the act; when it has let go, the pad is being begun anew.
    await new Promise((resolve) => setImmediate(resolve));
    const again = await until(kiosk, detail.id, ({ ceremony }) => ceremony?.capture?.taking === true);
    expect(again.ceremony?.capture).toMatchObject({ cleared: 1, doubt: null, device: { kind: 'pad' } });
    await pad().pen(padStroke(), true);
    await pad().press('ok');
    await until(kiosk, detail.id, ({ state }) => state === 'complete');
  });

  it('counts reports that were lost or could not be read', async () => {
    let first = true;
    disturb = (event) => {
      if (event.type !== 'samples' || !first) return [event];
      first = false;
      return [
        { ...event, lost: 3 },
        { type: 'bad-report', reason: 'malformed' },
        { type: 'bad-report', reason: 'unknown' },
      ];
    };
    const detail = await atThePad();
    await pad().pen(padStroke(), true);
    await pad().press('ok');
    const done = await until(kiosk, detail.id, ({ state }) => state === 'complete');
    expect(done.ceremony?.signed[0]?.completeness).toMatchObject({ word: 'gaps', lostReports: 3 });
  });

  it("goes over to the customer's screen when the clerk chooses it, and back to idle when cancelled", async () => {
    const detail = await atThePad();
    const id = detail.ceremony?.id ?? '';
    await pad().pen(padStroke(), true);
    must(await kiosk.chooseDevice(id, { kind: 'surface' }, clerk));
    expect(kiosk.transaction(detail.id)?.ceremony?.capture?.device).toEqual({ kind: 'surface' });
    // The finished stroke goes along; the customer's screen shows it and adds to it.
    expect(kiosk.transaction(detail.id)?.ceremony?.capture?.kept).toMatchObject({ strokes: 1, reason: 'changed' });
    expect(await kiosk.acceptInk(id, null)).toMatchObject({ ok: false, error: { code: 'no-ink' } });
    expect(await kiosk.chooseDevice(id, { kind: 'pad', id: 'nowhere' }, clerk)).toMatchObject({
      ok: false,
      error: { code: 'pad-unavailable' },
    });
    must(await kiosk.cancel(id, 'enough', clerk));
    expect(await pad().buttons()).toEqual([]);
  });
});
