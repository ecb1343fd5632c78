import type { PadModel } from '../found-pad.ts';
import { openTopazPad } from './topaz-pad.ts';
import type { TopazFormat } from './topaz-parser.ts';

/** The chip in the cable of a BSB pad, and of countless other things: it says nothing of what is behind it. */
const serialAdapter = { vid: 0x0403, pid: 0x6001 } as const;

interface Row {
  readonly name: string;
  readonly model: string;
  readonly baudRate: number;
  readonly format: TopazFormat;
  /** What the pad gives at the edges of its surface. */
  readonly x: readonly [left: number, right: number];
  readonly y: readonly [top: number, bottom: number];
  /** Dots an inch. */
  readonly resolution: number;
}
const row = (
  name: string,
  model: string,
  baudRate: number,
  format: TopazFormat,
  x: Row['x'],
  y: Row['y'],
  resolution = 410,
): Row => ({ name, model, baudRate, format, x, y, resolution });

const rows: readonly Row[] = [
  row('siggem-1x5', 'SignatureGem 1x5', 19_200, 0, [400, 2400], [350, 950]),
  row('siggem-lcd-1x5', 'SignatureGem LCD 1x5', 19_200, 1, [400, 2400], [350, 1250]),
  row('siggem-4x5', 'SignatureGem 4x5', 19_200, 0, [500, 2650], [700, 2100]),
  row('siglite-1x5', 'SigLite 1x5', 19_200, 0, [500, 2650], [700, 2100]),
  row('siglite-lcd-1x5', 'SigLite LCD 1x5', 19_200, 0, [400, 2400], [350, 1050]),
  row('siglite-lcd-4x5', 'SigLite LCD 4x5', 38_400, 0, [500, 2600], [500, 2100]),
  row('clipgem', 'ClipGem', 9600, 0, [485, 2800], [170, 3200], 275),
  row('siggem-color-57', 'SigGem Color 5.7', 115_200, 0, [300, 2370], [350, 1950]),
];

/**
 * Topaz BSB models (`pads.md` 3.3, one public source): pen only, their own screens are not drawn on. Seven data bits in
 * format 1, eight in format 0, odd parity.
 */
export const topazModels: readonly PadModel[] = rows.map(({ name, model, baudRate, format, x, y, resolution }) => ({
  ...serialAdapter,
  maker: 'Topaz',
  model: `${model} (serial)`,
  shows: 'nothing',
  geometry: {
    maxX: x[1] - x[0],
    maxY: y[1] - y[0],
    // Ten bits in packets that not every model sends: whether a pad measures pressure shows only while it is written on.
    maxPressure: 1023,
    unitsPerInch: { x: resolution, y: resolution },
    nominalRate: 0,
    screen: null,
  },
  driver: {
    kind: 'topaz-bsb',
    traits: { name: `topaz-${name}`, format, left: x[0], top: y[0] },
    line: { baudRate, dataBits: format === 0 ? 8 : 7, parity: 'odd' },
    open: openTopazPad,
  },
  proven: 'simulated',
  serialMode: false,
}));
