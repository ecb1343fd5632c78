/** One image at a time on its way to the screen, by blocks or by the bulk endpoint (`pads.md` 1.8). */
import { inflateSync } from 'node:zlib';
import { deviceResult } from './device-states.ts';
import type { DeviceResult } from './device-states.ts';
import { Framebuffer } from './framebuffer.ts';
import type { PixelDepth, Rect } from './framebuffer.ts';
import type { StuFacts } from './stu-facts.ts';

export interface FinishedImage {
  readonly data: Uint8Array;
  readonly depth: PixelDepth;
  readonly area: Rect;
}

interface Format {
  readonly depth: PixelDepth;
  readonly zlib: boolean;
  readonly bulk: boolean;
  /** Bit of the encoding flags that offers it. */
  readonly flag: number;
}
const formats: ReadonlyMap<number, Format> = new Map([
  [0x00, { depth: 1, zlib: false, bulk: false, flag: 0x02 }],
  [0x01, { depth: 1, zlib: true, bulk: false, flag: 0x01 }],
  [0x02, { depth: 16, zlib: false, bulk: false, flag: 0x04 }],
  [0x04, { depth: 24, zlib: false, bulk: false, flag: 0x08 }],
  [0x10, { depth: 1, zlib: false, bulk: true, flag: 0x02 }],
  [0x12, { depth: 16, zlib: false, bulk: true, flag: 0x04 }],
  [0x14, { depth: 24, zlib: false, bulk: true, flag: 0x08 }],
]);
/** Compressed data may be a little larger than what it packs. */
const zlibSlack = 1024;
const { none, badParameter, wrongState, wrongEncoding, imageTooLong, zlibError } = deviceResult;

export class ImageUpload {
  readonly #format: Format;
  readonly #area: Rect;
  readonly #wanted: number;
  readonly #data: Uint8Array;
  #received = 0;

  private constructor(format: Format, area: Rect) {
    this.#format = format;
    this.#area = area;
    this.#wanted = Framebuffer.byteLength(area, format.depth);
    this.#data = new Uint8Array(this.#wanted + (format.zlib ? zlibSlack : 0));
  }

  static begin(facts: StuFacts, mode: number, area: Rect): ImageUpload | DeviceResult {
    const format = formats.get(mode);
    // Pads that fill in no flags take one bit.
    const offered = (facts.encodings & 0x0e) === 0 ? 0x02 : facts.encodings;
    if (!format || (offered & format.flag) === 0 || (format.bulk && !facts.bulk)) return wrongEncoding;
    return new ImageUpload(format, area);
  }

  get overBulk(): boolean {
    return this.#format.bulk;
  }

  /** A whole report 0x26: length LE, data, padding. */
  block(report: Uint8Array): DeviceResult {
    if (this.#format.bulk) return wrongState;
    const length = (report[1] ?? 0) | ((report[2] ?? 0) << 8);
    if (length > report.length - 3) return badParameter;
    return this.take(report.subarray(3, 3 + length));
  }

  take(bytes: Uint8Array): DeviceResult {
    if (this.#received + bytes.length > this.#data.length) return imageTooLong;
    this.#data.set(bytes, this.#received);
    this.#received += bytes.length;
    return none;
  }

  /** An image that does not fill its area is refused: the reference is silent, so this is the strict reading. */
  finish(): FinishedImage | DeviceResult {
    const data = this.#format.zlib ? this.#inflate() : this.#data.subarray(0, this.#received);
    if (typeof data === 'number') return data;
    return data.length === this.#wanted ? { data, depth: this.#format.depth, area: this.#area } : badParameter;
  }

  #inflate(): Uint8Array | DeviceResult {
    try {
      return inflateSync(this.#data.subarray(0, this.#received), { maxOutputLength: this.#wanted });
    } catch (error) {
      return (error as { readonly code?: string }).code === 'ERR_BUFFER_TOO_LARGE' ? imageTooLong : zlibError;
    }
  }
}
