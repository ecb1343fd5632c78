import { describe, expect, it } from 'vitest';
import { modelNamed } from '../../../drivers/pad-models.ts';
import { renderSignScreen, renderWords } from '../../../drivers/screen/render.ts';
import { signScreen, waitingScreen } from '../../../drivers/screen/sign-screen.ts';
import { idleScreen, wordScreen } from '../../../drivers/screen/word-screens.ts';
import { FakeDesk, gate, idle, ink, others, screen } from './fake-desk.ts';
import type { FakePad } from './fake-desk.ts';

const size = modelNamed('STU-530').geometry.screen!;
const waiting = { ...screen, notice: 'One moment, please' };
const word = { title: 'Compare', word: 'LIPA', hint: 'with the other screen' };
const same = (one: Uint8Array | null, other: Uint8Array): boolean =>
  one !== null && Buffer.from(one).equals(Buffer.from(other));
const isIdle = ({ picture }: FakePad): boolean => same(picture, renderWords(idleScreen(size, idle)).rgba);
const isWaiting = ({ picture }: FakePad): boolean => same(picture, renderSignScreen(waitingScreen(size, waiting)).rgba);

async function onePad(): Promise<FakeDesk> {
  const desk = new FakeDesk();
  desk.plug('1-1');
  await desk.look();
  await desk.clock.settle(desk.manager.showIdle('usb:1-1', idle));
  return desk;
}
async function replug(desk: FakeDesk): Promise<void> {
  desk.ports.delete('1-1');
  desk.pad('1-1').emit({ type: 'closed', reason: 'unplugged' });
  desk.plug('1-1');
  await desk.look();
}

describe('a screen held by a ceremony', () => {
  it('keeps the pad and the idle screen away until the pad is let go', async () => {
    const desk = await onePad();
    await desk.clock.settle(desk.manager.show('usb:1-1', { kind: 'waiting', content: waiting }));
    await desk.clock.settle(desk.manager.showIdle('usb:1-1', idle));
    expect([desk.states(), isWaiting(desk.pad('1-1'))]).toEqual([{ 'usb:1-1': 'busy' }, true]);
    await desk.clock.settle(desk.manager.show('usb:1-1', { kind: 'word', content: word }));
    expect(same(desk.pad('1-1').picture, renderWords(wordScreen(size, word)).rgba)).toBe(true);
    await desk.clock.settle(desk.manager.stopCapture('usb:1-1'));
    expect([desk.states(), isIdle(desk.pad('1-1'))]).toEqual([{ 'usb:1-1': 'ready' }, true]);
  });
  it('is there again after a replug, and gone after the capture that followed it', async () => {
    const desk = await onePad();
    await desk.clock.settle(desk.manager.show('usb:1-1', { kind: 'waiting', content: waiting }));
    await replug(desk);
    expect([desk.states(), isWaiting(desk.pad('1-1'))]).toEqual([{ 'usb:1-1': 'busy' }, true]);
    await desk.capture('1-1');
    await replug(desk);
    expect([desk.states(), isIdle(desk.pad('1-1'))]).toEqual([{ 'usb:1-1': 'ready' }, true]);
  });
  it('asked for before the pad is there comes with it', async () => {
    const desk = await onePad();
    desk.ports.delete('1-1');
    desk.pad('1-1').emit({ type: 'closed', reason: 'unplugged' });
    await desk.clock.settle(desk.manager.show('usb:1-1', { kind: 'waiting', content: waiting }));
    expect(desk.states()).toEqual({ 'usb:1-1': 'unplugged' });
    desk.plug('1-1');
    await desk.look();
    expect(isWaiting(desk.pad('1-1'))).toBe(true);
  });
  it('is left out when its turn comes too late, and not sent twice', async () => {
    const desk = await onePad();
    const pad = desk.pad('1-1');
    const slow = gate();
    pad.gate = slow.shut;
    pad.calls.length = 0;
    const shown = [
      desk.manager.show('usb:1-1', { kind: 'word', content: word }),
      desk.manager.show('usb:1-1', { kind: 'message', content: { headline: 'Thank you', text: '' } }),
      desk.manager.show('usb:1-1', { kind: 'waiting', content: waiting }),
    ];
    slow.open();
    await desk.clock.settle(Promise.all(shown));
    await desk.clock.settle(desk.manager.show('usb:1-1', { kind: 'waiting', content: waiting }));
    expect(pad.calls.filter((call) => call === 'picture').length).toBeLessThanOrEqual(2);
    expect(isWaiting(pad)).toBe(true);
  });
});

