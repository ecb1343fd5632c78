/** The screen of a simulated pad. Decoding is written apart from the driver's encoder, straight from `pads.md` 1.8. */
export class Framebuffer {
  readonly width: number;
  readonly height: number;
  readonly #rgba: Uint8Array;
  /** The same memory, a pixel at a time: contract suites show thousands of whole screens. */
  readonly #pixels: Uint32Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#rgba = new Uint8Array(width * height * 4).fill(255);
    this.#pixels = new Uint32Array(this.#rgba.buffer);
  }

  /** A copy of what is shown now. */
  picture(): { readonly width: number; readonly height: number; readonly rgba: Uint8Array } {
    return { width: this.width, height: this.height, rgba: this.#rgba.slice() };
  }

  clear(colour: Rgb = [255, 255, 255], area: Rect = this.whole): void {
    const pixel = pixelOf(...colour);
    for (let y = area.y; y < area.y + area.height; y++) {
      const row = y * this.width + area.x;
      this.#pixels.fill(pixel, row, row + area.width);
    }
  }

  get whole(): Rect {
    return { x: 0, y: 0, width: this.width, height: this.height };
  }

  static byteLength({ width, height }: Pick<Rect, 'width' | 'height'>, depth: PixelDepth): number {
    return depth === 1 ? Math.ceil(width / 8) * height : (width * height * depth) / 8;
  }

  /** Rows from the top within the area; each row of one bit begins with a new byte. */
  show(data: Uint8Array, depth: PixelDepth, area: Rect = this.whole): void {
    const stride = Framebuffer.byteLength({ width: area.width, height: 1 }, depth);
    const read = pixelReaders[depth];
    for (let y = 0; y < area.height; y++) {
      const row = (area.y + y) * this.width + area.x;
      for (let x = 0; x < area.width; x++) this.#pixels[row + x] = read(data, y * stride, x);
    }
  }

  /** A line of ink, clipped to the writing area. */
  ink(from: Point, to: Point, pen: { readonly width: number; readonly colour: Rgb }, area: Rect): void {
    const { width } = pen;
    const pixel = pixelOf(...pen.colour);
    const right = Math.min(area.x + area.width, this.width);
    const bottom = Math.min(area.y + area.height, this.height);
    const steps = Math.max(1, Math.ceil(Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y))));
    for (let step = 0; step <= steps; step++) {
      const cx = Math.round(from.x + ((to.x - from.x) * step) / steps - (width - 1) / 2);
      const cy = Math.round(from.y + ((to.y - from.y) * step) / steps - (width - 1) / 2);
      for (let y = Math.max(cy, area.y); y < Math.min(cy + width, bottom); y++) {
        for (let x = Math.max(cx, area.x); x < Math.min(cx + width, right); x++)
          this.#pixels[y * this.width + x] = pixel;
      }
    }
  }
}

/** R, G, B, A in memory, whatever the byte order of this machine. */
const littleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
function pixelOf(red: number, green: number, blue: number): number {
  const value = littleEndian
    ? (255 << 24) | (blue << 16) | (green << 8) | red
    : (red << 24) | (green << 16) | (blue << 8) | 255;
  return value >>> 0;
}

const white = pixelOf(255, 255, 255);
const black = pixelOf(0, 0, 0);

/** Pixel `x` of the row that begins at byte `row`. */
const pixelReaders: Readonly<Record<PixelDepth, (data: Uint8Array, row: number, x: number) => number>> = {
  1: (data, row, x) => ((((data[row + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1) === 1 ? white : black),
  16: (data, row, x) => pixelOf(...from565(((data[row + x * 2] ?? 0) << 8) | (data[row + x * 2 + 1] ?? 0))),
  24: (data, row, x) => pixelOf(data[row + x * 3 + 2] ?? 0, data[row + x * 3 + 1] ?? 0, data[row + x * 3] ?? 0),
};

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
