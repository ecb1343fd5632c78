import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { listHidraw } from '../../../drivers/hid/hidraw-nodes.ts';
import { listSysfsUsb } from '../../../drivers/usb/usb-devices.ts';
import { Folders } from './sysfs-folders.ts';

let folders = new Folders();
afterEach(() => {
  folders.remove();
  folders = new Folders();
});
const stu = { vid: '056a', pid: '00a8', bus: 1, interfaces: ['03', 'ff'] };

describe('what Linux tells of the USB', () => {
  it('is a device for each port, with its HID interfaces and whether it may be taken', async () => {
    folders.usb({ ...stu, port: '1-1.4', address: 12, serial: '0ABC' });
    folders.usb({ ...stu, port: '1-2', address: 13, interfaces: ['ff'], node: false });
    folders.usb({ vid: '1d6b', pid: '0002', bus: 1, address: 1, port: 'usb1', interfaces: ['09'] });
    const seen = await listSysfsUsb(folders.sys, folders.dev);
    expect([...seen].sort((one, other) => one.port.localeCompare(other.port))).toEqual([
      {
        vid: 0x056a,
        pid: 0x00a8,
        bus: 1,
        address: 12,
        port: '1-1.4',
        serial: '0ABC',
        maker: 'Maker',
        product: 'Product 00a8',
        hidInterfaces: [0],
        claimable: true,
      },
      {
        vid: 0x056a,
        pid: 0x00a8,
        bus: 1,
        address: 13,
        port: '1-2',
        serial: null,
        maker: 'Maker',
        product: 'Product 00a8',
        hidInterfaces: [],
        claimable: false,
      },
    ]);
  });
  it('leaves out a device that goes while it is looked at', async () => {
    folders.usb({ ...stu, port: '1-1', address: 5 });
    folders.usb({ ...stu, port: '1-2', address: 6 });
    rmSync(path.join(folders.sys, 'devices/pci0000:00/usb1/1-1/busnum'));
    expect((await listSysfsUsb(folders.sys, folders.dev)).map(({ port }) => port)).toEqual(['1-2']);
  });
  it('is nothing on a machine without a USB stack', async () => {
    expect(await listSysfsUsb(folders.sys, folders.dev)).toEqual([]);
  });
});

describe('what Linux tells of hidraw nodes', () => {
  it('is a node each, with its port, interface, descriptor and rights', async () => {
    folders.hidraw('hidraw3', 'usb1/1-1.4/1-1.4:1.1', '056A:00A8');
    folders.hidraw('hidraw4', 'virtual/misc/uhid', '04DF:0012', { node: false });
    const seen = await listHidraw(folders.sys, folders.dev);
    expect([...seen].sort((one, other) => one.path.localeCompare(other.path))).toEqual([
      {
        vid: 0x056a,
        pid: 0x00a8,
        path: path.join(folders.dev, 'hidraw3'),
        serial: 'S7',
        name: 'Maker Pad',
        port: '1-1.4',
        interfaceNumber: 1,
        descriptor: Uint8Array.of(0x05, 0x0d, 0xc0),
        openable: true,
      },
      {
        vid: 0x04df,
        pid: 0x0012,
        path: path.join(folders.dev, 'hidraw4'),
        serial: 'S7',
        name: 'Maker Pad',
        port: null,
        interfaceNumber: null,
        descriptor: Uint8Array.of(0x05, 0x0d, 0xc0),
        openable: false,
      },
    ]);
  });
  it('hands out the same descriptor object for as long as the device is plugged in', async () => {
    folders.hidraw('hidraw0', 'usb1/1-1/1-1:1.0', '056A:00A8');
    const [first] = await listHidraw(folders.sys, folders.dev);
    const [second] = await listHidraw(folders.sys, folders.dev);
    expect(first!.descriptor).toBe(second!.descriptor);
  });
  it('is nothing without nodes', async () => {
    expect(await listHidraw(folders.sys, folders.dev)).toEqual([]);
  });
});
