import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TopazParser } from '../../../drivers/topaz/topaz-parser.ts';
import type { TopazItem } from '../../../drivers/topaz/topaz-parser.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const parse = (hex: string): readonly TopazItem[] => new TopazParser().feed(bytes(hex));

/** Written from the layout, apart from the parser: low parts of numbers first. */
const packet = (flags: number, x: number, y: number): readonly number[] => [
  0x80 | flags,
  ...[x % 128, Math.floor(x / 128)],
  ...[y % 128, Math.floor(y / 128)],
];

describe('a Topaz stream', () => {
  it('has the worked example: near, down, at 656, 416', () => {
    expect(parse('C1 10 05 20 03')).toEqual([{ type: 'pen', x: 656, y: 416, tip: true, near: true }]);
  });

  it('tells near from down', () => {
    expect(parse('C0 10 05 20 03 80 10 05 20 03')).toMatchObject([
      { tip: false, near: true },
      { tip: false, near: false },
    ]);
  });

  it('gives the samples after a pressure packet its pressure, and those before none', () => {
    const items = parse('C1 10 05 20 03 9C 00 00 7F 07 C1 10 05 20 03 C1 10 05 20 03');
    expect(items.map((item) => (item.type === 'pen' ? item.pressure : item.reason))).toEqual([undefined, 1023, 1023]);
  });

  it('passes over what the pad says of itself, and counts what is of no kind', () => {
    expect(parse('88 00 00 00 00 8C 00 00 00 00')).toEqual([]);
    expect(parse('94 00 00 00 00')).toEqual([{ type: 'bad', reason: 'unknown' }]);
  });

  it('begins anew at a first byte inside a packet, counts the rest once, and loses no packet after it', () => {
    expect(parse('C1 10 05 C1 10 05 20 03')).toEqual([
      { type: 'bad', reason: 'malformed' },
      { type: 'pen', x: 656, y: 416, tip: true, near: true },
    ]);
    expect(parse('10 05 20 03 C1 10 05 20 03 11 12 13 C1 10 05 20 03').map(({ type }) => type)).toEqual([
      'bad',
      'pen',
      'bad',
      'pen',
    ]);
  });

  it('takes the end of both ranges at once for noise', () => {
    expect(parse('C1 7F 1F 7F 1F')).toEqual([{ type: 'bad', reason: 'malformed' }]);
    expect(parse('C1 7F 1F 7E 1F')).toMatchObject([{ x: 0xfff, y: 0xffe }]);
  });

  const places = fc.array(fc.tuple(fc.nat(0xffe), fc.nat(0xffe), fc.constantFrom(0x00, 0x40, 0x41, 0x44, 0x50)));

  it('means the same in any pieces', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(fc.nat(40)), (stream, cuts) => {
        const whole = new TopazParser().feed(stream);
        const parser = new TopazParser();
        const pieces: TopazItem[] = [];
        let from = 0;
        for (const cut of [...cuts, stream.length]) {
          pieces.push(...parser.feed(stream.subarray(from, from + cut)));
          from = Math.min(stream.length, from + cut);
        }
        expect(pieces).toEqual(whole);
      }),
      { seed: 20_261_123, numRuns: 300 },
    );
  });

  it('reads back every place that is written', () => {
    fc.assert(
      fc.property(places, (all) => {
        const stream = Uint8Array.from(all.flatMap(([x, y, flags]) => packet(flags, x, y)));
        const read = new TopazParser().feed(stream);
        expect(read.map((item) => item.type === 'pen' && [item.x, item.y])).toEqual(all.map(([x, y]) => [x, y]));
      }),
      { seed: 20_261_123, numRuns: 200 },
    );
  });

  it('costs one packet for one garbled byte', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const clean = Uint8Array.from(Array.from({ length: 20 }, (_, i) => packet(0x41, 100 + i, 200)).flat());
        const garbled = clean.slice();
        garbled[at % garbled.length]! ^= flip;
        const xs = new TopazParser().feed(garbled).flatMap((item) => (item.type === 'pen' ? [item.x] : []));
        const untouched = Array.from({ length: 20 }, (_, i) => 100 + i).filter((x) => !xs.includes(x));
        expect(untouched.length).toBeLessThanOrEqual(1);
      }),
      { seed: 20_261_123, numRuns: 300 },
    );
  });
});
