import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deviceStatus } from '../../../drivers/simulated/device-states.ts';
import type { SimulatedRequest } from '../../../drivers/simulated/simulated-stu.ts';
import { inputLength } from '../../../drivers/wacom/stu-report-table.ts';
import { parseWritingArea } from '../../../drivers/wacom/stu-settings-reports.ts';
import { line, openBench } from './stu-bench.ts';

const refused = { type: 'bad-report', reason: 'refused' };

describe('a capture on a STU pad', () => {
  it.each([
    ['stu-300', 'v1', 0x10],
    ['stu-500', 'v1', 0x10],
    ['stu-520', 'v1', 0x31],
    ['stu-430', 'v2', 0x33],
    ['stu-530', 'v2', 0x33],
    ['stu-540', 'v2', 0x33],
  ] as const)('has the pen data of a %s under %s, in reports %i, and loses none of it', async (name, version, id) => {
    const bench = await openBench(name);
    expect(bench.pad.description.encryption).toBe(version);
    const { pad, simulated, samples, settle } = bench;
    const ids = new Set<number>();
    const { device } = simulated;
    const pen = device.pen.bind(device);
    device.pen = (moment) => {
      const report = pen(moment);
      if (report) ids.add(report[0]!);
      return report;
    };
    await settle(pad.startCapture());
    expect(device.status).toBe(deviceStatus.capture);
    await settle(simulated.penSamples(line(40), { fast: false }));
    await settle(pad.endCapture());
    expect([...ids]).toEqual([id]);
    const { maxX } = pad.description.geometry;
    expect(samples().map((sample) => sample.x)).toEqual(
      line(40).map(({ x }) => Math.round((x * maxX) / simulated.facts.width)),
    );
    expect(samples().every((sample) => sample.tip && sample.padTime !== undefined)).toBe(id !== 0x10);
    expect(bench.events.every((event) => event.type === 'samples')).toBe(true);
    expect([device.status, device.inking]).toEqual([deviceStatus.ready, false]);
  });

  it('makes a key and a session number of its own each time, and refuses what is late from the one before', async () => {
    const { pad, simulated, samples, events, settle, told } = await openBench('stu-530');
    told();
    const reports: Uint8Array[] = [];
    const sessions: string[] = [];
    for (let capture = 0; capture < 3; capture++) {
      await settle(pad.startCapture());
      sessions.push(told().find((report) => report.startsWith('15'))!);
      reports.push(simulated.device.pen({ at: { x: 9, y: 9 }, inRange: true, tip: true, pressure: 99, timeMs: 1 })!);
      const before = events.length;
      for (const report of reports) simulated.send(report);
      expect(events.slice(before)).toEqual([
        ...Array.from({ length: capture }, () => refused),
        expect.objectContaining({ type: 'samples' }),
      ]);
      await settle(pad.endCapture());
    }
    expect(new Set(sessions).size).toBe(3);
    expect(samples()).toHaveLength(3);
    for (const report of reports) simulated.send(report);
    expect(events.slice(-3)).toEqual([refused, refused, refused]);
  });

  it('refuses a report told again, and pen data in clear while they are to be encrypted', async () => {
    const { pad, simulated, events, settle } = await openBench('stu-430');
    await settle(pad.startCapture());
    const moment = { at: { x: 9, y: 9 }, inRange: true, tip: true, pressure: 99, timeMs: 1 };
    const report = simulated.device.pen(moment)!;
    simulated.send(report);
    simulated.send(report);
    simulated.send(Uint8Array.of(0x34, 0x90, 99, 0, 9, 0, 9, 0, 1, 0, 2));
    expect(events.map((event) => (event.type === 'samples' ? 'samples' : event))).toEqual([
      'samples',
      refused,
      refused,
    ]);
  });

  it('takes a report in clear before and after it', async () => {
    const { pad, simulated, events, settle } = await openBench('stu-430');
    const clear = Uint8Array.of(0x34, 0x90, 99, 0, 9, 0, 9, 0, 1, 0, 2);
    simulated.send(clear);
    await settle(pad.startCapture());
    await settle(pad.endCapture());
    simulated.send(clear);
    expect(events.map((event) => event.type)).toEqual(['samples', 'samples']);
  });

  it('keeps the host’s numbers in the pad: only the key is made anew', async () => {
    const { pad, settle, told } = await openBench('stu-540');
    told();
    await settle(pad.startCapture({ x: 8, y: 16, width: 100, height: 50 }));
    expect(told().map((report) => report.slice(0, 4))).toEqual([
      '4005',
      ...['4004', '4004', '4004', '4004'],
      '2a08',
      '2101',
      expect.stringMatching(/^15/),
    ]);
  });

  it('lets go of ink, and draws nothing outside its area', async () => {
    const { pad, simulated, settle } = await openBench('stu-430');
    await settle(pad.startCapture({ x: 100, y: 10, width: 40, height: 40 }));
    await settle(simulated.penSamples(line(200), { fast: true }));
    const { rgba } = simulated.screen();
    const dark = [...Array(320).keys()].filter((x) => rgba[(30 * 320 + x) * 4] === 0);
    expect([dark[0], dark.at(-1)]).toEqual([100, 139]);
    await settle(pad.endCapture());
    await settle(pad.startCapture());
    expect(parseWritingArea(simulated.device.get(0x2a))).toMatchObject({
      value: { x: 0, y: 0, width: 320, height: 200 },
    });
  });

  it('keeps its area to whole pixels of the screen', async () => {
    const { pad, simulated, settle } = await openBench('stu-430');
    await settle(pad.startCapture({ x: -5.5, y: 20.25, width: 400, height: 10.5 }));
    expect(parseWritingArea(simulated.device.get(0x2a))).toMatchObject({
      value: { x: 0, y: 20, width: 320, height: 11 },
    });
  });

  it('takes any bytes as reports without an error: samples, or one counted problem each', async () => {
    const { pad, simulated, events, settle } = await openBench('stu-540');
    const ids = fc.constantFrom(1, 0x10, 0x14, 0x30, 0x31, 0x33, 0x34, 0x50, 0x99, 0x9a, 0xee);
    const report = fc
      .tuple(ids, fc.uint8Array({ minLength: 24, maxLength: 24 }), fc.boolean(), fc.nat(25))
      .map(([id, rest, whole, length]) =>
        Uint8Array.from([id, ...rest]).subarray(0, whole ? (inputLength(id) ?? length) : length),
      );
    const reasons = new Map<string, number>();
    for (const capturing of [false, true]) {
      if (capturing) await settle(pad.startCapture());
      fc.assert(
        fc.property(report, (bytes) => {
          const before = events.length;
          simulated.send(bytes);
          expect(events.length - before).toBeLessThanOrEqual(1);
          for (const event of events.slice(before)) {
            const reason = `${capturing ? 'capture' : 'ready'} ${event.type === 'bad-report' ? event.reason : event.type}`;
            reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
          }
        }),
        { seed: 20261123, numRuns: 3000 },
      );
    }
    // In a capture nothing made up becomes a sample: it is not under the key.
    expect([...reasons.keys()].sort()).toEqual([
      ...['capture malformed', 'capture refused', 'capture unknown'],
      ...['ready malformed', 'ready refused', 'ready samples', 'ready unknown'],
    ]);
    await settle(pad.endCapture());
  });

  it('ends for a picture, and ends and begins again for a clear', async () => {
    const { pad, simulated, settle, told } = await openBench('stu-430');
    await settle(pad.startCapture());
    told();
    await settle(pad.clearScreen());
    const order = told()
      .filter((report) => /^(15|16|20|21)/.test(report))
      .map((report) => report.slice(0, 4));
    expect(order).toEqual(['1600', '2100', '2000', '2101', expect.stringMatching(/^15/)]);
    expect([simulated.device.status, simulated.device.inking]).toEqual([deviceStatus.capture, true]);
    await settle(pad.showPicture(new Uint8Array(320 * 200 * 4)));
    expect([simulated.device.status, simulated.device.inking]).toEqual([deviceStatus.ready, false]);
  });

  it('ends no sooner than a pad allows, and asks again one that still finds it too soon', async () => {
    const { pad, simulated, settle } = await openBench('stu-430');
    await settle(pad.startCapture());
    const set = simulated.device.set.bind(simulated.device);
    let early = 1;
    simulated.device.set = (report) => {
      if (report[0] === 0x16 && early-- > 0) return;
      set(report);
    };
    await settle(pad.endCapture());
    expect([simulated.device.status, early]).toEqual([deviceStatus.ready, -1]);
  });
});

