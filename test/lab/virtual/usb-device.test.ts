import { connect } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../drivers/manual-clock.ts';
import { Stall } from './hid-function.ts';
import type { HidFunction } from './hid-function.ts';
import { UsbDevice, endpointBulk, endpointIn } from './usb-device.ts';
import { UsbHost } from './usb-host.ts';
import type { Transfer } from './usb-host.ts';
import { encodeRequest } from './usbip-devlist.ts';
import { serveUsbip } from './usbip-server.ts';
import { UsbipSession } from './usbip-session.ts';
import { parsePorts } from './vhci.ts';

/** A pad that keeps its feature reports, stalls on 0xEE and never answers 0xDD. */
class NotePad implements HidFunction {
  readonly reportDescriptor = Uint8Array.of(6, 0, 0xff, 9, 1, 0xa1, 1, 0xc0);
  readonly kept = new Map<number, Uint8Array>();
  readonly #listeners = new Set<(report: Uint8Array) => void>();

  get(_type: string, id: number): Promise<Uint8Array> {
    if (id === 0xdd) return new Promise(() => undefined);
    const report = this.kept.get(id);
    return report ? Promise.resolve(report) : Promise.reject(new Stall());
  }
  set(_type: string, report: Uint8Array): Promise<void> {
    if (report[0] === 0xee) return Promise.reject(new Stall());
    this.kept.set(report[0]!, report);
    return Promise.resolve();
  }
  onInput(listener: (report: Uint8Array) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  say(report: Uint8Array): void {
    for (const listener of this.#listeners) listener(report);
  }
}

const identity = { vid: 0x056a, pid: 0x00a5, release: 0x0102, maker: 'Maker', product: 'Pad', serial: 'S1' };

function plugIn(serial: string | null = 'S1') {
  const pad = new NotePad();
  const pictures: Uint8Array[] = [];
  const bulk = (bytes: Uint8Array): Promise<void> => {
    pictures.push(bytes);
    return Promise.resolve();
  };
  const device = new UsbDevice({ identity: { ...identity, serial }, hid: pad, bulk, interval: 5 });
  const clock = new ManualClock();
  const session: UsbipSession = new UsbipSession(device, (bytes) => host.receive(bytes), clock);
  const host = new UsbHost((bytes) => session.receive(bytes));
  return { pad, pictures, device, session, host, clock };
}
async function dataOf({ reply }: Transfer): Promise<string> {
  return Buffer.from((await reply).data).toString('hex');
}
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a virtual USB device on endpoint 0', () => {
  it('tells what it is, in the length that was asked for', async () => {
    const { host } = plugIn();
    expect(await dataOf(host.getDescriptor(1, 0, 18))).toBe('1201000200000040' + '6a05a5000201' + '01020301');
    expect(await dataOf(host.getDescriptor(1, 0, 8))).toBe('1201000200000040');
  });

  it('has a HID interface and one for pictures', async () => {
    const { host } = plugIn();
    const hid = '0904000001030000' + '00' + '0921110100012208' + '00' + '07058103400005';
    const bulk = '0904010001ff0000' + '00' + '07050202400000';
    expect(await dataOf(host.getDescriptor(2, 0, 255))).toBe('0902320002010080fa' + hid + bulk);
  });

  it('has names, and a serial number only where it has one', async () => {
    const named = plugIn();
    expect(await dataOf(named.host.getDescriptor(3, 0, 255))).toBe('04030904');
    expect(await dataOf(named.host.getDescriptor(3, 2, 255))).toBe('0803500061006400');
    expect(await dataOf(named.host.getDescriptor(3, 3, 255))).toBe('060353003100');
    const nameless = plugIn(null);
    expect((await dataOf(nameless.host.getDescriptor(1, 0, 18))).slice(-4)).toBe('0001');
    expect((await nameless.host.getDescriptor(3, 3, 255).reply).status).toBe(-32);
  });

  it('gives its report descriptor and takes what the kernel asks of every HID device', async () => {
    const { host } = plugIn();
    expect(await dataOf(host.getDescriptor(0x22, 0, 255, 'interface'))).toBe('0600ff0901a101c0');
    for (const [requestType, request, value] of [
      [0x00, 9, 1],
      [0x21, 10, 0],
      [0x21, 11, 1],
      [0x02, 1, 0],
      [0x01, 11, 0],
    ] as const) {
      expect((await host.control({ requestType, request, value, index: 0, length: 0 }).reply).status).toBe(0);
    }
    expect(await dataOf(host.control({ requestType: 0x80, request: 8, value: 0, index: 0, length: 1 }))).toBe('01');
    expect(await dataOf(host.control({ requestType: 0x80, request: 0, value: 0, index: 0, length: 2 }))).toBe('0000');
  });

  it('stalls on what it does not know: vendor requests, the device qualifier, other interfaces', async () => {
    const { host } = plugIn();
    for (const setup of [
      { requestType: 0xc0, request: 0x20, value: 0, index: 4, length: 16 },
      { requestType: 0x80, request: 6, value: 0x0600, index: 0, length: 10 },
      { requestType: 0xa1, request: 1, value: 0x0301, index: 1, length: 8 },
    ]) {
      expect(await host.control(setup).reply).toMatchObject({ status: -32, actualLength: 0 });
    }
  });

  it('round-trips feature reports, and stalls where the pad does', async () => {
    const { host, pad } = plugIn();
    expect(await host.setFeature(Uint8Array.of(0x21, 1)).reply).toMatchObject({ status: 0, actualLength: 2 });
    expect(pad.kept.get(0x21)).toEqual(Uint8Array.of(0x21, 1));
    expect(await dataOf(host.getFeature(0x21, 64))).toBe('2101');
    expect((await host.setFeature(Uint8Array.of(0xee)).reply).status).toBe(-32);
    expect((await host.getFeature(0x77, 64).reply).status).toBe(-32);
  });
});

