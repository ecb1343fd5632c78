import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelNamed } from '../../../drivers/pad-models.ts';
import { parseReportDescriptor } from '../../../drivers/generic-digitizer/report-descriptor.ts';
import { simulatedFacts } from '../../../drivers/simulated/simulated-models.ts';
import { reportDescriptor } from '../../../drivers/simulated/device-reports.ts';
import { stuFacts } from '../../../drivers/simulated/stu-facts.ts';
import * as crypto from '../../../drivers/wacom/stu-crypto-reports.ts';
import * as image from '../../../drivers/wacom/stu-image-reports.ts';
import { readSessionPens } from '../../../drivers/wacom/stu-pen-reports.ts';
import * as queries from '../../../drivers/wacom/stu-queries.ts';
import { abilitiesOf, reportsDeclared, reportsOfProduct } from '../../../drivers/wacom/stu-report-table.ts';
import type { StuReports } from '../../../drivers/wacom/stu-report-table.ts';
import type { StuArea } from '../../../drivers/wacom/stu-reports.ts';
import * as settings from '../../../drivers/wacom/stu-settings-reports.ts';
import * as newest from '../../../drivers/wacom/stu-540-reports.ts';
import { stuParsers } from './stu-parsers.ts';

const hex = (report: Uint8Array): string => Buffer.from(report).toString('hex');
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const seed = 20261123;
const run = { seed, numRuns: 500 };

const byte = fc.integer({ min: 0, max: 255 });
const word = fc.integer({ min: 0, max: 0xffff });
const colour = fc.record({ red: byte, green: byte, blue: byte });
const order = fc.constantFrom('rgb' as const, 'bgr' as const);
const area: fc.Arbitrary<StuArea> = fc
  .tuple(fc.nat(800), fc.nat(480), fc.integer({ min: 1, max: 800 }), fc.integer({ min: 1, max: 480 }))
  .map(([x, y, width, height]) => ({ x, y, width, height }));

