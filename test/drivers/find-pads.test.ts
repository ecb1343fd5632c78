import { describe, expect, it } from 'vitest';
import { matchPads, padScanner, scanPads } from '../../drivers/find-pads.ts';
import type { FoundPad, UsbWay } from '../../drivers/found-pad.ts';
import { openPad, openTransport } from '../../drivers/open-pad.ts';
import { modelNamed } from '../../drivers/pad-models.ts';
import type { PadScan } from '../../drivers/find-pads.ts';
import type { HidSeen } from '../../drivers/hid/hid-seen.ts';
import { topazModels } from '../../drivers/topaz/topaz-models.ts';
import type { UsbSeen } from '../../drivers/usb/usb-devices.ts';
import { descriptorBytes } from './generic-digitizer/descriptors.ts';
import { ManualClock } from './manual-clock.ts';

const hid = (pid: number, path: string, more: Partial<HidSeen> = {}): HidSeen => ({
  vid: 0x056a,
  pid,
  path,
  serial: null,
  name: null,
  port: null,
  interfaceNumber: null,
  descriptor: null,
  openable: true,
  ...more,
});
const usb = (pid: number, port: string, more: Partial<UsbSeen> = {}): UsbSeen => ({
  vid: 0x056a,
  pid,
  bus: 1,
  address: 7,
  port,
  serial: null,
  maker: null,
  product: null,
  hidInterfaces: [0],
  claimable: true,
  ...more,
});
const match = (seen: readonly HidSeen[], devices: readonly UsbSeen[] = [], hidLibrary = true) =>
  matchPads({ hid: seen, hidLibrary, usb: devices, serial: [] });
const problems = ({ unusable }: PadScan) => unusable.map(({ id, road, problem }) => [id, road, problem]);

