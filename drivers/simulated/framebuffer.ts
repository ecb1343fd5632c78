import type { Picture } from '../wacom/stu-image.ts';
import { stuEncoding } from '../wacom/stu-reports.ts';
import type { StuArea, StuEncoding } from '../wacom/stu-reports.ts';

/** The screen of a simulated pad. Decoding is written apart from the driver's encoder, straight from `pads.md` 1.8. */
export class Framebuffer {
  readonly width: number;
  readonly height: number;
  readonly #rgba: Uint8Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#rgba = new Uint8Array(width * height * 4).fill(255);
  }

  /** A copy of what is shown now. */
  picture(): Picture {
    return { width: this.width, height: this.height, rgba: this.#rgba.slice() };
  }

  clear(): void {
    this.#rgba.fill(255);
  }

  static byteLength(width: number, height: number, encoding: StuEncoding): number {
    switch (encoding) {
      case stuEncoding.oneBit:
        return Math.ceil(width / 8) * height;
      case stuEncoding.sixteenBit:
        return width * height * 2;
      case stuEncoding.twentyFourBit:
        return width * height * 3;
    }
  }

  show(data: Uint8Array, encoding: StuEncoding): void {
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    const stride = Math.ceil(this.width / 8);
    for (let y = 0; y < this.height; y++) {
      for (let x = 0; x < this.width; x++) {
        const pixel = y * this.width + x;
        switch (encoding) {
          case stuEncoding.oneBit: {
            const level = ((view.getUint8(y * stride + (x >> 3)) >> (7 - (x & 7))) & 1) * 255;
            this.#put(x, y, level, level, level);
            break;
          }
          case stuEncoding.sixteenBit: {
            const value = view.getUint16(pixel * 2);
            this.#put(x, y, (value >> 11) * 8, ((value >> 5) & 63) * 4, (value & 31) * 8);
            break;
          }
          case stuEncoding.twentyFourBit:
            this.#put(x, y, view.getUint8(pixel * 3 + 2), view.getUint8(pixel * 3 + 1), view.getUint8(pixel * 3));
            break;
        }
      }
    }
  }

  /** A line of ink, clipped to the writing area. */
  ink(from: Point, to: Point, width: number, area: StuArea): void {
    const steps = Math.max(1, Math.ceil(Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y))));
    for (let step = 0; step <= steps; step++) {
      const cx = Math.round(from.x + ((to.x - from.x) * step) / steps - (width - 1) / 2);
      const cy = Math.round(from.y + ((to.y - from.y) * step) / steps - (width - 1) / 2);
      for (let dy = 0; dy < width; dy++) {
        for (let dx = 0; dx < width; dx++) {
          const inside =
            cx + dx >= area.x && cx + dx < area.x + area.width && cy + dy >= area.y && cy + dy < area.y + area.height;
          if (inside) this.#put(cx + dx, cy + dy, 0, 0, 0);
        }
      }
    }
  }

  #put(x: number, y: number, red: number, green: number, blue: number): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return;
    this.#rgba.set([red, green, blue, 255], (y * this.width + x) * 4);
  }
}

export interface Point {
  readonly x: number;
  readonly y: number;
}
