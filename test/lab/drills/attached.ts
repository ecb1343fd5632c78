/** A virtual pad in the guest's kernel for as long as a drill needs it. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { PadSetup } from '../virtual/pad-orders.ts';
import { VirtualPadProcess } from '../virtual/virtual-pad-process.ts';
import { hidrawNodes, isProbed, usbNodes, type DeviceIds, type UsbNode } from './sysfs.ts';
import { until } from './until.ts';

export interface Attached {
  readonly pad: VirtualPadProcess;
  readonly usb: UsbNode;
  readonly ids: DeviceIds;
}

/** Plugs it in by USB/IP, waits until kernel and udev are done with it, and takes it away whatever `act` does. */
export async function withPad(
  model: PadSetup['model'],
  ids: DeviceIds,
  act: (attached: Attached) => Promise<void>,
): Promise<void> {
  const before = new Set(usbNodes(ids).map(({ path }) => path));
  const added = (): UsbNode | undefined => usbNodes(ids).find(({ path }) => !before.has(path));
  const pad = await VirtualPadProcess.start(model, 'LAB-1');
  try {
    await pad.plug();
    await until('the kernel takes the pad', () => {
      const node = added();
      return node !== undefined && isProbed(node);
    });
    execFileSync('udevadm', ['settle', '--timeout=60']);
    const usb = added();
    if (usb === undefined) throw new Error('the pad went away by itself');
    await act({ pad, usb, ids });
  } finally {
    await pad.end();
    await until('the pad is gone', () => added() === undefined);
  }
}

/**
 * With the kernel's drivers for makers' own devices kept away, so that hid-generic takes what they would refuse: the
 * kernel's wacom driver takes every 056a device to itself, and lets go of one without a pen in its descriptor.
 */
export async function withHidGeneric(act: () => Promise<void>): Promise<void> {
  const setting = '/sys/module/hid/parameters/ignore_special_drivers';
  writeFileSync(setting, '1');
  try {
    await act();
  } finally {
    writeFileSync(setting, '0');
  }
}

/** Waits for the hidraw node of the pad, which follows the USB device. */
export async function hidrawOf({ ids }: Attached): Promise<string> {
  await until('a hidraw node', () => hidrawNodes(ids).length > 0);
  return hidrawNodes(ids).at(-1)?.path ?? '';
}
