import type { PadModel, Proven } from '../found-pad.ts';
import { openTopazPad } from './topaz-pad.ts';

/** The chip in the cable of a BSB pad, and of countless other things: it says nothing of what is behind it. */
const serialAdapter = { vid: 0x0403, pid: 0x6001 } as const;

interface Row {
  readonly name: string;
  readonly model: string;
  readonly baudRate: number;
  /** What the pad gives at the edges of its surface. */
  readonly x: readonly [left: number, right: number];
  readonly y: readonly [top: number, bottom: number];
  /** Dots an inch. */
  readonly resolution: number;
  readonly proven: Proven;
}
const row = (
  name: string,
  model: string,
  baudRate: number,
  x: Row['x'],
  y: Row['y'],
  more: { readonly resolution?: number; readonly proven?: Proven } = {},
): Row => ({ name, model, baudRate, x, y, resolution: 410, proven: 'simulated', ...more });

const rows: readonly Row[] = [
  row('siggem-1x5', 'SignatureGem 1x5', 19_200, [400, 2400], [350, 950]),
  row('siggem-4x5', 'SignatureGem 4x5', 19_200, [500, 2650], [700, 2100]),
  row('siglite-1x5', 'SigLite 1x5', 19_200, [500, 2650], [700, 2100]),
  row('siglite-lcd-1x5', 'SigLite LCD 1x5', 19_200, [400, 2400], [350, 1050], { proven: 'lab' }),
  row('siglite-lcd-4x5', 'SigLite LCD 4x5', 38_400, [500, 2600], [500, 2100]),
  row('clipgem', 'ClipGem', 9600, [485, 2800], [170, 3200], { resolution: 275 }),
  row('siggem-color-57', 'SigGem Color 5.7', 115_200, [300, 2370], [350, 1950]),
];

/**
 * Topaz BSB models (`pads.md` 3.3, one public source): pen only, their own screens are not drawn on.
 */
export const topazModels: readonly PadModel[] = rows.map(({ name, model, baudRate, x, y, resolution, proven }) => ({
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
    traits: { name: `topaz-${name}`, left: x[0], top: y[0] },
    line: { baudRate, dataBits: 8, parity: 'odd' },
    open: openTopazPad,
  },
  proven,
  serialMode: false,
}));
