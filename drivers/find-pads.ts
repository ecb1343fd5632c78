import { systemClock } from './clock.ts';
import type { DriverClock } from './clock.ts';
import type { FoundPad, PadModel, UsbWay } from './found-pad.ts';
import { genericModelOf } from './generic-digitizer/generic-model.ts';
import { listHid } from './hid/hid-transport.ts';
import type { HidSeen } from './hid/hid-seen.ts';
import type { OpenProblem } from './open-problem.ts';
import type { PadRoad } from './pad.ts';
import { modelOf } from './pad-models.ts';
import { listSerialPads } from './serial/serial-pads.ts';
import type { SerialPadSetting } from './serial/serial-pads.ts';
import { listUsbDevices } from './usb/usb-devices.ts';
import type { UsbSeen } from './usb/usb-devices.ts';

/** A pad that is plugged in but cannot be opened, and why. */
export interface UnusablePad {
  readonly id: string;
  readonly model: PadModel;
  readonly road: PadRoad;
  readonly serial: string | null;
  readonly problem: ScanProblem;
}
export type ScanProblem = 'not-driven' | 'no-hid-node' | 'serial-mode' | OpenProblem;
export interface PadScan {
  readonly found: readonly FoundPad[];
  readonly unusable: readonly UnusablePad[];
}
/** What the system says is there. */
export interface PluggedIn {
  readonly hid: readonly HidSeen[];
  /** Whether HID nodes can be opened at all. */
  readonly hidLibrary: boolean;
  readonly usb: readonly UsbSeen[];
  /** Pads that the configuration names, where their port is there. */
  readonly serial: readonly FoundPad[];
}

/** Looks at all lists at once; none failing is an error. */
export async function scanPads(settings: readonly SerialPadSetting[] = []): Promise<PadScan> {
  const [hid, usb, serial] = await Promise.all([listHid(), listUsbDevices(), listSerialPads(settings)]);
  return matchPads({ hid: hid.seen, hidLibrary: hid.library, usb, serial });
}

/** Longer than a system takes from a device on the bus to its node and its rights. */
const settlesUs = 600_000;

/**
 * Looks again and again. While a device is being plugged in it is on the bus before its interfaces, its node and its
 * rights are there: what would be taken from the kernel, and what cannot be used, is told of only when a later look still
 * sees the same.
 */
export function padScanner(look: () => Promise<PadScan>, clock: DriverClock = systemClock): () => Promise<PadScan> {
  let since = new Map<string, number>();
  return async () => {
    const scan = await look();
    const now = clock.now();
    const before = since;
    const seen = [...scan.found.map((found) => placeOf(found)), ...scan.unusable.map((pad) => troubleOf(pad))];
    since = new Map(seen.map((one) => [one, before.get(one) ?? now]));
    const isSettled = (one: string): boolean => now - (since.get(one) ?? now) >= settlesUs;
    return {
      found: scan.found.filter((found) => found.road !== 'libusb' || isSettled(placeOf(found))),
      unusable: scan.unusable.filter((pad) => isSettled(troubleOf(pad))),
    };
  };
}

const placeOf = ({ id, usb }: FoundPad): string => `${id} ${usb?.address ?? 0}`;
const troubleOf = ({ id, problem }: UnusablePad): string => `${id} ${problem}`;

/**
 * Pure: which pads of the table are there, and by which road. A pad's id comes from its port where the system tells it,
 * and so is the same by either road, and another for a second pad of the same model.
 */
export function matchPads(plugged: PluggedIn): PadScan {
  const scan = new Scan(plugged);
  for (const node of plugged.hid) scan.node(node);
  for (const device of plugged.usb) scan.device(device);
  return { found: [...scan.found, ...plugged.serial], unusable: withoutNamed(scan.unusable, plugged.serial.length) };
}

/** An adapter that the configuration says is a pad is one; which of several it is, the bus does not tell. */
function withoutNamed(unusable: readonly UnusablePad[], named: number): readonly UnusablePad[] {
  let left = named;
  return unusable.filter(({ model: { driver } }) => {
    const isAdapter = driver.kind === 'recognised' && driver.code === 'needs-setting';
    if (isAdapter) left -= 1;
    return !isAdapter || left < 0;
  });
}

class Scan {
  readonly found: FoundPad[] = [];
  readonly unusable: UnusablePad[] = [];
  readonly #plugged: PluggedIn;
  readonly #ids = new Set<string>();
  readonly #counted = new Map<PadModel, number>();

