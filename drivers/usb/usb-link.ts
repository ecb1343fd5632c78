/** What the transports on the bus share: how failures read, and how one interface of a device is had and given back. */
import { PadOpenError } from '../open-problem.ts';
import { PadError } from '../pad.ts';
import type { UsbHandle } from './usb-bus.ts';
import { parseUsbConfiguration } from './usb-descriptors.ts';
import type { UsbConfigurationSeen } from './usb-descriptors.ts';

export type UsbFailure = 'stall' | 'unplugged' | 'timeout' | 'permission' | 'busy' | 'failed';

/** The package's errors carry no codes, only words: those of nusb, for display or for debugging (seen with 3.1). */
export function usbFailureOf(error: unknown): UsbFailure {
  const text = error instanceof Error ? error.message : String(error);
  if (/stall/i.test(text)) return 'stall';
  if (/disconnected|no such device|not found \(error|device not found/i.test(text)) return 'unplugged';
  if (/cancelled|timed? ?out/i.test(text)) return 'timeout';
  if (/permission/i.test(text)) return 'permission';
  if (/busy/i.test(text)) return 'busy';
  return 'failed';
}

export function usbError(error: unknown): PadError {
  if (error instanceof PadError) return error;
  switch (usbFailureOf(error)) {
    case 'stall':
      return new PadError('refused', 'the pad refused a report');
    case 'unplugged':
      return new PadError('unplugged', 'the pad was unplugged');
    case 'timeout':
      return new PadError('timeout', 'the pad does not answer');
    case 'permission':
      return new PadOpenError('no-usb-permission', 'no permission to open the pad on the bus');
    case 'busy':
      return new PadOpenError('in-use', 'another program has the pad');
    case 'failed':
      return new PadError('refused', 'the pad cannot be used on the bus');
  }
}

/** Asking a healthy device for what it is takes milliseconds. */
export const askMs = 1000;
const getDescriptor = 6;
const getConfiguration = 8;

/** Reads the configuration in force; a device that has none yet gets its first. The handle is open. */
export async function readConfiguration(handle: UsbHandle): Promise<UsbConfigurationSeen> {
  const standard = { requestType: 'standard', recipient: 'device', index: 0 } as const;
  const read = async (length: number): Promise<Uint8Array> =>
    bytesOf(await handle.controlTransferIn({ ...standard, request: getDescriptor, value: 0x0200 }, length, askMs));
  const head = await read(9);
  const configuration = parseUsbConfiguration(await read((head[2] ?? 0) | ((head[3] ?? 0) << 8)));
  if (!configuration) throw new PadError('refused', 'the pad describes itself badly');
  const active = await handle.controlTransferIn({ ...standard, request: getConfiguration, value: 0 }, 1, askMs);
  if (bytesOf(active)[0] === 0) await handle.selectConfiguration(configuration.value);
  return configuration;
}

/** Takes an interface, from the kernel's driver if one has it. The answer gives it back, and the driver with it. */
export async function takeInterface(handle: UsbHandle, number: number): Promise<() => Promise<void>> {
  // Rejects where no driver is bound. Anything worse shows at claiming.
  const detached = await handle.detachKernelDriver(number).then(
    () => true,
    () => false,
  );
  const giveBack = async (): Promise<void> => {
    await handle.releaseInterface(number).catch(() => undefined);
    if (detached) await handle.attachKernelDriver(number).catch(() => undefined);
  };
  try {
    await handle.claimInterface(number);
  } catch (error) {
    await giveBack();
    throw usbError(error);
  }
  return giveBack;
}

export function bytesOf({ data }: { readonly data?: DataView | undefined }): Uint8Array {
  return data ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array();
}
