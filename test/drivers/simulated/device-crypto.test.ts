import { createDecipheriv, generateKeyPairSync, privateDecrypt, constants } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { powMod } from '../../../drivers/simulated/device-crypto-v1.ts';
import { encryptBlock } from '../../../drivers/simulated/device-pen.ts';
import { DeviceRig, bytesOf, hexOf } from './device-rig.ts';

/** `pads.md` 1.9: made for that file, not from a pad. */
const vector = {
  hostPublic: 'cf0331d674d1f0adb90922d51c4fddeb',
  padSecret: 'fedcba9876543210fedcba9876543210',
  padPublic: 'bafbaeaea1c5be67a6f51a0d2f473fcd',
  key: '659d9a6579951997f9411cef961c4972',
  prime: 'ffffffffffffffffffffffffffffff61',
};

/** A pad whose secret is the one of the vector: it takes the random number modulo p-3, plus 2. */
const vectorRig = (name: 'stu-300' | 'stu-520' = 'stu-300'): DeviceRig =>
  new DeviceRig(name, {}, () => bytesOf((BigInt(`0x${vector.padSecret}`) - 2n).toString(16).padStart(32, '0')));

describe('encryption v1 on the side of the pad', () => {
  it('agrees on the key of the reference, and says so by report 0x14', async () => {
    const rig = vectorRig();
    expect([rig.get(0x1a), rig.get(0x1b)]).toEqual([`1a${vector.prime}`, '1b0005']);
    expect(rig.setHex(`13${vector.hostPublic}`)).toBe(0);
    expect([rig.status, rig.sent]).toEqual([3, []]);
    expect(() => rig.get(0x14)).toThrow('Broken pipe');
    await rig.clock.advance(250);
    expect([rig.status, rig.sent, rig.get(0x14)]).toEqual([0, [`14${vector.padPublic}`], `14${vector.padPublic}`]);
  });

  it('sends two samples in one report 0x10, encrypted as in the reference', async () => {
    const rig = vectorRig();
    expect(rig.set(0x15, 0, 0xc0, 0xff, 0xee)).toBe(0x02);
    rig.setHex(`13${vector.hostPublic}`);
    await rig.clock.advance(250);
    expect(rig.setHex('15 00 c0 ff ee')).toBe(0);
    const { facts } = rig.device;
    const place = (x: number, y: number) => ({ x: (x * facts.width) / facts.maxX, y: (y * facts.height) / facts.maxY });
    // The vector's places lie outside this pad; the block itself is checked by the key.
    expect(hexOf(encryptBlock(bytesOf(vector.key), [...bytesOf('00c0ffee912c15180ca8913015200cb0')]))).toBe(
      '242064453cb3b03e64db2f3f685b76ef',
    );
    expect(rig.pen(place(5400, 1200), 300)).toBeNull();
    const report = rig.pen(place(5408, 1208), 304);
    expect(report).toMatch(/^10/);
    expect(decrypt(bytesOf(vector.key), report!.slice(2))).toBe('00c0ffee' + '912c151804b0' + '9130152004b8');
  });

  it('adds the options of both samples in clear to report 0x31', async () => {
    const rig = vectorRig('stu-520');
    rig.set(0x32, 1);
    rig.setHex(`13${vector.hostPublic}`);
    await rig.clock.advance(250);
    rig.setHex('15 00 c0 ff ee');
    rig.pen({ x: 400, y: 240 }, 300, 7);
    const report = rig.pen({ x: 400, y: 240 }, 304, 12);
    expect(report).toMatch(/^31.{32}0007000c$/);
    expect(decrypt(bytesOf(vector.key), report!.slice(2, 34))).toBe('00c0ffee' + '912c15180ca8' + '913015180ca8');
  });

  it('refuses the public keys that give the key away, and numbers it cannot use', () => {
    const rig = vectorRig();
    for (const bad of ['0'.repeat(32), '0'.repeat(31) + '1', vector.prime.slice(0, 31) + '0', 'f'.repeat(32)]) {
      expect(rig.setHex(`13${bad}`)).toBe(0x04);
      expect(rig.status).toBe(0);
    }
    expect(rig.setHex('1a' + '0'.repeat(32))).toBe(0);
    expect(rig.setHex(`13${vector.hostPublic}`)).toBe(0x04);
    expect(rig.device.flash.writes('dh-prime')).toBe(1);
  });

  it('works out powers as arithmetic says', () => {
    expect(powMod(5n, 117n, 19n)).toBe(5n ** 117n % 19n);
    expect(
      hexOf(bytesOf(powMod(5n, 0x0123456789abcdef0123456789abcdefn, BigInt(`0x${vector.prime}`)).toString(16))),
    ).toBe(vector.hostPublic);
  });
});

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const modulus = Buffer.from(publicKey.export({ format: 'jwk' }).n!, 'base64url');

/** Steps 1 to 5 of `pads.md` 1.10, in its own bytes. */
async function makeKey(rig: DeviceRig, type = '01 02 82'): Promise<void> {
  rig.setHex(`40 ${type}`);
  rig.setHex('40 02 00 03 01 00 01');
  for (let at = 0; at < 4; at++) rig.set(0x40, 2, 1, 0x40, ...modulus.subarray(at * 64, at * 64 + 64));
  expect(rig.get(0x50).slice(8, 12)).toBe('0000');
  rig.setHex('40 05');
  expect(rig.status).toBe(3);
  await rig.clock.advance(250);
}
function cipherText(rig: DeviceRig): Buffer {
  const pieces = [0, 1, 2, 3].map((index) => {
    expect(rig.set(0x40, 4, 2, index)).toBe(0);
    const answer = rig.get(0x40);
    expect(answer.slice(0, 8)).toBe('40040240');
    return Buffer.from(answer.slice(8), 'hex');
  });
  return Buffer.concat(pieces);
}
const opened = (cipher: Buffer): Buffer =>
  privateDecrypt({ key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }, cipher);