describe('STU settings', () => {
  it('read back as they were written, whatever they are', () => {
    const same = <T>(
      values: fc.Arbitrary<T>,
      encode: (value: T) => Uint8Array,
      parse: (report: Uint8Array) => unknown,
    ) =>
      fc.assert(
        fc.property(values, (value) => {
          const report = encode(value);
          expect(parse(report)).toEqual({ ok: true, value });
          expect(parse(report.subarray(0, -1))).toEqual({ ok: false, error: 'malformed' });
        }),
        run,
      );
    same(fc.boolean(), settings.encodeInking, settings.parseInking);
    same(fc.constantFrom(0, 1, 2, 3), settings.encodeOptionMode, settings.parseOptionMode);
    same(fc.record({ on: word, off: word }), settings.encodeThreshold, queries.parseThreshold);
    same(area, settings.encodeWritingArea, settings.parseWritingArea);
    same(word, settings.encodeBacklight, settings.parseBacklight);
    same(word, settings.encodeContrast, settings.parseContrast);
    same(fc.boolean(), settings.encodeBootScreen, settings.parseBootScreen);
    same(fc.constantFrom('plain', 'smooth'), settings.encodeRendering, settings.parseRendering);
    same(fc.constantFrom('hid', 'serial'), settings.encodeDefaultMode, settings.parseDefaultMode);
    same(fc.integer({ min: 0, max: 0xffffffff }), queries.encodeUid, queries.parseUid);
  });

  it('keep a colour in either order, and its highest bits in 16', () => {
    fc.assert(
      fc.property(colour, order, byte, (value, how, thickness) => {
        const ink = { colour: value, thickness };
        expect(settings.parsePen24(settings.encodePen24(ink, how), how)).toEqual({ ok: true, value: ink });
        expect(settings.parseBackground24(settings.encodeBackground24(value, how), how)).toEqual({ ok: true, value });
        for (const report of [settings.encodePen16(ink), settings.encodeBackground16(value)]) {
          const parsed = report[0] === 0x28 ? settings.parsePen16(report) : settings.parseBackground16(report);
          if (!parsed.ok) throw new Error('malformed');
          const back = 'colour' in parsed.value ? parsed.value.colour : parsed.value;
          expect([back.red >> 3, back.green >> 2, back.blue >> 3]).toEqual([
            value.red >> 3,
            value.green >> 2,
            value.blue >> 3,
          ]);
        }
      }),
      run,
    );
  });

  it.each([
    [
      'pure red ink, red first',
      settings.encodePen24({ colour: { red: 255, green: 0, blue: 0 }, thickness: 1 }, 'rgb'),
      '2dff000001',
    ],
    [
      'pure red ink, blue first',
      settings.encodePen24({ colour: { red: 255, green: 0, blue: 0 }, thickness: 1 }, 'bgr'),
      '2d0000ff01',
    ],
    [
      'pure red ink of 16 bits',
      settings.encodePen16({ colour: { red: 255, green: 0, blue: 0 }, thickness: 2 }),
      '2800f802',
    ],
    ['white background', settings.encodeBackground24({ red: 255, green: 255, blue: 255 }, 'rgb'), '2effffff'],
    ['backlight 3', settings.encodeBacklight(3), '2b0300'],
    ['contrast 0x0102', settings.encodeContrast(0x0102), '2c0201'],
    ['soft reset', settings.encodeReset('soft'), '0400'],
    ['hard reset', settings.encodeReset('hard'), '0401'],
    ['default mode HID', settings.encodeDefaultMode('hid'), '0c0100'],
    ['smooth ink', settings.encodeRendering('smooth'), '0e01'],
    ['no boot screen', settings.encodeBootScreen(false), '2f00'],
    ['UID 0x01020304', queries.encodeUid(0x01020304), '0a01020304'],
    ['clear area', image.encodeClearArea({ x: 16, y: 2, width: 784, height: 478 }), '230001100002001f03df01'],
    [
      'start image in an area',
      image.encodeStartImageArea(0x04, { x: 0, y: 0, width: 800, height: 480 }),
      '240401000000001f03df01',
    ],
    ['start image over bulk', image.encodeStartImage(image.overBulk(0x02)), '2512'],
    ['start capture', crypto.encodeStartCapture(0x00c0ffee), '1500c0ffee'],
    ['set type', crypto.encodeSetType().subarray(0, 5), '4001028200'],
    ['exponent', crypto.encodeExponent([1, 0, 1]).subarray(0, 8), '4002000301000100'],
    ['make key', crypto.encodeMakeKey().subarray(0, 4), '40050000'],
    ['ask for piece 3', crypto.encodeGetKeyPiece(3).subarray(0, 5), '4004020300'],
    ['ask for status', crypto.encodeGetEncryptionStatus().subarray(0, 3), '400300'],
  ])('%s', (_what, report, text) => {
    expect(hex(report)).toBe(text);
  });

  it('sends a piece of the modulus at the full length of its report', () => {
    const piece = crypto.encodeModulusPiece(new Uint8Array(64).fill(0xab));
    expect(hex(piece)).toBe(`40020140${'ab'.repeat(64)}`);
  });

  it('carries up to 2,557 bytes in a block of a pad that declares 2,560', () => {
    const block = image.encodeImageBlock(new Uint8Array(2557).fill(1), 2560);
    expect([block.length, block[1], block[2]]).toEqual([2560, 0xfd, 0x09]);
    expect(() => image.encodeImageBlock(new Uint8Array(2558), 2560)).toThrow(RangeError);
  });
});

describe('what a STU pad says of encryption', () => {
  it('is read by its states, unknown ones as invalid', () => {
    expect(crypto.parseEncryptionStatus(bytes('500282000000fa00070000000000000000'))).toEqual({
      ok: true,
      value: {
        exponent: 'ready',
        modulus: 'ready',
        encryptedKey: 'calculating',
        lastResult: 0,
        flags: { random: true, sha1: true, aes: true },
      },
    });
    expect(crypto.parseEncryptionStatus(bytes('50028200fbfcfd09000000000000000000'))).toMatchObject({
      value: { exponent: 'even', modulus: 'too-long', encryptedKey: 'too-short', lastResult: 9 },
    });
    expect(crypto.parseEncryptionStatus(bytes('5002820012feff00000000000000000000'))).toMatchObject({
      value: { exponent: 'invalid', modulus: 'invalid', encryptedKey: 'not-ready' },
    });
  });

  it('gives a piece of a key only as the answer to the request for one', () => {
    const answer = new Uint8Array(68).fill(7);
    answer.set([0x40, 4, 2, 64]);
    expect(crypto.parseKeyPiece(answer)).toEqual({ ok: true, value: new Uint8Array(64).fill(7) });
    for (const [at, value] of [
      [1, 3],
      [3, 0],
      [3, 65],
    ] as const) {
      const other = answer.slice();
      other[at] = value;
      expect(crypto.parseKeyPiece(other).ok).toBe(false);
    }
  });

  it('gives numbers of 16 bytes', () => {
    const number = '0123456789abcdef0123456789abcdef';
    expect(crypto.parseDhPrime(bytes(`1a${number}`))).toEqual({ ok: true, value: bytes(number) });
    expect(crypto.parseDevicePublicKey(bytes(`14${number}`))).toEqual({ ok: true, value: bytes(number) });
    expect(crypto.parseDhBase(bytes('1b0005'))).toEqual({ ok: true, value: 5 });
    expect(hex(crypto.encodeHostPublicKey(bytes(number)))).toBe(`13${number}`);
  });
});

