/** Pictures kept in the flash of the STU-540 (`pads.md` 1.11): stored, hashed, deleted, shown. */
import { createHash } from 'node:crypto';
import type { DeviceFlash } from './device-flash.ts';
import { deviceResult } from './device-states.ts';
import type { DeviceResult } from './device-states.ts';

/** How many pictures each mode has: PIN pad, slide show, key pad, signature, message. */
const slots: readonly number[] = [0, 3, 10, 3, 3, 6];
/** Modes with keys have a second picture, of the keys pushed. */
const withKeys: readonly number[] = [1, 3, 4];
const rawColour = 0x04;
const stored = 0;
const missing = 1;
const { none, romParameter } = deviceResult;

export interface RomTarget {
  readonly mode: number;
  /** Bit 7 the pushed picture, the rest the number from 1. */
  readonly slot: number;
}

export class DeviceRom {
  readonly #flash: DeviceFlash;
  #asked: RomTarget = { mode: 0, slot: 0 };

  constructor(flash: DeviceFlash) {
    this.#flash = flash;
  }

  /** Report 0x94 without its ID: where the image that now comes belongs. */
  target(payload: Uint8Array): RomTarget | DeviceResult {
    const [encoding = 0, mode = 0, slot = 0, d0 = 0, d1 = 0] = payload;
    if (encoding !== rawColour || !exists({ mode, slot })) return romParameter;
    const typed = mode !== 1 && mode !== 3 ? true : d0 >= 1 && d0 <= 3;
    const laidOut = mode !== 1 || (d1 >= 1 && d1 <= 5);
    return typed && laidOut ? { mode, slot } : romParameter;
  }

  store(target: RomTarget, picture: Uint8Array): void {
    this.#flash.write(cellOf(target), picture);
  }
  /** Rows of B, G, R, or null where nothing is stored. */
  picture(target: RomTarget): Uint8Array | null {
    return this.#flash.read(cellOf(target));
  }

  ask(payload: Uint8Array): DeviceResult {
    const asked = { mode: payload[0] ?? 0, slot: payload[1] ?? 0 };
    if (!exists(asked)) return romParameter;
    this.#asked = asked;
    return none;
  }
  /** Payload of a get of 0x96. */
  answer(): readonly number[] {
    const picture = this.picture(this.#asked);
    const digest = picture === null ? new Uint8Array(16) : createHash('md5').update(picture).digest();
    return [this.#asked.mode, this.#asked.slot, picture === null ? missing : stored, ...digest];
  }

  /** Report 0x97 without its ID: 0 all, 1 to 5 all of a mode, 6 to 10 one of it. */
  erase(payload: Uint8Array): DeviceResult {
    const [how = 0, slot = 0] = payload;
    if (how > 10 || (how > 5 && !exists({ mode: how - 5, slot }))) return romParameter;
    const wanted = how === 0 ? 'rom:' : how <= 5 ? `rom:${how}:` : cellOf({ mode: how - 5, slot });
    const gone = this.#flash.cells().filter((cell) => (how > 5 ? cell === wanted : cell.startsWith(wanted)));
    for (const cell of gone) this.#flash.erase(cell);
    return none;
  }
}

function exists({ mode, slot }: RomTarget): boolean {
  const number = slot & 0x7f;
  if (number < 1 || number > (slots[mode] ?? 0)) return false;
  return (slot & 0x80) === 0 || withKeys.includes(mode);
}
const cellOf = ({ mode, slot }: RomTarget): string => `rom:${mode}:${slot}`;
