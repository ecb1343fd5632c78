import SignaturePad from 'signature_pad';

import { curveThrough } from '../../../../signing/capture/curve.ts';

interface Place {
  readonly x: number;
  readonly y: number;
}

const INK = '#17202b';
/** Of the sheet's width, as on the mirror and in the document, everywhere the same: a width that follows speed would show on the screen how fast somebody writes. */
const LINE = 0.007;
/** CSS pixels between places of a whole stroke. */
const STEP = 3;

/**
 * The ink on the customer's sheet, drawn from the places that are recorded, CSS pixels of the sheet. signature_pad draws
 * and listens to nothing: by itself it sees one event a frame where many are recorded, and never draws the piece from
 * the last sample but one to the last.
 */
export class SheetDrawing {
  readonly #canvas: HTMLCanvasElement;
  readonly #pad: SignaturePad;
  #strokes: Place[][] = [];
  #size: { readonly width: number; readonly height: number };

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#size = { width: canvas.clientWidth, height: canvas.clientHeight };
    this.#pad = new SignaturePad(canvas);
    this.#pad.off();
    // Letting go of its listeners it also lets fingers scroll and select.
    canvas.style.touchAction = 'none';
    canvas.style.userSelect = 'none';
  }

  begin(place: Place): void {
    this.#strokes.push([place]);
    this.#draw([[place]], false);
  }

  /** What was just written, with the two places before it, so that the line does not break there. */
  add(places: readonly Place[]): void {
    const stroke = this.#strokes.at(-1);
    if (stroke === undefined || places.length === 0) return;
    stroke.push(...places);
    this.#draw([stroke.slice(-places.length - 2)], false);
  }

  /** The stroke is whole: all is drawn anew along the curve that the document will show. */
  end(): void {
    this.#draw(this.#strokes.map(curved), true);
  }

  clear(): void {
    this.#strokes = [];
    this.#pad.clear();
  }

  /** Lays out what is drawn for the size the sheet has now. */
  fit(): void {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (width === 0 || height === 0) return;
    const [sx, sy] = [width / this.#size.width, height / this.#size.height];
    this.#strokes = this.#strokes.map((stroke) => stroke.map(({ x, y }) => ({ x: x * sx, y: y * sy })));
    this.#size = { width, height };
    const ratio = window.devicePixelRatio;
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(height * ratio);
    this.#canvas.getContext('2d')?.scale(ratio, ratio);
    this.end();
  }

  #draw(strokes: readonly (readonly Place[])[], clear: boolean): void {
    const radius = (LINE * this.#size.width) / 2;
    const groups = strokes.map((stroke) => ({
      ...{ penColor: INK, dotSize: radius, minWidth: radius, maxWidth: radius, velocityFilterWeight: 0.7 },
      compositeOperation: 'source-over' as const,
      points: closed(stroke).map(({ x, y }) => ({ x, y, pressure: 0, time: 0 })),
    }));
    this.#pad.fromData(groups, { clear });
  }
}

function curved(stroke: readonly Place[]): readonly Place[] {
  const places = stroke.map(({ x, y }) => [x, y] as const);
  return curveThrough(places, STEP).map(([x, y]) => ({ x, y }));
}

/**
 * For a drawing that knows a piece's bend only from the place after it: the last is told twice. Other repeated places are
 * taken out, since a pen that rests must leave a dot and not a curve without length.
 */
function closed(stroke: readonly Place[]): readonly Place[] {
  const moving = stroke.filter(({ x, y }, i) => i === 0 || x !== stroke[i - 1]?.x || y !== stroke[i - 1]?.y);
  return moving.length < 2 ? moving : [...moving, ...moving.slice(-1)];
}
