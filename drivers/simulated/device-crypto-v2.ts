/**
 * The pad's half of the key exchange of the STU-430, 530 and 540 (`pads.md` 1.10): it makes an AES key and gives it
 * out under the host's RSA key. Written on big integers, not on the library a driver decrypts with.
 */
import { createHash } from 'node:crypto';
import { bytesOf, numberOf, powMod } from './device-crypto-v1.ts';
import type { RandomBytes } from './device-crypto-v1.ts';

/** State of a number, and how the last command ended. */
const state = { ready: 0x00, calculating: 0xfa, even: 0xfb, tooLong: 0xfc, invalid: 0xfe, notReady: 0xff } as const;
const last = {
  none: 0x00,
  badParameter: 0x01,
  tooLong: 0x02,
  publicKeyNotReady: 0x03,
  exponentNotReady: 0x04,
  badCommand: 0x07,
  pending: 0x08,
  keyMissing: 0x0a,
  notInitialised: 0x0b,
} as const;
type State = (typeof state)[keyof typeof state];
type Last = (typeof last)[keyof typeof last];

const keySizes = [16, 24, 32];
const modulusSizes = [128, 192, 256];
const pieceSize = 64;
/** RNG, SHA-1, AES: all there. */
const engines = 0x07;

export class DeviceCryptoV2 {
  readonly #random: RandomBytes;
  #symmetric = 0;
  #asymmetric = 0;
  #initialised = false;
  #e: Uint8Array = new Uint8Array(0);
  #n: Uint8Array = new Uint8Array(0);
  #eState: State = state.notReady;
  #nState: State = state.notReady;
  #cState: State = state.notReady;
  #last: Last = last.none;
  #cipher: Uint8Array = new Uint8Array(0);
  #key: Uint8Array | null = null;
  #answer = new Uint8Array(67);

  constructor(random: RandomBytes) {
    this.#random = random;
  }

  get key(): Uint8Array | null {
    return this.#key;
  }
  reset(): void {
    this.#symmetric = this.#asymmetric = 0;
    this.#initialised = false;
    this.#forgetNumbers();
    this.forgetKey();
    this.#last = last.none;
    this.#answer = new Uint8Array(67);
  }
  /** Each capture wants a new key; the host's numbers stay (`pads.md` 1.10, last line). */
  forgetKey(): void {
    this.#key = null;
    this.#cipher = new Uint8Array(0);
    this.#cState = state.notReady;
  }

  /** Payload of report 0x50. */
  status(): Uint8Array {
    const head = [this.#symmetric, this.#asymmetric, 0, this.#eState, this.#nState, this.#cState, this.#last, engines];
    return Uint8Array.from([...head, 0, 0, 0, 0, 0, 0, 0, 0]);
  }
  /** Payload of a get of 0x40: what the last command left there. */
  answer(): Uint8Array {
    return this.#answer;
  }

  /** Payload of a set of 0x40. True when the pad has to work out a key now: it calls `makeKey` when it is done. */
  command(payload: Uint8Array): boolean {
    const [command = 0, parameter = 0, third = 0] = payload;
    this.#answer = payload.slice();
    this.#last = this.#run(command, parameter, third, payload.subarray(3));
    const begins = command === 5 && this.#last === last.none;
    if (begins) this.#cState = state.calculating;
    return begins;
  }

  #run(command: number, parameter: number, third: number, data: Uint8Array): Last {
    switch (command) {
      case 1:
        return this.#setType(parameter, third);
      case 2:
        return this.#setBlock(parameter, third, data);
      case 3:
        return last.none;
      case 4:
        return this.#getBlock(parameter, third);
      case 5:
        return this.#mayMakeKey();
      default:
        return last.badCommand;
    }
  }