describe('finding pads', () => {
  it('tells two identical pads apart by their port, with one serial number or none', () => {
    const { found } = match(
      [hid(0xa5, '/dev/hidraw3', { port: '1-2' }), hid(0xa5, '/dev/hidraw4', { port: '1-1.4' })],
      [usb(0xa5, '1-1.4', { address: 9 }), usb(0xa5, '1-2', { address: 4 })],
    );
    expect(found.map(({ id, path, usb: way }) => [id, path, way?.address])).toEqual([
      ['usb:1-2', '/dev/hidraw3', 4],
      ['usb:1-1.4', '/dev/hidraw4', 9],
    ]);
  });
  it('gives a pad one id by either road', () => {
    const byNode = match([hid(0xa5, '/dev/hidraw3', { port: '1-2' })], [usb(0xa5, '1-2')]).found;
    const byBus = match([], [usb(0xa5, '1-2')]).found;
    expect([byNode, byBus].map((found) => found.map(({ id, road }) => [id, road]))).toEqual([
      [['usb:1-2', 'hidraw']],
      [['usb:1-2', 'libusb']],
    ]);
    expect(byBus[0]!.usb).toEqual({ bus: 1, address: 7, hidInterface: 0, claimable: true });
  });
  it('finds a pad that is on no USB by its node', () => {
    expect(match([hid(0xa5, '/dev/hidraw3')]).found.map(({ id }) => id)).toEqual(['hid:hidraw3']);
  });
  it('leaves other devices alone, of other makers and of the same', () => {
    const scan = match(
      [hid(0xa5, '/dev/hidraw0', { vid: 0x046d }), hid(0x03a6, '/dev/hidraw1')],
      [usb(2, '1-1', { vid: 0x1d6b })],
    );
    expect(scan).toEqual({ found: [], unusable: [] });
  });
  it('takes one interface of a pad, not each', () => {
    const nodes = [1, 0].map((at) => hid(0xa8, `/dev/hidraw${at}`, { port: '1-2', interfaceNumber: at }));
    expect(match(nodes, [usb(0xa8, '1-2', { hidInterfaces: [0, 1] })]).found).toMatchObject([{ path: '/dev/hidraw0' }]);
  });
  it('makes an id without anything that does not belong into an address', () => {
    const { found } = match([hid(0xa8, '\\\\?\\hid#vid_056a&pid_00a8#7&1f&0&0000#{4d1e55b2}')]);
    expect(found[0]!.id).toMatch(/^hid:[A-Za-z0-9-]+$/);
  });
  it('recognises a STU-541 and says that it is not driven, with a node and without', () => {
    expect(problems(match([], [usb(0xa9, '1-4')]))).toEqual([['usb:1-4', 'libusb', 'not-driven']]);
    const node = hid(0xa9, '/dev/hidraw0', { port: '1-4' });
    expect(problems(match([node], [usb(0xa9, '1-4')]))).toEqual([['usb:1-4', 'hidraw', 'not-driven']]);
  });
  it('takes a pad without a node by the bus, where that may be', () => {
    expect(match([], [usb(0xa8, '1-4')]).found).toMatchObject([{ road: 'libusb', path: 'usb:1/7' }]);
    const denied = match([], [usb(0xa8, '1-4', { claimable: false })]);
    expect(problems(denied)).toEqual([['usb:1-4', 'libusb', 'no-usb-permission']]);
    const elsewhere = match([], [usb(0xa8, '1-4', { claimable: null, hidInterfaces: null })]);
    expect(problems(elsewhere)).toEqual([['usb:1-4', 'libusb', 'no-hid-node']]);
  });
  it('says of a node that it may not be opened, and goes no other way round the rights', () => {
    const scan = match([hid(0xa8, '/dev/hidraw0', { port: '1-4', openable: false })], [usb(0xa8, '1-4')]);
    expect([scan.found, problems(scan)]).toEqual([[], [['usb:1-4', 'hidraw', 'no-permission']]]);
  });
  it('knows a pad in its serial mode from one without a node', () => {
    const scan = match([], [usb(0xa8, '1-4', { hidInterfaces: [] }), usb(0xa5, '1-5', { hidInterfaces: [] })]);
    expect(problems(scan)).toEqual([
      ['usb:1-4', 'libusb', 'serial-mode'],
      ['usb:1-5', 'libusb', 'no-hid-node'],
    ]);
  });
  it('counts two of a model one by one where nodes name no ports', () => {
    const two = [usb(0xa8, '1-4', { claimable: null }), usb(0xa8, '1-5', { claimable: null })];
    const scan = match([hid(0xa8, 'path')], two);
    expect(scan.found).toHaveLength(1);
    expect(problems(scan)).toEqual([['usb:1-5', 'libusb', 'no-hid-node']]);
  });
  it('goes by the bus without the HID library, and names the library where it cannot', () => {
    const node = hid(0xa4, '/dev/hidraw0', { port: '1-4' });
    expect(match([node], [usb(0xa4, '1-4')], false).found).toMatchObject([{ id: 'usb:1-4', road: 'libusb' }]);
    expect(problems(match([node], [usb(0xa4, '1-4', { claimable: false })], false))).toEqual([
      ['usb:1-4', 'hidraw', 'hid-library-missing'],
    ]);
    expect(problems(match([], [usb(0xa4, '1-4', { claimable: null })], false))).toEqual([
      ['usb:1-4', 'libusb', 'hid-library-missing'],
    ]);
  });
  it('takes a pen that no table names by its report descriptor', () => {
    const pen = hid(1, '/dev/hidraw0', {
      vid: 0x1234,
      port: '1-3',
      descriptor: descriptorBytes('descriptors/056a-03a6.rdesc.bin'),
    });
    const { found } = match([pen], [usb(1, '1-3', { vid: 0x1234, maker: 'Maker', product: 'Slate 5' })]);
    expect(found).toMatchObject([{ id: 'usb:1-3', model: { maker: 'Maker', model: 'Slate 5', vid: 0x1234 } }]);
    expect(match([{ ...pen, descriptor: Uint8Array.of(1, 2, 3) }]).found).toEqual([]);
  });
  it('leaves a pen that is built in and not opened up to the browser, and says of one on a cable that it may not be opened', () => {
    const builtIn = hid(1, '/dev/hidraw0', {
      vid: 0x2d1f,
      descriptor: descriptorBytes('descriptors/2d1f-0203.rdesc.bin'),
      openable: false,
    });
    expect(match([builtIn])).toEqual({ found: [], unusable: [] });
    expect(match([{ ...builtIn, openable: true }]).found).toHaveLength(1);
    expect(problems(match([{ ...builtIn, port: '1-3' }]))).toEqual([['usb:1-3', 'hidraw', 'no-permission']]);
  });
  it('takes an adapter for a pad where the configuration says so, and names it where it does not', () => {
    const adapters = [usb(0x6001, '1-2', { vid: 0x0403 }), usb(0x6001, '1-3', { vid: 0x0403 })];
    const pad: FoundPad = { id: 'serial:ttyUSB0', model: topazModels[0]!, road: 'serial', path: 'p', serial: null };
    const scan = matchPads({ hid: [], hidLibrary: true, usb: adapters, serial: [pad] });
    expect(scan.found).toEqual([pad]);
    expect(problems(scan)).toEqual([['usb:1-3', 'libusb', 'not-driven']]);
    expect(problems(match([], adapters))).toHaveLength(2);
  });
  it('survives this machine, whatever libraries and buses it has', async () => {
    const scan = await scanPads();
    expect(Array.isArray(scan.found) && Array.isArray(scan.unusable)).toBe(true);
  });
});

