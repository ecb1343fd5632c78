import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../drivers/manual-clock.ts';
import { encodeEpad } from './epad-core.ts';
import { Faults, garbled } from './faults.ts';
import { Stall } from './hid-function.ts';
import type { PenMoment } from './pad-core.ts';
import { encodeCreate, encodeGetReply, encodeInput, encodeSetReply, eventBytes, parseEvent } from './uhid-events.ts';
import { streamMoments, wanderingPen } from './pen-stream.ts';
import { virtualCore, virtualNames } from './virtual-models.ts';
import { VirtualPad } from './virtual-pad.ts';

const moment: PenMoment = { x: 0.25, y: 0.5, pressure: 0.5, tip: true, inRange: true, t: 0 };
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('virtual pads', () => {
  it.each(virtualNames)(
    '%s has an identity, a descriptor of one application, and a pen where it can be driven',
    (name) => {
      const core = virtualCore(name, 'S1');
      expect(core.identity).toMatchObject({ serial: 'S1' });
      expect(core.identity.vid).toBeGreaterThan(0);
      // Collections are closed: the last item of each.
      expect(core.reportDescriptor.at(-1)).toBe(0xc0);
      expect(core.pen(moment) !== null || name === 'stu-541').toBe(true);
    },
  );

  it('have a bulk interface where the later STU pads have one', () => {
    const withBulk = virtualNames.filter((name) => virtualCore(name, null).bulk !== null);
    expect(withBulk).toEqual(['stu-520', 'stu-430', 'stu-530', 'stu-430v', 'stu-530v', 'stu-540']);
  });

  it('a Wacom One puts its pen where its real descriptor has it', () => {
    const report = virtualCore('wacom-one', null).pen({
      ...moment,
      x: 0x4000 / 29434,
      y: 0x2000 / 16556,
      pressure: 1024 / 4095,
    });
    // The worked example of pads.md 4.5, with the pen upright.
    expect(hex(report!.subarray(0, 12))).toBe('062100400000200000040000');
  });

  it('an ePad says touch, place and pressure in its six bytes, and a lift as zero', () => {
    // pads.md 3.1.
    const touch = { ...moment, x: 311 / 1098, y: 242 / 569, pressure: 92 / 127 };
    expect(hex(encodeEpad(touch))).toBe('203701f2005c');
    expect(hex(encodeEpad({ ...touch, tip: false }))).toBe('003701f20000');
  });
});

describe('a pen that moves in time', () => {
  it('keeps its rate, and makes up for a late timer a few moments at a time', async () => {
    const clock = new ManualClock();
    const begun = clock.now();
    const moved: number[] = [];
    const late = { now: () => clock.now(), after: (ms: number, act: () => void) => clock.after(ms + 40, act) };
    await clock.settle(streamMoments(wanderingPen(200, 1000), late, () => moved.push(clock.now() - begun)));
    expect(moved).toHaveLength(200);
    const together = Map.groupBy(moved, (at) => at);
    expect(Math.max(...[...together.values()].map((group) => group.length))).toBe(16);
    moved.length = 0;
    const from = clock.now();
    await clock.settle(streamMoments(wanderingPen(50, 200), clock, () => moved.push((clock.now() - from) / 1000)));
    expect(moved).toEqual(Array.from({ length: 50 }, (_, at) => at * 5));
  });
});

