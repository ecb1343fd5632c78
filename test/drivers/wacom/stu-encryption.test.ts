import { createCipheriv, constants, publicEncrypt, createPublicKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dhPublic, dhSecret, dhSharedKey } from '../../../drivers/wacom/stu-encryption-v1.ts';
import { openSessionKey, stuHostKey } from '../../../drivers/wacom/stu-encryption-v2.ts';
import { parseStuInput } from '../../../drivers/wacom/stu-pen-reports.ts';
import type { EncryptedPenId, StuInput } from '../../../drivers/wacom/stu-pen-reports.ts';
import { SessionCipher } from '../../../drivers/wacom/stu-session-cipher.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex');
const seed = 20261123;

/** `pads.md` 1.9. */
const v1 = {
  group: { prime: 0xffffffffffffffffffffffffffffff61n, base: 5n },
  hostSecret: 0x0123456789abcdef0123456789abcdefn,
  hostPublic: 'cf0331d674d1f0adb90922d51c4fddeb',
  deviceSecret: 0xfedcba9876543210fedcba9876543210n,
  devicePublic: 'bafbaeaea1c5be67a6f51a0d2f473fcd',
  key: '659d9a6579951997f9411cef961c4972',
  report: '10242064453cb3b03e64db2f3f685b76ef',
};
/** `pads.md` 1.10. */
const v2 = {
  key: Array.from({ length: 32 }, (_, at) => at.toString(16).padStart(2, '0')).join(''),
  report: '33548e7d8b9d0acc055a0c36836f9ce76e',
};
const session = 0x00c0ffee;

function encrypted(text: string | Uint8Array): Extract<StuInput, { type: 'encrypted' }> {
  const input = parseStuInput(typeof text === 'string' ? bytes(text) : text);
  if (input.type !== 'encrypted') throw new Error('not an encrypted report');
  return input;
}
function sealed(key: string, id: EncryptedPenId, plain: string, behind = ''): Uint8Array {
  const cipher = createCipheriv(key.length === 64 ? 'aes-256-ecb' : 'aes-128-ecb', bytes(key), null);
  cipher.setAutoPadding(false);
  return Uint8Array.from([id, ...cipher.update(bytes(plain)), ...bytes(behind)]);
}
const timed = (sequence: number, of = session): Uint8Array =>
  sealed(
    v2.key,
    0x33,
    `912c15180ca803e8${sequence.toString(16).padStart(4, '0')}0000${of.toString(16).padStart(8, '0')}`,
  );

describe('the key exchange of v1', () => {
  it('follows the reference on both sides', () => {
    expect(hex(dhPublic(v1.group, v1.hostSecret))).toBe(v1.hostPublic);
    expect(hex(dhPublic(v1.group, v1.deviceSecret))).toBe(v1.devicePublic);
    expect(hex(dhSharedKey(v1.group, v1.hostSecret, bytes(v1.devicePublic))!)).toBe(v1.key);
    expect(hex(dhSharedKey(v1.group, v1.deviceSecret, bytes(v1.hostPublic))!)).toBe(v1.key);
  });

  it('agrees on one key whatever the secrets, padded to 16 bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        (one, other) => {
          const [a, b] = [dhSecret(v1.group, one), dhSecret(v1.group, other)];
          expect(a > 1n && a < v1.group.prime - 1n).toBe(true);
          const key = dhSharedKey(v1.group, a, dhPublic(v1.group, b))!;
          expect(key).toHaveLength(16);
          expect(key).toEqual(dhSharedKey(v1.group, b, dhPublic(v1.group, a)));
        },
      ),
      { seed, numRuns: 100 },
    );
    // A result with zero bytes in front keeps them.
    expect(hex(dhPublic({ prime: 23n, base: 5n }, 6n))).toBe('00000000000000000000000000000008');
  });

  it('refuses public keys under which everybody knows the secret, and primes without room', () => {
    const { group, hostSecret } = v1;
    const of = (value: bigint): Uint8Array => bytes(value.toString(16).padStart(32, '0'));
    for (const value of [0n, 1n, group.prime - 1n, group.prime])
      expect(dhSharedKey(group, hostSecret, of(value))).toBeNull();
    expect(dhSharedKey(group, hostSecret, of(group.prime - 2n))).not.toBeNull();
    expect(() => dhSecret({ prime: 5n, base: 2n }, new Uint8Array(16))).toThrow('too small');
  });
});

