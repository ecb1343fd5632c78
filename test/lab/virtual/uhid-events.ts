/** Events of /dev/uhid (Linux `include/uapi/linux/uhid.h`): packed, in the machine's byte order, which is little-endian here. */
import type { HidReportType } from './hid-function.ts';

const type = {
  destroy: 1,
  start: 2,
  stop: 3,
  open: 4,
  close: 5,
  output: 6,
  getReport: 9,
  getReportReply: 10,
  create: 11,
  input: 12,
  setReport: 13,
  setReportReply: 14,
} as const;
const dataMax = 4096;
/** The largest event is that of a create. */
export const eventBytes = 4 + 128 + 64 + 64 + 2 + 2 + 4 * 4 + dataMax;
const reportTypes: readonly HidReportType[] = ['feature', 'output', 'input'];
const ioError = 5;

export interface UhidIdentity {
  readonly name: string;
  /** Told as the physical path: unique to the device. */
  readonly place: string;
  readonly serial: string;
  readonly bus: number;
  readonly vid: number;
  readonly pid: number;
  readonly release: number;
  readonly reportDescriptor: Uint8Array;
}

/** What the kernel wants of the device. */
export type UhidEvent =
  | { readonly kind: 'started' | 'stopped' | 'opened' | 'closed' | 'other' }
  | { readonly kind: 'output'; readonly report: Uint8Array }
  | { readonly kind: 'get'; readonly request: number; readonly report: HidReportType; readonly id: number }
  | {
      readonly kind: 'set';
      readonly request: number;
      readonly report: HidReportType;
      readonly data: Uint8Array;
    };

export function encodeCreate(identity: UhidIdentity): Uint8Array {
  const bytes = event(type.create, eventBytes - 4);
  const text = (at: number, length: number, value: string): void => {
    bytes.set(Buffer.from(value).subarray(0, length - 1), at);
  };
  text(4, 128, identity.name);
  text(132, 64, identity.place);
  text(196, 64, identity.serial);
  const view = viewOf(bytes);
  view.setUint16(260, identity.reportDescriptor.length, true);
  view.setUint16(262, identity.bus, true);
  view.setUint32(264, identity.vid, true);
  view.setUint32(268, identity.pid, true);
  view.setUint32(272, identity.release, true);
  bytes.set(identity.reportDescriptor, 280);
  return bytes;
}

export function encodeInput(report: Uint8Array): Uint8Array {
  const bytes = event(type.input, 2 + report.length);
  viewOf(bytes).setUint16(4, report.length, true);
  bytes.set(report, 6);
  return bytes;
}

/** Null tells that the device refuses. */
export function encodeGetReply(request: number, report: Uint8Array | null): Uint8Array {
  const bytes = event(type.getReportReply, 8 + (report?.length ?? 0));
  const view = viewOf(bytes);
  view.setUint32(4, request, true);
  view.setUint16(8, report ? 0 : ioError, true);
  view.setUint16(10, report?.length ?? 0, true);
  if (report) bytes.set(report, 12);
  return bytes;
}

export function encodeSetReply(request: number, taken: boolean): Uint8Array {
  const bytes = event(type.setReportReply, 6);
  const view = viewOf(bytes);
  view.setUint32(4, request, true);
  view.setUint16(8, taken ? 0 : ioError, true);
  return bytes;
}

export function encodeDestroy(): Uint8Array {
  return event(type.destroy, 0);
}

/** The kernel gives one whole event at each read. */
export function parseEvent(bytes: Uint8Array): UhidEvent {
  const view = viewOf(bytes);
  const kind = bytes.length < 4 ? 0 : view.getUint32(0, true);
  const needs = { [type.getReport]: 10, [type.setReport]: 12, [type.output]: 4 + dataMax + 3 }[kind] ?? 4;
  if (bytes.length < needs) return { kind: 'other' };
  switch (kind) {
    case type.start:
      return { kind: 'started' };
    case type.stop:
      return { kind: 'stopped' };
    case type.open:
      return { kind: 'opened' };
    case type.close:
      return { kind: 'closed' };
    case type.output:
      return { kind: 'output', report: copy(bytes, 4, view.getUint16(4 + dataMax, true)) };
    case type.getReport: {
      const report = reportTypes[view.getUint8(9)];
      return report
        ? { kind: 'get', request: view.getUint32(4, true), id: view.getUint8(8), report }
        : { kind: 'other' };
    }
    case type.setReport: {
      const report = reportTypes[view.getUint8(9)];
      const data = copy(bytes, 12, view.getUint16(10, true));
      return report ? { kind: 'set', request: view.getUint32(4, true), report, data } : { kind: 'other' };
    }
    default:
      return { kind: 'other' };
  }
}

function event(kind: number, payload: number): Uint8Array {
  const bytes = new Uint8Array(4 + payload);
  viewOf(bytes).setUint32(0, kind, true);
  return bytes;
}

function copy(bytes: Uint8Array, at: number, length: number): Uint8Array {
  return Uint8Array.from(bytes.subarray(at, at + length));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
