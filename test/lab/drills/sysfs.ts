/** What the kernel itself tells of HID devices, read without our own finder: drills judge that one by this. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';

const HIDRAW = '/sys/class/hidraw';

export interface HidrawNode {
  readonly path: string;
  /** Of the kernel: `hid-generic`, `wacom`. */
  readonly driver: string;
  readonly descriptor: Uint8Array;
}

/** In the order in which they were numbered. */
export function hidrawNodes(vid: number, pid: number): readonly HidrawNode[] {
  // HID_ID=0003:0000056A:000000A5: bus, vendor, product.
  const wanted = [vid, pid].map((id) => id.toString(16).toUpperCase().padStart(8, '0')).join(':');
  return readdirSync(HIDRAW)
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .filter((name) => readFileSync(join(HIDRAW, name, 'device/uevent'), 'utf8').includes(`:${wanted}`))
    .map((name) => ({
      path: `/dev/${name}`,
      driver: basename(readlinkSync(join(HIDRAW, name, 'device/driver'))),
      descriptor: readFileSync(join(HIDRAW, name, 'device/report_descriptor')),
    }));
}
