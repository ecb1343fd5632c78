/** What a picture is made of, in tiles of 16 pixels: the grain in which parts of a screen are sent. */
import { isColour } from './stu-image.ts';
import type { Picture } from './stu-image.ts';
import type { StuArea } from './stu-reports.ts';

/** A multiple of 8, so that a part sent as 1 bit begins at a whole byte of the pad's own memory. */
const tileSize = 16;

/** A rectangle of tiles, last ones included. */
export interface TileBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export class TileMap {
  readonly columns: number;
  readonly rows: number;
  readonly #width: number;
  readonly #height: number;
  readonly #marks: Uint8Array;

  constructor(width: number, height: number) {
    this.#width = width;
    this.#height = height;
    this.columns = Math.ceil(width / tileSize);
    this.rows = Math.ceil(height / tileSize);
    this.#marks = new Uint8Array(this.columns * this.rows);
  }

  has(column: number, row: number): boolean {
    return this.#marks[row * this.columns + column] === 1;
  }
  mark(column: number, row: number): void {
    this.#marks[row * this.columns + column] = 1;
  }
  get whole(): TileBox {
    return { left: 0, top: 0, right: this.columns - 1, bottom: this.rows - 1 };
  }
  markAll(): void {
    this.#marks.fill(1);
  }
  /** Every tile the area touches. */
  markArea(area: StuArea): void {
    const clip = (value: number, most: number): number => Math.max(0, Math.min(most, Math.floor(value / tileSize)));
    const right = clip(area.x + area.width - 1, this.columns - 1);
    const bottom = clip(area.y + area.height - 1, this.rows - 1);
    for (let row = clip(area.y, this.rows - 1); row <= bottom; row++) {
      for (let column = clip(area.x, this.columns - 1); column <= right; column++) this.mark(column, row);
    }
  }
  hasIn(box: TileBox): boolean {
    for (let row = box.top; row <= box.bottom; row++) {
      for (let column = box.left; column <= box.right; column++) if (this.has(column, row)) return true;
    }
    return false;
  }

  /** The pixels of a box, cut off at the edge of the screen. */
  areaOf(box: TileBox): StuArea {
    const [x, y] = [box.left * tileSize, box.top * tileSize];
    return {
      x,
      y,
      width: Math.min(this.#width, (box.right + 1) * tileSize) - x,
      height: Math.min(this.#height, (box.bottom + 1) * tileSize) - y,
    };
  }

  /** Boxes around the marked tiles that hang together (also by a corner) within `within`. */
  boxes(within: TileBox): readonly TileBox[] {
    const seen = new Set<number>();
    const found: TileBox[] = [];
    for (let row = within.top; row <= within.bottom; row++) {
      for (let column = within.left; column <= within.right; column++) {
        if (this.has(column, row) && !seen.has(row * this.columns + column)) {
          found.push(this.#around(column, row, within, seen));
        }
      }
    }
    return found;
  }

  #around(column: number, row: number, within: TileBox, seen: Set<number>): TileBox {
    let box: TileBox = { left: column, top: row, right: column, bottom: row };
    const open: [number, number][] = [[column, row]];
    seen.add(row * this.columns + column);
    for (let next = open.pop(); next; next = open.pop()) {
      const [x, y] = next;
      box = joined(box, { left: x, top: y, right: x, bottom: y });
      for (let ny = Math.max(within.top, y - 1); ny <= Math.min(within.bottom, y + 1); ny++) {
        for (let nx = Math.max(within.left, x - 1); nx <= Math.min(within.right, x + 1); nx++) {
          const key = ny * this.columns + nx;
          if (!this.has(nx, ny) || seen.has(key)) continue;
          seen.add(key);
          open.push([nx, ny]);
        }
      }
    }
    return box;
  }
}

export const joined = (one: TileBox, other: TileBox): TileBox => ({
  left: Math.min(one.left, other.left),
  top: Math.min(one.top, other.top),
  right: Math.max(one.right, other.right),
  bottom: Math.max(one.bottom, other.bottom),
});

export interface PictureTiles {
  /** Tiles in which a pixel differs from the picture before. */
  readonly changed: TileMap;
  readonly colour: TileMap;
  /** Tiles that are not all white. */
  readonly inked: TileMap;
}

/** Unchanged tiles are looked at too: a part that is sent may take in some. */
export function tilesOf(picture: Picture, before: Uint8Array | null, dirty: StuArea | null): PictureTiles {
  const { width, height, rgba } = picture;
  const changed = new TileMap(width, height);
  const [colour, inked] = [new TileMap(width, height), new TileMap(width, height)];
  const pixels = wordsOf(rgba);
  if (before) markDifferences(changed, pixels, wordsOf(before), width);
  else changed.markAll();
  if (dirty) changed.markArea(dirty);
  for (let at = 0; at < pixels.length; at++) {
    // Most of a screen is paper; this is the loop over all its pixels.
    if (pixels[at] === whitePixel || rgba[at * 4 + 3] === 0) continue;
    const [column, row] = [Math.floor((at % width) / tileSize), Math.floor(at / width / tileSize)];
    inked.mark(column, row);
    const byte = at * 4;
    if (isColour(rgba[byte] ?? 0, rgba[byte + 1] ?? 0, rgba[byte + 2] ?? 0, rgba[byte + 3] ?? 0)) {
      colour.mark(column, row);
    }
  }
  return { changed, colour, inked };
}

/** Whichever way this machine orders its bytes. */
const whitePixel = 0xffffffff;

function markDifferences(changed: TileMap, now: Uint32Array, then: Uint32Array, width: number): void {
  for (let at = 0; at < now.length; at++) {
    if (now[at] === then[at]) continue;
    const [x, y] = [at % width, Math.floor(at / width)];
    const column = Math.floor(x / tileSize);
    changed.mark(column, Math.floor(y / tileSize));
    // The rest of this row of the tile changes nothing.
    at += Math.min(width, (column + 1) * tileSize) - x - 1;
  }
}

/** Pixels as numbers, for comparing only; bytes that do not begin at a word are copied. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length >> 2);
}