describe('a virtual USB device under load', () => {
  it('keeps endpoint 0 waiting behind a report that is never answered, until the host calls it off', async () => {
    const { host, pad } = plugIn();
    const hanging = host.getFeature(0xdd, 8);
    const behind = host.setFeature(Uint8Array.of(0x21, 1));
    await settled();
    expect(pad.kept.size).toBe(0);
    expect(await host.unlink(hanging)).toBe(-104);
    expect((await behind.reply).status).toBe(0);
  });

  it('tells a host that calls off what was answered already', async () => {
    const { host } = plugIn();
    const answered = host.getDescriptor(1, 0, 8);
    await answered.reply;
    expect(await host.unlink(answered)).toBe(0);
  });

  it('sends reports in order while endpoint 0 hangs, and keeps what the host has not yet asked for', async () => {
    const { host, pad, session, clock } = plugIn();
    host.getFeature(0xdd, 8);
    const first = host.read(endpointIn, 64);
    for (let n = 1; n <= 3; n++) pad.say(Uint8Array.of(1, n));
    expect(await dataOf(first)).toBe('0101');
    const begun = clock.now();
    expect(await clock.settle(dataOf(host.read(endpointIn, 64)))).toBe('0102');
    expect(await clock.settle(dataOf(host.read(endpointIn, 64)))).toBe('0103');
    // One report in an interval, as on a bus.
    expect(clock.now() - begun).toBe(2 * 5000);
    expect(session.counts).toEqual({ delivered: 3, unread: 0 });
  });

  it('keeps nothing for a program that opens the pad later', async () => {
    const { host, pad, session, clock } = plugIn();
    pad.say(Uint8Array.of(1, 1));
    const read = host.read(endpointIn, 64);
    expect(await host.unlink(read)).toBe(-104);
    pad.say(Uint8Array.of(1, 2));
    await clock.advance(2000);
    const later = host.read(endpointIn, 64);
    pad.say(Uint8Array.of(1, 3));
    expect(await dataOf(later)).toBe('0103');
    expect(session.counts).toEqual({ delivered: 1, unread: 2 });
  });

  it('loses nothing between two reads of a program that asks with a limit', async () => {
    const { host, pad, session, clock } = plugIn();
    await host.unlink(host.read(endpointIn, 64));
    await clock.advance(1999);
    pad.say(Uint8Array.of(1, 1));
    expect(await dataOf(host.read(endpointIn, 64))).toBe('0101');
    expect(session.counts).toEqual({ delivered: 1, unread: 0 });
  });

  it('takes pictures on the bulk endpoint and stalls every other', async () => {
    const { host, pictures } = plugIn();
    expect(await host.write(endpointBulk, Uint8Array.of(1, 2, 3)).reply).toMatchObject({ status: 0, actualLength: 3 });
    expect(pictures).toEqual([Uint8Array.of(1, 2, 3)]);
    expect((await host.write(5, Uint8Array.of(1)).reply).status).toBe(-32);
    expect((await host.read(6, 8).reply).status).toBe(-32);
  });
});

describe('a USB/IP server', () => {
  it('gives a device to one client at a time, and to the next when the cable was pulled', async () => {
    const { device, pad } = plugIn();
    const server = await serveUsbip(new Map([['1-1', device]]), 0);
    try {
      const one = await attach(server.port, '1-1');
      expect(one.head.subarray(0, 8).toString('hex')).toBe('0111000300000000');
      await one.host.setFeature(Uint8Array.of(0x21, 1)).reply;
      expect(pad.kept.size).toBe(1);
      expect((await attach(server.port, '1-1')).head.toString('hex')).toBe('0111000300000002');
      expect((await attach(server.port, '9-9')).head.toString('hex')).toBe('0111000300000004');
      server.unplug('1-1');
      await one.ended;
      expect((await attach(server.port, '1-1')).head).toHaveLength(320);
    } finally {
      await server.close();
    }
  });

  it('lets go of a client that speaks something else', async () => {
    const { device } = plugIn();
    const server = await serveUsbip(new Map([['1-1', device]]), 0);
    try {
      const socket = connect(server.port, '127.0.0.1');
      socket.write('GET / HTTP/1.1\r\n\r\n');
      await once(socket, 'close');
      expect((await attach(server.port, '1-1')).head).toHaveLength(320);
    } finally {
      await server.close();
    }
  });
});

async function attach(port: number, busId: string) {
  const socket = connect(port, '127.0.0.1');
  const ended = once(socket, 'close');
  socket.write(encodeRequest({ type: 'take', busId }));
  const [head] = (await once(socket, 'data')) as [Buffer];
  const host = new UsbHost((bytes) => socket.write(bytes));
  socket.on('data', (chunk) => host.receive(chunk));
  return { head, host, ended };
}

it('finds the free full-speed ports in what the kernel tells', () => {
  const status = [
    'hub port sta spd dev      sockfd local_busid',
    'hs  0000 006 002 00010001 000003 1-1',
    'hs  0001 004 000 00000000 000000 0-0',
    'ss  0008 004 000 00000000 000000 0-0',
    '',
  ].join('\n');
  expect(parsePorts(status)).toEqual([1]);
});
