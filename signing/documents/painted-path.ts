import type { Box4 } from '../pdf/pdf-file.ts';
import type { Matrix } from './matrix.ts';

/** Points: rulings and frames are what people sign on and in. */
const RULING = 2;
/** Of a rectangle that comes back to where it began. */
const MOST_CORNERS = 5;

export interface Mark {
  readonly box: Box4;
  /** A filled upright rectangle: what lies wholly inside it lies on a ground of one colour. */
  readonly ground: boolean;
  /** 'leader': of one glyph again and again, as dots or lines to write on are. */
  readonly kind: 'glyph' | 'leader' | 'picture' | 'fill' | 'stroke';
}

/** A mark of a path, with what decides whether it is a ruling or covers what is below. */
export interface PathMark extends Mark {
  readonly kind: 'fill' | 'stroke';
  /** Made of level and upright lines and thin, or not filled: rulings are what people sign on. */
  readonly ruling: boolean;
  /** Points along all lines. */
  readonly length: number;
}

/** One subpath in page space; `ruled` while it is made of level and upright lines alone. */
interface Part {
  readonly box: readonly [number, number, number, number];
  readonly ruled: boolean;
  readonly points: number;
  readonly length: number;
}

/**
 * The path under construction (ISO 32000-1, 8.5.2). Level and upright lines, stroked or as thin filled boxes, are rulings
 * and no marks.
 */
export class PaintedPath {
  #parts: Part[] = [];
  #box: [number, number, number, number] | null = null;
  #ruled = true;
  #points = 0;
  #length = 0;
  #last: readonly [number, number] = [0, 0];

  /** Takes operators that construct; `n` gives operands from the end. False when it is none. */
  take(operator: string, n: (fromEnd: number) => number, ctm: Matrix): boolean {
    const at = (x: number, y: number): readonly [number, number] => [
      ctm[0] * x + ctm[2] * y + ctm[4],
      ctm[1] * x + ctm[3] * y + ctm[5],
    ];
    switch (operator) {
      case 'm':
        this.#close();
        this.#add(at(n(2), n(1)), false);
        return true;
      case 'l':
        this.#add(at(n(2), n(1)), true);
        return true;
      case 'c':
        this.#curve([at(n(6), n(5)), at(n(4), n(3)), at(n(2), n(1))]);
        return true;
      case 'v':
      case 'y':
        this.#curve([at(n(4), n(3)), at(n(2), n(1))]);
        return true;
      case 'h':
        return true;
      case 're': {
        this.#close();
        const [x, y, w, h] = [n(4), n(3), n(2), n(1)];
        this.#add(at(x, y), false);
        for (const corner of [at(x + w, y), at(x + w, y + h), at(x, y + h)]) this.#add(corner, true);
        this.#close();
        return true;
      }
      default:
        return false;
    }
  }

  /** Around all of it; null when there is none. */
  bounds(): Box4 | null {
    const boxes: readonly Box4[] = [...this.#parts.map(({ box }) => box), ...(this.#box === null ? [] : [this.#box])];
    const [first, ...more] = boxes;
    if (first === undefined) return null;
    return more.reduce(
      (a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])],
      first,
    );
  }

  /** The marks that a painting operator makes of the path, rulings among them; it begins anew. */
  end(operator: string): readonly PathMark[] {
    this.#close();
    const parts = this.#parts;
    this.#parts = [];
    if (operator === 'n') return [];
    const strokes = operator === 'S' || operator === 's';
    return parts.map(({ box, ruled, points, length }) => ({
      ...{ box, length, kind: strokes ? 'stroke' : 'fill', ground: ruled && points <= MOST_CORNERS },
      ruling: ruled && (strokes || isThin(box)),
    }));
  }

  #curve(points: readonly (readonly [number, number])[]): void {
    for (const point of points) this.#add(point, false);
    this.#ruled = false;
  }

  #add(point: readonly [number, number], line: boolean): void {
    const [x, y] = point;
    if (line && Math.min(Math.abs(x - this.#last[0]), Math.abs(y - this.#last[1])) > 0.01) this.#ruled = false;
    if (this.#points > 0) this.#length += Math.hypot(x - this.#last[0], y - this.#last[1]);
    this.#last = point;
    this.#points += 1;
    const box = (this.#box ??= [x, y, x, y]);
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x);
    box[3] = Math.max(box[3], y);
  }

  #close(): void {
    const [ruled, points, length] = [this.#ruled, this.#points, this.#length];
    if (this.#box !== null) this.#parts.push({ box: this.#box, ruled, points, length });
    this.#box = null;
    this.#points = 0;
    this.#length = 0;
    this.#ruled = true;
  }
}

function isThin([x0, y0, x1, y1]: Part['box']): boolean {
  return Math.min(x1 - x0, y1 - y0) <= RULING;
}
