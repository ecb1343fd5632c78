import { describe, expect, it } from 'vitest';
import { PadError } from '../../drivers/pad.ts';
import { modelNamed } from '../../drivers/pad-models.ts';
import { simulatedFound } from '../../drivers/simulated/simulated-models.ts';
import { SimulatedStu } from '../../drivers/simulated/simulated-stu.ts';
import { deviceStatus } from '../../drivers/simulated/device-states.ts';
import { openStuPad } from '../../drivers/wacom/stu-pad.ts';
import { ManualClock } from './manual-clock.ts';
import { chequered } from './pictures.ts';
import { openStuRig } from './stu-rig.ts';

describe('connecting to a STU pad', () => {
  it('tells model, firmware, own number and scale as the pad does', async () => {
    const { pad } = await openStuRig('stu-540');
    expect(pad.description).toEqual({
      id: 'simulated:stu-540-0',
      maker: 'Wacom',
      model: 'STU-540',
      serial: '0SIMULATED540',
      firmware: '1.0A',
      road: 'simulated',
      encryption: 'v2',
      shows: 'own-screen',
      geometry: {
        maxX: 10800,
        maxY: 6480,
        maxPressure: 1023,
        unitsPerInch: { x: 2540, y: 2540 },
        nominalRate: 200,
        screen: { width: 800, height: 480, colour: 'rgb24' },
      },
    });
  });

  it('fills in from the table what the STU-300 leaves at zero', async () => {
    const { pad } = await openStuRig('stu-300');
    expect(pad.description.serial).toBeNull();
    expect(pad.description.geometry).toEqual(modelNamed('STU-300').geometry);
  });

  it.each([
    ['stu-300', 0, undefined, undefined],
    ['stu-520', 1, 1000, undefined],
    ['stu-530', 3, 1000, 1],
  ] as const)('asks %s for time and sequence as far as it has them', async (name, mode, padTime, sequence) => {
    const { simulated, clock, samples } = await openStuRig(name);
    expect(simulated.device.optionMode).toBe(mode);
    await clock.settle(simulated.penSamples([{ x: 1, y: 1, p: 0, tip: false, t: 1000 }], { fast: true }));
    expect([samples()[0]!.padTime, samples()[0]!.sequence]).toEqual([padTime, sequence]);
    expect('sequence' in samples()[0]!).toBe(sequence !== undefined);
  });

  it.each([
    ['an unfinished image', deviceStatus.image],
    ['a capture left on', deviceStatus.capture],
  ])('recovers a pad from %s', async (_what, status) => {
    const { pad, clock, simulated } = await openStuRig('stu-430', (one) => one.device.force(status));
    await clock.settle(pad.showPicture(chequered(320, 200)));
    expect(simulated.device.status).toBe(deviceStatus.ready);
  });

  it('waits for a pad that still shows its boot picture', async () => {
    const clock = new ManualClock();
    const simulated = new SimulatedStu('stu-430', clock);
    simulated.device.force(deviceStatus.imageBoot);
    clock.after(3000, () => simulated.device.force(deviceStatus.ready));
    const pad = await clock.settle(openStuPad(simulated.connect(), simulatedFound(simulated.facts), { clock }));
    expect(pad.description.model).toBe('STU-430');
  });

  it('gives up on a pad that never becomes ready, and lets go of it', async () => {
    const clock = new ManualClock();
    const simulated = new SimulatedStu('stu-430', clock);
    simulated.device.force(deviceStatus.systemReset);
    const opening = openStuPad(simulated.connect(), simulatedFound(simulated.facts), { clock });
    await expect(clock.settle(opening)).rejects.toMatchObject({ code: 'wrong-state' });
    expect(simulated.open).toBe(false);
  });

  it('refuses a model that is recognised but not driven', async () => {
    const simulated = new SimulatedStu('stu-540');
    const found = { ...simulatedFound(simulated.facts), model: modelNamed('STU-541') };
    await expect(openStuPad(simulated.connect(), found)).rejects.toMatchObject({ code: 'unsupported' });
  });
});