describe('faults on command', () => {
  const plugged = () => {
    const clock = new ManualClock();
    const pad = new VirtualPad(virtualCore('stu-530', null), clock);
    const heard: string[] = [];
    const left: (number | null)[] = [];
    pad.onInput((report) => heard.push(hex(report)));
    pad.onLeaving((backInMs) => left.push(backInMs));
    return { clock, pad, heard, left };
  };

  it('let so many pass, hit so many, and then pass again', () => {
    fc.assert(
      fc.property(fc.nat(5), fc.nat(5), fc.constantFrom('get', 'set', 'bulk', 'input'), (after, times, on) => {
        const faults = new Faults();
        faults.arm({ on, after, times, do: 'stall' });
        const met = Array.from({ length: 15 }, () => faults.meet(on, 3) !== null);
        expect(met).toEqual(Array.from({ length: 15 }, (_, at) => at >= after && at < after + times));
      }),
    );
  });

  it('stall one report and leave the others', async () => {
    const { pad } = plugged();
    pad.faults.arm({ on: 'get', id: 0x09, times: 1, do: 'stall' });
    expect((await pad.get('feature', 0x08))[0]).toBe(8);
    await expect(pad.get('feature', 0x09)).rejects.toBeInstanceOf(Stall);
    expect((await pad.get('feature', 0x09))[0]).toBe(9);
  });

  it('answer late, with garbage of the same length, or never', async () => {
    const { clock, pad } = plugged();
    pad.faults.arm({ on: 'get', times: 1, do: { lateMs: 300 } });
    const begun = clock.now();
    const right = await clock.settle(pad.get('feature', 0x08));
    expect(clock.now() - begun).toBe(300_000);
    pad.faults.arm({ on: 'get', times: 1, do: 'garbage' });
    const wrong = await pad.get('feature', 0x08);
    expect([wrong[0], wrong.length]).toEqual([right[0], right.length]);
    expect(hex(wrong)).toBe(hex(garbled(right)));
    expect(hex(wrong)).not.toBe(hex(right));
    pad.faults.arm({ on: 'set', do: 'hang' });
    let settled = false;
    const end = (): void => void (settled = true);
    pad.set('feature', Uint8Array.of(0x21, 1)).then(end, end);
    await clock.advance(60_000);
    expect(settled).toBe(false);
  });

  it('lose reports on the way, and pull the cable in a stroke', () => {
    const { pad, heard, left } = plugged();
    pad.faults.arm({ on: 'input', after: 2, times: 1, do: 'lose' });
    pad.faults.arm({ on: 'input', after: 3, times: 1, do: 'unplug' });
    for (let at = 0; at < 5; at++) pad.pen(moment);
    expect(heard).toHaveLength(3);
    expect(pad.counts).toMatchObject({ sent: 3, lost: 1 });
    expect(left).toEqual([null]);
  });
});

describe('events of /dev/uhid', () => {
  it('a device is made with its descriptor at the place the kernel looks for it', () => {
    const bytes = encodeCreate({
      name: 'Pad',
      place: 'p',
      serial: 'S1',
      bus: 3,
      vid: 0x056a,
      pid: 0x00a5,
      release: 0x0100,
      reportDescriptor: Uint8Array.of(0xa1, 0xc0),
    });
    expect(bytes).toHaveLength(eventBytes);
    expect(hex(bytes.subarray(0, 8))).toBe('0b00000050616400');
    expect(hex(bytes.subarray(196, 200))).toBe('53310000');
    expect(hex(bytes.subarray(260, 282))).toBe('02000300' + '6a050000' + 'a5000000' + '00010000' + '00000000' + 'a1c0');
  });

  it('reports and replies are as short as they may be', () => {
    expect(hex(encodeInput(Uint8Array.of(1, 2)))).toBe('0c00000002000102');
    expect(hex(encodeGetReply(7, Uint8Array.of(8, 9)))).toBe('0a00000007000000000002000809');
    expect(hex(encodeGetReply(7, null))).toBe('0a0000000700000005000000');
    expect(hex(encodeSetReply(7, true))).toBe('0e000000070000000000');
  });

  it('reads what the kernel wants', () => {
    const get = Buffer.from('09000000' + '07000000' + '08' + '00', 'hex');
    expect(parseEvent(get)).toEqual({ kind: 'get', request: 7, id: 8, report: 'feature' });
    const set = Buffer.from('0d000000' + '07000000' + '21' + '00' + '0200' + '2101', 'hex');
    expect(parseEvent(set)).toEqual({ kind: 'set', request: 7, report: 'feature', data: Uint8Array.of(0x21, 1) });
    expect(parseEvent(Buffer.from('02000000', 'hex'))).toEqual({ kind: 'started' });
  });

  it('never throws on what it does not know', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(typeof parseEvent(bytes).kind).toBe('string');
      }),
    );
  });
});
