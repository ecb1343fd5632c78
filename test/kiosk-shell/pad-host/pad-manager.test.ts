import { beforeAll, describe, expect, it } from 'vitest';
import type { FoundPad } from '../../../drivers/found-pad.ts';
import type { UnusablePad } from '../../../drivers/find-pads.ts';
import { modelNamed } from '../../../drivers/pad-models.ts';
import { PadOpenError } from '../../../drivers/open-problem.ts';
import { PadError } from '../../../drivers/pad.ts';
import type { PadSample } from '../../../drivers/pad.ts';
import { renderWords } from '../../../drivers/screen/render.ts';
import { signScreen } from '../../../drivers/screen/sign-screen.ts';
import { idleScreen, messageScreen } from '../../../drivers/screen/word-screens.ts';
import { simulatedFound } from '../../../drivers/simulated/simulated-models.ts';
import type { SimulatedName } from '../../../drivers/simulated/simulated-models.ts';
import { SimulatedStu } from '../../../drivers/simulated/simulated-stu.ts';
import { encodeOneBit } from '../../../drivers/wacom/stu-image.ts';
import { stuHostKey } from '../../../drivers/wacom/stu-encryption-v2.ts';
import { openStuPad } from '../../../drivers/wacom/stu-pad.ts';
import { PadManager } from '../../../kiosk-shell/pad-host/pad-manager.ts';
import type { PadCaptureEvent } from '../../../kiosk-shell/pad-host/protocol.ts';
import { SimulatedDesk, pressOf } from '../../../kiosk-shell/pad-host/simulated-desk.ts';
import { ManualClock } from '../../drivers/manual-clock.ts';
import { idle, screen } from './fake-desk.ts';

// Made beforehand: a clock that stands still would not wait for it.
beforeAll(async () => {
  await stuHostKey();
});