describe('a STU pad at work', () => {
  it('decides the tip by the thresholds of the pad, with their hysteresis, not by the switch', async () => {
    const { simulated, samples } = await openStuRig('stu-530');
    const pressures = [20, 21, 16, 15, 20];
    for (const [at, pressure] of pressures.entries()) {
      simulated.send(Uint8Array.of(0x34, 0x80, pressure, 0, 1, 0, 1, 0, at, 0, at));
    }
    expect(samples().map((sample) => sample.tip)).toEqual([false, true, true, false, false]);
  });

  it('falls back on the tip switch when the pad tells no thresholds', async () => {
    const { simulated, samples } = await openStuRig('stu-430', (one) =>
      one.behave(({ direction, id }) => (direction === 'get' && id === 0x22 ? 'stall' : 'answer')),
    );
    simulated.send(Uint8Array.of(0x34, 0x90, 3, 0, 1, 0, 1, 0, 0, 0, 0));
    simulated.send(Uint8Array.of(0x34, 0x80, 200, 0, 1, 0, 1, 0, 0, 0, 1));
    expect(samples().map((sample) => sample.tip)).toEqual([true, false]);
  });

  it('takes a pen out of range as lifted, whatever its pressure byte says', async () => {
    const { simulated, samples } = await openStuRig('stu-530');
    simulated.send(Uint8Array.of(0x34, 0x03, 0xff, 0, 1, 0, 1, 0, 0, 0, 0));
    expect(samples()[0]).toMatchObject({ tip: false, inRange: false, pressure: 1023 });
  });

  it('shows ink only inside the writing area, and reports from everywhere', async () => {
    const { pad, clock, simulated, samples } = await openStuRig('stu-430');
    await clock.settle(pad.startCapture({ x: 100, y: 50, width: 40, height: 20 }));
    const stroke = [0, 80, 160, 240, 319].map((x, at) => ({ x, y: 60, p: 0.5, tip: true, t: at * 5 }));
    await clock.settle(simulated.penSamples(stroke, { fast: true }));
    const { rgba } = simulated.screen();
    const dark = [...Array(320).keys()].filter((x) => rgba[(60 * 320 + x) * 4] === 0);
    expect([dark[0], dark.at(-1), dark.length]).toEqual([100, 139, 40]);
    expect(samples()).toHaveLength(5);
  });

  it('uploads colour as 24 bits where the pad has it', async () => {
    const { pad, clock, simulated } = await openStuRig('stu-540');
    const rgba = new Uint8Array(800 * 480 * 4).fill(255);
    rgba.set([29, 78, 137, 255], 4 * (800 * 100 + 7));
    await clock.settle(pad.showPicture(rgba));
    expect(Buffer.from(simulated.screen().rgba).equals(Buffer.from(rgba))).toBe(true);
  });

  it('abandons an image when a block is refused, so that the next one goes through', async () => {
    const { pad, clock, simulated } = await openStuRig('stu-430');
    let blocks = 0;
    simulated.behave(({ id }) => (id === 0x26 && ++blocks === 5 ? 'stall' : 'answer'));
    await expect(clock.settle(pad.showPicture(chequered(320, 200)))).rejects.toMatchObject({ code: 'refused' });
    await clock.settle(pad.showPicture(chequered(320, 200)));
    expect(Buffer.from(simulated.screen().rgba).equals(Buffer.from(chequered(320, 200)))).toBe(true);
  });

  it('says wrong-state when the pad stays busy, and is still there', async () => {
    const { pad, clock, simulated } = await openStuRig('stu-430');
    simulated.device.force(deviceStatus.calculation);
    await expect(clock.settle(pad.clearScreen())).rejects.toMatchObject({ code: 'wrong-state' });
    simulated.device.force(deviceStatus.ready);
    await clock.settle(pad.clearScreen());
  });

  it.each([
    ['a capture', deviceStatus.capture],
    ['an image', deviceStatus.image],
  ])('brings a pad out of %s that a failed command left it in', async (_what, status) => {
    const { pad, clock, simulated } = await openStuRig('stu-430');
    for (const work of [
      () => pad.clearScreen(),
      () => pad.showPicture(chequered(320, 200)),
      () => pad.startCapture(),
    ]) {
      simulated.device.force(status);
      await clock.settle(work());
    }
    expect(simulated.device.status).toBe(deviceStatus.capture);
  });

  it('waits for a late answer', async () => {
    const { pad, clock, simulated } = await openStuRig('stu-430');
    simulated.behave(() => ({ lateMs: 150 }));
    await clock.settle(pad.startCapture());
    expect(simulated.device.inking).toBe(true);
  });

  it('calls a deaf pad failed after two seconds and lets go of it', async () => {
    const { pad, clock, simulated, events } = await openStuRig('stu-430');
    simulated.behave(() => 'deaf');
    const before = clock.now();
    await expect(clock.settle(pad.startCapture())).rejects.toMatchObject({ code: 'timeout' });
    expect((clock.now() - before) / 1000).toBe(2000);
    expect(events).toEqual([{ type: 'closed', reason: 'failed' }]);
    expect(simulated.open).toBe(false);
  });

  it('never has two feature reports in flight', async () => {
    const { pad, clock, simulated } = await openStuRig('stu-430');
    let inFlight = 0;
    let most = 0;
    const { device } = simulated;
    const [get, set] = [device.get.bind(device), device.set.bind(device)];
    simulated.behave(() => {
      most = Math.max(most, ++inFlight);
      return { lateMs: 1 };
    });
    device.get = (id) => {
      inFlight--;
      return get(id);
    };
    device.set = (report) => {
      inFlight--;
      set(report);
    };
    await clock.settle(Promise.all([pad.showPicture(chequered(320, 200)), pad.startCapture(), pad.clearScreen()]));
    expect(most).toBe(1);
  });
});