it('tells how far a picture is, five times a second at most, and nothing of one that is up at once', async () => {
  const desk = await onePad();
  const pad = desk.pad('1-1');
  expect(desk.changes.flat().every(({ drawing }) => drawing === null)).toBe(true);
  const slow = gate();
  pad.gate = slow.shut;
  const before = desk.changes.length;
  const started = desk.manager.startCapture('usb:1-1', screen, {}, () => undefined);
  await desk.clock.advance(0);
  for (let at = 1; at <= 100; at++) {
    await desk.clock.advance(20);
    pad.progress?.(at / 100);
  }
  slow.open();
  await desk.clock.settle(started);
  const told = desk.changes.slice(before).map(([pads]) => pads!.drawing);
  expect(told.filter((share) => share !== null)).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
  expect([told.at(-1), desk.manager.list()[0]!.drawing]).toEqual([null, null]);
});

it('draws what was kept of the ink again, until the signatory clears', async () => {
  const desk = await onePad();
  const kept = {
    width: 100,
    height: 50,
    strokes: [
      [
        { x: 10, y: 10 },
        { x: 90, y: 40 },
      ],
    ],
  };
  const events = await desk.capture('1-1', { kept });
  const pad = desk.pad('1-1');
  expect(same(pad.picture, renderSignScreen(signScreen(size, screen, kept)).rgba)).toBe(true);
  const { clear } = signScreen(size, screen).buttons;
  const { maxX, maxY } = pad.description.geometry;
  const at = { x: ((clear.x + 9) * maxX) / size.width, y: ((clear.y + 9) * maxY) / size.height, inRange: true, at: 0 };
  for (const tip of [true, false]) pad.emit({ type: 'samples', samples: [{ ...at, tip }] });
  await desk.clock.advance(0);
  expect(others(events)).toEqual([{ type: 'button', button: 'clear' }]);
  expect(same(pad.picture, renderSignScreen(signScreen(size, screen)).rgba)).toBe(true);
});

describe('a pad without a screen of its own', () => {
  async function tablet(): Promise<FakeDesk> {
    const desk = new FakeDesk();
    desk.plug('1-1', null, modelNamed('ePad'));
    await desk.look();
    return desk;
  }
  it('is captured from on all of its surface, draws nothing and has no buttons', async () => {
    const desk = await tablet();
    const started = desk.manager.startCapture('usb:1-1', screen, {}, () => undefined);
    expect(await desk.clock.settle(started)).toMatchObject({
      ok: true,
      value: { area: { x: 0, y: 0, width: 1098, height: 569 } },
    });
    const events = await desk.capture('1-1');
    for (const y of [0, 0.5, 1.002]) desk.pad('1-1').write(y);
    expect([ink(events).length, others(events)]).toEqual([12, []]);
    expect(desk.pad('1-1').calls).not.toContain('picture');
  });
  it('takes no stroke that begins outside the area it is given, and all of one that begins inside', async () => {
    const desk = await tablet();
    const events = await desk.capture('1-1', { area: { x: 0.25, y: 0.4, width: 0.2, height: 0.2 } });
    desk.pad('1-1').write(0.2);
    expect(ink(events)).toHaveLength(0);
    desk.pad('1-1').write(0.5);
    expect(ink(events)).toHaveLength(4);
  });
  it('takes no ink from an eraser', async () => {
    const desk = await tablet();
    const events = await desk.capture('1-1');
    desk.pad('1-1').write(0.5, { eraser: true });
    expect(events.flatMap((event) => (event.type === 'samples' ? event.samples : []))).toEqual([]);
    desk.pad('1-1').write(0.5);
    expect(ink(events)).toHaveLength(4);
  });
  it('is told of as capturing until it is let go, and hears of its end', async () => {
    const desk = await tablet();
    await desk.capture('1-1');
    expect(desk.states()).toEqual({ 'usb:1-1': 'busy' });
    await desk.clock.settle(desk.manager.stopCapture('usb:1-1'));
    expect([desk.states(), desk.pad('1-1').calls.at(-1)]).toEqual([{ 'usb:1-1': 'ready' }, 'end']);
  });
});
