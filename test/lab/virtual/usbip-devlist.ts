/** The part of USB/IP before a device is attached: which devices a server has, and taking one of them. */
import { ByteReader, usbipVersion, viewOf } from './usbip-protocol.ts';
import type { Parsed } from './usbip-protocol.ts';

const operation = { list: 0x8005, take: 0x8003, listed: 0x0005, taken: 0x0003 } as const;
const operationBytes = 8;
const busIdBytes = 32;
const noSuchDevice = 4;
const deviceBusy = 2;

export type UsbipRequest = { readonly type: 'list' } | { readonly type: 'take'; readonly busId: string };

/** What a server tells of a device; `speed` 2 is full speed. */
export interface ExportedDevice {
  readonly busId: string;
  readonly bus: number;
  readonly device: number;
  readonly speed: number;
  readonly vid: number;
  readonly pid: number;
  readonly release: number;
  readonly interfaces: readonly { readonly class: number; readonly subclass: number; readonly protocol: number }[];
}

/** One request; what follows it stays in `rest` and already belongs to the device. */
export function requestReader(): ByteReader<UsbipRequest> {
  let asked = false;
  return new ByteReader((bytes) => {
    if (asked) return 'more';
    const parsed = parseRequest(bytes);
    asked = typeof parsed === 'object' && 'frame' in parsed;
    return parsed;
  });
}

function parseRequest(bytes: Uint8Array): Parsed<UsbipRequest> {
  if (bytes.length < operationBytes) return 'more';
  const view = viewOf(bytes);
  switch (view.getUint16(2)) {
    case operation.list:
      return { frame: { type: 'list' }, bytes: operationBytes };
    case operation.take: {
      const length = operationBytes + busIdBytes;
      if (bytes.length < length) return 'more';
      const text = Buffer.from(bytes.subarray(operationBytes, length)).toString('latin1');
      return { frame: { type: 'take', busId: text.split('\0', 1)[0] ?? '' }, bytes: length };
    }
    default:
      return { broken: `operation ${view.getUint16(2)}` };
  }
}

export function encodeRequest(request: UsbipRequest): Uint8Array {
  const head = operationHead(operation[request.type], 0);
  return request.type === 'list' ? head : Buffer.concat([head, text(request.busId, busIdBytes)]);
}

export function encodeList(devices: readonly ExportedDevice[]): Uint8Array {
  const count = new Uint8Array(4);
  viewOf(count).setUint32(0, devices.length);
  const interfaces = (device: ExportedDevice): Uint8Array =>
    Uint8Array.from(device.interfaces.flatMap((one) => [one.class, one.subclass, one.protocol, 0]));
  return Buffer.concat([
    operationHead(operation.listed, 0),
    count,
    ...devices.flatMap((device) => [encodeDevice(device), interfaces(device)]),
  ]);
}

export function encodeTaken(answer: ExportedDevice | 'no-such-device' | 'busy'): Uint8Array {
  if (answer === 'no-such-device') return operationHead(operation.taken, noSuchDevice);
  if (answer === 'busy') return operationHead(operation.taken, deviceBusy);
  return Buffer.concat([operationHead(operation.taken, 0), encodeDevice(answer)]);
}

function operationHead(code: number, status: number): Uint8Array {
  const bytes = new Uint8Array(operationBytes);
  const view = viewOf(bytes);
  view.setUint16(0, usbipVersion);
  view.setUint16(2, code);
  view.setUint32(4, status);
  return bytes;
}

function encodeDevice(device: ExportedDevice): Uint8Array {
  const numbers = new Uint8Array(24);
  const view = viewOf(numbers);
  view.setUint32(0, device.bus);
  view.setUint32(4, device.device);
  view.setUint32(8, device.speed);
  view.setUint16(12, device.vid);
  view.setUint16(14, device.pid);
  view.setUint16(16, device.release);
  // Class, subclass and protocol are told by the interfaces; then the configuration in use, of how many.
  numbers.set([0, 0, 0, 1, 1, device.interfaces.length], 18);
  return Buffer.concat([text(`/virtual/${device.busId}`, 256), text(device.busId, busIdBytes), numbers]);
}

function text(value: string, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set(Buffer.from(value, 'latin1').subarray(0, length - 1));
  return bytes;
}
