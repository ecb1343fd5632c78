import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { genericModelOf } from '../../../drivers/generic-digitizer/generic-model.ts';
import { openGenericPen } from '../../../drivers/generic-digitizer/generic-pen.ts';
import type { FoundPad } from '../../../drivers/found-pad.ts';
import type { Pad, PadEvent, PadSample } from '../../../drivers/pad.ts';
import { ManualClock } from '../manual-clock.ts';
import { ScriptedHid } from '../scripted-hid.ts';
import { descriptorBytes, descriptorFiles } from './descriptors.ts';

const descriptorOf = (name: string): Uint8Array => descriptorBytes(`descriptors/${name}.rdesc.bin`);

function foundWith(descriptor: Uint8Array): FoundPad {
  const model = genericModelOf({ vid: 0x1234, pid: 0x5678, maker: 'Maker', product: 'Pen' }, descriptor);
  if (model === null) throw new Error('no pen');
  return { id: 'hidraw:hidraw4', model, road: 'hidraw', path: '/dev/hidraw4', serial: 'A1' };
}

interface Rig {
  readonly clock: ManualClock;
  readonly hid: ScriptedHid;
  readonly pad: Pad;
  readonly events: PadEvent[];
  readonly samples: () => readonly Omit<PadSample, 'at'>[];
  /** What became of the reports, in order: a reason for a bad one. */
  readonly outcomes: () => readonly string[];
}
async function open(descriptor: Uint8Array, prepare: (hid: ScriptedHid) => void = () => undefined): Promise<Rig> {
  const clock = new ManualClock();
  const hid = new ScriptedHid(descriptor);
  prepare(hid);
  const pad = await clock.settle(openGenericPen(hid, foundWith(descriptor), { clock }));
  const events: PadEvent[] = [];
  pad.onEvent((event) => events.push(event));
  const samples = () =>
    events.flatMap((event) => (event.type === 'samples' ? event.samples : [])).map(({ at: _at, ...sample }) => sample);
  const outcomes = () => events.map((event) => (event.type === 'bad-report' ? event.reason : event.type));
  return { clock, hid, pad, events, samples, outcomes };
}
const opened = (name: string, prepare?: (hid: ScriptedHid) => void): Promise<Rig> => open(descriptorOf(name), prepare);
const report = (hex: string, length: number): Uint8Array => {
  const bytes = new Uint8Array(length);
  bytes.set(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
  return bytes;
};

describe('a pen by its report descriptor', () => {
  it('describes itself by its descriptor and its USB strings', async () => {
    const { pad } = await opened('28bd-0932');
    expect(pad.description).toMatchObject({
      id: 'hidraw:hidraw4',
      maker: 'Maker',
      model: 'Pen',
      serial: 'A1',
      firmware: null,
      road: 'hidraw',
      encryption: 'none',
      shows: 'computer-screen',
      geometry: { maxX: 32767, maxY: 32767, maxPressure: 8191, nominalRate: 0, screen: null },
    });
    const { x, y } = pad.description.geometry.unitsPerInch!;
    expect([x, y].map(Math.round)).toEqual([3270, 5224]);
  });

  it('gives place, pressure and tilt in units of the device, at the moment they came', async () => {
    const rig = await opened('056a-03a6', (hid) => hid.stalls.add(2));
    await rig.clock.advance(7);
    rig.hid.send(report('06 21 00 40 00 00 20 00 00 04 F6 0A', 27));
    expect(rig.samples()).toEqual([
      { x: 0x4000, y: 0x2000, tip: true, inRange: true, pressure: 1024, tiltX: -1000, tiltY: 1000 },
    ]);
    const [event] = rig.events;
    expect(event?.type === 'samples' && event.samples[0]?.at).toBe(rig.clock.now());
  });

  it('tells twist, and the clock of the device', async () => {
    const twisted = await opened('27c6-0e51');
    const bytes = report('08', 53);
    new DataView(bytes.buffer).setUint16(15, 27_050, true);
    bytes[10] = 0x21;
    twisted.hid.send(bytes);
    expect(twisted.samples()[0]).toMatchObject({ twist: 27_050, inRange: true });
    const timed = await opened('045e-0021');
    timed.hid.send(report('01 03 10 00 20 00 30 00 28 23 28 23 39 30', 16));
    expect(timed.samples()[0]).toMatchObject({ x: 16, y: 32, pressure: 48, tiltX: 0, tiltY: 0, padTime: 12_345 });
  });

  it('names the eraser end, which writes nothing, and both side switches', async () => {
    const rig = await opened('28bd-0932');
    // In range is bit 5; tip 0, barrel 1, eraser 2, invert 3.
    for (const flags of ['20', '21', '23', '28', '2c', '24', '29', '25']) rig.hid.send(report(`07 ${flags}`, 10));
    expect(rig.samples().map(({ tip, eraser = false, switches = 0 }) => [tip, eraser, switches])).toEqual([
      [false, false, 0],
      [true, false, 0],
      [true, false, 1],
      [false, true, 0],
      [false, true, 0],
      [false, true, 0],
      [false, true, 0],
      // An eraser bit while the tip writes is the second switch of a pen without an eraser.
      [true, false, 2],
    ]);
  });

  it('keeps the last place while the device tells none, and says nothing before the first', async () => {
    // One byte of flags (tip, in range), then x and y of 0 to 100 with null state.
    const items =
      '05 0d 09 02 a1 01 15 00 25 01 75 01 95 01 09 42 81 02 09 32 81 02 95 06 81 01 ' +
      '05 01 25 64 75 08 95 01 09 30 81 42 09 31 81 42 c0';
    const rig = await open(Uint8Array.from(Buffer.from(items.replaceAll(' ', ''), 'hex')));
    for (const hex of ['02 ff ff', '02 07 08', '03 ff ff', '03 ff 09', '00 ff ff']) rig.hid.send(hex);
    expect(rig.samples()).toEqual([
      { x: 7, y: 8, tip: false, inRange: true },
      { x: 7, y: 8, tip: true, inRange: true },
      { x: 7, y: 9, tip: true, inRange: true },
      { x: 7, y: 9, tip: false, inRange: false },
    ]);
    expect(rig.pad.description.geometry).toMatchObject({ maxPressure: null, unitsPerInch: null });
    expect(rig.outcomes()).not.toContain('malformed');
  });

  it('reads all reports of one pen that have the same scale, and no copy in a collection of the maker', async () => {
    const rig = await opened('2d1f-0203');
    rig.hid.send(report('02 20 01', 15));
    rig.hid.send(report('1A 20 02', 15));
    rig.hid.send(report('09 20 03', 13));
    rig.hid.send(report('1B 20 04', 15));
    expect(rig.samples().map(({ x }) => x)).toEqual([1, 2]);
    expect(rig.outcomes()).toEqual(['samples', 'samples']);
  });

  it('passes over what other parts of the device say, and counts what nobody declared', async () => {
    const rig = await opened('256c-006d');
    for (const hex of ['03', '0A', '7E', '']) rig.hid.send(hex);
    rig.hid.send(report('0A 40', 9));
    rig.hid.send(report('0A 40 05', 10));
    expect(rig.outcomes()).toEqual(['malformed', 'unknown', 'malformed', 'malformed', 'samples']);
  });
});

describe("Wacom's vendor page", () => {
  const vendorReport = report('10 21 01 00 01 02 00 01 04 03', 27);

  it('is asked for by the setting the descriptor names, and read 24 bits wide', async () => {
    const rig = await opened('056a-0350');
    expect(rig.hid.sent).toEqual([Uint8Array.of(2, 2)]);
    expect(rig.pad.description.geometry).toMatchObject({ maxX: 69_920, maxY: 39_680, maxPressure: 8191 });
    rig.hid.send(vendorReport);
    expect(rig.samples()[0]).toMatchObject({ x: 0x010001, y: 0x010002, pressure: 0x0304, tip: true, inRange: true });
  });

  it('is not asked for where the descriptor has none', async () => {
    expect((await opened('056a-5201')).hid.sent).toEqual([]);
    expect((await opened('28bd-0932')).hid.sent).toEqual([]);
  });

  it('is done without where the tablet refuses: the standard pen is read then, and the other scale is counted', async () => {
    const rig = await opened('056a-0350', (hid) => hid.stalls.add(2));
    expect(rig.pad.description.geometry).toMatchObject({ maxX: 34_560, maxPressure: 2047 });
    rig.hid.send(report('06 21 05 00 00 06 00 00 07', 27));
    rig.hid.send(vendorReport);
    expect(rig.outcomes()).toEqual(['samples', 'unknown']);
    expect(rig.samples()[0]).toMatchObject({ x: 5, y: 6, pressure: 7 });
  });

  it('is all that an Intuos has, in whatever mode', async () => {
    const rig = await opened('056a-0374.vendorpen', (hid) => hid.stalls.add(2));
    rig.hid.send(vendorReport);
    expect(rig.pad.description).toMatchObject({ shows: 'nothing', geometry: { maxX: 15_200 } });
    expect(rig.samples()).toHaveLength(1);
  });
});

describe('opening', () => {
  const opening = (hid: ScriptedHid, clock = new ManualClock()): Promise<Pad> =>
    clock.settle(openGenericPen(hid, foundWith(descriptorOf('056a-03a6')), { clock }));

  it.each([
    ['the system tells no descriptor', null, 'unsupported'],
    ['the descriptor is damaged', Uint8Array.of(0xc0), 'unsupported'],
    ['there is no pen in it', descriptorBytes('negatives/5543-004a.rdesc.bin'), 'unsupported'],
  ])('is refused where %s, and lets the device go', async (_what, descriptor, code) => {
    const hid = new ScriptedHid(descriptor);
    await expect(opening(hid)).rejects.toMatchObject({ name: 'PadError', code });
    expect(hid.closed).toBe('asked');
  });

  it('ends with a code when the device hangs, within two seconds', async () => {
    const clock = new ManualClock();
    const hid = new ScriptedHid(descriptorOf('056a-03a6'));
    hid.hung = true;
    const before = clock.now();
    await expect(opening(hid, clock)).rejects.toMatchObject({ code: 'timeout' });
    expect(clock.now() - before).toBe(2_000_000);
  });

  it('ends with a code when the device goes away meanwhile', async () => {
    const hid = new ScriptedHid(descriptorOf('056a-03a6'));
    hid.hung = true;
    const result = opening(hid);
    hid.end('unplugged');
    await expect(result).rejects.toMatchObject({ code: 'unplugged' });
  });
});

describe('a model from strings and descriptor', () => {
  const modelOf = (file: string, vid: number, product: string | null, maker: string | null = 'Maker') =>
    genericModelOf({ vid, pid: 0x0042, maker, product }, descriptorBytes(file));

  it('is none for mice, keyboards, touch screens and opaque devices, nor without a descriptor', () => {
    for (const file of descriptorFiles().filter((name) => name.startsWith('negatives/'))) {
      expect(modelOf(file, 0x056a, 'Something')).toBeNull();
    }
    expect(genericModelOf({ vid: 1, pid: 2, maker: null, product: null }, null)).toBeNull();
    expect(genericModelOf({ vid: 1, pid: 2, maker: null, product: null }, Uint8Array.of(0xa1))).toBeNull();
  });

  it('is there for every descriptor with a pen', () => {
    for (const file of descriptorFiles().filter((name) => name.startsWith('descriptors/'))) {
      expect(modelOf(file, 0x056a, 'Pen')?.driver.kind).toBe('hid-pen');
    }
  });

  it.each([
    ['056a-03a6', 0x056a, 'Wacom One', 'computer-screen'],
    ['0531-0100.vendorpen', 0x0531, 'Wacom One pen tablet Small', 'nothing'],
    ['056a-0374.vendorpen', 0x056a, 'Intuos S', 'nothing'],
    ['28bd-0904', 0x28bd, 'Deco Pro M', 'nothing'],
    ['28bd-095b', 0x28bd, 'Artist 24 Pro', 'computer-screen'],
    ['256c-006d', 0x256c, null, 'nothing'],
  ])('says of %s what the signatory looks at', (name, vid, product, shows) => {
    expect(modelOf(`descriptors/${name}.rdesc.bin`, vid, product)?.shows).toBe(shows);
  });

  it('takes from the strings what is text, and no more than a line', () => {
    const model = modelOf('descriptors/056a-03a6.rdesc.bin', 0x056a, ` Pen\u0000<b>\n${'x'.repeat(300)}`, '  ');
    expect(model?.maker).toBe('unnamed maker');
    expect(model?.model).toBe(`Pen b ${'x'.repeat(54)}`);
    expect(modelOf('descriptors/056a-03a6.rdesc.bin', 0x056a, null)?.model).toBe('pen 056a:0042');
  });
});

it('answers any bytes with samples or counted reports, and never throws', async () => {
  const names = ['056a-03a6', '045e-0021', '2d1f-0203', '04df-0012', '056a-03c4'];
  const rigs = await Promise.all(names.map((name) => opened(name)));
  fc.assert(
    fc.property(fc.constantFrom(...rigs), fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 20 }), (rig, all) => {
      rig.events.length = 0;
      for (const bytes of all) rig.hid.send(bytes);
      return rig.events.every((event) =>
        event.type === 'samples'
          ? event.samples.every(({ x, y }) => Number.isSafeInteger(x) && Number.isSafeInteger(y))
          : event.type === 'bad-report',
      );
    }),
    { seed: 20_261_123, numRuns: 300 },
  );
});
