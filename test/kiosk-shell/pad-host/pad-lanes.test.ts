import { describe, expect, it } from 'vitest';
import { modelNamed } from '../../../drivers/pad-models.ts';
import { FakeDesk, gate, idle, ink, others, screen } from './fake-desk.ts';

describe('a pad that hangs', () => {
  it('while it is opened keeps no other waiting, nor looking for pads', async () => {
    const desk = new FakeDesk();
    const hung = gate();
    desk.gates.set('usb:1-1', hung.shut);
    desk.plug('1-1');
    desk.plug('1-2');
    await desk.look();
    expect(desk.states()).toEqual({ 'usb:1-2': 'ready' });
    desk.plug('1-3');
    await desk.look();
    expect(desk.states()).toEqual({ 'usb:1-2': 'ready', 'usb:1-3': 'ready' });
    hung.open();
    await desk.clock.advance(0);
    expect(desk.states()).toEqual({ 'usb:1-1': 'ready', 'usb:1-2': 'ready', 'usb:1-3': 'ready' });
  });
  it('with a picture on its way keeps only its own capture waiting', async () => {
    const desk = new FakeDesk();
    desk.plug('1-1');
    desk.plug('1-2');
    await desk.look();
    const slow = gate();
    desk.pad('1-1').gate = slow.shut;
    void desk.manager.showIdle('usb:1-1', idle);
    await desk.clock.advance(0);
    let isUp = false;
    const first = desk.manager
      .startCapture('usb:1-1', screen, {}, () => undefined)
      .then((started) => {
        isUp = true;
        return started;
      });
    const other = await desk.capture('1-2');
    desk.pad('1-2').write(0.5);
    expect([isUp, ink(other).length]).toEqual([false, 4]);
    slow.open();
    expect(await desk.clock.settle(first)).toMatchObject({ ok: true });
  });
  it('while it is let go is opened anew only after that, or after the longest the kernel waits', async () => {
    const desk = new FakeDesk();
    desk.plug('1-1');
    await desk.look();
    const before = desk.pad('1-1');
    before.close = () => new Promise(() => undefined);
    before.emit({ type: 'closed', reason: 'failed' });
    expect(desk.states()).toEqual({ 'usb:1-1': 'failed' });
    await desk.look();
    expect(desk.pad('1-1')).toBe(before);
    await desk.clock.advance(6000);
    expect(desk.pad('1-1')).not.toBe(before);
    expect(desk.states()).toEqual({ 'usb:1-1': 'ready' });
  });
  it('while it is let go keeps nodes from being opened, which would hold up every pad, and keeps no open pad waiting', async () => {
    const desk = new FakeDesk();
    desk.plug('1-1');
    desk.plug('1-2');
    await desk.look();
    const slow = gate();
    const hung = desk.pad('1-1');
    hung.close = () => slow.shut;
    hung.emit({ type: 'closed', reason: 'failed' });
    desk.plug('1-3');
    await desk.look();
    expect(desk.states()).toEqual({ 'usb:1-1': 'failed', 'usb:1-2': 'ready' });
    const events = await desk.capture('1-2');
    desk.pad('1-2').write(0.5);
    expect(ink(events)).toHaveLength(4);
    slow.open();
    await desk.clock.advance(0);
    expect(desk.states()).toMatchObject({ 'usb:1-1': 'ready', 'usb:1-3': 'ready' });
  });
  it('at its hidraw node is opened by the bus from then on, until it is plugged in anew', async () => {
    const desk = new FakeDesk();
    desk.plug('1-1');
    await desk.look();
    desk.pad('1-1').emit({ type: 'closed', reason: 'failed' });
    await desk.look();
    expect(desk.roads).toEqual(['hidraw', 'libusb']);
    desk.pad('1-1').emit({ type: 'closed', reason: 'unplugged' });
    desk.plug('1-1');
    await desk.look();
    expect(desk.roads).toEqual(['hidraw', 'libusb', 'hidraw']);
  });
  it('in the list of the system is not asked for twice, and the list goes on when it answers', async () => {
    const desk = new FakeDesk();
    desk.plug('1-1');
    const slow = gate();
    desk.scanGate = slow.shut;
    await desk.look();
    await desk.look();
    expect([desk.looks, desk.states()]).toEqual([1, {}]);
    slow.open();
    await desk.look();
    expect(desk.states()).toEqual({ 'usb:1-1': 'ready' });
  });
});

