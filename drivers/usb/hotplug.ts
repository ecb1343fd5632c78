/**
 * The one door to the `usb` package: pads on the bus, whether or not they have a HID interface. It tells a pad in
 * serial mode, one that the kernel refuses, or one of a model that is not driven, from no pad at all.
 *
 * Its connect events are not used: without a USB stack they end in an uncaught rejection, and without udevd they do
 * not come (seen with usb 3.1). The pad host lists every second instead.
 */
import type { WebUSB } from 'usb';

export interface UsbSeen {
  readonly vid: number;
  readonly pid: number;
  /** Bus and address: tells two of one model apart. */
  readonly place: string;
}

let bus: WebUSB | null = null;

/** Empty where USB cannot be listed (no stack, no permission, no binary for this system). */
export async function listUsb(): Promise<readonly UsbSeen[]> {
  try {
    if (!bus) {
      const { WebUSB } = await import('usb');
      bus = new WebUSB({ allowAllDevices: true });
    }
    const devices = await bus.getDevices();
    return devices.map((device) => ({ vid: device.vendorId, pid: device.productId, place: placeOf(device) }));
  } catch {
    return [];
  }
}

function placeOf(device: object): string {
  const { bus, address } = device as { bus?: unknown; address?: unknown };
  return `${String(bus)}-${String(address)}`;
}
