/**
 * The STU report codec: bytes to values and back, nothing else (`pads.md` 1.5 to 1.8). Bytes from a pad never make
 * it throw: what cannot be read comes back as a problem to be counted. Encrypted pen reports are not read here.
 */
import { err, ok } from '../../signing/result.ts';
import type { Result } from '../../signing/result.ts';
import { featureLength, inputLength, stuReport } from './stu-report-table.ts';
import type { StuFeatureId } from './stu-report-table.ts';

export interface StuPen {
  readonly inRange: boolean;
  /** Bit 0 the tip, bits 1 and 2 side switches. */
  readonly switches: number;
  readonly pressure: number;
  /** Pad units, origin upper left. */
  readonly x: number;
  readonly y: number;
  /** Report 0x34: counters of 16 bits that wrap. */
  readonly time?: number;
  readonly sequence?: number;
  /** Report 0x30: time or sequence, by the option mode that was set. */
  readonly option?: number;
}

export type StuInput =
  | { readonly type: 'pen'; readonly pen: StuPen }
  /** A report the pad may send that is not pen data: key exchange, screen events. */
  | { readonly type: 'other'; readonly id: number }
  | { readonly type: 'problem'; readonly reason: 'malformed' | 'unknown' };

const malformed = { type: 'problem', reason: 'malformed' } as const;
const unknown = { type: 'problem', reason: 'unknown' } as const;

/** Reads one input report, ID in byte 0. */
export function parseStuInput(report: Uint8Array): StuInput {
  const id = report[0];
  if (id === undefined) return malformed;
  const length = inputLength(id);
  if (length === null) return unknown;
  if (!hasLength(report, length)) return malformed;
  const view = viewOf(report);
  switch (id) {
    case stuReport.pen:
      return { type: 'pen', pen: parsePen(view) };
    case stuReport.penOption:
      return { type: 'pen', pen: { ...parsePen(view), option: view.getUint16(7) } };
    case stuReport.penTimeSequence:
      return { type: 'pen', pen: { ...parsePen(view), time: view.getUint16(7), sequence: view.getUint16(9) } };
    case stuReport.penEncrypted:
    case stuReport.penOptionEncrypted:
    case stuReport.penTimeSequenceEncrypted:
    case stuReport.eventEncrypted:
      // Pen data under a key we did not agree on: lost to us, so it has to show in the count.
      return unknown;
    default:
      return { type: 'other', id };
  }
}

/** The first byte carries flags in its high nibble and pressure in its low one; community drivers mix them up. */
function parsePen(view: DataView): StuPen {
  const flags = view.getUint8(1);
  return {
    inRange: (flags & 0x80) !== 0,
    switches: (flags >> 4) & 0x07,
    pressure: ((flags & 0x0f) << 8) | view.getUint8(2),
    x: view.getUint16(3),
    y: view.getUint16(5),
  };
}

