import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

interface UsbFolder {
  readonly port: string;
  readonly vid: string;
  readonly pid: string;
  readonly bus: number;
  readonly address: number;
  readonly serial?: string;
  /** Class of each interface, in hex. */
  readonly interfaces: readonly string[];
  readonly node?: boolean;
}

/** A `/sys` and a `/dev` as far as the lists read them, laid out as Linux 6.1 does. */
export class Folders {
  readonly root = mkdtempSync(path.join(tmpdir(), 'countersign-sysfs-'));
  readonly sys = path.join(this.root, 'sys');
  readonly dev = path.join(this.root, 'dev');

  usb({ port, vid, pid, bus, address, serial, interfaces, node = true }: UsbFolder): void {
    const device = path.join(this.sys, 'devices/pci0000:00', `usb${bus}`, port);
    this.#write(device, { idVendor: vid, idProduct: pid, busnum: bus, devnum: address, manufacturer: 'Maker' });
    this.#write(device, { product: `Product ${pid}`, ...(serial === undefined ? {} : { serial }) });
    this.#link(device, path.join(this.sys, 'bus/usb/devices', port));
    for (const [number, interfaceClass] of interfaces.entries()) {
      const folder = path.join(device, `${port}:1.${number}`);
      this.#write(folder, { bInterfaceNumber: `0${number}`, bInterfaceClass: interfaceClass });
      this.#link(folder, path.join(this.sys, 'bus/usb/devices', `${port}:1.${number}`));
    }
    const three = (value: number): string => String(value).padStart(3, '0');
    if (node) this.#write(path.join(this.dev, 'bus/usb', three(bus)), { [three(address)]: '' });
  }

  /** `place` is the interface's folder below the bus ('usb1/1-2/1-2:1.0'), or of no USB at all. */
  hidraw(name: string, place: string, identity: string, options: { readonly node?: boolean } = {}): void {
    const hid = path.join(this.sys, 'devices/pci0000:00', place, `0003:${identity}.0001`);
    const [vid = '', pid = ''] = identity.split(':');
    const uevent = `DRIVER=hid-generic\nHID_ID=0003:0000${vid}:0000${pid}\nHID_NAME=Maker Pad\nHID_PHYS=x\nHID_UNIQ=S7\n`;
    this.#write(hid, { uevent, report_descriptor: Buffer.from([0x05, 0x0d, 0xc0]) });
    const node = path.join(hid, 'hidraw', name);
    mkdirSync(node, { recursive: true });
    this.#link(hid, path.join(node, 'device'));
    this.#link(node, path.join(this.sys, 'class/hidraw', name));
    if (options.node !== false) this.#write(this.dev, { [name]: '' });
  }

  #write(folder: string, files: Readonly<Record<string, string | number | Buffer>>): void {
    mkdirSync(folder, { recursive: true });
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(path.join(folder, name), typeof content === 'object' ? content : `${content}\n`);
    }
  }
  #link(target: string, from: string): void {
    mkdirSync(path.dirname(from), { recursive: true });
    symlinkSync(target, from);
  }
  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
