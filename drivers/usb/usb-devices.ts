/**
 * What is on the USB, as far as finding pads needs it. On Linux sysfs tells it without asking any device: a list can
 * then neither wait for a pad that hangs nor fail for want of rights or libraries.
 */
import { access, constants, readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { hidClass } from './usb-descriptors.ts';
import { listUsb } from './usb-bus.ts';
import type { UsbListed, UsbPlace } from './usb-bus.ts';

export interface UsbSeen extends UsbPlace {
  readonly vid: number;
  readonly pid: number;
  /** Bus and ports as Linux names them ('1-1.4'): the same for as long as the cable is in the same sockets. */
  readonly port: string;
  readonly serial: string | null;
  readonly maker: string | null;
  readonly product: string | null;
  /** Numbers of the HID interfaces; null where the system does not tell. */
  readonly hidInterfaces: readonly number[] | null;
  /** Whether this process may take the device from the kernel: null where the system cannot do it at all. */
  readonly claimable: boolean | null;
}

export async function listUsbDevices(): Promise<readonly UsbSeen[]> {
  return process.platform === 'linux' ? listSysfsUsb() : (await listUsb()).map(seenElsewhere);
}

const seenElsewhere = ({ vid, pid, bus, address, ports }: UsbListed): UsbSeen => ({
  vid,
  pid,
  bus,
  address,
  port: ports.length > 0 ? `${bus}-${ports.join('.')}` : `${bus}:${address}`,
  serial: null,
  maker: null,
  product: null,
  hidInterfaces: null,
  claimable: null,
});

/** The roots are the system's own; tests bring others. Empty where there is no USB stack. */
export async function listSysfsUsb(sys = '/sys', dev = '/dev'): Promise<readonly UsbSeen[]> {
  const folder = path.join(sys, 'bus/usb/devices');
  const names = await readdir(folder).catch((): string[] => []);
  // Interfaces have a colon in their names, root hubs begin with 'usb'.
  const devices = names.filter((name) => /^\d+-[\d.]+$/.test(name));
  const interfaces = names.filter((name) => name.includes(':'));
  const seen = await Promise.all(devices.map((port) => readDevice(folder, port, interfaces, dev).catch(() => null)));
  return seen.filter((device) => device !== null);
}

/** Rejects when the device goes while it is looked at. */
async function readDevice(folder: string, port: string, names: readonly string[], dev: string): Promise<UsbSeen> {
  const text = async (...parts: readonly string[]): Promise<string> =>
    (await readFile(path.join(folder, ...parts), 'utf8')).trim();
  const [vid, pid, bus, address] = await Promise.all(
    ['idVendor', 'idProduct', 'busnum', 'devnum'].map((name) => text(port, name)),
  );
  const place = { bus: Number(bus), address: Number(address) };
  const own = names.filter((name) => name.startsWith(`${port}:`));
  const hid: number[] = [];
  for (const name of own) {
    if (parseInt(await text(name, 'bInterfaceClass'), 16) !== hidClass) continue;
    hid.push(parseInt(await text(name, 'bInterfaceNumber'), 16));
  }
  const node = path.join(dev, 'bus/usb', threeDigits(place.bus), threeDigits(place.address));
  return {
    ...place,
    vid: parseInt(vid ?? '', 16),
    pid: parseInt(pid ?? '', 16),
    port,
    ...(await stringsOf(`${port}/${address}`, (name) => text(port, name))),
    hidInterfaces: hid.sort((one, other) => one - other),
    claimable: await access(node, constants.R_OK | constants.W_OK).then(
      () => true,
      () => false,
    ),
  };
}

interface Strings {
  readonly serial: string | null;
  readonly maker: string | null;
  readonly product: string | null;
}
/** Kept, since they stay true for as long as the address does, and cost a lock each time. */
const strings = new Map<string, Strings>();
const stringsMs = 300;

/**
 * The kernel has the strings already, but gives them out under the device's lock, which it keeps itself while a driver
 * is being bound or let go: with a pad that hangs, for seconds. Nobody waits for that; the next look asks again.
 */
async function stringsOf(key: string, read: (name: string) => Promise<string>): Promise<Strings> {
  const known = strings.get(key);
  if (known) return known;
  const ask = (name: string): Promise<string | null> => read(name).catch(() => null);
  const reading = Promise.all([ask('serial'), ask('manufacturer'), ask('product')]).then(([serial, maker, product]) => {
    const told = { serial: serial || null, maker: maker || null, product: product || null };
    strings.set(key, told);
    return told;
  });
  let stop = (): void => undefined;
  const tooLong = new Promise<Strings>((resolve) => {
    const timer = setTimeout(() => resolve({ serial: null, maker: null, product: null }), stringsMs);
    stop = () => clearTimeout(timer);
  });
  return Promise.race([reading, tooLong]).finally(stop);
}

const threeDigits = (value: number): string => String(value).padStart(3, '0');
