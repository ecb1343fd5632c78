import { deflateSync } from 'node:zlib';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DeviceRig } from './device-rig.ts';

const filled = (length: number, ...pattern: readonly number[]): Uint8Array =>
  Uint8Array.from({ length }, (_, at) => pattern[at % pattern.length] ?? 0);

describe('images on the side of the pad', () => {
  it('takes the worked example: an all-white picture of a STU-430 in 32 blocks', () => {
    const rig = new DeviceRig('stu-430');
    rig.device.screen.clear([0, 0, 0]);
    expect([rig.set(0x25, 0), rig.status]).toEqual([0, 1]);
    expect(rig.blocks(filled(8000, 0xff))).toEqual(Array.from({ length: 32 }, () => 0));
    expect([rig.set(0x27, 0), rig.status, rig.pixel(0, 0), rig.pixel(319, 199)]).toEqual([
      0,
      0,
      [255, 255, 255],
      [255, 255, 255],
    ]);
  });

  it('has the leftmost pixel in the highest bit, rows in whole bytes, and black as 0', () => {
    const rig = new DeviceRig('stu-300');
    rig.set(0x25, 0);
    const rows = filled(50 * 100, 0xff);
    rows[0] = 0x7f;
    rows[50 + 49] = 0xef;
    rig.blocks(rows);
    rig.set(0x27, 0);
    expect([rig.pixel(0, 0), rig.pixel(1, 0), rig.pixel(395, 1), rig.pixel(394, 1)]).toEqual([
      [0, 0, 0],
      [255, 255, 255],
      [0, 0, 0],
      [255, 255, 255],
    ]);
  });

  it('reads 16 bits as 5-6-5 with the high byte first, and 24 bits as B, G, R', () => {
    const fifth = new DeviceRig('stu-520');
    fifth.set(0x25, 2);
    fifth.blocks(filled(768_000, 0xf8, 0x00, 0x07, 0xe0, 0x00, 0x1f, 0xff, 0xff));
    fifth.set(0x27, 0);
    expect([0, 1, 2, 3].map((x) => fifth.pixel(x, 0))).toEqual([
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
      [255, 255, 255],
    ]);
    const later = new DeviceRig('stu-530');
    later.set(0x25, 4);
    later.blocks(filled(1_152_000, 1, 2, 3));
    later.set(0x27, 0);
    expect(later.pixel(799, 479)).toEqual([3, 2, 1]);
  });

  it('changes an area and nothing else, and takes width and height for the last corner', () => {
    const rig = new DeviceRig('stu-530');
    expect(rig.setHex('24 04 01 0a 00 14 00 0b 00 15 00')).toBe(0);
    rig.blocks(filled(12, 0, 0, 200));
    expect(rig.set(0x27, 0)).toBe(0);
    expect([rig.pixel(10, 20), rig.pixel(11, 21), rig.pixel(9, 20), rig.pixel(12, 21), rig.pixel(10, 22)]).toEqual([
      [200, 0, 0],
      [200, 0, 0],
      [255, 255, 255],
      [255, 255, 255],
      [255, 255, 255],
    ]);
    expect(rig.setHex('24 00 01 00 00 00 00 20 03 e0 01')).toBe(0);
    expect(rig.blocks(new Uint8Array(48_000)).at(-1)).toBe(0);
    expect([rig.set(0x27, 0), rig.pixel(799, 479)]).toEqual([0, [0, 0, 0]]);
    expect(rig.setHex('24 00 01 00 00 00 00 21 03 e0 01')).toBe(0x15);
    expect(rig.setHex('24 00 01 05 00 00 00 04 00 01 00')).toBe(0x15);
    expect(new DeviceRig('stu-430').setHex('24 00 01 03 00 00 00 0c 00 00 00')).toBe(0);
  });

  it('pads the rows of an area of one bit to whole bytes', () => {
    const rig = new DeviceRig('stu-430');
    rig.setHex('24 00 01 03 00 00 00 0c 00 01 00');
    rig.blocks(Uint8Array.of(0x7f, 0xff, 0xff, 0xbf));
    expect(rig.set(0x27, 0)).toBe(0);
    expect([rig.pixel(3, 0), rig.pixel(12, 1), rig.pixel(4, 0), rig.pixel(12, 0)]).toEqual([
      [0, 0, 0],
      [0, 0, 0],
      [255, 255, 255],
      [255, 255, 255],
    ]);
  });

  it('inflates mode 01, and tells a broken one from one too long', () => {
    const rig = new DeviceRig('stu-540');
    const send = (data: Uint8Array): number => {
      rig.set(0x25, 1);
      rig.blocks(data);
      return rig.set(0x27, 0);
    };
    expect([send(deflateSync(filled(48_000, 0))), rig.pixel(5, 5)]).toEqual([0, [0, 0, 0]]);
    expect(send(deflateSync(filled(48_001, 0)))).toBe(0x11);
    expect(send(deflateSync(filled(47_999, 0)))).toBe(0x04);
    expect(send(filled(100, 9))).toBe(0x12);
    expect(new DeviceRig('stu-430').set(0x25, 1)).toBe(0x10);
  });

  it('takes modes 10, 12 and 14 over the bulk endpoint, in pieces of any size, where there is one', () => {
    const rig = new DeviceRig('stu-530');
    expect(() => rig.device.bulk(Uint8Array.of(1))).toThrow('Broken pipe');
    expect(rig.set(0x25, 0x14)).toBe(0);
    const data = filled(1_152_000, 9, 8, 7);
    for (let at = 0; at < data.length; at += 16_383) rig.device.bulk(data.subarray(at, at + 16_383));
    expect(rig.set(0x26, 1, 0, 5)).toBe(0x02);
    expect([rig.set(0x27, 0), rig.pixel(400, 240)]).toEqual([0, [7, 8, 9]]);
    rig.set(0x25, 0x10);
    rig.device.bulk(new Uint8Array(48_000));
    expect(rig.result).toBe(0);
    rig.device.bulk(new Uint8Array(1));
    expect(rig.result).toBe(0x11);
    for (const name of ['stu-300', 'stu-500'] as const) expect(new DeviceRig(name).set(0x25, 0x10)).toBe(0x10);
    expect(new DeviceRig('stu-430').set(0x25, 0x14)).toBe(0x10);
  });

  it('takes blocks of up to 2557 bytes on a STU-540, in reports of either size', () => {
    const rig = new DeviceRig('stu-540');
    rig.set(0x25, 0);
    const long = new Uint8Array(2560);
    long.set([0x26, 0xfd, 0x09]);
    for (let block = 0; block < 18; block++) rig.device.set(long);
    const short = new Uint8Array(256);
    short.set([0x26, 0xfd, 0]);
    for (let block = 0; block < 7; block++) rig.device.set(short);
    expect(rig.result).toBe(0);
    short.set([0x26, 203, 0]);
    rig.device.set(short);
    expect([rig.result, rig.set(0x27, 0), rig.pixel(0, 0)]).toEqual([0, 0, [0, 0, 0]]);
  });

  it('refuses what is too long, too short, of no encoding, or not begun', () => {
    const rig = new DeviceRig('stu-430');
    for (const mode of [0x02, 0x04, 0x03, 0x11, 0xff]) expect(rig.set(0x25, mode)).toBe(0x10);
    expect([rig.set(0x26, 1, 0), rig.set(0x27, 0)]).toEqual([0x02, 0x02]);
    rig.set(0x25, 0);
    expect(rig.set(0x25, 0)).toBe(0x02);
    expect(rig.set(0x26, 0xfe, 0x00)).toBe(0x04);
    rig.blocks(new Uint8Array(7999));
    expect(rig.set(0x26, 2, 0)).toBe(0x11);
    expect([rig.set(0x27, 0), rig.status, rig.pixel(0, 0)]).toEqual([0x04, 0, [255, 255, 255]]);
    rig.set(0x25, 0);
    expect([rig.set(0x27, 1), rig.status]).toEqual([0, 0]);
  });

  it('clears to its background by itself: 600 ms on a STU-520, and no pen data until then', async () => {
    const rig = new DeviceRig('stu-520');
    rig.setHex('29 00 f8');
    expect(rig.pixel(1, 1)).toEqual([255, 255, 255]);
    expect([rig.set(0x20, 0), rig.status, rig.pen({ x: 1, y: 1 }, 0)]).toEqual([0, 1, null]);
    await rig.clock.advance(599);
    expect([rig.status, rig.set(0x27, 1)]).toEqual([1, 0x02]);
    await rig.clock.advance(1);
    expect([rig.status, rig.pixel(1, 1)]).toEqual([0, [255, 0, 0]]);
    expect(rig.pen({ x: 1, y: 1 }, 0)).not.toBeNull();
  });

  it('clears an area at once', () => {
    const rig = new DeviceRig('stu-430');
    rig.device.screen.clear([0, 0, 0]);
    expect(rig.setHex('23 00 01 02 00 03 00 04 00 05 00')).toBe(0);
    expect([rig.pixel(2, 3), rig.pixel(4, 5), rig.pixel(1, 3), rig.pixel(5, 5)]).toEqual([
      [255, 255, 255],
      [255, 255, 255],
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(rig.setHex('23 00 01 04 00 03 00 03 00 05 00')).toBe(0x15);
  });
});

describe('stored pictures and modes of the STU-540', () => {
  const picture = filled(1_152_000, 1, 2, 3);
  async function stored(mode = 4, slot = 1): Promise<DeviceRig> {
    const rig = new DeviceRig('stu-540');
    expect(rig.set(0x94, 4, mode, slot, 1, 1)).toBe(0);
    rig.blocks(picture);
    expect([rig.set(0x27, 0), rig.status]).toEqual([0, 5]);
    await rig.clock.advance(40);
    return rig;
  }

  it('keeps a picture, tells its MD5, shows it and forgets it', async () => {
    const rig = await stored();
    expect([rig.pixel(0, 0), rig.device.flash.writes('rom:4:1')]).toEqual([[255, 255, 255], 1]);
    rig.set(0x96, 4, 1);
    expect(rig.get(0x96)).toBe(`96040100${createHash('md5').update(picture).digest('hex')}`);
    expect([rig.set(0x9b, 4, 1), rig.pixel(0, 0), rig.get(0x98)]).toEqual([0, [3, 2, 1], '98000000001f03df01']);
    expect(rig.set(0x9b, 4, 2)).toBe(0x20);
    expect(rig.set(0x97, 9, 1)).toBe(0);
    await rig.clock.advance(40);
    rig.set(0x96, 4, 1);
    expect(rig.get(0x96)).toBe(`96040101${'00'.repeat(16)}`);
  });

  it('survives a restart', async () => {
    const rig = await stored();
    rig.device.powerOn();
    expect(rig.set(0x9b, 4, 1)).toBe(0);
  });

  it.each([
    ['an encoding that is not raw colour', [0x94, 0, 4, 1]],
    ['a mode without pictures', [0x94, 4, 0, 1]],
    ['a number past the last', [0x94, 4, 4, 4]],
    ['a pushed picture of a slide', [0x94, 4, 2, 0x81]],
    ['a PIN pad of no layout', [0x94, 4, 1, 1, 1, 6]],
    ['a question about a picture that cannot be', [0x96, 6, 1]],
    ['a way to delete that is none', [0x97, 11, 1]],
  ])('refuses %s', (_what, report) => {
    expect(new DeviceRig('stu-540').set(...report)).toBe(0x34);
  });

  it('deletes all of one mode and leaves the others', async () => {
    const rig = await stored(2, 3);
    rig.set(0x94, 4, 5, 6);
    rig.blocks(picture);
    rig.set(0x27, 0);
    await rig.clock.advance(40);
    rig.set(0x97, 2, 0);
    await rig.clock.advance(40);
    expect([rig.set(0x9b, 2, 3), rig.set(0x9b, 5, 6)]).toEqual([0x20, 0]);
  });

  it('enters a mode only with its picture, and takes only what the mode can be', async () => {
    const rig = await stored();
    expect(rig.setHex('93 04 02 00 01 02')).toBe(0x20);
    expect(rig.get(0x93)).toBe(`93${'00'.repeat(12)}`);
    expect(rig.setHex('93 04 01 00 00 02')).toBe(0x04);
    expect(rig.setHex('93 04 01 00 01 02')).toBe(0);
    expect(rig.get(0x93)).toBe('93040100010200000000000000');
    expect(rig.setHex('93 05')).toBe(0x04);
    expect(rig.set(0x93, 0)).toBe(0);
  });

  it('tells its keys: cancel, enter, digits of a PIN', async () => {
    const rig = await stored(1, 1);
    rig.device.pressKey(1);
    expect(rig.sent).toEqual([]);
    expect(rig.setHex('93 01 01 00 04 0c 01')).toBe(0);
    rig.device.pressKey(1, '1234567');
    expect(rig.sent).toEqual(['99010112345670000000']);
  });

  it('shows slides in turn, and sends no pen data meanwhile', async () => {
    const rig = await stored(2, 1);
    rig.set(0x94, 4, 2, 2);
    rig.blocks(filled(1_152_000, 7));
    rig.set(0x27, 0);
    await rig.clock.advance(40);
    expect(rig.pen({ x: 10, y: 10 }, 300)).not.toBeNull();
    expect(rig.setHex('93 02 00 02 12 00 00 00 00 00 00 07 d0')).toBe(0);
    expect(rig.pen({ x: 10, y: 10 }, 300)).toBeNull();
    const seen = [rig.pixel(0, 0)];
    for (let turn = 0; turn < 2; turn++) {
      await rig.clock.advance(2000);
      seen.push(rig.pixel(0, 0));
    }
    expect(seen).toEqual([
      [3, 2, 1],
      [7, 7, 7],
      [3, 2, 1],
    ]);
    rig.set(0x93, 0);
    await rig.clock.advance(4000);
    expect(rig.pixel(0, 0)).toEqual([3, 2, 1]);
    expect(rig.pen({ x: 10, y: 10 }, 300)).not.toBeNull();
  });
});
