/**
 * The one door to the `usb` package: what is on the bus, and handles that can be opened. Version 3 is WebUSB-shaped and
 * written in Rust; it needs no library of the system.
 *
 * Its connect events are not used: without a USB stack they end in an uncaught rejection, and without udevd they do
 * not come (seen with usb 3.1). Nor are its getters that read descriptors: they talk to the device on the calling
 * thread. What they would tell is asked for by control transfers, which run beside it.
 */
import type { WebUSB } from 'usb';
import { PadError } from '../pad.ts';

export interface UsbPlace {
  readonly bus: number;
  /** Given anew at every plug-in. */
  readonly address: number;
}
export interface UsbListed extends UsbPlace {
  readonly vid: number;
  readonly pid: number;
  /** Ports from the root hub on: the same for as long as the cable is in the same sockets. Empty where unknown. */
  readonly ports: readonly number[];
}

/** A control transfer as WebUSB names its parts. */
export interface UsbSetup {
  readonly requestType: 'standard' | 'class' | 'vendor';
  readonly recipient: 'device' | 'interface';
  readonly request: number;
  readonly value: number;
  readonly index: number;
}
export interface UsbTransferred {
  readonly data?: DataView | undefined;
  readonly status?: string | undefined;
}
/** The part of the package's device that is used; a limit in milliseconds ends each transfer. */
export interface UsbHandle {
  open(): Promise<void>;
  close(): Promise<void>;
  selectConfiguration(value: number): Promise<void>;
  /** Linux only; rejects where no driver is bound. */
  detachKernelDriver(interfaceNumber: number): Promise<void>;
  attachKernelDriver(interfaceNumber: number): Promise<void>;
  claimInterface(interfaceNumber: number): Promise<void>;
  releaseInterface(interfaceNumber: number): Promise<void>;
  controlTransferIn(setup: UsbSetup, length: number, limitMs: number): Promise<UsbTransferred>;
  controlTransferOut(setup: UsbSetup, data: Uint8Array, limitMs: number): Promise<UsbTransferred>;
  /** One at a time for each endpoint. */
  transferIn(endpoint: number, length: number, limitMs: number): Promise<UsbTransferred>;
  transferOut(endpoint: number, data: Uint8Array, limitMs: number): Promise<UsbTransferred>;
  clearHalt(direction: 'in' | 'out', endpoint: number): Promise<void>;
}

let library: WebUSB | null = null;

/** Empty where USB cannot be listed (no stack, no binary for this system). */
export async function listUsb(): Promise<readonly UsbListed[]> {
  try {
    const devices = await (await bus()).getDevices();
    return devices.map((device) => ({
      vid: device.vendorId,
      pid: device.productId,
      bus: busNumber(device.bus),
      address: device.address,
      ports: device.ports,
    }));
  } catch {
    return [];
  }
}

/** A closed handle of its own for each caller. Rejects with `PadError` 'unplugged' when nothing is there any more. */
export async function usbDeviceAt(place: UsbPlace): Promise<UsbHandle> {
  // Without a USB stack or a binary for this system nothing can be listed, and nothing is there.
  const devices = await bus()
    .then(
      (library) => library.getDevices(),
      () => [],
    )
    .catch(() => []);
  const device = devices.find((one) => busNumber(one.bus) === place.bus && one.address === place.address);
  if (!device) throw new PadError('unplugged', 'the pad is no longer on the bus');
  // The package's types leave out the limits that its transfers take.
  return device as unknown as UsbHandle;
}

async function bus(): Promise<WebUSB> {
  if (!library) {
    const { WebUSB } = await import('usb');
    library = new WebUSB({ allowAllDevices: true });
  }
  return library;
}

/** Linux writes '001'; other systems write names of controllers, of which any number in them has to do. */
function busNumber(text: string): number {
  return Number.parseInt(/\d+/.exec(text)?.[0] ?? '0', 10);
}