describe('encryption v2 on the side of the pad', () => {
  it('gives its AES key under RSA-OAEP, and encrypts report 0x33 with it', async () => {
    const rig = new DeviceRig('stu-530');
    expect(rig.get(0x50)).toBe('50000000ffffff0007' + '00'.repeat(8));
    await makeKey(rig);
    expect(rig.sent).toEqual(['500282000000000007' + '00'.repeat(8)]);
    const key = opened(cipherText(rig));
    expect(key).toHaveLength(32);
    rig.set(0x32, 3);
    rig.setHex('15 00 c0 ff ee');
    rig.device.forceSequence(41);
    const report = rig.pen({ x: 400, y: 240 }, 300, 1000);
    expect(report).toMatch(/^33/);
    expect(decrypt(key, report!.slice(2))).toBe('912c15180ca8' + '03e8' + '002a' + '0000' + '00c0ffee');
    expect(
      hexOf(
        encryptBlock(bytesOf([...Array(32).keys()].map((byte) => byte.toString(16).padStart(2, '0')).join('')), [
          ...bytesOf('912c15180ca803e8002a000000c0ffee'),
        ]),
      ),
    ).toBe('548e7d8b9d0acc055a0c36836f9ce76e');
  });

  it('does AES-128 and 192 too', async () => {
    for (const [type, length] of [
      ['01 00 82', 16],
      ['01 01 82', 24],
    ] as const) {
      const rig = new DeviceRig('stu-430');
      await makeKey(rig, type);
      expect(opened(cipherText(rig))).toHaveLength(length);
    }
  });

  it('gives the bare key where no padding was asked for', async () => {
    const rig = new DeviceRig('stu-430', {}, (length) => new Uint8Array(length).fill(0x5a));
    await makeKey(rig, '01 00 02');
    const plain = privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, cipherText(rig));
    expect(plain.toString('hex')).toBe('00'.repeat(240) + '5a'.repeat(16));
  });

  it('wants a new key for each capture; the numbers of the host stay', async () => {
    const rig = new DeviceRig('stu-530');
    await makeKey(rig);
    const first = cipherText(rig).toString('hex');
    expect(rig.setHex('15 00 00 00 01')).toBe(0);
    expect(rig.set(0x16)).toBe(0x02);
    await rig.clock.advance(79);
    expect([rig.set(0x16), rig.status]).toEqual([0x02, 2]);
    await rig.clock.advance(1);
    expect([rig.set(0x16), rig.status]).toEqual([0, 0]);
    expect(rig.set(0x21, 0)).toBe(0x02);
    await rig.clock.advance(20);
    expect(rig.set(0x21, 0)).toBe(0);
    expect(rig.setHex('15 00 00 00 02')).toBe(0x02);
    rig.setHex('40 05');
    await rig.clock.advance(250);
    expect(cipherText(rig).toString('hex')).not.toBe(first);
    expect(rig.setHex('15 00 00 00 02')).toBe(0);
  });

  it.each([
    ['a command it does not know', ['40 09'], 0x07],
    ['numbers before the type', ['40 02 00 03 01 00 01'], 0x0b],
    ['a type that is none', ['40 01 03 82'], 0x01],
    ['a key without a modulus', ['40 01 02 82', '40 05'], 0x03],
    ['a piece longer than 64 bytes', ['40 01 02 82', '40 02 01 41'], 0x02],
    ['a cipher text before there is one', ['40 01 02 82', '40 04 02 00'], 0x0a],
  ])('refuses %s', (_what, commands, last) => {
    const rig = new DeviceRig('stu-530');
    for (const command of commands) rig.setHex(command);
    expect(rig.device.get(0x50)[7]).toBe(last);
    expect(rig.status).toBe(0);
  });

  it('calls an even exponent even, and a modulus without its highest bit invalid', () => {
    const rig = new DeviceRig('stu-530');
    rig.setHex('40 01 02 82');
    rig.setHex('40 02 00 03 01 00 00');
    for (let at = 0; at < 4; at++) rig.set(0x40, 2, 1, 0x40, ...new Uint8Array(64).fill(1));
    expect(rig.get(0x50).slice(8, 12)).toBe('fbfe');
  });

  it('encrypts the events of a stored signature screen while capturing, and sends them in clear otherwise', async () => {
    const rig = new DeviceRig('stu-540');
    const picture = new Uint8Array(800 * 480 * 3).fill(9);
    rig.set(0x94, 4, 4, 1, 7);
    rig.blocks(picture);
    rig.set(0x27);
    await rig.clock.advance(40);
    expect(rig.setHex('93 04 01 00 01 02')).toBe(0);
    rig.device.pressKey(1);
    expect(rig.sent).toEqual(['99040100000000000000']);
    await makeKey(rig);
    const key = opened(cipherText(rig));
    rig.setHex('15 00 c0 ff ee');
    rig.device.pressKey(2);
    expect(rig.sent.at(-1)).toMatch(/^9a/);
    expect(decrypt(key, rig.sent.at(-1)!.slice(2))).toBe('00c0ffee' + '04' + '0200000000000000' + '000000');
  });
});

function decrypt(key: Uint8Array, hex: string): string {
  const decipher = createDecipheriv(`aes-${key.length * 8}-ecb`, key, null).setAutoPadding(false);
  return decipher.update(Buffer.from(hex, 'hex')).toString('hex');
}
