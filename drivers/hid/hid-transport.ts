/**
 * The one door to node-hid: what is plugged in, and bytes in and out of one handle. The hidraw build is used, so the
 * kernel's drivers stay where they are; its binary links libusb-1.0.so.0 all the same (seen with node-hid 3.4), so on a
 * machine without that library nothing can be listed, and `listHid` says so instead of throwing.
 */
import { access, constants } from 'node:fs/promises';
import type * as NodeHid from 'node-hid';
import type { Device, HIDAsync } from 'node-hid';
import { err, ok } from '../../signing/result.ts';
import type { Result } from '../../signing/result.ts';
import { PadError } from '../pad.ts';
import type { HidTransport } from '../pad.ts';

export interface HidSeen {
  readonly vid: number;
  readonly pid: number;
  readonly path: string;
  readonly serial: string | null;
}
export type HidUnavailable = 'hid-library-missing';

type HidLibrary = typeof NodeHid;
let library: HidLibrary | null = null;

async function loadLibrary(): Promise<HidLibrary> {
  if (library) return library;
  // A CommonJS module: under Node its exports are the default, under a bundler they may be the namespace.
  const loaded = (await import('node-hid')) as HidLibrary & { default?: HidLibrary };
  library = loaded.default ?? loaded;
  library.setDriverType('hidraw');
  return library;
}

/** Every HID interface there is; a path that carries several usages comes once. */
export async function listHid(): Promise<Result<readonly HidSeen[], HidUnavailable>> {
  try {
    const devices = await (await loadLibrary()).devicesAsync();
    return ok(uniquePaths(devices));
  } catch {
    // The binary is loaded at the first call; a missing shared library ends here.
    return err('hid-library-missing');
  }
}

function uniquePaths(devices: readonly Device[]): readonly HidSeen[] {
  const byPath = new Map<string, HidSeen>();
  for (const device of devices) {
    // The bulk interface of later STU models is not HID; -1 means that the system does not tell the number.
    if (device.path === undefined || device.path === '' || device.interface > 0) continue;
    byPath.set(device.path, {
      vid: device.vendorId,
      pid: device.productId,
      path: device.path,
      serial: device.serialNumber === undefined || device.serialNumber === '' ? null : device.serialNumber,
    });
  }
  return [...byPath.values()];
}

/** Rejects with `PadError` 'refused' when the handle cannot be had (permission, or another program has it). */
export async function openHid(path: string): Promise<HidTransport> {
  if (path.startsWith('/dev/')) {
    await access(path, constants.R_OK | constants.W_OK).catch(() => {
      throw new PadError('refused', 'no permission to open the pad');
    });
  }
  const { HIDAsync } = await loadLibrary();
  const device = await HIDAsync.open(path).catch(() => {
    throw new PadError('refused', 'the pad cannot be opened');
  });
  return hidTransport(device);
}

/** The part of node-hid's `HIDAsync` that is used. */
export type HidHandle = Pick<HIDAsync, 'getFeatureReport' | 'sendFeatureReport' | 'close'> & {
  on(event: 'data', listener: (data: Uint8Array) => void): unknown;
  on(event: 'error', listener: (error: unknown) => void): unknown;
};
type Closed = 'unplugged' | 'failed' | 'asked';

export function hidTransport(device: HidHandle): HidTransport {
  const inputs = new Set<(report: Uint8Array) => void>();
  const closings = new Set<(reason: Closed) => void>();
  let closed = false;
  const end = (reason: Closed): void => {
    if (closed) return;
    closed = true;
    for (const listener of [...closings]) listener(reason);
  };
  // An 'error' without a listener would end the process. After it the handle is dead, but must still be let go.
  device.on('error', (error) => {
    end(reasonOf(error));
    device.close().catch(() => undefined);
  });
  device.on('data', (data) => {
    for (const listener of [...inputs]) listener(data);
  });
  return {
    getFeatureReport: async (id, length) => await device.getFeatureReport(id, length),
    sendFeatureReport: async (report) => {
      await device.sendFeatureReport(Buffer.from(report));
    },
    onInput: (listener) => {
      inputs.add(listener);
      return () => inputs.delete(listener);
    },
    onClosed: (listener) => {
      closings.add(listener);
      return () => closings.delete(listener);
    },
    reportDescriptor: () => Promise.resolve(null),
    close: async () => {
      if (closed) return;
      end('asked');
      await device.close();
    },
  };
}

/** The value may be an Error or a bare string; both builds speak of the device going away in these words (seen). */
function reasonOf(error: unknown): 'unplugged' | 'failed' {
  const text = error instanceof Error ? error.message : String(error);
  return /disconnect|could not read|input\/output|no such device/i.test(text) ? 'unplugged' : 'failed';
}