describe('unplugging a STU pad', () => {
  it('at any feature report while connecting ends in a PadError, with nothing left open', async () => {
    for (let at = 0; ; at++) {
      const clock = new ManualClock();
      const simulated = new SimulatedStu('stu-530', clock);
      simulated.behave(({ index }) => (index === at ? 'unplug' : 'answer'));
      const opening = clock.settle(openStuPad(simulated.connect(), simulatedFound(simulated.facts), { clock }));
      const outcome = await opening.catch((error: unknown) => error);
      if (!(outcome instanceof PadError)) {
        expect(at).toBeGreaterThan(7);
        break;
      }
      expect(outcome.code).toBe('unplugged');
      expect(simulated.open).toBe(false);
    }
  });

  it('at any feature report while showing, clearing, inking and closing is said once and opens again', async () => {
    const phases = 32 + 20;
    let reached = 0;
    for (let at = 0; at < phases; at++) {
      const { pad, clock, simulated, events } = await openStuRig('stu-430');
      let count = 0;
      simulated.behave(() => (count++ === at ? 'unplug' : 'answer'));
      const works = [
        pad.endCapture(),
        pad.showPicture(chequered(320, 200)),
        pad.startCapture({ x: 0, y: 0, width: 10, height: 10 }),
        pad.clearScreen(),
      ].map((work) => work.catch((error: unknown) => error));
      for (const outcome of await clock.settle(Promise.all(works))) {
        if (outcome !== undefined) expect(outcome).toMatchObject({ name: 'PadError', code: 'unplugged' });
      }
      await clock.settle(pad.close());
      if (simulated.plugged) break;
      reached = at;
      expect(events).toEqual([{ type: 'closed', reason: 'unplugged' }]);
      simulated.plug();
      simulated.behave(() => 'answer');
      const again = await clock.settle(openStuPad(simulated.connect(), simulatedFound(simulated.facts), { clock }));
      await clock.settle(again.showPicture(chequered(320, 200)));
    }
    expect(reached).toBeGreaterThan(40);
  });

  it('in the middle of a stroke keeps what was delivered before', async () => {
    const { clock, simulated, samples, events } = await openStuRig('stu-530');
    const stroke = Array.from({ length: 40 }, (_, at) => ({ x: at * 10, y: 100, p: 0.5, tip: true, t: at * 5 }));
    const writing = simulated.penSamples(stroke, { fast: false });
    clock.after(99, () => simulated.unplug());
    await clock.settle(writing);
    expect(samples()).toHaveLength(20);
    expect(events.at(-1)).toEqual({ type: 'closed', reason: 'unplugged' });
  });
});

describe('the simulated pad', () => {
  it('sends 200 reports a second at their own pace', async () => {
    const { clock, simulated, samples } = await openStuRig('stu-530');
    const stroke = Array.from({ length: 201 }, (_, at) => ({ x: at, y: 100, p: 0.5, tip: true, t: at * 5 }));
    await clock.settle(simulated.penSamples(stroke, { fast: false }));
    expect(samples().at(-1)!.at - samples()[0]!.at).toBe(1_000_000);
    expect(samples().map((sample) => sample.padTime)).toEqual(stroke.map((sample) => sample.t));
  });

  it('answers the worked examples of the reference byte for byte', async () => {
    const { simulated, clock } = await openStuRig('stu-540');
    await clock.settle(Promise.resolve());
    const hex = (id: number): string => Buffer.from(simulated.device.get(id)).toString('hex');
    expect(hex(0x08)).toBe('085354552d3534300000010a0000000000');
    expect(hex(0x09)).toBe('092a30195003ff032001e0c809ec0f0000');
    simulated.device.forceSequence(41);
    const report = simulated.device.pen({
      at: { x: 400, y: 240 },
      inRange: true,
      tip: true,
      pressure: 300,
      timeMs: 1000,
    });
    expect(Buffer.from(report!).toString('hex')).toBe('34912c15180ca803e8002a');
  });

  it('refuses by status and result what the reference refuses', async () => {
    const { simulated } = await openStuRig('stu-430');
    const { device } = simulated;
    const result = (...report: number[]): number => {
      const lengths: Record<number, number> = { 0x26: 256, 0x2a: 9, 0x22: 5 };
      const full = new Uint8Array(lengths[report[0]!] ?? 2);
      full.set(report);
      device.set(full);
      return device.get(0x03)[2]!;
    };
    expect(result(0x26, 1, 0)).toBe(0x02);
    expect(result(0x27, 0)).toBe(0x02);
    expect(result(0x16, 0)).toBe(0x02);
    expect(result(0x25, 4)).toBe(0x10);
    expect(result(0x2a, 5, 0, 5, 0, 1, 0, 1, 0)).toBe(0x15);
    expect(result(0x25, 0)).toBe(0);
    expect(result(0x25, 0)).toBe(0x02);
    for (let block = 0; block < 31; block++) expect(result(0x26, 253, 0)).toBe(0);
    expect(result(0x26, 158, 0)).toBe(0x11);
    expect(result(0x26, 157, 0)).toBe(0);
    expect(result(0x27, 0)).toBe(0);
    expect(() => device.get(0x0f)).toThrow('Broken pipe');
    expect(device.get(0x03)[2]).toBe(0x01);
  });
});
