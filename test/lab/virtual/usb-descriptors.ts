/** USB 2.0 chapter 9 and HID 1.11 descriptors of a full-speed device with one configuration. */
import { viewOf } from './usbip-protocol.ts';

export const usbClass = { hid: 0x03, vendor: 0xff } as const;
export const descriptorType = { device: 1, configuration: 2, string: 3, hid: 0x21, report: 0x22 } as const;
/** Full speed: the largest packet of every kind of endpoint here. */
const packetBytes = 64;
const englishUnitedStates = 0x0409;

export interface UsbIdentity {
  readonly vid: number;
  readonly pid: number;
  /** Binary-coded decimal, as in the device descriptor. */
  readonly release: number;
  readonly maker: string;
  readonly product: string;
  readonly serial: string | null;
}
export interface UsbEndpoint {
  /** Bit 7 set: to the host. */
  readonly address: number;
  readonly kind: 'interrupt' | 'bulk';
  /** Milliseconds between two looks of the host at an interrupt endpoint. */
  readonly interval: number;
}
export interface UsbInterface {
  readonly class: number;
  readonly subclass: number;
  readonly protocol: number;
  readonly endpoints: readonly UsbEndpoint[];
  /** Length of the HID report descriptor; null on an interface that is none. */
  readonly reportDescriptorBytes: number | null;
}

/** Numbers of the string descriptors. */
const stringIndex = { maker: 1, product: 2, serial: 3 } as const;

export function deviceDescriptor(identity: UsbIdentity): Uint8Array {
  const bytes = Uint8Array.of(
    18,
    descriptorType.device,
    0x00,
    0x02,
    0,
    0,
    0,
    packetBytes,
    0,
    0,
    0,
    0,
    0,
    0,
    1,
    2,
    0,
    1,
  );
  const view = viewOf(bytes);
  view.setUint16(8, identity.vid, true);
  view.setUint16(10, identity.pid, true);
  view.setUint16(12, identity.release, true);
  bytes[16] = identity.serial === null ? 0 : stringIndex.serial;
  return bytes;
}

export function configurationDescriptor(interfaces: readonly UsbInterface[]): Uint8Array {
  const parts = interfaces.flatMap((one, number) => [
    Uint8Array.of(9, 4, number, 0, one.endpoints.length, one.class, one.subclass, one.protocol, 0),
    ...(one.reportDescriptorBytes === null ? [] : [hidDescriptor(one.reportDescriptorBytes)]),
    ...one.endpoints.map(endpointDescriptor),
  ]);
  const length = 9 + parts.reduce((sum, part) => sum + part.length, 0);
  const busPowered = 0x80;
  const milliamperes = 500;
  const head = Uint8Array.of(9, 2, length & 0xff, length >> 8, interfaces.length, 1, 0, busPowered, milliamperes / 2);
  return Buffer.concat([head, ...parts]);
}

export function hidDescriptor(reportDescriptorBytes: number): Uint8Array {
  const low = reportDescriptorBytes & 0xff;
  return Uint8Array.of(9, descriptorType.hid, 0x11, 0x01, 0, 1, descriptorType.report, low, reportDescriptorBytes >> 8);
}

function endpointDescriptor(endpoint: UsbEndpoint): Uint8Array {
  const attributes = endpoint.kind === 'interrupt' ? 3 : 2;
  return Uint8Array.of(7, 5, endpoint.address, attributes, packetBytes, 0, endpoint.interval);
}

/** Null for a string that the device does not have. */
export function stringDescriptor(identity: UsbIdentity, index: number): Uint8Array | null {
  if (index === 0) return Uint8Array.of(4, descriptorType.string, englishUnitedStates & 0xff, englishUnitedStates >> 8);
  const entry = Object.entries(stringIndex).find(([, number]) => number === index);
  const value = entry ? identity[entry[0] as keyof typeof stringIndex] : null;
  if (value === null) return null;
  const text = Buffer.from(value, 'utf16le');
  return Buffer.concat([Uint8Array.of(2 + text.length, descriptorType.string), text]);
}