describe('encryption that fails', () => {
  const stalls =
    (...ids: readonly number[]) =>
    ({ id }: SimulatedRequest) =>
      ids.includes(id) ? ('stall' as const) : ('answer' as const);

  it.each([
    ['stu-530', 0x50],
    ['stu-530', 0x40],
    ['stu-520', 0x1a],
    ['stu-520', 0x13],
  ] as const)('at plug-in (%s, report %i) leaves pen data in clear, and says so', async (name, id) => {
    const { pad, simulated, samples, settle } = await openBench(name, { prepare: (one) => one.behave(stalls(id)) });
    expect(pad.description.encryption).toBe('none');
    await settle(pad.startCapture());
    expect([simulated.device.status, simulated.device.inking]).toEqual([deviceStatus.ready, true]);
    await settle(simulated.penSamples(line(10), { fast: true }));
    expect(samples()).toHaveLength(10);
    await settle(pad.endCapture());
    expect(simulated.device.inking).toBe(false);
  });

  it('once at plug-in is tried again after a reset', async () => {
    let failed = false;
    const { pad } = await openBench('stu-530', {
      prepare: (one) =>
        one.behave(({ direction, id }) => {
          if (failed || direction !== 'set' || id !== 0x40) return 'answer';
          failed = true;
          return 'stall';
        }),
    });
    expect([failed, pad.description.encryption]).toEqual([true, 'v2']);
  });

  it.each([
    ['stu-530', 0x40],
    ['stu-530', 0x15],
    ['stu-520', 0x13],
    ['stu-300', 0x15],
  ] as const)('after it had worked (%s, report %i) is an error, never pen data in clear', async (name, id) => {
    const { pad, simulated, samples, settle } = await openBench(name);
    simulated.behave(stalls(id));
    await expect(settle(pad.startCapture())).rejects.toMatchObject({ name: 'PadError', code: 'refused' });
    expect(simulated.device.inking).toBe(false);
    simulated.behave(() => 'answer');
    await settle(pad.startCapture());
    await settle(simulated.penSamples(line(10), { fast: true }));
    expect([simulated.device.status, samples().length]).toEqual([deviceStatus.capture, 10]);
  });

  it('in a pad whose key cannot be opened says nothing of the key', async () => {
    const { pad, simulated, settle } = await openBench('stu-530');
    const get = simulated.device.get.bind(simulated.device);
    simulated.device.get = (id) => {
      const report = get(id);
      if (id === 0x40) report[10]! ^= 1;
      return report;
    };
    const error: unknown = await settle(pad.startCapture()).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'refused', message: 'the key of the pad cannot be opened' });
    expect(error instanceof Error && error.cause).toBeUndefined();
  });

  it('waits for a pad that takes seconds to make its key, and not for ever', async () => {
    const slow = {
      facts: { timing: { clear: 20, key: 4000, softReset: 1100, restart: 2000, bootPicture: 3000, flash: 40 } },
    };
    expect((await openBench('stu-530', { simulated: slow })).pad.description.encryption).toBe('v2');
    expect((await openBench('stu-520', { simulated: slow })).pad.description.encryption).toBe('v1');
    const never = { facts: { timing: { ...slow.facts.timing, key: 60_000 } } };
    const { pad, clock } = await openBench('stu-430', { simulated: never });
    expect(pad.description.encryption).toBe('none');
    expect(clock.now() / 1e6).toBeLessThan(30);
  });

  it('finds a key made even when the news of it is lost', async () => {
    for (const name of ['stu-530', 'stu-520'] as const) {
      const { pad } = await openBench(name, {
        prepare: (one) => {
          one.send = () => undefined;
        },
      });
      expect(pad.description.encryption).not.toBe('none');
    }
  });
});
