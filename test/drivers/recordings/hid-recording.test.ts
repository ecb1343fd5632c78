import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHidRecording, readHidTrack } from '../../../drivers/recordings/hid-recording.ts';
import { descriptorBytes } from '../generic-digitizer/descriptors.ts';
import { expectManifest, sharedRecordings } from '../shared-recordings.ts';

const text = (lines: readonly string[]): Uint8Array => Buffer.from(`${lines.join('\n')}\n`, 'latin1');
const hexOf = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
const event = (at: string, bytes: readonly number[]): string =>
  `E: ${at} ${bytes.length} ${hexOf(Uint8Array.from(bytes))}`;

/** Report 6 of a Wacom One: flags, x, y, pressure; 27 bytes. */
const one = (flags: number, x: number, y: number, pressure: number): readonly number[] => {
  const report = new Uint8Array(27);
  const view = new DataView(report.buffer);
  view.setUint8(0, 6);
  view.setUint8(1, flags);
  view.setUint16(2, x, true);
  view.setUint16(5, y, true);
  view.setUint16(8, pressure, true);
  return [...report];
};
const descriptor = descriptorBytes('descriptors/056a-03a6.rdesc.bin');
const header = ['# a comment', 'D: 0', `R: ${descriptor.length} ${hexOf(descriptor)}`, 'N: pen', 'I: 3 056A 03a6'];

describe('hid-recorder text', () => {
  it('becomes ink by its own descriptor, lifted where the pen goes out of range', () => {
    const parsed = parseHidRecording(
      text([
        ...header,
        event('12.500000', one(0x20, 100, 200, 0)),
        event('12.505000', one(0x21, 110, 210, 2048)),
        event('12.510500', one(0x21, 120, 220, 4095)),
        event('12.520000', one(0x00, 0, 0, 0)),
        event('12.530000', one(0x00, 0, 0, 0)),
      ]),
    );
    expect(parsed).toEqual({
      ok: true,
      value: {
        format: 'hid-recording',
        samples: [
          { x: 100, y: 200, tip: false, pressure: 0, time: 0 },
          { x: 110, y: 210, tip: true, pressure: 2048 / 4095, time: 5 },
          { x: 120, y: 220, tip: true, pressure: 1, time: 10.5 },
          { x: 120, y: 220, tip: false, pressure: 0, time: 20 },
        ],
      },
    });
  });

  it('keeps interfaces apart: a descriptor speaks only for the reports of its own', () => {
    const parsed = parseHidRecording(
      text([...header, 'D: 1', event('1.000000', one(0x21, 1, 1, 9)), 'D: 0', event('2.0', one(0x21, 5, 6, 9))]),
    );
    expect(parsed.ok && parsed.value.samples.map(({ x, y }) => [x, y])).toEqual([[5, 6]]);
  });

  it('refuses reports of a layout it does not know in a sentence that names the device', () => {
    const mouse = '05 01 09 02 a1 01 85 02 06 00 ff 09 01 75 08 95 07 81 02 c0';
    const parsed = parseHidRecording(
      text([`R: 20 ${mouse}`, 'I: 3 056a 00b8', event('0.000000', [2, 0xe0, 1, 2, 3, 4, 5, 6])]),
    );
    expect(parsed).toEqual({
      ok: false,
      error: {
        code: 'unknown-format',
        detail:
          "the reports of the device 056a:00b8 are in a layout of the maker's own, which is not known here, so they cannot be replayed",
      },
    });
  });

  it.each([
    ['a length that is not the number of bytes', 'E: 0.000000 3 06 21', 'line 6 is no report'],
    ['letters among the bytes', 'E: 0.000000 2 06 zz', 'line 6 is no report'],
    ['a time that is none', 'E: soon 1 06', 'line 6 is no report'],
    ['a descriptor cut short', 'R: 9 05 0d', 'line 6 is no report descriptor'],
  ])('refuses %s by its line', (_what, line, detail) => {
    expect(parseHidRecording(text([...header, line]))).toEqual({ ok: false, error: { code: 'damaged', detail } });
  });

  it('says so when the pen never touches, and when nothing was recorded', () => {
    expect(parseHidRecording(text([...header, event('0.000000', one(0x20, 1, 1, 0))]))).toMatchObject({
      error: { code: 'no-ink' },
    });
    expect(parseHidRecording(text(header))).toEqual({
      ok: false,
      error: { code: 'unknown-format', detail: 'the recording holds no reports' },
    });
  });
});

