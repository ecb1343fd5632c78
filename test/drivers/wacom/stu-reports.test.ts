import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import vectors from '../../vectors/stu/reports.json' with { type: 'json' };
import * as crypto from '../../../drivers/wacom/stu-crypto-reports.ts';
import * as image from '../../../drivers/wacom/stu-image-reports.ts';
import { parseStuInput } from '../../../drivers/wacom/stu-pen-reports.ts';
import * as queries from '../../../drivers/wacom/stu-queries.ts';
import { stuEncoding } from '../../../drivers/wacom/stu-reports.ts';
import * as settings from '../../../drivers/wacom/stu-settings-reports.ts';
import { inputLength } from '../../../drivers/wacom/stu-report-table.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const hex = (report: Uint8Array): string => Buffer.from(report).toString('hex');
const seed = 20261123;

describe('STU input reports', () => {
  it.each(vectors.inputs)('reads $hex as the reference says', ({ hex: text, input }) => {
    const { block, ...read } = { block: undefined, ...parseStuInput(bytes(text)) };
    expect(read).toEqual(input);
    if (block) expect(hex(block)).toBe(text.slice(2, 34));
  });

  it('never lets a flag leak into the pressure, or pressure into a flag', () => {
    for (const flags of [0x00, 0x10, 0x80, 0x90, 0xf0]) {
      for (const pressure of [0, 1, 0x0ff, 0x100, 0x3ff, 0xfff]) {
        const report = Uint8Array.of(1, flags | (pressure >> 8), pressure & 0xff, 0, 0, 0, 0);
        expect(parseStuInput(report)).toEqual({
          type: 'pen',
          pen: { inRange: flags >= 0x80, switches: (flags >> 4) & 7, pressure, x: 0, y: 0 },
        });
      }
    }
  });

  it('reads a report that sits inside a larger buffer', () => {
    const padded = bytes('ffff01912c15180ca8ffff');
    expect(parseStuInput(padded.subarray(2, 9))).toMatchObject({ pen: { pressure: 300, x: 5400, y: 3240 } });
  });

  it('gives a value or a counted problem for 100,000 mutated reports, and never throws', () => {
    const good = vectors.inputs.filter(({ input }) => input.type !== 'problem').map((vector) => bytes(vector.hex));
    const mutated = fc
      .tuple(
        fc.constantFrom(...good),
        fc.array(fc.tuple(fc.nat(20), fc.nat(255)), { maxLength: 4 }),
        fc.integer({ min: 0, max: 24 }),
      )
      .map(([report, edits, length]) => {
        const out = new Uint8Array(length);
        out.set(report.subarray(0, length));
        for (const [at, value] of edits) if (at < length) out[at] = value;
        return out;
      });
    const counts = { pen: 0, encrypted: 0, key: 0, other: 0, malformed: 0, unknown: 0 };
    fc.assert(
      fc.property(mutated, (report) => {
        const input = parseStuInput(report);
        if (input.type === 'problem') {
          counts[input.reason]++;
          return;
        }
        counts[input.type]++;
        expect(report.length).toBeGreaterThanOrEqual(inputLength(report[0] ?? -1) ?? Infinity);
        if (input.type !== 'pen') return;
        const { pressure, x, y, switches } = input.pen;
        expect(pressure >= 0 && pressure <= 0xfff && switches <= 7).toBe(true);
        expect(
          x === ((report[3] ?? 0) << 8) + (report[4] ?? 0) && y === ((report[5] ?? 0) << 8) + (report[6] ?? 0),
        ).toBe(true);
      }),
      { numRuns: 100_000, seed },
    );
    // Each kind really came up: the property did not hold for want of cases.
    expect(Math.min(...Object.values(counts))).toBeGreaterThan(10);
  });

  it('reads any bytes at all without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (report) => {
        expect(['pen', 'encrypted', 'key', 'other', 'problem']).toContain(parseStuInput(report).type);
        for (const parse of [
          queries.parseStatus,
          queries.parseInformation,
          queries.parseCapability,
          queries.parseThreshold,
        ]) {
          expect(typeof parse(report).ok).toBe('boolean');
        }
        expect(typeof queries.parseIdentity(report, 0x0b).ok).toBe('boolean');
      }),
      { numRuns: 5000, seed },
    );
  });
});

describe('STU feature reports', () => {
  const parsers = {
    information: queries.parseInformation,
    capability: queries.parseCapability,
    status: queries.parseStatus,
    threshold: queries.parseThreshold,
  };
  it.each(vectors.features)('reads $kind $hex as the reference says', ({ kind, hex: text, value }) => {
    const parse = parsers[kind as keyof typeof parsers];
    expect(parse(bytes(text))).toEqual({ ok: true, value });
    expect(parse(bytes(text).subarray(0, -1))).toEqual({ ok: false, error: 'malformed' });
  });

  it('refuses a capability without extent, to which nothing could be scaled', () => {
    const report = bytes('092a30195003ff032001e0c809ec0f0000');
    report.fill(0, 1, 3);
    expect(queries.parseCapability(report)).toEqual({ ok: false, error: 'malformed' });
  });

  it('reads the identity of a STU-540 up to the first zero and leaves out what cannot be printed', () => {
    const report = new Uint8Array(14);
    report.set([0x0f, 0x39, 0x41, 0x07, 0x42, 0x00, 0x43]);
    expect(queries.parseIdentity(report, 0x0f)).toEqual({ ok: true, value: '9AB' });
  });

  it.each(vectors.encoded)('encodes $report as $hex', ({ report, hex: text }) => {
    const encoded: Record<string, () => Uint8Array> = {
      clear: image.encodeClear,
      'inking on': () => settings.encodeInking(true),
      'inking off': () => settings.encodeInking(false),
      'threshold 21 16': () => settings.encodeThreshold({ on: 21, off: 16 }),
      'writing area, whole 800x480': () => settings.encodeWritingArea({ x: 0, y: 0, width: 800, height: 480 }),
      'option mode 3': () => settings.encodeOptionMode(3),
      'start image, 1 bit': () => image.encodeStartImage(stuEncoding.oneBit),
      'end image': () => image.encodeEndImage('commit'),
      'abandon image': () => image.encodeEndImage('abandon'),
      'end capture': crypto.encodeEndCapture,
    };
    expect(hex(encoded[report]!())).toBe(text);
  });

  it('pads the last image block to the full report and refuses one byte too many', () => {
    const block = image.encodeImageBlock(new Uint8Array(157).fill(0xff));
    expect(hex(block)).toBe(`269d00${'ff'.repeat(157)}${'00'.repeat(96)}`);
    expect(() => image.encodeImageBlock(new Uint8Array(254))).toThrow(RangeError);
  });
});
