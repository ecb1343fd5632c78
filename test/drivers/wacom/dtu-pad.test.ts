import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelNamed } from '../../../drivers/pad-models.ts';
import type { PadEvent } from '../../../drivers/pad.ts';
import { openDtuPad } from '../../../drivers/wacom/dtu-pad.ts';
import { parseDtuInput } from '../../../drivers/wacom/dtu-reports.ts';
import { ManualClock } from '../manual-clock.ts';
import { ScriptedHid } from '../scripted-hid.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const foundAs = (name: string) =>
  ({ id: 'hidraw:0', model: modelNamed(name), road: 'hidraw', path: '/dev/hidraw0', serial: null }) as const;

async function open(name: string, hid = new ScriptedHid(null)) {
  const clock = new ManualClock();
  const pad = await clock.settle(openDtuPad(hid, foundAs(name), { clock }));
  const events: PadEvent[] = [];
  pad.onEvent((event) => events.push(event));
  const samples = () => events.flatMap((event) => (event.type === 'samples' ? event.samples : []));
  return { clock, hid, pad, events, samples };
}

describe('report 0x11 of a signing display', () => {
  it('is read big-endian, with time and sequence', () => {
    expect(parseDtuInput('numbered', bytes('11 91 90 01 B9 1C 56 12 34 AB CD'))).toEqual({
      ok: true,
      value: {
        type: 'pen',
        pen: {
          x: 441,
          y: 7254,
          pressure: 400,
          tip: true,
          inRange: true,
          eraser: false,
          switches: 0,
          time: 0x1234,
          sequence: 0xabcd,
        },
      },
    });
  });

  it.each([
    ['00', { inRange: false, tip: false, eraser: false, switches: 0, pressure: 0 }],
    ['80', { inRange: true, tip: false, eraser: false, switches: 0, pressure: 0 }],
    ['93', { inRange: true, tip: true, eraser: false, switches: 0, pressure: 0x300 }],
    ['88', { inRange: true, tip: false, eraser: true, switches: 0, pressure: 0 }],
    ['a0', { inRange: true, tip: false, eraser: false, switches: 1, pressure: 0 }],
    ['c0', { inRange: true, tip: false, eraser: false, switches: 2, pressure: 0 }],
    ['e0', { inRange: true, tip: false, eraser: false, switches: 3, pressure: 0 }],
  ])('has flags %s', (flags, wanted) => {
    expect(parseDtuInput('numbered', bytes(`11 ${flags} 00 00 00 00 00 00 00 00 00`))).toMatchObject({
      value: { pen: wanted },
    });
  });
});

describe('report 0x02 of the older ones', () => {
  it.each([
    ['20', { inRange: true, tip: false, eraser: false, switches: 0 }],
    ['21', { inRange: true, tip: true, eraser: false, switches: 0 }],
    ['28', { inRange: true, tip: false, eraser: true, switches: 0 }],
    ['24', { inRange: true, tip: false, eraser: true, switches: 0 }],
    ['2d', { inRange: true, tip: false, eraser: true, switches: 0 }],
    ['22', { inRange: true, tip: false, eraser: false, switches: 1 }],
    ['33', { inRange: true, tip: true, eraser: false, switches: 3 }],
  ])('is read little-endian, flags %s', (flags, wanted) => {
    expect(parseDtuInput('older', bytes(`02 ${flags} 34 12 78 56 FF 01`))).toEqual({
      ok: true,
      value: { type: 'pen', pen: { x: 0x1234, y: 0x5678, pressure: 511, ...wanted } },
    });
  });
});

describe('a signing display', () => {
  it('is told to be no mouse any more, and is described by the table', async () => {
    const { hid, pad } = await open('DTU-1031');
    expect(hid.sent).toEqual([Uint8Array.of(2, 2)]);
    expect(pad.description).toMatchObject({
      maker: 'Wacom',
      model: 'DTU-1031',
      shows: 'computer-screen',
      encryption: 'none',
      geometry: { maxX: 22_096, maxY: 13_960, maxPressure: 511, screen: null },
    });
  });

  it('gives samples, and says nothing of buttons on its frame or of itself as a mouse', async () => {
    const rig = await open('DTU-1141');
    for (const hex of ['15 03', '01 00 00 00', '11 90 90 01 B9 1C 56 00 01 00 02']) rig.hid.send(bytes(hex));
    expect(rig.events).toHaveLength(1);
    expect(rig.samples()).toEqual([
      { x: 441, y: 7254, tip: true, inRange: true, pressure: 144, padTime: 1, sequence: 2, at: rig.clock.now() },
    ]);
  });

  it('takes the eraser end for no ink', async () => {
    const rig = await open('DTU-1031');
    rig.hid.send(bytes('11 B8 90 01 B9 1C 56 00 01 00 02'));
    expect(rig.samples()[0]).toMatchObject({ tip: false, eraser: true, switches: 1 });
  });

  it('counts encrypted reports as unknown, and those cut short as malformed', async () => {
    const rig = await open('DTU-1031');
    for (const hex of ['10 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00', '11 90', '']) rig.hid.send(bytes(hex));
    expect(rig.events.map((event) => event.type === 'bad-report' && event.reason)).toEqual([
      'unknown',
      'malformed',
      'malformed',
    ]);
  });

  it('is not opened when it stays a mouse, and not by the table of another', async () => {
    const hid = new ScriptedHid(null);
    hid.stalls.add(2);
    await expect(open('DTU-1631', hid)).rejects.toMatchObject({ code: 'refused' });
    expect(hid.closed).toBe('asked');
    await expect(open('STU-530')).rejects.toMatchObject({ code: 'unsupported' });
  });

  it('reads any bytes to a pen or a reason', () => {
    fc.assert(
      fc.property(fc.constantFrom('numbered', 'older'), fc.uint8Array({ maxLength: 16 }), (layout, report) => {
        const input = parseDtuInput(layout, report);
        return input.ok || ['malformed', 'unknown'].includes(input.error);
      }),
      { seed: 20_261_123, numRuns: 300 },
    );
  });
});
