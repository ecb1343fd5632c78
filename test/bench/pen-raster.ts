import { signScreen } from '../../drivers/screen/sign-screen.ts';

/** Positions of one stroke lie on a raster this wide: the mirror keeps each, and each tells which report it was. */
const COLUMNS = 160;
const STEP = 1 / (COLUMNS + 10);
/** Of the simulated STU-530; where the ink goes does not depend on the words. */
const SCREEN = { width: 800, height: 480 };
const NO_WORDS = {
  tenant: '',
  document: '',
  label: '',
  signatory: '',
  page: '',
  labels: { ok: '', clear: '', cancel: '' },
};

/** Positions as the mirror sends them, shares of the area signed in, and when they came, wall milliseconds. */
export interface LiveArrival {
  readonly at: number;
  readonly strokes: readonly (readonly (readonly [number, number])[])[];
}
export interface RasterSample {
  readonly x: number;
  readonly y: number;
  readonly p: number;
  readonly tip: boolean;
  /** Milliseconds from the stroke's begin. */
  readonly t: number;
}

/** One stroke whose every position is one report's alone, on the simulated STU-530. */
export class RasterStroke {
  readonly samples: readonly RasterSample[];
  readonly #units: readonly (readonly [number, number])[];

  constructor(rate: number, seconds: number) {
    const count = seconds * rate;
    const rows = Math.ceil(count / COLUMNS) + 1;
    const { ink } = signScreen(SCREEN, NO_WORDS);
    this.#units = Array.from({ length: count }, (_, i): readonly [number, number] => [
      (4 + (i % COLUMNS)) * STEP,
      0.1 + (0.7 * Math.floor(i / COLUMNS)) / rows,
    ]);
    this.samples = this.#units.map(([x, y], i) => ({
      x: ink.x + x * ink.width,
      y: ink.y + y * ink.height,
      p: 0.5,
      tip: true,
      t: (i * 1000) / rate,
    }));
  }

  /** For each report: when it was due (milliseconds from the stroke's begin) and how late it came; null when it never did. */
  latencies(
    arrivals: readonly LiveArrival[],
    begunAt: number,
  ): readonly { readonly due: number; readonly late: number | null }[] {
    const seen = new Map<string, number>();
    for (const { at, strokes } of arrivals) {
      for (const [x, y] of strokes.flat()) {
        const key = `${x},${y}`;
        if (!seen.has(key)) seen.set(key, at);
      }
    }
    return this.#units.map(([x, y], i) => {
      const due = this.samples[i]?.t ?? 0;
      const at = nearest(seen, x, y);
      return { due, late: at === null ? null : at - (begunAt + due) };
    });
  }
}

/** The mirror rounds to a thousandth of the area. */
function nearest(seen: ReadonlyMap<string, number>, x: number, y: number): number | null {
  const [kx, ky] = [Math.round(x * 1000), Math.round(y * 1000)];
  for (const dx of [0, -1, 1]) {
    for (const dy of [0, -1, 1]) {
      const found = seen.get(`${(kx + dx) / 1000},${(ky + dy) / 1000}`);
      if (found !== undefined) return found;
    }
  }
  return null;
}
