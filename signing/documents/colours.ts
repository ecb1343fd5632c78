/** Colours that a document may have: PDF/A takes device colours only together with an output intent that fits them. */
import { array, dict, name, type PdfObject } from '../pdf/objects.ts';

export interface Colours {
  /** Entries for /Resources of whatever uses the operators. */
  readonly resources: Readonly<Record<string, PdfObject>>;
  /** Operators that set the colour of lines, and of areas and text; red, green, blue from 0 to 1. */
  stroke(rgb: string): string;
  fill(rgb: string): string;
}

const DEVICE: Colours = { resources: {}, stroke: (rgb) => `${rgb} RG`, fill: (rgb) => `${rgb} rg` };

/** sRGB by its primaries and white point (ISO 32000-1, 8.6.5.3): the same everywhere, whatever the output intent. */
const CALIBRATED: Colours = {
  resources: {
    ColorSpace: dict({
      Rgb: array([
        name('CalRGB'),
        dict({
          WhitePoint: array([0.9505, 1, 1.089]),
          Gamma: array([2.2, 2.2, 2.2]),
          Matrix: array([0.4124, 0.2126, 0.0193, 0.3576, 0.7152, 0.1192, 0.1805, 0.0722, 0.9505]),
        }),
      ]),
    }),
  },
  stroke: (rgb) => `/Rgb CS ${rgb} SC`,
  fill: (rgb) => `/Rgb cs ${rgb} sc`,
};

export function coloursFor(pdfa: boolean): Colours {
  return pdfa ? CALIBRATED : DEVICE;
}
