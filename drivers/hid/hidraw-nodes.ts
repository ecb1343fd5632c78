/**
 * The hidraw nodes of Linux, from sysfs: with the USB port each belongs to and the report descriptor, and without
 * opening any. hidapi's own list takes a lock that opening a node takes too, and opening waits while another pad hangs
 * in the kernel.
 */
import { access, constants, readFile, readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { HidSeen } from './hid-seen.ts';

/** The roots are the system's own; tests bring others. Empty where there are none. */
export async function listHidraw(sys = '/sys', dev = '/dev'): Promise<readonly HidSeen[]> {
  const folder = path.join(sys, 'class/hidraw');
  const names = await readdir(folder).catch((): string[] => []);
  const seen = await Promise.all(names.map((name) => readNode(folder, name, dev).catch(() => null)));
  return seen.filter((node) => node !== null);
}

/** Rejects when the node goes while it is looked at. */
async function readNode(folder: string, name: string, dev: string): Promise<HidSeen> {
  const device = await realpath(path.join(folder, name, 'device'));
  const [uevent, descriptor] = await Promise.all([readFile(path.join(device, 'uevent'), 'utf8'), descriptorOf(device)]);
  const facts = new Map(
    uevent.split('\n').map((line) => [line.split('=')[0] ?? '', line.slice(line.indexOf('=') + 1)]),
  );
  const [, vid, pid] = (facts.get('HID_ID') ?? '').split(':').map((part) => parseInt(part, 16));
  if (vid === undefined || pid === undefined) throw new Error('no HID identity');
  const port = /\/(\d+-[\d.]+):\d+\.(\d+)\//.exec(`${device}/`);
  const node = path.join(dev, name);
  return {
    vid,
    pid,
    path: node,
    serial: facts.get('HID_UNIQ') || null,
    name: facts.get('HID_NAME') || null,
    port: port?.[1] ?? null,
    interfaceNumber: port?.[2] === undefined ? null : Number(port[2]),
    descriptor,
    openable: await access(node, constants.R_OK | constants.W_OK).then(
      () => true,
      () => false,
    ),
  };
}

/**
 * Folders are named anew at every plug-in, so what was read once stays true; and whoever reads descriptors can tell by
 * the object that it is the same one. Those of devices that are gone are few.
 */
const descriptors = new Map<string, Uint8Array>();

async function descriptorOf(device: string): Promise<Uint8Array | null> {
  const known = descriptors.get(device);
  if (known) return known;
  const read = await readFile(path.join(device, 'report_descriptor')).catch(() => null);
  if (!read) return null;
  const bytes = new Uint8Array(read);
  descriptors.set(device, bytes);
  return bytes;
}

/** The report descriptor of one node; null where there is none or this is another system. */
export async function hidrawDescriptor(node: string, sys = '/sys'): Promise<Uint8Array | null> {
  if (!/^\/dev\/hidraw\d+$/.test(node)) return null;
  const device = await realpath(path.join(sys, 'class/hidraw', path.basename(node), 'device')).catch(() => null);
  return device === null ? null : descriptorOf(device);
}