  #setType(symmetric: number, asymmetric: number): Last {
    if (symmetric > 2 || asymmetric >> 6 > 2 || (asymmetric & 0x3f) > 2) return last.badParameter;
    this.#symmetric = symmetric;
    this.#asymmetric = asymmetric;
    this.#initialised = true;
    this.#forgetNumbers();
    this.forgetKey();
    return last.none;
  }

  #setBlock(which: number, length: number, data: Uint8Array): Last {
    if (!this.#initialised) return last.notInitialised;
    if (which > 1 || length === 0) return last.badParameter;
    if (length > pieceSize) return last.tooLong;
    const piece = data.slice(0, length);
    if (which === 0) {
      this.#e = piece;
      this.#eState = oddness(piece);
      return last.none;
    }
    const whole = this.#modulusSize;
    // No offset is sent: pieces follow each other, and after a whole number a new one begins.
    const before = this.#n.length >= whole ? new Uint8Array(0) : this.#n;
    this.#n = Uint8Array.from([...before, ...piece]);
    this.#nState =
      this.#n.length < whole ? state.notReady : this.#n.length > whole ? state.tooLong : oddness(this.#n, 0x80);
    return this.#nState === state.tooLong ? last.tooLong : last.none;
  }

  #getBlock(which: number, index: number): Last {
    if (which !== 2) return last.badParameter;
    if (this.#cState === state.calculating) return last.pending;
    if (this.#cState !== state.ready) return last.keyMissing;
    const piece = this.#cipher.subarray(index * pieceSize, (index + 1) * pieceSize);
    if (piece.length === 0) return last.badParameter;
    this.#answer = new Uint8Array(67);
    this.#answer.set([4, which, piece.length]);
    this.#answer.set(piece, 3);
    return last.none;
  }

  #mayMakeKey(): Last {
    if (!this.#initialised) return last.notInitialised;
    if (this.#cState === state.calculating) return last.pending;
    if (this.#nState !== state.ready) return last.publicKeyNotReady;
    return this.#eState === state.ready ? last.none : last.exponentNotReady;
  }

  makeKey(): void {
    const size = this.#modulusSize;
    this.#key = this.#random(keySizes[this.#symmetric] ?? 16);
    const block = this.#padded(this.#key, size);
    const modulus = numberOf(this.#n);
    this.#cipher = bytesOf(powMod(numberOf(block) % modulus, numberOf(this.#e), modulus), size);
    this.#cState = state.ready;
  }

  #padded(key: Uint8Array, size: number): Uint8Array {
    switch (this.#asymmetric >> 6) {
      case 0:
        return key;
      case 1: {
        // Padding bytes must not be zero.
        const filler = this.#random(size - key.length - 3).map((byte) => byte || 1);
        return Uint8Array.from([0, 2, ...filler, 0, ...key]);
      }
      default:
        return oaep(key, size, this.#random(20));
    }
  }

  get #modulusSize(): number {
    return modulusSizes[this.#asymmetric & 0x3f] ?? 128;
  }
  #forgetNumbers(): void {
    this.#e = new Uint8Array(0);
    this.#n = new Uint8Array(0);
    this.#eState = this.#nState = state.notReady;
  }
}

/** A modulus must also have its highest bit, or it is not of the length that was announced. */
function oddness(number: Uint8Array, highBit = 0): State {
  if ((number[0] ?? 0) < highBit || number.every((byte) => byte === 0)) return state.invalid;
  return ((number.at(-1) ?? 0) & 1) === 0 ? state.even : state.ready;
}

/** RSAES-OAEP with SHA-1 and an empty label (RFC 8017, 7.1.1). */
function oaep(message: Uint8Array, size: number, seed: Uint8Array): Uint8Array {
  const block = new Uint8Array(size - 21);
  block.set(sha1(new Uint8Array(0)));
  block[block.length - message.length - 1] = 1;
  block.set(message, block.length - message.length);
  const masked = xor(block, mgf1(seed, block.length));
  return Uint8Array.from([0, ...xor(seed, mgf1(masked, 20)), ...masked]);
}

function mgf1(seed: Uint8Array, length: number): Uint8Array {
  const parts: number[] = [];
  for (let counter = 0; parts.length < length; counter++) {
    parts.push(...sha1(Uint8Array.from([...seed, 0, 0, 0, counter])));
  }
  return Uint8Array.from(parts.slice(0, length));
}
const sha1 = (bytes: Uint8Array): Uint8Array => createHash('sha1').update(bytes).digest();
const xor = (one: Uint8Array, other: Uint8Array): Uint8Array => one.map((byte, at) => byte ^ (other[at] ?? 0));
