/** Which reports a STU pad has and how long they are (`pads.md` 1.3), and the descriptor that says so (1.2). */
import type { StuFacts } from './stu-facts.ts';

export type ReportWay = 'input' | 'get' | 'set';

interface ReportLine {
  readonly id: number;
  readonly ways: readonly ReportWay[];
  /** The ID byte included. */
  readonly length: number;
  readonly on: (pad: StuFacts) => boolean;
}

const driven = (pad: StuFacts): boolean => pad.crypto !== 'tls';
const v1 = (pad: StuFacts): boolean => pad.crypto === 'v1';
const v2 = (pad: StuFacts): boolean => pad.crypto === 'v2';
const newest = (pad: StuFacts): boolean => pad.name === 'stu-540';
const fifth = (pad: StuFacts): boolean => pad.name === 'stu-520';
const colour = (pad: StuFacts): boolean => driven(pad) && (pad.encodings & 0x0c) !== 0;
const deep = (pad: StuFacts): boolean => v2(pad) && (pad.encodings & 0x08) !== 0;
const serial = (pad: StuFacts): boolean => v2(pad) && pad.serialMode;
const optionOnly = (pad: StuFacts): boolean => pad.optionMode === 2;

const always = (): boolean => true;
const input: readonly ReportWay[] = ['input'];
const get: readonly ReportWay[] = ['get'];
const set: readonly ReportWay[] = ['set'];
const both: readonly ReportWay[] = ['get', 'set'];

/** Left out, because their layout is not published or they are of the serial framing: 0x80, 0x81, 0x90..0x92, 0x95, 0xFF. */
const table: readonly ReportLine[] = [
  { id: 0x01, ways: input, length: 7, on: driven },
  { id: 0x03, ways: get, length: 5, on: always },
  { id: 0x04, ways: set, length: 2, on: driven },
  { id: 0x06, ways: get, length: 9, on: serial },
  { id: 0x08, ways: get, length: 17, on: always },
  { id: 0x09, ways: get, length: 17, on: always },
  { id: 0x0a, ways: both, length: 5, on: driven },
  { id: 0x0b, ways: get, length: 11, on: v2 },
  { id: 0x0c, ways: both, length: 3, on: serial },
  { id: 0x0d, ways: both, length: 2, on: serial },
  { id: 0x0e, ways: both, length: 2, on: newest },
  { id: 0x0f, ways: get, length: 14, on: newest },
  { id: 0x10, ways: input, length: 17, on: driven },
  { id: 0x13, ways: both, length: 17, on: v1 },
  { id: 0x14, ways: ['input', 'get'], length: 17, on: v1 },
  { id: 0x15, ways: set, length: 5, on: driven },
  { id: 0x16, ways: set, length: 2, on: driven },
  { id: 0x1a, ways: both, length: 17, on: v1 },
  { id: 0x1b, ways: both, length: 3, on: v1 },
  { id: 0x20, ways: set, length: 2, on: driven },
  { id: 0x21, ways: both, length: 2, on: driven },
  { id: 0x22, ways: both, length: 5, on: driven },
  { id: 0x23, ways: set, length: 11, on: v2 },
  { id: 0x24, ways: set, length: 11, on: v2 },
  { id: 0x25, ways: set, length: 2, on: driven },
  { id: 0x26, ways: set, length: 256, on: (pad) => driven(pad) && !newest(pad) },
  { id: 0x26, ways: set, length: 2560, on: newest },
  { id: 0x27, ways: set, length: 2, on: driven },
  { id: 0x28, ways: both, length: 4, on: (pad) => fifth(pad) || v2(pad) },
  { id: 0x29, ways: both, length: 3, on: colour },
  { id: 0x2a, ways: both, length: 9, on: (pad) => fifth(pad) || v2(pad) },
  { id: 0x2b, ways: both, length: 3, on: colour },
  { id: 0x2c, ways: both, length: 3, on: colour },
  { id: 0x2d, ways: both, length: 5, on: v2 },
  { id: 0x2e, ways: both, length: 4, on: deep },
  { id: 0x2f, ways: both, length: 2, on: v2 },
  { id: 0x30, ways: input, length: 9, on: optionOnly },
  { id: 0x31, ways: input, length: 21, on: optionOnly },
  { id: 0x32, ways: both, length: 2, on: (pad) => pad.optionMode !== null },
  { id: 0x33, ways: input, length: 17, on: v2 },
  { id: 0x34, ways: input, length: 11, on: v2 },
  { id: 0x40, ways: both, length: 68, on: v2 },
  { id: 0x50, ways: ['input', 'get'], length: 17, on: v2 },
  { id: 0x93, ways: both, length: 13, on: newest },
  { id: 0x94, ways: set, length: 7, on: newest },
  { id: 0x96, ways: both, length: 20, on: newest },
  { id: 0x97, ways: set, length: 3, on: newest },
  { id: 0x98, ways: get, length: 9, on: newest },
  { id: 0x99, ways: input, length: 10, on: newest },
  { id: 0x9a, ways: input, length: 17, on: newest },
  { id: 0x9b, ways: set, length: 3, on: newest },
];

/** Length of a report the pad has in this direction, or null: the control endpoint stalls then. */
export function reportLength(pad: StuFacts, way: ReportWay, id: number): number | null {
  return reportsOf(pad).find((line) => line.id === id && line.ways.includes(way))?.length ?? null;
}

/** Lengths a report may be sent in: the STU-540 takes its image blocks in either size. */
export function acceptsLength(pad: StuFacts, id: number, length: number): boolean {
  const declared = reportLength(pad, 'set', id);
  return length === declared || (id === 0x26 && declared !== null && length === 256);
}

const reportsOf = (pad: StuFacts): readonly ReportLine[] => table.filter(({ on }) => on(pad));

/**
 * No real one is public. This is the shape `pads.md` 1.2 infers: one vendor collection, an array of bytes for each
 * report, and a report that goes both ways stands twice.
 */
export function reportDescriptor(pad: StuFacts): Uint8Array {
  const items = [0x06, 0x00, 0xff, 0x09, 0x01, 0xa1, 0x01, 0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08];
  for (const { id, ways, length } of reportsOf(pad)) {
    const payload = length - 1;
    const count = payload > 255 ? [0x96, payload & 0xff, payload >> 8] : [0x95, payload];
    const declare = (main: number): number => items.push(0x85, id, 0x09, 0x01, ...count, main, 0x02);
    if (ways.includes('input')) declare(0x81);
    if (ways.includes('get') || ways.includes('set')) declare(0xb1);
  }
  return Uint8Array.from([...items, 0xc0]);
}
