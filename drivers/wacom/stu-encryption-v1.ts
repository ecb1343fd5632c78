/**
 * Session keys of the STU-300, 500 and 520 (`pads.md` 1.9): Diffie-Hellman over a prime of 128 bits, AES-128. Neither
 * side proves who it is and 128 bits can be broken: it keeps pen data from being read in passing, no more.
 */
import { PadError } from '../pad.ts';
import type { RandomBytes, SessionEncryption } from './stu-encryption.ts';
import { encodeHostPublicKey, parseDevicePublicKey, parseDhBase, parseDhPrime } from './stu-crypto-reports.ts';
import type { StuLink } from './stu-link.ts';
import { stuReport } from './stu-report-table.ts';

/** Status is polled every 50 ms while the pad works its key out. */
const pollMs = 50;
const polls = 100;
/** The pad says by report 0x14 that it is done; that can be lost, and then being Ready again has to do. */
const pollsBeforeAsking = 5;

/** Null where the pad's prime is zero: it has no v1. */
export async function openEncryptionV1(link: StuLink, random: RandomBytes): Promise<SessionEncryption | null> {
  const prime = parseDhPrime(await link.get(stuReport.dhPrime));
  if (!prime.ok) throw new PadError('refused', 'the report of the prime is malformed');
  if (prime.value.every((byte) => byte === 0)) return null;
  const base = parseDhBase(await link.get(stuReport.dhBase));
  if (!base.ok) throw new PadError('refused', 'the report of the base is malformed');
  const group: DhGroup = { prime: toNumber(prime.value), base: BigInt(base.value) };
  return { version: 'v1', makeKey: () => makeKey(link, group, random) };
}

async function makeKey(link: StuLink, group: DhGroup, random: RandomBytes): Promise<Uint8Array> {
  const secret = dhSecret(group, random(16));
  link.forgetArrived(stuReport.devicePublicKey);
  await link.set(encodeHostPublicKey(dhPublic(group, secret)));
  const key = dhSharedKey(group, secret, await devicePublicKey(link));
  if (!key) throw new PadError('refused', 'the key of the pad is out of range');
  // The exchange may have ended before the pad calls itself Ready.
  await link.waitFor('ready');
  return key;
}

async function devicePublicKey(link: StuLink): Promise<Uint8Array> {
  for (let poll = 0; poll < polls; poll++) {
    const arrived = link.arrived(stuReport.devicePublicKey);
    if (arrived) {
      const key = parseDevicePublicKey(arrived);
      if (key.ok) return key.value;
    }
    const { status, result } = await link.status();
    if (result !== 0) throw new PadError('refused', `key exchange, result 0x${result.toString(16)}`);
    if (status === 'ready' && poll >= pollsBeforeAsking) {
      const key = parseDevicePublicKey(await link.get(stuReport.devicePublicKey));
      if (key.ok) return key.value;
    }
    await link.pause(pollMs);
  }
  throw new PadError('wrong-state', 'the pad does not come to the end of the key exchange');
}

export interface DhGroup {
  readonly prime: bigint;
  readonly base: bigint;
}
/** From 2 to p - 2, of 16 random bytes. A group too small to have one is the pad's fault. */
export function dhSecret({ prime }: DhGroup, random: Uint8Array): bigint {
  if (prime < 7n) throw new PadError('refused', 'the prime of the pad is too small');
  return 2n + (toNumber(random) % (prime - 3n));
}
export function dhPublic({ prime, base }: DhGroup, secret: bigint): Uint8Array {
  return toBytes(power(base, secret, prime));
}
/** Null for a key that would make any secret useless: 0, 1, p - 1, or none of the group. */
export function dhSharedKey({ prime }: DhGroup, secret: bigint, devicePublic: Uint8Array): Uint8Array | null {
  const theirs = toNumber(devicePublic);
  if (theirs < 2n || theirs > prime - 2n) return null;
  return toBytes(power(theirs, secret, prime));
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

const toNumber = (bytes: Uint8Array): bigint => bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
/** 16 bytes, padded on the left with zero. */
const toBytes = (value: bigint): Uint8Array =>
  Uint8Array.from(Buffer.from(value.toString(16).padStart(32, '0'), 'hex'));
