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
  picture(): { readonly width: number; readonly height: number; readonly rgba: Uint8Array } {
    return { width: this.width, height: this.height, rgba: this.#rgba.slice() };
  }

  clear(colour: Rgb = [255, 255, 255], area: Rect = this.whole): void {
    this.#fill(area, () => colour);
  }

  get whole(): Rect {
    return { x: 0, y: 0, width: this.width, height: this.height };
  }

  static byteLength({ width, height }: Pick<Rect, 'width' | 'height'>, depth: PixelDepth): number {
    return depth === 1 ? Math.ceil(width / 8) * height : (width * height * depth) / 8;
  }

  /** Rows from the top within the area; each row of one bit begins with a new byte. */
  show(data: Uint8Array, depth: PixelDepth, area: Rect = this.whole): void {
    const stride = Math.ceil(area.width / 8);
    const at = (index: number): number => data[index] ?? 0;
    this.#fill(area, (x, y) => {
      const pixel = y * area.width + x;
      if (depth === 1) {
        const level = ((at(y * stride + (x >> 3)) >> (7 - (x & 7))) & 1) * 255;
        return [level, level, level];
      }
      if (depth === 24) return [at(pixel * 3 + 2), at(pixel * 3 + 1), at(pixel * 3)];
      return from565((at(pixel * 2) << 8) | at(pixel * 2 + 1));
    });
  }

  /** A line of ink, clipped to the writing area. */
  ink(from: Point, to: Point, pen: { readonly width: number; readonly colour: Rgb }, area: Rect): void {
    const { width, colour } = pen;
    const steps = Math.max(1, Math.ceil(Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y))));
    for (let step = 0; step <= steps; step++) {
      const cx = Math.round(from.x + ((to.x - from.x) * step) / steps - (width - 1) / 2);
      const cy = Math.round(from.y + ((to.y - from.y) * step) / steps - (width - 1) / 2);
      for (let y = Math.max(cy, area.y); y < Math.min(cy + width, area.y + area.height); y++) {
        for (let x = Math.max(cx, area.x); x < Math.min(cx + width, area.x + area.width); x++) this.#put(x, y, colour);
      }
    }
  }

  #fill(area: Rect, colour: (x: number, y: number) => Rgb): void {
    for (let y = 0; y < area.height; y++) {
      for (let x = 0; x < area.width; x++) this.#put(area.x + x, area.y + y, colour(x, y));
    }
  }

  #put(x: number, y: number, [red, green, blue]: Rgb): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return;
    const at = (y * this.width + x) * 4;
    this.#rgba[at] = red;
    this.#rgba[at + 1] = green;
    this.#rgba[at + 2] = blue;
    this.#rgba[at + 3] = 255;
  }
}

export interface Point {
  readonly x: number;
  readonly y: number;
}
export interface Rect extends Point {
  readonly width: number;
  readonly height: number;
}
export type Rgb = readonly [number, number, number];
/** The low bits repeat the high ones, so that white is white. */
export function from565(value: number): Rgb {
  const [red, green, blue] = [(value >> 11) & 31, (value >> 5) & 63, value & 31];
  return [(red << 3) | (red >> 2), (green << 2) | (green >> 4), (blue << 3) | (blue >> 2)];
}

/** Bits a pixel. */
export type PixelDepth = 1 | 16 | 24;
