/**
 * How to get from what a STU pad shows to what it shall show in the fewest requests (`pads.md` 1.7, 1.8): parts instead
 * of the whole where the pad takes them, each in its smallest encoding, and cleared instead of sent where it is white.
 */
import { colourEncoding } from './stu-image.ts';
import type { Picture } from './stu-image.ts';
import { stuEncoding } from './stu-reports.ts';
import type { StuArea, StuEncoding } from './stu-reports.ts';
import { joined, tilesOf } from './stu-tiles.ts';
import type { PictureTiles, TileBox, TileMap } from './stu-tiles.ts';

export type ScreenStep =
  /** Area null: the whole screen. */
  | { readonly kind: 'clear'; readonly area: StuArea | null }
  | { readonly kind: 'image'; readonly area: StuArea | null; readonly encoding: StuEncoding };

export interface ScreenGiven {
  readonly picture: Picture;
  /** The picture shown last; null when it is not known what the screen shows. */
  readonly before: Uint8Array | null;
  /** Where the pad has drawn by itself since. */
  readonly dirty: StuArea | null;
  /** `encodingFlags`. */
  readonly encodings: number;
  /** The pad takes pictures for parts of its screen. */
  readonly areas: boolean;
  /** Cleared is white. */
  readonly whiteBackground: boolean;
  /** Data bytes that go in the time of one request. */
  readonly perRequest: number;
}

/** Requests of a picture beside its data: waiting for Ready, start, waiting for Image, end, waiting for Ready. */
const imageRequests = 7;
/** A clear is one report, but takes up to 600 ms: as long as so many requests. */
const clearRequests = 60;
/** Beyond so many separate parts, finding out what to join costs more than it saves. */
const mostParts = 24;

/** Steps in their order; none when the pad shows the picture already. */
export function planScreen(given: ScreenGiven): readonly ScreenStep[] {
  const tiles = tilesOf(given.picture, given.before, given.dirty);
  const { changed, inked } = tiles;
  if (!changed.hasIn(changed.whole)) return [];
  if (given.areas) {
    const parts = cover(given, tiles, changed, changed.whole);
    return parts.flatMap((box) => stepsOf(given, tiles, box).steps);
  }
  if (given.whiteBackground && !inked.hasIn(inked.whole)) return [{ kind: 'clear', area: null }];
  return asOneImage(given, tiles, changed.whole).steps;
}

interface Costed {
  readonly cost: number;
  readonly steps: readonly ScreenStep[];
}

/** The cheapest of: one picture; a 1-bit picture and colour over it; cleared and ink over it. */
function stepsOf(given: ScreenGiven, tiles: PictureTiles, box: TileBox): Costed {
  const options: Costed[] = [asOneImage(given, tiles, box)];
  if (tiles.colour.hasIn(box) && encodingOf(given, tiles, box) !== stuEncoding.oneBit) {
    const base = image(given, tiles.colour, box, stuEncoding.oneBit);
    options.push(over(base, given, tiles, tiles.colour, box));
  }
  if (given.whiteBackground) {
    const base: Costed = { cost: clearRequests, steps: [{ kind: 'clear', area: placeOf(tiles.inked, box) }] };
    options.push(over(base, given, tiles, tiles.inked, box));
  }
  return options.reduce((best, option) => (option.cost < best.cost ? option : best));
}

function over(base: Costed, given: ScreenGiven, tiles: PictureTiles, marks: TileMap, box: TileBox): Costed {
  const parts = cover(given, tiles, marks, box).map((part) => asOneImage(given, tiles, part));
  return {
    cost: parts.reduce((sum, { cost }) => sum + cost, base.cost),
    steps: [...base.steps, ...parts.flatMap(({ steps }) => steps)],
  };
}

/** Boxes around the marked tiles, joined as long as one picture for two is cheaper than two. */
function cover(given: ScreenGiven, tiles: PictureTiles, marks: TileMap, within: TileBox): readonly TileBox[] {
  let boxes = marks.boxes(within);
  if (boxes.length > mostParts) return [boxes.reduce(joined)];
  for (let pair = worthJoining(given, tiles, boxes); pair; pair = worthJoining(given, tiles, boxes)) {
    const [one, other] = pair;
    boxes = [...boxes.filter((box) => box !== one && box !== other), joined(one, other)];
  }
  return boxes;
}

function worthJoining(
  given: ScreenGiven,
  tiles: PictureTiles,
  boxes: readonly TileBox[],
): readonly [TileBox, TileBox] | null {
  const costs = boxes.map((box) => asOneImage(given, tiles, box).cost);
  for (const [at, one] of boxes.entries()) {
    for (let next = at + 1; next < boxes.length; next++) {
      const other = boxes[next];
      if (!other) continue;
      const apart = (costs[at] ?? 0) + (costs[next] ?? 0);
      if (asOneImage(given, tiles, joined(one, other)).cost <= apart) return [one, other];
    }
  }
  return null;
}

const asOneImage = (given: ScreenGiven, tiles: PictureTiles, box: TileBox): Costed =>
  image(given, tiles.colour, box, encodingOf(given, tiles, box));

function encodingOf(given: ScreenGiven, { colour }: PictureTiles, box: TileBox): StuEncoding {
  return colourEncoding(colour.hasIn(box), given.encodings);
}

function image({ perRequest }: ScreenGiven, map: TileMap, box: TileBox, encoding: StuEncoding): Costed {
  const { width, height } = map.areaOf(box);
  const row =
    encoding === stuEncoding.oneBit ? Math.ceil(width / 8) : width * (encoding === stuEncoding.sixteenBit ? 2 : 3);
  return {
    cost: imageRequests + Math.ceil((row * height) / perRequest),
    steps: [{ kind: 'image', area: placeOf(map, box), encoding }],
  };
}

/** The whole screen has reports of its own, known from more sources than those for parts. */
function placeOf(map: TileMap, box: TileBox): StuArea | null {
  const { whole } = map;
  const isWhole = box.left === 0 && box.top === 0 && box.right === whole.right && box.bottom === whole.bottom;
  return isWhole ? null : map.areaOf(box);
}
