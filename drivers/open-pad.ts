import { systemClock } from './clock.ts';
import type { DriverClock } from './clock.ts';
import type { DeskOfPads, FoundPad, UsbWay } from './found-pad.ts';
import { openHid } from './hid/hid-transport.ts';
import { PadOpenError } from './open-problem.ts';
import { PadError } from './pad.ts';
import type { BulkOut, HidTransport, Pad } from './pad.ts';
import { openSerialPort } from './serial/serial-port.ts';
import { openBulkOut } from './usb/usb-bulk.ts';
import { usbDeviceAt } from './usb/usb-bus.ts';
import { openUsbHid } from './usb/usb-hid-transport.ts';

/**
 * Opens a pad of `scanPads` with its driver, by whichever road there is, as the desk it stands on has it. Rejects with
 * `PadError`.
 */
export async function openPad(
  found: FoundPad,
  clock: DriverClock = systemClock,
  { epadReach = null, padSettings = null }: DeskOfPads = {},
): Promise<Pad> {
  const { driver } = found.model;
  if (driver.kind === 'recognised') throw new PadError('unsupported', driver.reason);
  if (driver.kind === 'topaz-bsb') return driver.open(await openSerialPort(found.path, driver.line), found, { clock });
  const { transport, road } = await openTransport(found, clock);
  const { usb } = found;
  const bulk = usb ? () => bulkOf(usb) : () => Promise.resolve(null);
  return driver.open(transport, { ...found, road }, { clock, bulk, reach: epadReach, deskSettings: padSettings });
}

/** hidraw where there is a node; the bus where there is none, or it cannot be opened although it may be. */
export async function openTransport(
  found: FoundPad,
  clock: DriverClock = systemClock,
): Promise<{ readonly transport: HidTransport; readonly road: 'hidraw' | 'libusb' }> {
  const { usb } = found;
  if (found.road === 'libusb' && usb) return { transport: await openByBus(usb, clock), road: 'libusb' };
  try {
    return { transport: await openHid(found.path), road: 'hidraw' };
  } catch (error) {
    const missingRights = error instanceof PadOpenError && error.problem === 'no-permission';
    if (usb?.claimable !== true || missingRights) throw error;
    return { transport: await openByBus(usb, clock), road: 'libusb' };
  }
}

const openByBus = async (usb: UsbWay, clock: DriverClock): Promise<HidTransport> =>
  openUsbHid(await usbDeviceAt(usb), usb.hidInterface, clock);

/** A pad whose bulk interface cannot be had takes its pictures by reports. */
async function bulkOf(usb: UsbWay): Promise<BulkOut | null> {
  try {
    return await openBulkOut(await usbDeviceAt(usb));
  } catch (error) {
    if (error instanceof PadError) return null;
    throw error;
  }
}
