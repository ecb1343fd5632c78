/** Pen reports as a STU pad makes them, in clear and encrypted (`pads.md` 1.5). */
import { createCipheriv } from 'node:crypto';
import type { Point } from './framebuffer.ts';
import type { StuFacts } from './stu-facts.ts';

/** One moment of the pen, in pixels of the screen; pressure in pad units. */
export interface DevicePen {
  readonly at: Point;
  readonly inRange: boolean;
  readonly tip: boolean;
  readonly pressure: number;
  readonly timeMs: number;
}
/** What capture adds: pen data is under this key, and each block carries the session. */
export interface PenSession {
  readonly key: Uint8Array;
  readonly id: number;
}

export class DevicePenReports {
  readonly #facts: StuFacts;
  #sequence = 0;
  /** Reports 0x10 and 0x31 hold two samples: this one waits for its neighbour. */
  #waiting: { readonly pen: readonly number[]; readonly option: number } | null = null;

  constructor(facts: StuFacts) {
    this.#facts = facts;
  }

  forceSequence(value: number): void {
    this.#sequence = value;
  }
  get half(): boolean {
    return this.#waiting !== null;
  }
  /** A sample that has no neighbour yet is dropped: a capture begins or ends. */
  restart(): void {
    this.#waiting = null;
  }

  /** The next report, or null while a sample waits for the one it goes with. */
  next(moment: DevicePen, mode: number, session: PenSession | null): Uint8Array | null {
    this.#sequence = (this.#sequence + 1) & 0xffff;
    const pen = this.#penBytes(moment);
    const time = Math.round(moment.timeMs) & 0xffff;
    const option = mode === 2 ? this.#sequence : time;
    if (session === null) {
      if (mode === 3) return Uint8Array.from([0x34, ...pen, ...be16(time), ...be16(this.#sequence)]);
      return Uint8Array.from(mode === 0 ? [0x01, ...pen] : [0x30, ...pen, ...be16(option)]);
    }
    if (mode === 3) {
      const plain = [...pen, ...be16(time), ...be16(this.#sequence), 0, 0, ...be32(session.id)];
      return Uint8Array.from([0x33, ...encryptBlock(session.key, plain)]);
    }
    const first = this.#waiting;
    if (first === null) {
      this.#waiting = { pen, option };
      return null;
    }
    this.#waiting = null;
    const block = encryptBlock(session.key, [...be32(session.id), ...first.pen, ...pen]);
    return Uint8Array.from(mode === 0 ? [0x10, ...block] : [0x31, ...block, ...be16(first.option), ...be16(option)]);
  }

  #penBytes(moment: DevicePen): readonly number[] {
    const { width, height, maxX, maxY, maxPressure } = this.#facts;
    const scale = (value: number, pixels: number, units: number): number =>
      Math.min(units, Math.max(0, Math.round((value * units) / pixels)));
    const flags = (moment.inRange ? 0x80 : 0) | (moment.tip ? 0x10 : 0);
    const pressure = Math.min(maxPressure, Math.max(0, Math.round(moment.pressure)));
    return [
      flags | (pressure >> 8),
      pressure & 0xff,
      ...be16(scale(moment.at.x, width, maxX)),
      ...be16(scale(moment.at.y, height, maxY)),
    ];
  }
}

/** One AES block alone, as the pads do it: no chaining and no padding. */
export function encryptBlock(key: Uint8Array, plain: readonly number[]): Uint8Array {
  const cipher = createCipheriv(`aes-${key.length * 8}-ecb`, key, null).setAutoPadding(false);
  return cipher.update(Uint8Array.from(plain));
}

export const be16 = (value: number): [number, number] => [(value >> 8) & 0xff, value & 0xff];
export const be32 = (value: number): [number, number, number, number] => [
  (value >>> 24) & 0xff,
  (value >>> 16) & 0xff,
  (value >>> 8) & 0xff,
  value & 0xff,
];