describe('looking for pads again and again', () => {
  async function looks(scans: readonly PadScan[], everyMs = 1000): Promise<readonly (readonly string[])[]> {
    const coming = [...scans];
    const clock = new ManualClock();
    const scan = padScanner(() => Promise.resolve(coming.shift()!), clock);
    const told: string[][] = [];
    for (let at = 0; at < scans.length; at++) {
      const { found, unusable } = await scan();
      told.push([
        ...found.map(({ id, road }) => `${id} ${road}`),
        ...unusable.map(({ id, problem }) => `${id} ${problem}`),
      ]);
      await clock.advance(everyMs);
    }
    return told;
  }
  const none = match([]);
  const onBus = match([], [usb(0xa5, '1-2')]);
  const withNode = match([hid(0xa5, '/dev/hidraw3', { port: '1-2' })], [usb(0xa5, '1-2')]);
  const withoutRights = match([hid(0xa5, '/dev/hidraw3', { port: '1-2', openable: false })], [usb(0xa5, '1-2')]);

  it('tells of a pad with a node at once', async () => {
    expect(await looks([none, withNode])).toEqual([[], ['usb:1-2 hidraw']]);
  });
  it('takes from the kernel only what two looks found without a node: a pad being plugged in has none yet', async () => {
    expect(await looks([none, onBus, withNode])).toEqual([[], [], ['usb:1-2 hidraw']]);
    expect(await looks([none, onBus, onBus])).toEqual([[], [], ['usb:1-2 libusb']]);
  });
  it('waits as long however often it looks', async () => {
    expect(await looks([onBus, onBus, onBus, onBus], 200)).toEqual([[], [], [], ['usb:1-2 libusb']]);
    expect((await looks([withoutRights, withoutRights, withoutRights, withNode], 200)).slice(0, 3).flat()).toEqual([]);
  });
  it('takes a pad plugged in anew for another one', async () => {
    const again = match([], [usb(0xa5, '1-2', { address: 8 })]);
    expect(await looks([onBus, again, again])).toEqual([[], [], ['usb:1-2 libusb']]);
  });
  it('goes on with a pad that lost its node because it was taken', async () => {
    expect(await looks([withNode, onBus])).toEqual([['usb:1-2 hidraw'], ['usb:1-2 libusb']]);
  });
  it('complains only of what is still wrong at the next look: rights come a moment after the node', async () => {
    expect(await looks([withoutRights, withNode])).toEqual([[], ['usb:1-2 hidraw']]);
    expect(await looks([withoutRights, withoutRights])).toEqual([[], ['usb:1-2 no-permission']]);
  });
});

describe('opening a pad', () => {
  const found = (usb: Partial<UsbWay> = {}): FoundPad => ({
    ...match([hid(0xa5, '/dev/hidraw-that-is-not-there', { port: '9-9' })], [usb0]).found[0]!,
    usb: { bus: 999, address: 999, hidInterface: 0, claimable: true, ...usb },
  });
  const usb0 = usb(0xa5, '9-9');

  it('goes on by the bus where the node cannot be had, and says that the pad is gone when it is not there either', async () => {
    await expect(openTransport(found())).rejects.toMatchObject({ name: 'PadError', code: 'unplugged' });
  });
  it('stays with the node where the pad may not be taken from the kernel', async () => {
    await expect(openTransport(found({ claimable: false }))).rejects.toMatchObject({
      name: 'PadError',
      code: 'refused',
    });
  });
  it('is refused with the reason for a model that is only recognised', async () => {
    const model = modelNamed('STU-541');
    await expect(openPad({ ...found(), model })).rejects.toMatchObject({ code: 'unsupported' });
  });
});