describe('the reports of the STU-540', () => {
  const image540 = fc.constantFrom(
    ...(['pin-pad', 'key-pad', 'signature'] as const).flatMap((kind) =>
      [1, 2, 3].flatMap((number) => [true, false].map((pushed) => ({ kind, number, pushed }))),
    ),
    ...[1, 5, 10].map((number) => ({ kind: 'slide' as const, number, pushed: false })),
    ...[1, 6].map((number) => ({ kind: 'message' as const, number, pushed: false })),
  );
  it('name a stored picture by mode and number', () => {
    const signature = { kind: 'signature', number: 2, pushed: true } as const;
    expect(hex(newest.encodeStartRomImage(signature, [0, 0, 7]))).toBe('94040482000007');
    expect(hex(newest.encodeAskRomHash(signature)).slice(0, 8)).toBe('96048200');
    expect(hex(newest.encodeDisplayRomImage(signature))).toBe('9b0482');
    expect(hex(newest.encodeDeleteRomImage(signature))).toBe('970982');
    expect(hex(newest.encodeDeleteRomImages('all'))).toBe('970000');
    expect(hex(newest.encodeDeleteRomImages('slide'))).toBe('970200');
    expect(() => newest.encodeDisplayRomImage({ kind: 'slide', number: 11, pushed: false })).toThrow(RangeError);
    fc.assert(
      fc.property(image540, (place) => {
        expect([...newest.encodeDisplayRomImage(place)]).toHaveLength(3);
      }),
      run,
    );
  });

  it('tell the hash of a stored picture, or that there is none', () => {
    const digest = '00112233445566778899aabbccddeeff';
    expect(newest.parseRomHash(bytes(`96020100${digest}`))).toEqual({ ok: true, value: bytes(digest) });
    expect(newest.parseRomHash(bytes(`96020101${digest}`))).toEqual({ ok: true, value: null });
  });

  it('read operation modes back as they were written', () => {
    const screen = fc.integer({ min: 1, max: 3 });
    const message = fc.integer({ min: 0, max: 6 });
    const digits = fc.integer({ min: 0, max: 12 });
    const mode: fc.Arbitrary<newest.StuOperationMode> = fc.oneof(
      fc.record({ mode: fc.constant('normal' as const) }),
      fc.record({
        mode: fc.constant('pin-pad' as const),
        screen,
        bypass: fc.boolean(),
        minDigits: digits,
        maxDigits: digits,
        hideDigits: fc.boolean(),
        afterEnter: message,
        afterCancel: message,
      }),
      fc.record({
        mode: fc.constant('slide-show' as const),
        slides: fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 1, maxLength: 10 }),
        intervalMs: fc.integer({ min: 2000, max: 120_000 }),
      }),
      fc.record({ mode: fc.constant('key-pad' as const), screen, afterKey: message }),
      fc.record({
        mode: fc.constant('signature' as const),
        screen,
        keys: fc.constantFrom(['cancel', 'enter', 'clear'] as const, ['clear', 'cancel', 'enter'] as const),
        afterEnter: message,
        afterCancel: message,
      }),
    );
    fc.assert(
      fc.property(mode, (value) => {
        expect(newest.parseOperationMode(newest.encodeOperationMode(value))).toEqual({ ok: true, value });
      }),
      run,
    );
    expect(hex(newest.encodeOperationMode({ mode: 'slide-show', slides: [3, 10, 1], intervalMs: 2000 }))).toBe(
      '930200033a10000000000007d0',
    );
  });

  it('tell keys in clear and inside a session', () => {
    expect(newest.parseKeyEvent(bytes('9904010000000000' + '0000'))).toEqual({
      ok: true,
      value: { mode: 'signature', key: 1 },
    });
    expect(newest.parseKeyEvent(bytes('99030209000000000000'))).toMatchObject({
      value: { mode: 'key-pad', screen: 2, key: 9 },
    });
    expect(newest.parseKeyEvent(bytes('99010112345000000000'))).toMatchObject({
      value: { mode: 'pin-pad', key: 1, digits: [1, 2, 3, 4, 5, 0, 0, 0, 0, 0, 0, 0, 0] },
    });
    expect(newest.parseKeyEvent(bytes('99090112345000000000')).ok).toBe(false);
    expect(newest.readSessionKeyEvent(bytes('00c0ffee040200000000000000000000'))).toEqual({
      session: 0x00c0ffee,
      event: { ok: true, value: { mode: 'signature', key: 2 } },
    });
  });
});

