import type { FoundPad, PadModel } from './found-pad.ts';
import { listHid } from './hid/hid-transport.ts';
import type { HidSeen, HidUnavailable } from './hid/hid-transport.ts';
import type { Result } from '../signing/result.ts';
import { modelOf } from './pad-models.ts';
import { listUsb } from './usb/hotplug.ts';
import type { UsbSeen } from './usb/hotplug.ts';

/** A pad that is plugged in but cannot be opened, and why. */
export interface UnusablePad {
  readonly id: string;
  readonly model: PadModel;
  readonly problem: 'not-driven' | 'no-hid-node' | 'hid-library-missing';
}
export interface PadScan {
  readonly found: readonly FoundPad[];
  readonly unusable: readonly UnusablePad[];
}

/** Looks at both lists at once; neither failing is an error. */
export async function scanPads(): Promise<PadScan> {
  const [hid, usb] = await Promise.all([listHid(), listUsb()]);
  return matchPads(hid, usb);
}

/** Pure: which pads of the table are there. */
export function matchPads(hid: Result<readonly HidSeen[], HidUnavailable>, usb: readonly UsbSeen[]): PadScan {
  const seen = hid.ok ? hid.value : [];
  const found: FoundPad[] = [];
  const unusable: UnusablePad[] = [];
  for (const device of seen) {
    const model = modelOf(device.vid, device.pid);
    if (!model) continue;
    const id = `hidraw:${nameOf(device.path)}`;
    if (model.driver.kind === 'recognised') unusable.push({ id, model, problem: 'not-driven' });
    else found.push({ id, model, road: 'hidraw', path: device.path, serial: device.serial });
  }
  const counted = new Map<PadModel, number>();
  for (const device of usb) {
    const model = modelOf(device.vid, device.pid);
    if (!model) continue;
    // The lists share no key on every system, so the n-th of a model on the bus is taken for the n-th with a HID node.
    const index = counted.get(model) ?? 0;
    counted.set(model, index + 1);
    if (index < seen.filter((other) => other.vid === device.vid && other.pid === device.pid).length) continue;
    const problem = model.driver.kind === 'recognised' ? 'not-driven' : hid.ok ? 'no-hid-node' : 'hid-library-missing';
    unusable.push({ id: `usb:${device.place}`, model, problem });
  }
  return { found, unusable };
}

/** Paths differ by system ('/dev/hidraw3', '\\?\hid#...'); an id goes into addresses and logs. */
const nameOf = (path: string): string => path.replace(/^\/dev\//, '').replace(/[^A-Za-z0-9]+/g, '-');
