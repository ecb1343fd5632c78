/**
 * A glance at what is plugged in: names of folders and nothing read in them, so that it can be repeated several times a
 * second where looking properly (`find-pads.ts`) takes a hundred small files.
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';

const folders = ['class/hidraw', 'bus/usb/devices', 'class/tty'];

/**
 * Another text whenever a node, a device or a serial line came or went. Always the same where the system has no such
 * folders. Never rejects.
 */
export async function glanceAtBus(sys = '/sys'): Promise<string> {
  const names = await Promise.all(folders.map((folder) => readdir(path.join(sys, folder)).catch((): string[] => [])));
  return names.map((list) => list.sort().join(' ')).join('\n');
}