describe('any bytes', () => {
  it('as any report give a value or "malformed", never an exception', () => {
    const ids = fc.constantFrom(
      3,
      6,
      8,
      9,
      0x0a,
      0x0b,
      0x0c,
      0x0e,
      0x0f,
      0x14,
      0x1a,
      0x1b,
      0x21,
      0x22,
      0x28,
      0x29,
      0x2a,
      0x2b,
      0x2c,
      0x2d,
      0x2e,
      0x2f,
      0x32,
      0x40,
      0x50,
      0x93,
      0x96,
      0x98,
      0x99,
    );
    const read = stuParsers.map(() => 0);
    const report = fc
      .tuple(ids, fc.integer({ min: 0, max: 70 }), fc.infiniteStream(byte), fc.boolean())
      .map(([id, length, stream, exact]) => {
        const whole = exact ? lengthOf(id) : length;
        return Uint8Array.from([id, ...[...stream.take(Math.max(0, whole - 1))]]).subarray(0, whole);
      });
    fc.assert(
      fc.property(report, (one) => {
        for (const [at, parse] of stuParsers.entries()) if (parse(one).ok) read[at]! += 1;
      }),
      { seed, numRuns: 20_000 },
    );
    // Each parser met a report it could read: none refuses everything.
    expect(read.filter((count) => count === 0)).toEqual([]);
  });

  it('of a decrypted block give pens within the range of their fields', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.constantFrom(0x10, 0x31, 0x33), (plain, id) => {
        const { pens, session } = readSessionPens(id, plain, id === 0x31 ? [1, 2] : null);
        expect(pens).toHaveLength(id === 0x33 ? 1 : 2);
        expect(session).toBeGreaterThanOrEqual(0);
        for (const pen of pens) expect(pen.pressure <= 0xfff && pen.switches <= 7 && pen.x <= 0xffff).toBe(true);
      }),
      run,
    );
  });
});

function lengthOf(id: number): number {
  return reportsOfProduct(0x00a8).features.get(id) ?? reportsOfProduct(0x00a3).features.get(id) ?? 10;
}

describe('which reports a STU pad has', () => {
  const names = ['STU-300', 'STU-430', 'STU-430V', 'STU-500', 'STU-520', 'STU-530', 'STU-530V', 'STU-540'];
  const declaredBy = (descriptor: Uint8Array): StuReports | null => {
    const parsed = parseReportDescriptor(descriptor);
    if (!parsed.ok) throw new Error(parsed.error.detail);
    const lengths = (of: readonly { readonly id: number; readonly byteLength: number }[]) =>
      new Map(of.map(({ id, byteLength }) => [id, byteLength]));
    return reportsDeclared({ features: lengths(parsed.value.features), inputs: lengths(parsed.value.inputs) });
  };

  it.each(names)('the table and the descriptor of a simulated %s say the same', (name) => {
    const declared = declaredBy(reportDescriptor(simulatedFacts(name.toLowerCase() as 'stu-300')));
    const table = reportsOfProduct(modelNamed(name).pid);
    expect(abilitiesOf(declared!)).toEqual(abilitiesOf(table));
    // The STU-540 declares its longer blocks, which the table leaves to the descriptor.
    const blocks = name === 'STU-540' ? 2560 : 256;
    expect(new Map(declared!.features)).toEqual(new Map([...table.features, [0x26, blocks]]));
    expect(new Set(declared!.inputs)).toEqual(new Set(table.inputs));
  });

  it('are learnt from the descriptor where firmware differs within a model', () => {
    const declared = declaredBy(reportDescriptor(stuFacts('stu-500', { firmware: [2, 3], optionMode: 2 })));
    expect(abilitiesOf(declared!).optionMode).toBe(1);
    expect(abilitiesOf(reportsOfProduct(0x00a1)).optionMode).toBeNull();
  });

  it('leave out what is shorter than its layout, and a descriptor without the core is no STU', () => {
    const features = new Map([
      [0x03, 5],
      [0x08, 17],
      [0x09, 17],
      [0x25, 2],
      [0x2a, 8],
    ]);
    expect(reportsDeclared({ features, inputs: new Map([[0x34, 10]]) })).toEqual({
      features: new Map([
        [0x03, 5],
        [0x08, 17],
        [0x09, 17],
        [0x25, 2],
      ]),
      inputs: new Set(),
    });
    expect(reportsDeclared({ features: new Map([[0x03, 5]]), inputs: new Map() })).toBeNull();
  });
});