describe('usbhid-dump text', () => {
  const stream = (at: string, bytes: string): readonly string[] => [
    `003:002:001:STREAM             ${at}`,
    ` ${bytes}`,
    '',
  ];

  it('is read by the shape of its reports where the descriptor is in another file', () => {
    const parsed = parseHidRecording(
      text([
        ...stream('1524717118.269624', '07 A0 EF 24 F9 0A 00 00'),
        ...stream('1524717118.277624', '07 A1 F0 24 FA 0A FF 07'),
        ...stream('1524717118.285624', '07 C0 00 00 00 00 00 00'),
      ]),
    );
    expect(parsed.ok && parsed.value.samples.map(({ x, y, tip }) => [x, y, tip])).toEqual([
      [0x24ef, 0x0af9, false],
      [0x24f0, 0x0afa, true],
      [0x24f0, 0x0afa, false],
    ]);
    expect(parsed.ok && parsed.value.samples[1]?.pressure).toBe(1);
    expect(parsed.ok && parsed.value.samples[1]?.time).toBeCloseTo(8, 6);
  });

  it('tells the two generations of report 7 apart by the bit of the range', () => {
    const dump = text([
      ...stream('1.000000', '07 C0 01 00 01 00 00 00'),
      ...stream('1.010000', '07 C1 02 00 02 00 10 00'),
      ...stream('1.020000', '07 80 00 00 00 00 00 00'),
    ]);
    const track = readHidTrack(dump);
    expect(track.ok && track.value.moments.map(({ inRange, tip }) => [inRange, tip])).toEqual([
      [true, false],
      [true, true],
      [false, false],
    ]);
  });

  it('prefers a descriptor in the same text, over several lines', () => {
    const rows = hexOf(descriptor).match(/(?:[0-9a-f]{2} ?){1,16}/g) ?? [];
    const dump = text([
      '003:002:001:DESCRIPTOR         1524716971.837502',
      ...rows.map((row) => ` ${row.trim().toUpperCase()}`),
      '',
      ...stream('1.000000', hexOf(Uint8Array.from(one(0x21, 7, 8, 4095)))),
    ]);
    expect(readHidTrack(dump)).toMatchObject({
      value: { layout: 'descriptor', maxPressure: 4095, moments: [{ x: 7, y: 8, tip: true }] },
    });
  });

  it('says clearly when the layout cannot be told', () => {
    expect(parseHidRecording(text(stream('1.000000', '01 00 08 41 77 41 00 00')))).toEqual({
      ok: false,
      error: {
        code: 'unknown-format',
        detail: 'the recording has no report descriptor, and the layout of its reports is not known',
      },
    });
    // Flags that fit neither generation are not guessed at.
    expect(parseHidRecording(text(stream('1.000000', '07 21 08 41 77 41 00 00'))).ok).toBe(false);
  });

  it('refuses bytes that belong to no report', () => {
    expect(parseHidRecording(text([...stream('1.000000', '07 C1 01'), ' 0x1']))).toMatchObject({
      error: { code: 'damaged', detail: 'line 4 holds no bytes of a report' },
    });
  });
});

it('answers anything with ink or a code, and never throws', () => {
  const good = [
    ...header,
    event('0.000000', one(0x21, 1, 2, 3)),
    '003:002:001:STREAM             1.000000',
    ' 07 C1 01 00 01 00 01 00',
  ];
  const mutated = fc
    .tuple(fc.constant(text(good)), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 10 }), fc.nat(2))
    .map(([bytes, flips, cut]) => {
      const changed = Uint8Array.from(bytes);
      for (const [at, value] of flips) changed[at % changed.length] = value;
      return cut === 0 ? changed.subarray(0, flips[0]?.[0] ?? 0) : changed;
    });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), mutated), (bytes) => {
      const parsed = parseHidRecording(bytes);
      return parsed.ok
        ? parsed.value.samples.some(({ tip }) => tip)
        : ['unknown-format', 'damaged', 'no-ink', 'too-large'].includes(parsed.error.code);
    }),
    { seed: 20_261_123, numRuns: 400 },
  );
});

describe('real recordings', () => {
  it('have the counts, extremes and ends that their manifest gives', async (ctx) => {
    const folder = sharedRecordings(ctx);
    await expectManifest(folder, (name) => {
      const track = readHidTrack(readFileSync(path.join(folder, name)));
      if (!track.ok) throw new Error(`${name}: ${track.error.detail}`);
      return track.value.moments;
    });
  });

  it('of makers with layouts of their own are refused by name of the device', (ctx) => {
    const folder = path.join(sharedRecordings(ctx), 'recordings');
    const refused = readdirSync(folder)
      .filter((name) => name.endsWith('.hid'))
      .map((name) => parseHidRecording(readFileSync(path.join(folder, name))))
      .flatMap((parsed) => (parsed.ok ? [] : [parsed.error]));
    expect(refused).toHaveLength(7);
    for (const { code, detail } of refused) {
      expect(code).toBe('unknown-format');
      expect(detail).toMatch(/the device [0-9a-f]{4}:[0-9a-f]{4} .* not known here/);
    }
  });
});
