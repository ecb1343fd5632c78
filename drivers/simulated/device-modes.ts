/** Operation modes of the STU-540 and the events of its keys (`pads.md` 1.11). */
import { deviceResult } from './device-states.ts';
import type { DeviceResult } from './device-states.ts';
import type { RomTarget } from './device-rom.ts';

const normal = 0;
const pinPad = 1;
const slideShow = 2;
const keyPad = 3;
const signature = 4;
const message = 5;
const slideMs = { min: 2000, max: 120_000 };
const maxDigits = 12;
const { none, badParameter } = deviceResult;

export interface SlideShow {
  readonly slides: readonly number[];
  readonly intervalMs: number;
}

export class DeviceModes {
  #report = new Uint8Array(12);

  get mode(): number {
    return this.#report[0] ?? normal;
  }
  /** By the maker's own words a slide show gives none, and PIN and key pad give their keys instead. */
  get sendsPen(): boolean {
    return this.mode === normal || this.mode === signature;
  }
  reset(): void {
    this.#report = new Uint8Array(12);
  }
  /** Payload of a get of 0x93. */
  answer(): Uint8Array {
    return this.#report;
  }

  /** Payload of a set of 0x93: mode and eleven data bytes. */
  set(payload: Uint8Array): DeviceResult {
    if (!isValid(payload)) return badParameter;
    this.#report = payload.slice();
    return none;
  }

  /** The picture the mode begins with; null in normal mode. */
  get picture(): RomTarget | null {
    if (this.mode === normal) return null;
    if (this.mode !== slideShow) return { mode: this.mode, slot: this.#data(0) };
    return { mode: slideShow, slot: this.slideShow?.slides[0] ?? 1 };
  }
  /** The message after a key (0 cancel, 1 enter; on a key pad any), where the mode names one. */
  pictureAfter(key: number): RomTarget | null {
    const named: Readonly<Record<number, readonly number[]>> = { [pinPad]: [6, 5], [signature]: [5, 4] };
    const at = this.mode === keyPad ? 1 : named[this.mode]?.[key];
    const slot = at === undefined ? 0 : this.#data(at);
    return slot === 0 ? null : { mode: message, slot };
  }

  get slideShow(): SlideShow | null {
    if (this.mode !== slideShow) return null;
    const intervalMs = new DataView(this.#report.buffer).getUint32(1 + 7);
    if (this.#data(0) !== 0) return { slides: [this.#data(0)], intervalMs };
    const listed = [2, 3, 4, 5, 6].flatMap((at) => [this.#data(at) >> 4, this.#data(at) & 0x0f]);
    return { slides: listed.slice(0, this.#data(1)), intervalMs };
  }

  /** Mode and e0 to e7 of an event for this key, or null where the mode has no keys. */
  event(key: number, digits: string): readonly number[] | null {
    switch (this.mode) {
      case pinPad: {
        const nibbles = Array.from({ length: 14 }, (_, at) => Number(digits[at] ?? 0));
        const packed = Array.from({ length: 7 }, (_, at) => ((nibbles[at * 2] ?? 0) << 4) | (nibbles[at * 2 + 1] ?? 0));
        return [pinPad, key, ...packed];
      }
      case keyPad:
        return [keyPad, this.#data(0), key, 0, 0, 0, 0, 0, 0];
      case signature:
        return [signature, key, 0, 0, 0, 0, 0, 0, 0];
      default:
        return null;
    }
  }

  #data(index: number): number {
    return this.#report[1 + index] ?? 0;
  }
}

function isValid(payload: Uint8Array): boolean {
  const [mode = 0, ...d] = payload;
  const at = (index: number): number => d[index] ?? 0;
  const screen = at(0) >= 1 && at(0) <= 3;
  switch (mode) {
    case normal:
      return true;
    case pinPad:
      return screen && at(1) <= 1 && at(2) <= at(3) && at(3) <= maxDigits && at(4) <= 1 && at(5) <= 6 && at(6) <= 6;
    case slideShow: {
      const interval = new DataView(payload.buffer, payload.byteOffset).getUint32(1 + 7);
      const listed = at(0) !== 0 || (at(1) >= 2 && at(1) <= 10);
      return at(0) <= 10 && listed && interval >= slideMs.min && interval <= slideMs.max;
    }
    case keyPad:
      return screen && at(1) <= 6;
    case signature: {
      const keys = [at(1), at(2), at(3)];
      return screen && keys.every((key) => key <= 2) && new Set(keys).size === 3 && at(4) <= 6 && at(5) <= 6;
    }
    default:
      return false;
  }
}