/** Windows hands out buffers as long as the longest input report: zeros behind a whole report are not a fault. */
function hasLength(report: Uint8Array, length: number): boolean {
  return report.length >= length && report.subarray(length).every((byte) => byte === 0);
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export type StuStatusName =
  'ready' | 'image' | 'capture' | 'calculation' | 'image-boot' | 'rom-busy' | 'system-reset' | 'other';
const statusNames = new Map<number, StuStatusName>([
  [0x00, 'ready'],
  [0x01, 'image'],
  [0x02, 'capture'],
  [0x03, 'calculation'],
  [0x04, 'image-boot'],
  [0x05, 'rom-busy'],
  [0xff, 'system-reset'],
]);
export const stuResult = {
  none: 0x00,
  wrongReportId: 0x01,
  wrongState: 0x02,
  badParameter: 0x04,
  wrongEncoding: 0x10,
  imageTooLong: 0x11,
  wrongArea: 0x15,
} as const;

export interface StuStatus {
  readonly status: StuStatusName;
  /** How the last command ended: one of `stuResult`, or another code of the pad. */
  readonly result: number;
}
export interface StuInformation {
  readonly model: string;
  readonly firmware: string;
}
export interface StuCapability {
  readonly maxX: number;
  readonly maxY: number;
  readonly maxPressure: number;
  readonly width: number;
  readonly height: number;
  /** The last three are 0 on the STU-300 and STU-500, which do not fill them. */
  readonly reportsPerSecond: number;
  readonly unitsPerInch: number;
  readonly encodings: number;
}
export interface StuThreshold {
  readonly on: number;
  readonly off: number;
}
type Parsed<T> = Result<T, 'malformed'>;

export function parseStatus(report: Uint8Array): Parsed<StuStatus> {
  if (!isFeature(report, stuReport.status)) return err('malformed');
  const view = viewOf(report);
  return ok({ status: statusNames.get(view.getUint8(1)) ?? 'other', result: view.getUint8(2) });
}

export function parseInformation(report: Uint8Array): Parsed<StuInformation> {
  if (!isFeature(report, stuReport.information)) return err('malformed');
  const view = viewOf(report);
  const minor = view.getUint8(11).toString(16).toUpperCase().padStart(2, '0');
  return ok({ model: parseText(report.subarray(1, 10)), firmware: `${view.getUint8(10)}.${minor}` });
}

export function parseCapability(report: Uint8Array): Parsed<StuCapability> {
  if (!isFeature(report, stuReport.capability)) return err('malformed');
  const view = viewOf(report);
  const capability = {
    maxX: view.getUint16(1),
    maxY: view.getUint16(3),
    maxPressure: view.getUint16(5),
    width: view.getUint16(7),
    height: view.getUint16(9),
    reportsPerSecond: view.getUint8(11),
    unitsPerInch: view.getUint16(12),
    encodings: view.getUint8(14),
  };
  // A pad without extent cannot be scaled to; nothing later could be right.
  if (capability.maxX === 0 || capability.maxY === 0 || capability.width === 0 || capability.height === 0) {
    return err('malformed');
  }
  return ok(capability);
}

/** Report 0x0B or 0x0F: the number the pad itself carries. Empty when it holds none. */
export function parseIdentity(report: Uint8Array, id: 0x0b | 0x0f): Parsed<string> {
  return isFeature(report, id) ? ok(parseText(report.subarray(1))) : err('malformed');
}

export function parseThreshold(report: Uint8Array): Parsed<StuThreshold> {
  if (!isFeature(report, stuReport.threshold)) return err('malformed');
  const view = viewOf(report);
  return ok({ on: view.getUint16(1, true), off: view.getUint16(3, true) });
}

function isFeature(report: Uint8Array, id: StuFeatureId): boolean {
  return report[0] === id && hasLength(report, featureLength(id));
}

/** ASCII up to the first zero; anything unprintable is left out, for it ends up on screens. */
function parseText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  const text = end === -1 ? bytes : bytes.subarray(0, end);
  return String.fromCharCode(...text.filter((byte) => byte >= 0x20 && byte < 0x7f)).trim();
}

/** Pixels of the pad's screen. */
export interface StuArea {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
/** Image encodings of report 0x25 over HID (the bulk and zlib ones are not used). */
export const stuEncoding = { oneBit: 0x00, sixteenBit: 0x02, twentyFourBit: 0x04 } as const;
export type StuEncoding = (typeof stuEncoding)[keyof typeof stuEncoding];

export const encodeClear = (): Uint8Array => feature(stuReport.clear);
export const encodeEndCapture = (): Uint8Array => feature(stuReport.endCapture);
export const encodeInking = (on: boolean): Uint8Array => feature(stuReport.inking, on ? 1 : 0);
export const encodeOptionMode = (mode: 0 | 1 | 2 | 3): Uint8Array => feature(stuReport.optionMode, mode);
export const encodeStartImage = (encoding: StuEncoding): Uint8Array => feature(stuReport.startImage, encoding);
export const encodeEndImage = (how: 'commit' | 'abandon'): Uint8Array =>
  feature(stuReport.endImage, how === 'commit' ? 0 : 1);
export const encodeThreshold = (threshold: StuThreshold): Uint8Array =>
  feature(stuReport.threshold, ...word(threshold.on), ...word(threshold.off));

/** The lower-right pixel belongs to the area. */
export const encodeWritingArea = (area: StuArea): Uint8Array =>
  feature(
    stuReport.writingArea,
    ...word(area.x),
    ...word(area.y),
    ...word(area.x + area.width - 1),
    ...word(area.y + area.height - 1),
  );

/** Data bytes one block carries; the report is 256 bytes whether they fill it or not. */
export const blockCapacity = 253;

/** Throws on more than `blockCapacity` bytes: that is our bug, never the pad's. */
export function encodeImageBlock(data: Uint8Array): Uint8Array {
  if (data.length > blockCapacity) throw new RangeError('image block too long');
  const report = feature(stuReport.imageBlock, ...word(data.length));
  report.set(data, 3);
  return report;
}

const word = (value: number): [number, number] => [value & 0xff, (value >> 8) & 0xff];

function feature(id: StuFeatureId, ...payload: number[]): Uint8Array {
  const report = new Uint8Array(featureLength(id));
  report[0] = id;
  report.set(payload, 1);
  return report;
}
