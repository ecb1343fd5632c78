/** The pad's half of the Diffie-Hellman exchange of the STU-300, 500 and 520 (`pads.md` 1.9). */
import type { DeviceFlash } from './device-flash.ts';
import { deviceResult } from './device-states.ts';
import type { DeviceResult } from './device-states.ts';

const size = 16;
/** Prime and base of the reference's own test vector: a factory's are not published. */
const factoryPrime = Buffer.from('ffffffffffffffffffffffffffffff61', 'hex');
const factoryBase = Buffer.from('0005', 'hex');
const { none, badParameter } = deviceResult;

export type RandomBytes = (length: number) => Uint8Array;

export class DeviceCryptoV1 {
  readonly #flash: DeviceFlash;
  readonly #random: RandomBytes;
  #host = new Uint8Array(size);
  #own = new Uint8Array(size);
  #key: Uint8Array | null = null;

  constructor(flash: DeviceFlash, random: RandomBytes) {
    this.#flash = flash;
    this.#random = random;
    if (flash.read('dh-prime') === null) {
      flash.init('dh-prime', factoryPrime);
      flash.init('dh-base', factoryBase);
    }
  }

  /** 128 bits, or null until both have told their halves. */
  get key(): Uint8Array | null {
    return this.#key;
  }
  reset(): void {
    this.#key = null;
    this.#host = new Uint8Array(size);
    this.#own = new Uint8Array(size);
  }

  get(id: number): Uint8Array | null {
    switch (id) {
      case 0x13:
        return this.#host;
      case 0x14:
        return this.#own;
      case 0x1a:
        return this.#flash.read('dh-prime');
      case 0x1b:
        return this.#flash.read('dh-base');
      default:
        return null;
    }
  }

  setNumber(cell: 'dh-prime' | 'dh-base', payload: Uint8Array): DeviceResult {
    this.#flash.write(cell, payload);
    this.reset();
    return none;
  }

  /** Takes the host's public key. 0, 1 and p-1 would make the key known to all, so they are refused. */
  takeHostKey(payload: Uint8Array): DeviceResult {
    const prime = this.#prime();
    const host = numberOf(payload);
    this.#key = null;
    if (prime < 4n || host < 2n || host >= prime - 1n) return badParameter;
    this.#host = payload.slice();
    return none;
  }

  /** Works out both numbers; what the pad tells next is report 0x14. */
  makeKey(): void {
    const prime = this.#prime();
    const secret = (numberOf(this.#random(size)) % (prime - 3n)) + 2n;
    this.#own = bytesOf(powMod(numberOf(this.#flash.read('dh-base') ?? factoryBase), secret, prime), size);
    this.#key = bytesOf(powMod(numberOf(this.#host), secret, prime), size);
  }

  #prime(): bigint {
    return numberOf(this.#flash.read('dh-prime') ?? factoryPrime);
  }
}

export const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);
/** BE, padded on the left with zero. */
export const bytesOf = (value: bigint, length: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex'));

export function powMod(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}
