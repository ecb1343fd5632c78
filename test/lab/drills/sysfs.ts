/** What the kernel itself tells of its devices, read without our own finder: drills judge that one by this. */
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';

const HIDRAW = '/sys/class/hidraw';
const USB = '/sys/bus/usb/devices';

export interface DeviceIds {
  readonly vid: number;
  readonly pid: number;
}

export interface HidrawNode {
  readonly path: string;
  /** Of the kernel: `hid-generic`, `wacom`. */
  readonly driver: string;
  readonly descriptor: Uint8Array;
}

export interface UsbNode {
  /** Port of the device: `3-1`. */
  readonly port: string;
  readonly path: string;
}

/** In the order in which they were numbered. */
export function hidrawNodes({ vid, pid }: DeviceIds): readonly HidrawNode[] {
  // HID_ID=0003:0000056A:000000A5: bus, vendor, product.
  const wanted = [vid, pid].map((id) => id.toString(16).toUpperCase().padStart(8, '0')).join(':');
  return names(HIDRAW)
    .filter((name) => textOf(join(HIDRAW, name, 'device/uevent')).includes(`:${wanted}`))
    .map((name) => ({
      path: `/dev/${name}`,
      driver: basename(readlinkSync(join(HIDRAW, name, 'device/driver'))),
      descriptor: readFileSync(join(HIDRAW, name, 'device/report_descriptor')),
    }));
}

export function usbNodes({ vid, pid }: DeviceIds): readonly UsbNode[] {
  const [vendor, product] = [vid, pid].map((id) => id.toString(16).padStart(4, '0'));
  return names(USB)
    .filter(
      (name) => textOf(join(USB, name, 'idVendor')) === vendor && textOf(join(USB, name, 'idProduct')) === product,
    )
    .map((port) => {
      const [bus, device] = ['busnum', 'devnum'].map((name) => textOf(join(USB, port, name)).padStart(3, '0'));
      return { port, path: `/dev/bus/usb/${bus}/${device}` };
    });
}

/** The kernel's USB driver of the HID interface has looked at it, and whatever came of that has been told. */
export function isProbed({ port }: UsbNode): boolean {
  return existsSync(join(USB, `${port}:1.0`, 'driver'));
}

/** Kernel drivers of the HID devices behind a USB device; none where none took it. */
export function hidDriversOf({ port }: UsbNode): readonly string[] {
  const inside = `/${port}/${port}:`;
  return names('/sys/bus/hid/devices')
    .map((name) => realpathSync(join('/sys/bus/hid/devices', name)))
    .filter((path) => path.includes(inside) && existsSync(join(path, 'driver')))
    .map((path) => basename(readlinkSync(join(path, 'driver'))));
}

function names(folder: string): readonly string[] {
  return readdirSync(folder).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/** Empty where the device has just gone. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}