describe('the key of v2', () => {
  const sealedKey = async (plain: Uint8Array, oaepHash = 'sha1'): Promise<Uint8Array> => {
    const { modulus, privateKey } = await stuHostKey();
    expect(modulus).toHaveLength(256);
    const key = createPublicKey(privateKey);
    return publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, plain);
  };

  it('is the last 32 bytes of the plain text, filled up in front', async () => {
    const { privateKey } = await stuHostKey();
    const key = bytes(v2.key);
    expect(openSessionKey(privateKey, await sealedKey(key))).toEqual(key);
    expect(openSessionKey(privateKey, await sealedKey(Uint8Array.from([9, 9, ...key])))).toEqual(key);
    expect(hex(openSessionKey(privateKey, await sealedKey(key.subarray(2))))).toBe(`0000${v2.key.slice(4)}`);
  });

  it('is refused when it is not one of ours, without a word of what was inside', async () => {
    const { privateKey } = await stuHostKey();
    const good = await sealedKey(bytes(v2.key));
    const wrong = [
      await sealedKey(bytes(v2.key), 'sha256'),
      good.subarray(1),
      Uint8Array.from(good, (byte) => byte ^ 1),
    ];
    for (const one of wrong) {
      expect(() => openSessionKey(privateKey, one)).toThrow(
        expect.objectContaining({ code: 'refused', message: 'the key of the pad cannot be opened' }),
      );
    }
  });
});

describe('a session', () => {
  const v1Cipher = (): SessionCipher => new SessionCipher(bytes(v1.key), session, [0x10]);
  const v2Cipher = (): SessionCipher => new SessionCipher(bytes(v2.key), session, [0x33]);

  it('reads both samples of the reference’s report 0x10, in their order', () => {
    expect(v1Cipher().open(encrypted(v1.report))).toEqual([
      { inRange: true, switches: 1, pressure: 300, x: 5400, y: 3240 },
      { inRange: true, switches: 1, pressure: 304, x: 5408, y: 3248 },
    ]);
  });

  it('reads the reference’s report 0x33 with its time and sequence', () => {
    expect(v2Cipher().open(encrypted(v2.report))).toEqual([
      { inRange: true, switches: 1, pressure: 300, x: 5400, y: 3240, time: 1000, sequence: 42 },
    ]);
  });

  it('gives each sample of report 0x31 the option that stands in clear behind the block', () => {
    const cipher = new SessionCipher(bytes(v1.key), session, [0x31]);
    const report = sealed(v1.key, 0x31, '00c0ffee 912c15180ca8 913015200cb0', '03e803ed');
    expect(cipher.open(encrypted(report))).toMatchObject([{ option: 1000 }, { option: 1005 }]);
  });

  it('refuses what is under another key, of another session, or of another kind', () => {
    const other = new SessionCipher(bytes(v1.key).fill(1), session, [0x10]);
    expect(other.open(encrypted(v1.report))).toBe('refused');
    const late = new SessionCipher(bytes(v1.key), session + 1, [0x10]);
    expect(late.open(encrypted(v1.report))).toBe('refused');
    expect(v2Cipher().open(encrypted(timed(1, session + 0x80000000)))).toBe('refused');
    // A pad that numbers its reports sends no report without a number: one would slip past the check for replays.
    const unnumbered = sealed(v2.key, 0x10, '00c0ffee 912c15180ca8 913015200cb0');
    expect(v2Cipher().open(encrypted(unnumbered))).toBe('refused');
  });

  it('refuses a report with any bit turned over', () => {
    for (let bit = 0; bit < 128; bit++) {
      const report = bytes(v2.report);
      report[1 + (bit >> 3)]! ^= 1 << (bit & 7);
      expect(v2Cipher().open(encrypted(report))).toBe('refused');
    }
  });

  it('refuses a numbered report told again or out of turn, and goes on with the next', () => {
    const cipher = v2Cipher();
    const verdicts = [65534, 65535, 65535, 65534, 0, 1, 0, 5, 4, 6, 6 + 0x8000].map((sequence) =>
      cipher.open(encrypted(timed(sequence))) === 'refused' ? 'refused' : sequence,
    );
    expect(verdicts).toEqual([65534, 65535, 'refused', 'refused', 0, 1, 'refused', 5, 'refused', 6, 'refused']);
  });

  it('takes reports in rising order with gaps, and no other, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0xffff), { maxLength: 40 }), (sequences) => {
        const cipher = v2Cipher();
        let last: number | null = null;
        for (const sequence of sequences) {
          const next: boolean =
            last === null || (((sequence - last) & 0xffff) > 0 && ((sequence - last) & 0xffff) < 0x8000);
          expect(cipher.open(encrypted(timed(sequence))) !== 'refused').toBe(next);
          if (next) last = sequence;
        }
      }),
      { seed, numRuns: 200 },
    );
  });

  it('wipes the key it is given, and reads nothing once it has ended', () => {
    const key = bytes(v2.key);
    const cipher = new SessionCipher(key, session, [0x33]);
    expect(key).toEqual(new Uint8Array(32));
    cipher.end();
    expect(cipher.open(encrypted(v2.report))).toBe('refused');
    cipher.end();
  });
});
