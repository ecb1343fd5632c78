/**
 * A pen tablet or pen display with the report descriptor of a real one. Where its reports hold what is read from
 * `EXPECTED-pen-fields.json` beside the descriptor, not by our parser: the driver that reads the reports checks itself
 * against it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stall } from './hid-function.ts';
import type { PadCore, PenMoment } from './pad-core.ts';
import type { UsbIdentity } from './usb-descriptors.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/hid');

interface Field {
  readonly name: string;
  readonly bitOffset: number;
  readonly bitSize: number;
  readonly logicalMin: number;
  readonly logicalMax: number;
}
interface PenReport {
  readonly reportId: number;
  readonly reportBytesWithId: number;
  readonly fields: readonly Field[];
}
type Expected = Readonly<Record<string, { readonly penReports: readonly PenReport[] }>>;

/** `file` is a name in test/fixtures/hid/descriptors. The first pen report of the descriptor is the one it sends. */
export function penCore(file: string, identity: UsbIdentity, intervalMs: number): PadCore {
  const reportDescriptor = new Uint8Array(readFileSync(join(fixtures, 'descriptors', file)));
  const expected = JSON.parse(readFileSync(join(fixtures, 'EXPECTED-pen-fields.json'), 'utf8')) as Expected;
  const report = expected[`descriptors/${file}`]?.penReports[0];
  if (!report) throw new Error(`no pen is known in ${file}`);
  const features = new Map<number, Uint8Array>();
  return {
    identity,
    reportDescriptor,
    interval: intervalMs,
    // Which features a pen has is its own affair; ours keeps what it is told, as the mode switch of report 2.
    get: (type, id) => {
      const kept = type === 'feature' ? features.get(id) : undefined;
      if (!kept) throw new Stall();
      return kept;
    },
    set: (type, bytes) => {
      if (type !== 'feature') throw new Stall();
      features.set(bytes[0] ?? 0, bytes.slice());
    },
    bulk: null,
    pen: (moment) => encodePen(report, moment),
    onOwnReport: () => undefined,
    onRestart: () => undefined,
    screen: () => null,
  };
}

export function encodePen(report: PenReport, moment: PenMoment): Uint8Array {
  const bytes = new Uint8Array(report.reportBytesWithId);
  bytes[0] = report.reportId;
  for (const field of report.fields) putBits(bytes, field, valueOf(field, moment));
  return bytes;
}

function valueOf(field: Field, moment: PenMoment): number {
  const scaled = (share: number): number =>
    Math.round(field.logicalMin + share * (field.logicalMax - field.logicalMin));
  switch (field.name) {
    case 'X':
      return scaled(moment.x);
    case 'Y':
      return scaled(moment.y);
    case 'TipPressure':
      return moment.tip ? scaled(moment.pressure) : field.logicalMin;
    case 'TipSwitch':
      return moment.tip && moment.inRange ? 1 : 0;
    case 'InRange':
      return moment.inRange ? 1 : 0;
    default:
      // Side switches, eraser and tilt stay at rest.
      return Math.min(Math.max(0, field.logicalMin), field.logicalMax);
  }
}

/** Least significant bit first, as HID has it; negative values as two's complement. */
function putBits(bytes: Uint8Array, field: Field, value: number): void {
  for (let bit = 0; bit < field.bitSize; bit++) {
    const at = field.bitOffset + bit;
    if (Math.floor(value / 2 ** bit) % 2 !== 0) bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (1 << (at & 7));
  }
}