  constructor(plugged: PluggedIn) {
    this.#plugged = plugged;
  }

  node(node: HidSeen): void {
    const device = this.#plugged.usb.find(({ port }) => port === node.port);
    const named = modelOf(node.vid, node.pid);
    // The table speaks of the first HID interface of each model; further ones are no pads of their own.
    if (named && (node.interfaceNumber ?? 0) > (device?.hidInterfaces?.[0] ?? 0)) return;
    const model = named ?? penOf(node, device);
    if (!model) return;
    // A pen that is built into the machine and not opened up for us is the browser's, not a pad that fails.
    if (!named && node.port === null && !node.openable) return;
    const id = node.port === null ? `hid:${nameOf(node.path)}` : `usb:${node.port}`;
    if (this.#ids.has(id)) return;
    this.#ids.add(id);
    const usb = device ? { usb: wayTo(device, node.interfaceNumber) } : {};
    const serial = node.serial ?? device?.serial ?? null;
    const pad = { id, model, road: 'hidraw', serial } as const;
    if (model.driver.kind === 'recognised') this.unusable.push({ ...pad, problem: 'not-driven' });
    else if (!this.#plugged.hidLibrary && device?.claimable === true) this.found.push(byBus(id, model, device));
    else if (!this.#plugged.hidLibrary) this.unusable.push({ ...pad, problem: 'hid-library-missing' });
    else if (!node.openable) this.unusable.push({ ...pad, problem: 'no-permission' });
    else this.found.push({ ...pad, path: node.path, ...usb });
  }

  device(device: UsbSeen): void {
    const model = modelOf(device.vid, device.pid);
    const id = `usb:${device.port}`;
    if (!model || this.#ids.has(id) || this.#hasNode(model)) return;
    this.#ids.add(id);
    if (this.#canBeClaimed(model, device)) this.found.push(byBus(id, model, device));
    else {
      const problem = this.#problemOf(model, device);
      this.unusable.push({ id, model, road: 'libusb', serial: device.serial, problem });
    }
  }

  /** Where nodes name no ports, the n-th of a model on the bus is taken for the n-th with a node. */
  #hasNode(model: PadModel): boolean {
    const nodes = this.#plugged.hid.filter(({ vid, pid, port }) => vid === model.vid && pid === model.pid && !port);
    const index = this.#counted.get(model) ?? 0;
    this.#counted.set(model, index + 1);
    return index < nodes.length;
  }

  #canBeClaimed({ driver }: PadModel, { claimable, hidInterfaces }: UsbSeen): boolean {
    return driver.kind !== 'recognised' && claimable === true && hidInterfaces?.length !== 0;
  }

  #problemOf(model: PadModel, { claimable, hidInterfaces }: UsbSeen): ScanProblem {
    if (model.driver.kind === 'recognised') return 'not-driven';
    if (hidInterfaces?.length === 0) return model.serialMode ? 'serial-mode' : 'no-hid-node';
    if (claimable === false) return 'no-usb-permission';
    return this.#plugged.hidLibrary ? 'no-hid-node' : 'hid-library-missing';
  }
}

function byBus(id: string, model: PadModel, device: UsbSeen): FoundPad {
  const { bus, address, serial } = device;
  return { id, model, road: 'libusb', path: `usb:${bus}/${address}`, serial, usb: wayTo(device, null) };
}

/** By its report descriptor. Looked at once for each descriptor, which comes as the same object at every look. */
function penOf(node: HidSeen, device: UsbSeen | undefined): PadModel | null {
  const { vid, pid, descriptor } = node;
  if (!descriptor) return null;
  const known = pens.get(descriptor);
  if (known !== undefined) return known;
  const names = { maker: device?.maker ?? null, product: device?.product ?? node.name };
  const model = genericModelOf({ vid, pid, ...names }, descriptor);
  pens.set(descriptor, model);
  return model;
}
const pens = new WeakMap<Uint8Array, PadModel | null>();

const wayTo = ({ bus, address, hidInterfaces, claimable }: UsbSeen, node: number | null): UsbWay => ({
  bus,
  address,
  hidInterface: node ?? hidInterfaces?.[0] ?? 0,
  claimable: claimable === true,
});

/** Paths differ by system ('/dev/hidraw3', '\\?\hid#...'); an id goes into addresses and logs. */
const nameOf = (path: string): string => path.replace(/^\/dev\//, '').replace(/[^A-Za-z0-9]+/g, '-');
