import type { SurfaceInk } from '../../../../kiosk-shell/kiosk-api/capture.ts';

/** One delivered pointer sample, as the browser gave it. */
export interface PointerSample {
  /** CSS pixels from the upper left of the sheet as it lay then. */
  readonly x: number;
  readonly y: number;
  readonly tip: boolean;
  /** `event.timeStamp`, milliseconds with fractions. */
  readonly at: number;
  readonly pressure: number;
  /** Degrees. */
  readonly tiltX: number;
  readonly tiltY: number;
  readonly twist: number;
  /** Radians: upright is half pi; 0 is towards the right edge, clockwise. Both or none. */
  readonly altitude?: number;
  readonly azimuth?: number;
}

/** As it lay at the first sample. */
export interface Sheet {
  readonly width: number;
  readonly height: number;
  readonly pixelRatio: number;
  readonly pointerType: 'pen' | 'touch' | 'mouse';
}

/** Holds from a sample on. */
export type SheetChange<What> = What & { readonly from: number };
export interface SheetFacts {
  readonly sizes: readonly SheetChange<{ readonly width: number; readonly height: number }>[];
  readonly ratios: readonly SheetChange<{ readonly ratio: number }>[];
  readonly rejected: { readonly palms: number; readonly touches: number };
}
const nothingHappened: SheetFacts = { sizes: [], ratios: [], rejected: { palms: 0, touches: 0 } };
const UPRIGHT = Math.PI / 2;

/**
 * Samples as columns of integers: position x 100, time in microseconds from the first, tilt and twist x 100.
 *
 * What the device does not measure stays absent. Pointer Events fill the gap with constants: pressure 0.5 (W3C Pointer
 * Events 3, `pressure`), tilt and twist 0, altitude upright; a mouse has none of them whatever it says.
 */
export function encodeSurfaceInk(
  samples: readonly PointerSample[],
  sheet: Sheet,
  { sizes, ratios, rejected }: SheetFacts = nothingHappened,
): SurfaceInk {
  const start = samples[0]?.at ?? 0;
  const column = (pick: (sample: PointerSample) => number): number[] =>
    samples.map((sample) => Math.round(pick(sample)));
  const stylus = sheet.pointerType === 'pen';
  const pressed = new Set(samples.filter(({ tip }) => tip).map(({ pressure }) => pressure));
  const hasPressure = sheet.pointerType !== 'mouse' && pressed.size > 1;
  const hasTilt = stylus && samples.some(({ tiltX, tiltY }) => tiltX !== 0 || tiltY !== 0);
  const angled = samples.some(({ altitude = UPRIGHT, azimuth = 0 }) => altitude !== UPRIGHT || azimuth !== 0);
  const hasAngles = stylus && angled && samples.every(({ altitude }) => altitude !== undefined);
  const degrees = (radians: number): number => (radians * 18_000) / Math.PI;
  const hasTwist = stylus && samples.some(({ twist }) => twist !== 0);
  return {
    ...sheet,
    ...(sizes.length === 0 ? {} : { sizes }),
    ...(ratios.length === 0 ? {} : { ratios }),
    rejected,
    x: column(({ x }) => x * 100),
    y: column(({ y }) => y * 100),
    tip: samples.map(({ tip }) => (tip ? 1 : 0)),
    time: column(({ at }) => (at - start) * 1_000),
    ...(hasPressure ? { pressure: column(({ pressure }) => pressure * 65_535) } : {}),
    ...(hasTilt ? { tiltX: column(({ tiltX }) => tiltX * 100), tiltY: column(({ tiltY }) => tiltY * 100) } : {}),
    ...(hasAngles
      ? {
          altitude: column(({ altitude = UPRIGHT }) => degrees(altitude)),
          azimuth: column(({ azimuth = 0 }) => degrees(azimuth)),
        }
      : {}),
    ...(hasTwist ? { twist: column(({ twist }) => twist * 100) } : {}),
  };
}

/** Where a point of the sheet falls in 0..1 of a box of another shape: the whole sheet fits, in the middle. */
export function fitIntoBox(
  point: { readonly x: number; readonly y: number },
  sheet: { readonly width: number; readonly height: number },
  aspect: number,
): readonly [number, number] {
  const scale = Math.min(aspect / sheet.width, 1 / sheet.height);
  const x = ((aspect - sheet.width * scale) / 2 + point.x * scale) / aspect;
  const y = (1 - sheet.height * scale) / 2 + point.y * scale;
  return [Math.round(x * 10_000) / 10_000, Math.round(y * 10_000) / 10_000];
}
