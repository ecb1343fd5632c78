import { PadError } from '../pad.ts';
import type { BulkOut } from '../pad.ts';
import type { UsbHandle } from './usb-bus.ts';
import { vendorClass } from './usb-descriptors.ts';
import { readConfiguration, takeInterface, usbError } from './usb-link.ts';

/** A colour image of 1.2 MB takes 1.1 s at full speed; in parts of this size each has its own limit. */
const partBytes = 16_384;
const partMs = 3000;

/**
 * The bulk OUT endpoint of a vendor interface (`pads.md` 1.2: interface 1 of the STU-430 and later), found from the
 * descriptors. Takes a closed handle, and works beside a HID interface held by the kernel or by another handle. Null
 * where the pad has no such interface; rejects with `PadError` where it cannot be had.
 */
export async function openBulkOut(handle: UsbHandle): Promise<BulkOut | null> {
  try {
    await handle.open();
  } catch (error) {
    throw usbError(error);
  }
  const close = (): Promise<void> => handle.close().catch(() => undefined);
  try {
    const { interfaces } = await readConfiguration(handle);
    const seen = interfaces.find(
      ({ interfaceClass, endpoints }) => interfaceClass === vendorClass && endpoints.some(isBulkOut),
    );
    const endpoint = seen?.endpoints.find(isBulkOut);
    if (!seen || !endpoint) {
      await close();
      return null;
    }
    const giveBack = await takeInterface(handle, seen.number);
    let closed: Promise<void> | null = null;
    return {
      write: async (bytes) => {
        for (let at = 0; at < bytes.length; at += partBytes) {
          if (closed) throw new PadError('unplugged', 'the pad is closed');
          await writePart(handle, endpoint.number, bytes.subarray(at, at + partBytes));
        }
      },
      close: () => (closed ??= giveBack().then(close)),
    };
  } catch (error) {
    await close();
    throw usbError(error);
  }
}

const isBulkOut = ({ direction, type }: { readonly direction: string; readonly type: string }): boolean =>
  direction === 'out' && type === 'bulk';

async function writePart(handle: UsbHandle, endpoint: number, part: Uint8Array): Promise<void> {
  try {
    const { status } = await handle.transferOut(endpoint, part, partMs);
    if (status === 'stall') throw new PadError('refused', 'the pad refused image data');
  } catch (error) {
    throw usbError(error);
  }
}
