/**
 * The one door to node-hid: bytes in and out of one handle. The hidraw build is used, so the kernel's drivers stay where
 * they are; its binary links libusb-1.0.so.0 all the same (seen with node-hid 3.4), so on a machine without that library
 * no handle can be had, and this is said instead of thrown. What is plugged in comes from sysfs on Linux, from node-hid
 * elsewhere.
 */
import { access, constants } from 'node:fs/promises';
import type * as NodeHid from 'node-hid';
import type { Device, HIDAsync } from 'node-hid';
import { PadOpenError } from '../open-problem.ts';
import { PadError } from '../pad.ts';
import type { ClosedReason, HidTransport } from '../pad.ts';
import type { HidSeen } from './hid-seen.ts';
import { hidrawDescriptor, listHidraw } from './hidraw-nodes.ts';

export interface HidList {
  readonly seen: readonly HidSeen[];
  /** Whether node-hid's binary loads. */
  readonly library: boolean;
}

type HidLibrary = typeof NodeHid;
let library: HidLibrary | null = null;

/** Rejects where the binary does not load. */
async function loadLibrary(): Promise<HidLibrary> {
  if (library) return library;
  // A CommonJS module: under Node its exports are the default, under a bundler they may be the namespace.
  const loaded = (await import('node-hid')) as HidLibrary & { default?: HidLibrary };
  const found = loaded.default ?? loaded;
  found.setDriverType('hidraw');
  // The binary is loaded at the first call.
  found.getHidapiVersion();
  library = found;
  return found;
}

/** Every HID interface there is. Never rejects. */
export async function listHid(): Promise<HidList> {
  const loaded = await loadLibrary().catch(() => null);
  if (process.platform === 'linux') return { seen: await listHidraw(), library: loaded !== null };
  const devices = (await loaded?.devicesAsync().catch((): Device[] => [])) ?? [];
  return { seen: uniquePaths(devices), library: loaded !== null };
}

/** A path that carries several usages comes once. */
function uniquePaths(devices: readonly Device[]): readonly HidSeen[] {
  const byPath = new Map<string, HidSeen>();
  for (const device of devices) {
    if (device.path === undefined || device.path === '') continue;
    byPath.set(device.path, {
      vid: device.vendorId,
      pid: device.productId,
      path: device.path,
      serial: textOf(device.serialNumber),
      name: textOf(device.product),
      port: null,
      // -1 means that the system does not tell the number.
      interfaceNumber: device.interface < 0 ? null : device.interface,
      descriptor: null,
      openable: true,
    });
  }
  return [...byPath.values()];
}

const textOf = (text: string | undefined): string | null => (text === undefined || text === '' ? null : text);

/**
 * Rejects with `PadOpenError` where rights or the library are missing, with `PadError` 'refused' when the handle cannot
 * be had for another reason.
 */
export async function openHid(path: string): Promise<HidTransport> {
  if (path.startsWith('/dev/')) {
    await access(path, constants.R_OK | constants.W_OK).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new PadError('refused', 'the pad has no such node');
      throw new PadOpenError('no-permission', 'no permission to open the pad');
    });
  }
  const { HIDAsync } = await loadLibrary().catch(() => {
    throw new PadOpenError('hid-library-missing', 'the HID library does not load');
  });
  const device = await HIDAsync.open(path).catch(() => {
    throw new PadError('refused', 'the pad cannot be opened');
  });
  return hidTransport(device, () => hidrawDescriptor(path));
}

/** The part of node-hid's `HIDAsync` that is used. */
export type HidHandle = Pick<HIDAsync, 'getFeatureReport' | 'sendFeatureReport' | 'close'> & {
  on(event: 'data', listener: (data: Uint8Array) => void): unknown;
  on(event: 'error', listener: (error: unknown) => void): unknown;
};

export function hidTransport(
  device: HidHandle,
  descriptor: () => Promise<Uint8Array | null> = () => Promise.resolve(null),
): HidTransport {
  const inputs = new Set<(report: Uint8Array) => void>();
  const closings = new Set<(reason: ClosedReason) => void>();
  let closed = false;
  const isClosed = (): boolean => closed;
  const end = (reason: ClosedReason): void => {
    if (closed) return;
    closed = true;
    for (const listener of [...closings]) listener(reason);
  };
  /** A stall reads as a broken pipe or an I/O error, and so may a pulled cable: the news of that comes by itself. */
  const feature = async <T>(ask: () => Promise<T>): Promise<T> => {
    if (closed) throw new PadError('unplugged', 'the pad is closed');
    try {
      return await ask();
    } catch {
      throw isClosed()
        ? new PadError('unplugged', 'the pad is gone')
        : new PadError('refused', 'the pad refused a report');
    }
  };
  let letGo: Promise<void> | null = null;
  /** Waits in the library for a call that hangs. Whoever closes again waits for the same end. */
  const close = (): Promise<void> => (letGo ??= device.close());
  // An 'error' without a listener would end the process. After it the handle is dead, but must still be let go.
  device.on('error', (error) => {
    end(reasonOf(error));
    close().catch(() => undefined);
  });
  device.on('data', (data) => {
    // What the reading thread still had when the handle was given up is nobody's.
    if (isClosed()) return;
    for (const listener of inputs) listener(data);
  });
  return {
    getFeatureReport: (id, length) => feature(() => device.getFeatureReport(id, length)),
    sendFeatureReport: async (report) => {
      await feature(() => device.sendFeatureReport(Buffer.from(report)));
    },
    onInput: (listener) => {
      inputs.add(listener);
      return () => inputs.delete(listener);
    },
    onClosed: (listener) => {
      closings.add(listener);
      return () => closings.delete(listener);
    },
    reportDescriptor: descriptor,
    close: () => {
      end('asked');
      return close();
    },
  };
}

/** The value may be an Error or a bare string; both builds speak of the device going away in these words (seen). */
function reasonOf(error: unknown): 'unplugged' | 'failed' {
  const text = error instanceof Error ? error.message : String(error);
  return /disconnect|could not read|input\/output|no such device/i.test(text) ? 'unplugged' : 'failed';
}