/** Simulated pads in real ports: the manager sees them as it would see hidraw ones. */
class Counter {
  readonly clock = new ManualClock();
  readonly ports = new Map<string, SimulatedStu>();
  readonly refused = new Set<string>();
  unusable: readonly UnusablePad[] = [];
  opened = 0;
  looks = 0;
  changes = 0;
  readonly manager = new PadManager({
    clock: this.clock,
    scan: () => {
      this.looks++;
      return Promise.resolve({ found: this.#found(), unusable: this.unusable });
    },
    glance: () => Promise.resolve([...this.ports].flatMap(([port, { plugged }]) => (plugged ? [port] : [])).join()),
    open: (found) => {
      this.opened++;
      const pad = this.ports.get(found.path);
      if (!pad) return Promise.reject(new PadError('unplugged', 'gone'));
      if (this.refused.has(found.path))
        return Promise.reject(new PadOpenError('no-permission', 'no permission to open the pad'));
      return openStuPad(pad.connect(), found, { clock: this.clock });
    },
    changed: () => this.changes++,
    isDismissed: () => false,
  });

  #found(): readonly FoundPad[] {
    return [...this.ports].flatMap(([path, { plugged, facts }]) =>
      plugged ? [{ ...simulatedFound(facts), id: `hidraw:${path}`, path, road: 'hidraw' as const }] : [],
    );
  }
  plugIn(port: string, name: SimulatedName = 'stu-430'): SimulatedStu {
    const pad = new SimulatedStu(name, this.clock);
    this.ports.set(port, pad);
    return pad;
  }
  scan(): Promise<void> {
    return this.clock.settle(this.manager.scanOnce().then(() => this.manager.opened(60_000)));
  }
  states(): Record<string, string> {
    return Object.fromEntries(this.manager.list().map(({ description, state }) => [description.id, state]));
  }
  async capture(id: string): Promise<PadCaptureEvent[]> {
    const events: PadCaptureEvent[] = [];
    const started = await this.clock.settle(this.manager.startCapture(id, screen, {}, (event) => events.push(event)));
    expect(started).toMatchObject({ ok: true, value: { description: { id } } });
    return events;
  }
  write(pad: SimulatedStu, y = 70): Promise<void> {
    const stroke = Array.from({ length: 20 }, (_, at) => ({ x: 60 + at * 5, y, p: 0.5, tip: at < 19, t: at * 5 }));
    return this.clock.settle(pad.penSamples(stroke, { fast: true }));
  }
}
const ink = (events: readonly PadCaptureEvent[]): readonly PadSample[] =>
  events.flatMap((event) => (event.type === 'samples' ? event.samples : []));
const others = (events: readonly PadCaptureEvent[]): readonly PadCaptureEvent[] =>
  events.filter((event) => event.type !== 'samples');

function shows(pad: SimulatedStu, rgba: Uint8Array): boolean {
  const shown = pad.screen();
  const bits = (picture: typeof shown): Buffer => Buffer.from(encodeOneBit(picture, 'threshold'));
  return bits(shown).equals(bits({ ...shown, rgba }));
}
const idlePicture = (pad: SimulatedStu): Uint8Array => renderWords(idleScreen(pad.screen(), idle)).rgba;

describe('pads at a counter', () => {
  it('are found, opened and told of as ready, with what the pad says of itself', async () => {
    const counter = new Counter();
    counter.plugIn('a', 'stu-540');
    await counter.scan();
    expect(counter.manager.list()).toMatchObject([
      { state: 'ready', problem: null, simulated: false, description: { id: 'hidraw:a', serial: '0SIMULATED540' } },
    ]);
  });

  it('of one model are kept apart: each has its own capture, and losing one leaves the other', async () => {
    const counter = new Counter();
    const [first, second] = [counter.plugIn('a'), counter.plugIn('b')];
    await counter.scan();
    const [ofFirst, ofSecond] = [await counter.capture('hidraw:a'), await counter.capture('hidraw:b')];
    await counter.write(first, 60);
    first.unplug();
    await counter.write(second, 80);
    expect(counter.states()).toEqual({ 'hidraw:a': 'unplugged', 'hidraw:b': 'busy' });
    expect(new Set(ink(ofFirst).map(({ y }) => y))).toEqual(new Set([1800]));
    expect(new Set(ink(ofSecond).map(({ y }) => y))).toEqual(new Set([2400]));
    expect([ink(ofFirst).length, ink(ofSecond).length]).toEqual([20, 20]);
    expect(others(ofFirst)).toEqual([{ type: 'lost', reason: 'unplugged' }]);
    expect(others(ofSecond)).toEqual([]);
  });

  it('come back by themselves after a replug and show what they showed between ceremonies', async () => {
    const counter = new Counter();
    const pad = counter.plugIn('a');
    await counter.scan();
    await counter.clock.settle(counter.manager.showIdle('hidraw:a', idle));
    expect(shows(pad, idlePicture(pad))).toBe(true);
    pad.unplug();
    await counter.scan();
    expect(counter.states()).toEqual({ 'hidraw:a': 'unplugged' });
    pad.plug();
    await counter.scan();
    await counter.clock.advance(200);
    expect(counter.states()).toEqual({ 'hidraw:a': 'ready' });
    expect(shows(pad, idlePicture(pad))).toBe(true);
  });

  it('that come back in another place take over from themselves, idle picture and all', async () => {
    const counter = new Counter();
    counter.plugIn('a');
    await counter.scan();
    await counter.clock.settle(counter.manager.showIdle('hidraw:a', idle));
    counter.ports.get('a')!.unplug();
    await counter.scan();
    const again = counter.plugIn('b');
    await counter.scan();
    await counter.clock.advance(200);
    expect(counter.states()).toEqual({ 'hidraw:b': 'ready' });
    expect(shows(again, idlePicture(again))).toBe(true);
  });

  it('that cannot be opened are told of with the reason and tried again, ever less often', async () => {
    const counter = new Counter();
    counter.plugIn('a');
    counter.refused.add('a');
    counter.manager.watch();
    await counter.clock.advance(20_000);
    expect(counter.manager.list()).toMatchObject([{ state: 'failed', problem: 'no-permission' }]);
    expect(counter.opened).toBeGreaterThan(3);
    expect(counter.opened).toBeLessThan(8);
    counter.refused.clear();
    await counter.clock.advance(30_000);
    expect(counter.states()).toEqual({ 'hidraw:a': 'ready' });
  });

  it('are looked for as soon as a glance tells that one came, and otherwise once a second', async () => {
    const counter = new Counter();
    counter.manager.watch();
    await counter.clock.advance(10_000);
    expect(counter.looks).toBeLessThan(20);
    counter.plugIn('a');
    await counter.clock.advance(500);
    expect(counter.states()).toEqual({ 'hidraw:a': 'ready' });
    await counter.clock.advance(10_000);
    const before = counter.looks;
    await counter.clock.advance(10_000);
    expect(counter.looks - before).toBeLessThan(12);
  });

  it('tell who waits for it that they have been looked for once more', async () => {
    const counter = new Counter();
    counter.manager.watch();
    await counter.clock.advance(5000);
    counter.plugIn('a');
    await counter.clock.settle(counter.manager.looked().then(() => counter.manager.opened(60_000)));
    expect(counter.states()).toEqual({ 'hidraw:a': 'ready' });
  });

  it('that are recognised but not driven are listed as failed', async () => {
    const counter = new Counter();
    counter.unusable = [
      { id: 'usb:1-4', model: modelNamed('STU-541'), road: 'hidraw', serial: null, problem: 'not-driven' },
    ];
    await counter.scan();
    expect(counter.manager.list()).toMatchObject([
      { state: 'failed', problem: 'not-driven', description: { model: 'STU-541' } },
    ]);
    expect(counter.changes).toBe(1);
    await counter.scan();
    expect(counter.changes).toBe(1);
  });

  it('that go deaf while idle are opened anew', async () => {
    const counter = new Counter();
    const pad = counter.plugIn('a');
    await counter.scan();
    pad.behave(() => 'deaf');
    await counter.clock.settle(counter.manager.showIdle('hidraw:a', idle).catch(() => undefined));
    expect(counter.manager.list()).toMatchObject([{ state: 'failed', problem: 'not-answering' }]);
    pad.behave(() => 'answer');
    await counter.scan();
    expect(counter.states()).toEqual({ 'hidraw:a': 'ready' });
  });
});

describe('a capture on a pad', () => {
  it('tells where the ink was asked for, in pad units, and gives each sample once', async () => {
    const counter = new Counter();
    const pad = counter.plugIn('a');
    await counter.scan();
    const started = await counter.clock.settle(counter.manager.startCapture('hidraw:a', screen, {}, () => undefined));
    if (!started.ok) throw new Error(started.error);
    const { area } = started.value;
    expect(area.x > 0 && area.x + area.width < 9600 && area.y > 0 && area.y + area.height < 6000).toBe(true);
    const events = await counter.capture('hidraw:a');
    await counter.write(pad);
    expect(ink(events).map(({ sequence }) => sequence)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
  });

  it('is cleared by the button: the pad is redrawn without ink and takes a new attempt', async () => {
    const counter = new Counter();
    const pad = counter.plugIn('a');
    await counter.scan();
    const events = await counter.capture('hidraw:a');
    const empty = pad.screen().rgba;
    const clear = buttonOf(counter, 'clear');
    await counter.write(pad);
    expect(shows(pad, empty)).toBe(false);
    await counter.clock.settle(pad.penSamples(pressOf(clear), { fast: true }));
    await counter.clock.advance(500);
    expect(shows(pad, empty)).toBe(true);
    await counter.write(pad, 75);
    expect(others(events)).toEqual([{ type: 'button', button: 'clear' }]);
    const after = events.slice(events.findIndex((event) => event.type === 'button') + 1);
    expect(ink(after)).toHaveLength(20);
  });

  it.each(['ok', 'cancel'] as const)('takes nothing after %s until it is begun anew', async (name) => {
    const counter = new Counter();
    const pad = counter.plugIn('a');
    await counter.scan();
    const events = await counter.capture('hidraw:a');
    await counter.clock.settle(pad.penSamples(pressOf(buttonOf(counter, name)), { fast: true }));
    const before = events.length;
    await counter.write(pad);
    expect(events).toHaveLength(before);
    const again = await counter.capture('hidraw:a');
    await counter.write(pad);
    expect([events.length, ink(again).length]).toEqual([before, 20]);
  });

  it('is not disturbed by a message; after it the message stays until the pad is let go', async () => {
    const counter = new Counter();
    const pad = counter.plugIn('a');
    const message = { headline: 'Thank you', text: 'The signature is sealed.' };
    const picture = renderWords(messageScreen(pad.screen(), message)).rgba;
    await counter.scan();
    await counter.capture('hidraw:a');
    const signing = pad.screen().rgba;
    await counter.clock.settle(counter.manager.show('hidraw:a', { kind: 'message', content: message }));
    expect(shows(pad, signing)).toBe(true);
    await counter.clock.settle(counter.manager.stopCapture('hidraw:a'));
    await counter.clock.settle(counter.manager.show('hidraw:a', { kind: 'message', content: message }));
    expect(shows(pad, picture)).toBe(true);
    await counter.clock.settle(counter.manager.showIdle('hidraw:a', idle));
    expect(shows(pad, picture)).toBe(true);
    await counter.clock.settle(counter.manager.stopCapture('hidraw:a'));
    expect(shows(pad, idlePicture(pad))).toBe(true);
    expect(counter.states()).toEqual({ 'hidraw:a': 'ready' });
  });

  it('leaves nothing of the signatory on the screen when it is stopped', async () => {
    const counter = new Counter();
    const pad = counter.plugIn('a');
    await counter.scan();
    await counter.clock.settle(counter.manager.showIdle('hidraw:a', idle));
    await counter.capture('hidraw:a');
    await counter.write(pad);
    await counter.clock.settle(counter.manager.stopCapture('hidraw:a'));
    expect(shows(pad, idlePicture(pad))).toBe(true);
    expect(counter.states()).toEqual({ 'hidraw:a': 'ready' });
  });

  it('begun while the one before is being put away gets the screen, and the pad stays busy', async () => {
    const counter = new Counter();
    const pad = counter.plugIn('a');
    await counter.scan();
    await counter.clock.settle(counter.manager.showIdle('hidraw:a', idle));
    await counter.capture('hidraw:a');
    const signing = pad.screen().rgba;
    const events: PadCaptureEvent[] = [];
    const stopping = counter.manager.stopCapture('hidraw:a');
    const starting = counter.manager.startCapture('hidraw:a', screen, {}, (event) => events.push(event));
    await counter.clock.settle(Promise.all([stopping, starting]));
    expect(shows(pad, signing)).toBe(true);
    expect(counter.states()).toEqual({ 'hidraw:a': 'busy' });
    await counter.write(pad);
    expect(ink(events)).toHaveLength(20);
  });

  it('is refused by code when there is no such pad, and when the pad does not answer', async () => {
    const counter = new Counter();
    const pad = counter.plugIn('a');
    await counter.scan();
    const start = (id: string) => counter.clock.settle(counter.manager.startCapture(id, screen, {}, () => undefined));
    expect(await start('hidraw:z')).toEqual({ ok: false, error: 'unplugged' });
    pad.behave(({ id }) => (id === 0x26 ? 'deaf' : 'answer'));
    expect(await start('hidraw:a')).toEqual({ ok: false, error: 'timeout' });
    expect(counter.states()).toEqual({ 'hidraw:a': 'failed' });
  });

  it('counts lost and unreadable reports without stopping', async () => {
    const counter = new Counter();
    const pad = counter.plugIn('a');
    await counter.scan();
    const events = await counter.capture('hidraw:a');
    await counter.write(pad);
    pad.loseReports(3);
    pad.send(Uint8Array.of(0x34, 1));
    await counter.write(pad);
    expect(events.reduce((sum, event) => sum + (event.type === 'samples' ? event.lost : 0), 0)).toBe(3);
    expect(others(events)).toEqual([{ type: 'bad-report', reason: 'malformed' }]);
    expect(ink(events)).toHaveLength(37);
  });

  it('says lost exactly once, wherever in it the pad is unplugged', async () => {
    for (let at = 0; ; at++) {
      const counter = new Counter();
      const pad = counter.plugIn('a');
      await counter.scan();
      let reports = 0;
      pad.behave(() => (reports++ === at ? 'unplug' : 'answer'));
      const events: PadCaptureEvent[] = [];
      const started = await counter.clock.settle(
        counter.manager.startCapture('hidraw:a', screen, {}, (event) => events.push(event)),
      );
      if (started.ok) {
        await counter.write(pad);
        await counter.clock.settle(pad.penSamples(pressOf(buttonOf(counter, 'clear')), { fast: true }));
        await counter.clock.advance(500);
        if (pad.plugged) break;
        expect(others(events)).toEqual([
          { type: 'button', button: 'clear' },
          { type: 'lost', reason: 'unplugged' },
        ]);
      } else {
        expect([started.error, events]).toEqual(['unplugged', []]);
      }
      expect(counter.states()).toEqual({ 'hidraw:a': 'unplugged' });
      await counter.clock.settle(counter.manager.stopCapture('hidraw:a'));
      pad.plug();
      pad.behave(() => 'answer');
      await counter.scan();
      expect(counter.states()).toEqual({ 'hidraw:a': 'ready' });
    }
  });

  it('ends when the host is closed, with the screen empty, even if one pad is deaf', async () => {
    const counter = new Counter();
    const [good, deaf] = [counter.plugIn('a'), counter.plugIn('b')];
    await counter.scan();
    await counter.capture('hidraw:a');
    deaf.behave(() => 'deaf');
    await counter.clock.settle(counter.manager.close());
    await counter.clock.advance(100);
    expect(shows(good, new Uint8Array(good.screen().rgba.length).fill(255))).toBe(true);
    expect(good.open).toBe(false);
  });
});

function buttonOf(counter: Counter, name: 'ok' | 'clear' | 'cancel') {
  const pad = [...counter.ports.values()][0]!.screen();
  return { name, ...signScreen(pad, screen).buttons[name] };
}

describe('the simulated pad', () => {
  const nothing = { found: [], unusable: [] };
  const real = {
    found: [{ ...simulatedFound(new SimulatedStu('stu-430').facts), id: 'hidraw:a', road: 'hidraw' as const }],
    unusable: [],
  };
  const broken = {
    found: [],
    unusable: [
      {
        id: 'usb:1',
        model: modelNamed('STU-541'),
        road: 'hidraw' as const,
        serial: null,
        problem: 'not-driven' as const,
      },
    ],
  };
  const clock = new ManualClock();

  it('is there when it was asked for, and is always told of as simulated', () => {
    const desk = new SimulatedDesk({ simulated: ['stu-430'], demoIfNone: false }, clock);
    expect(desk.with(real, () => false).found.map(({ id, road }) => [id, road === 'simulated'])).toEqual([
      ['hidraw:a', false],
      ['simulated:stu-430-0', true],
    ]);
  });
  it('of a model that is not driven is recognised, as the real one is', () => {
    const desk = new SimulatedDesk({ simulated: ['stu-541', 'epad'], demoIfNone: false }, clock);
    const scan = desk.with(nothing, () => false);
    expect(scan.found.map(({ id }) => id)).toEqual(['simulated:epad-0']);
    expect(scan.unusable).toMatchObject([{ id: 'simulated:stu-541-0', problem: 'not-driven' }]);
  });
  it('changes what a glance sees when its cable is drawn', () => {
    const desk = new SimulatedDesk({ simulated: ['stu-430', 'epad'], demoIfNone: false }, clock);
    desk.with(nothing, () => false);
    const before = desk.glance();
    desk.unplug('simulated:epad-0');
    expect(desk.glance()).not.toBe(before);
    desk.plugAll();
    expect(desk.glance()).toBe(before);
  });
  it('is not there by itself', () => {
    const desk = new SimulatedDesk({ simulated: [], demoIfNone: false }, clock);
    expect(desk.with(nothing, () => false).found).toEqual([]);
  });
  it('stands in for a demo only while no real pad is found, working or not', () => {
    const desk = new SimulatedDesk({ simulated: [], demoIfNone: true }, clock);
    expect(desk.with(broken, () => false).found).toEqual([]);
    expect(desk.with(nothing, () => false).found.map(({ id }) => id)).toEqual(['simulated:stu-530-0']);
    expect(desk.with(real, () => true).found).toHaveLength(2);
    expect(desk.with(real, () => false).found.map(({ id }) => id)).toEqual(['hidraw:a']);
  });
});
