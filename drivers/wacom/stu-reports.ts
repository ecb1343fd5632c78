/**
 * What all reports of a STU pad share: how one is built and checked, and the words their fields use (`pads.md` 1.3,
 * 1.4). Bytes from a pad never make a parser throw: what cannot be read comes back as 'malformed'.
 */
import { err, ok } from '../../signing/result.ts';
import type { Result } from '../../signing/result.ts';
import { featureLength } from './stu-report-table.ts';
import type { StuFeatureId } from './stu-report-table.ts';

export type Parsed<T> = Result<T, 'malformed'>;

/** How the pad says that the last command ended. */
export const stuResult = {
  none: 0x00,
  wrongReportId: 0x01,
  wrongState: 0x02,
  crc: 0x03,
  badParameter: 0x04,
  wrongEncoding: 0x10,
  imageTooLong: 0x11,
  zlib: 0x12,
  wrongArea: 0x15,
  noImage: 0x20,
  romOverflow: 0x33,
  romParameter: 0x34,
  romCrc: 0x35,
} as const;

/** Pixels of the pad's screen. */
export interface StuArea {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Pixel formats of the image reports; how the bytes travel is a matter of `StuImageMode`. */
export const stuEncoding = { oneBit: 0x00, sixteenBit: 0x02, twentyFourBit: 0x04 } as const;
export type StuEncoding = (typeof stuEncoding)[keyof typeof stuEncoding];

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Windows hands out buffers as long as the longest input report: zeros behind a whole report are not a fault. */
export function hasLength(report: Uint8Array, length: number): boolean {
  return report.length >= length && report.subarray(length).every((byte) => byte === 0);
}

/** Reads a feature report whose ID and length are right. */
export function parseFeature<T>(
  report: Uint8Array,
  id: StuFeatureId,
  read: (view: DataView) => T | 'malformed',
): Parsed<T> {
  if (report[0] !== id || !hasLength(report, featureLength(id))) return err('malformed');
  const value = read(viewOf(report));
  return value === 'malformed' ? err('malformed') : ok(value);
}

/** Builds a feature report of its full length, padded with zero. */
export function feature(id: StuFeatureId, ...payload: readonly number[]): Uint8Array {
  const report = new Uint8Array(featureLength(id));
  if (payload.length >= report.length) throw new RangeError('report too long');
  report[0] = id;
  report.set(payload, 1);
  return report;
}

export const littleEndian = (value: number): [number, number] => [value & 0xff, (value >> 8) & 0xff];
export const bigEndian32 = (value: number): [number, number, number, number] => [
  value >>> 24,
  (value >>> 16) & 0xff,
  (value >>> 8) & 0xff,
  value & 0xff,
];

/** ASCII up to the first zero; anything unprintable is left out, for it ends up on screens. */
export function parseText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  const text = end === -1 ? bytes : bytes.subarray(0, end);
  return String.fromCharCode(...text.filter((byte) => byte >= 0x20 && byte < 0x7f)).trim();
}

/** Both corners belong to the area. */
export const areaBytes = (area: StuArea): readonly number[] => [
  ...littleEndian(area.x),
  ...littleEndian(area.y),
  ...littleEndian(area.x + area.width - 1),
  ...littleEndian(area.y + area.height - 1),
];

export function readArea(view: DataView, at: number): StuArea | 'malformed' {
  const [x0, y0, x1, y1] = [0, 2, 4, 6].map((offset) => view.getUint16(at + offset, true)) as [
    number,
    number,
    number,
    number,
  ];
  return x1 < x0 || y1 < y0 ? 'malformed' : { x: x0, y: y0, width: x1 - x0 + 1, height: y1 - y0 + 1 };
}