describe('a pad that goes', () => {
  it('without its handle noticing is believed after two looks: its capture is lost once, and nothing comes late', async () => {
    const desk = new FakeDesk();
    desk.plug('1-1');
    await desk.look();
    const events = await desk.capture('1-1');
    const pad = desk.pad('1-1');
    desk.ports.delete('1-1');
    await desk.look();
    expect(desk.states()).toEqual({ 'usb:1-1': 'busy' });
    await desk.look();
    expect(desk.states()).toEqual({ 'usb:1-1': 'unplugged' });
    pad.write(0.5);
    pad.emit({ type: 'closed', reason: 'unplugged' });
    expect([events, pad.closed]).toEqual([[{ type: 'lost', reason: 'unplugged' }], 1]);
  });
  it('and comes back between two looks is another plug-in: the capture is lost, the pad begins clean', async () => {
    const desk = new FakeDesk();
    desk.plug('1-1');
    await desk.look();
    const events = await desk.capture('1-1');
    const before = desk.pad('1-1');
    desk.plug('1-1');
    await desk.look();
    expect(others(events)).toEqual([{ type: 'lost', reason: 'unplugged' }]);
    expect(desk.states()).toEqual({ 'usb:1-1': 'ready' });
    const again = await desk.capture('1-1');
    before.write(0.5);
    expect([ink(again).length, desk.pad('1-1') === before]).toEqual([0, false]);
  });
  it('is told of at once when its handle notices, without any look', async () => {
    const desk = new FakeDesk();
    desk.plug('1-1');
    await desk.look();
    desk.pad('1-1').emit({ type: 'closed', reason: 'unplugged' });
    expect(desk.changes.at(-1)).toMatchObject([{ state: 'unplugged' }]);
  });
});

describe('two identical pads', () => {
  async function two(serials: readonly (string | null)[] = [null, null]): Promise<FakeDesk> {
    const desk = new FakeDesk();
    desk.plug('1-1', serials[0]);
    desk.plug('1-2', serials[1]);
    await desk.look();
    return desk;
  }
  const pull = (desk: FakeDesk, port: string): void => {
    desk.ports.delete(port);
    desk.pad(port).emit({ type: 'closed', reason: 'unplugged' });
  };

  it.each([
    ['without serial numbers', [null, null]],
    ['with one serial number', ['S', 'S']],
  ])('%s: one that moves to another socket is itself, as long as only one moved', async (_, serials) => {
    const desk = await two(serials);
    pull(desk, '1-1');
    desk.plug('1-3', serials[0]);
    await desk.look();
    expect(desk.states()).toEqual({ 'usb:1-2': 'ready', 'usb:1-3': 'ready' });
  });
  it('that both moved are new pads, for nothing tells which is which', async () => {
    const desk = await two();
    pull(desk, '1-1');
    pull(desk, '1-2');
    desk.plug('1-3');
    desk.plug('1-4');
    await desk.look();
    expect(desk.states()).toEqual({
      'usb:1-1': 'unplugged',
      'usb:1-2': 'unplugged',
      'usb:1-3': 'ready',
      'usb:1-4': 'ready',
    });
  });
  it('that both moved are themselves by their serial numbers', async () => {
    const desk = await two(['A', 'B']);
    pull(desk, '1-1');
    pull(desk, '1-2');
    desk.plug('1-3', 'A');
    desk.plug('1-4', 'B');
    await desk.look();
    expect(desk.states()).toEqual({ 'usb:1-3': 'ready', 'usb:1-4': 'ready' });
  });
  it('that change places are told by their own serial numbers, and show nothing of the other', async () => {
    const desk = await two(['A', 'B']);
    const word = { kind: 'word', content: { title: 'Compare', word: 'LIPA', hint: '' } } as const;
    await desk.clock.settle(desk.manager.show('usb:1-1', word));
    pull(desk, '1-1');
    pull(desk, '1-2');
    desk.plug('1-1', 'B');
    desk.plug('1-2', 'A');
    await desk.look();
    const serials = desk.manager.list().map(({ description: { id, serial }, state }) => [id, serial, state]);
    expect(serials).toEqual([
      ['usb:1-1', 'B', 'ready'],
      ['usb:1-2', 'A', 'ready'],
    ]);
    expect(desk.pad('1-1').picture).toBeNull();
  });
  it('of which one came and one left in the time of one look are not one', async () => {
    const desk = await two(['A', 'B']);
    pull(desk, '1-1');
    desk.plug('1-3', 'C');
    await desk.look();
    expect(desk.states()).toEqual({ 'usb:1-1': 'unplugged', 'usb:1-2': 'ready', 'usb:1-3': 'ready' });
  });
  it('of different models never take each other over', async () => {
    const desk = await two();
    pull(desk, '1-1');
    desk.plug('1-3', null, modelNamed('STU-430'));
    await desk.look();
    expect(desk.states()).toMatchObject({ 'usb:1-1': 'unplugged', 'usb:1-3': 'ready' });
  });
});

it('a pad that cannot be opened is tried again ever less often, at once after a replug', async () => {
  const desk = new FakeDesk();
  desk.refused.add('usb:1-1');
  desk.plug('1-1');
  let tries = 0;
  desk.gates.set('usb:1-1', {
    then: (done: () => void) => {
      tries++;
      done();
    },
  } as unknown as Promise<void>);
  for (let second = 0; second < 20; second++) {
    await desk.look();
    await desk.clock.advance(1000);
  }
  expect(tries).toBe(5);
  desk.plug('1-1');
  desk.refused.clear();
  await desk.look();
  expect(desk.states()).toEqual({ 'usb:1-1': 'ready' });
});
