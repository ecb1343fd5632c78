/** What a STU pad says of itself (`pads.md` 1.6). */
import { bigEndian32, feature, parseFeature, parseText } from './stu-reports.ts';
import type { Parsed } from './stu-reports.ts';
import { stuReport } from './stu-report-table.ts';

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

export interface StuStatus {
  readonly status: StuStatusName;
  /** How the last command ended: one of `stuResult`, or another code of the pad. */
  readonly result: number;
}
export function parseStatus(report: Uint8Array): Parsed<StuStatus> {
  return parseFeature(report, stuReport.status, (view) => ({
    status: statusNames.get(view.getUint8(1)) ?? 'other',
    result: view.getUint8(2),
  }));
}

export interface StuInformation {
  readonly model: string;
  readonly firmware: string;
}
export function parseInformation(report: Uint8Array): Parsed<StuInformation> {
  return parseFeature(report, stuReport.information, (view) => {
    const minor = view.getUint8(11).toString(16).toUpperCase().padStart(2, '0');
    return { model: parseText(report.subarray(1, 10)), firmware: `${view.getUint8(10)}.${minor}` };
  });
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
export function parseCapability(report: Uint8Array): Parsed<StuCapability> {
  return parseFeature(report, stuReport.capability, (view) => {
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
    const { maxX, maxY, width, height } = capability;
    // A pad without extent cannot be scaled to; nothing later could be right.
    return Math.min(maxX, maxY, width, height) === 0 ? 'malformed' : capability;
  });
}

/** Bits of `StuCapability.encodings`. */
export const encodingFlags = { zlib: 0x01, oneBit: 0x02, sixteenBit: 0x04, twentyFourBit: 0x08 } as const;

/** Report 0x0B (10 characters) or 0x0F (13): the number the pad itself carries. Empty when it holds none. */
export function parseIdentity(report: Uint8Array, id: 0x0b | 0x0f): Parsed<string> {
  return parseFeature(report, id, () => parseText(report.subarray(1)));
}

/** The number an owner may give the pad; it is kept in flash. */
export function parseUid(report: Uint8Array): Parsed<number> {
  return parseFeature(report, stuReport.uid, (view) => view.getUint32(1));
}
export const encodeUid = (uid: number): Uint8Array => feature(stuReport.uid, ...bigEndian32(uid));

export interface StuHidInformation {
  readonly vid: number;
  readonly pid: number;
  readonly release: number;
}
export function parseHidInformation(report: Uint8Array): Parsed<StuHidInformation> {
  return parseFeature(report, stuReport.hidInformation, (view) => ({
    vid: view.getUint16(1),
    pid: view.getUint16(3),
    release: view.getUint16(5),
  }));
}

export interface StuThreshold {
  readonly on: number;
  readonly off: number;
}
export function parseThreshold(report: Uint8Array): Parsed<StuThreshold> {
  return parseFeature(report, stuReport.threshold, (view) => ({
    on: view.getUint16(1, true),
    off: view.getUint16(3, true),
  }));
}
