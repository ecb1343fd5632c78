/**
 * Pads that are recognised at plug-in and not driven, and why, in words for a technician (`pads.md` 3). The codes are for
 * screens, which say it in their own language.
 */
import type { NotDrivenCode, PadModel } from './found-pad.ts';
import type { PadGeometry } from './pad.ts';

const unknownGeometry: PadGeometry = {
  maxX: 0,
  maxY: 0,
  maxPressure: null,
  unitsPerInch: null,
  nominalRate: 0,
  screen: null,
};
type Why = readonly [NotDrivenCode, string];
const recognised = (vid: number, pid: number, maker: string, model: string, [code, reason]: Why): PadModel => ({
  vid,
  pid,
  maker,
  model,
  shows: 'own-screen',
  geometry: unknownGeometry,
  driver: { kind: 'recognised', code, reason },
  proven: null,
  serialMode: false,
});

const unpublished: Why = ['protocol-not-public', 'nobody has published what it sends'];
const makersOnly: Why = [
  'protocol-not-public',
  'its maker has not published what it sends; it works with the software of its maker only',
];
const encrypted: Why = [
  'protocol-not-public',
  'it encrypts what it sends, and its maker has not published how; it works with the software of its maker only',
];
const drawingOnly: Why = [
  'protocol-not-public',
  'how its screen is drawn on has been published, what its pen sends has not',
];
const adapter: Why = [
  'needs-setting',
  'may be a Topaz pad on a serial cable, or anything else: say which model, and at which port, in COUNTERSIGN_SERIAL_PADS',
];
const types: Why = [
  'keyboard',
  'it types the finished signature as a keyboard does, so there is no ink to see while it is written',
];

export const undrivenPads: readonly PadModel[] = [
  recognised(0x04df, 0x0030, 'Interlink', 'ePad with a screen', unpublished),
  recognised(0x2133, 0x0001, 'signotec', 'Sigma', makersOnly),
  recognised(0x2133, 0x001c, 'signotec', 'Kronos', makersOnly),
  recognised(0x2133, 0x0022, 'signotec', 'Epsilon', makersOnly),
  recognised(0x06a8, 0x0042, 'Topaz', 'SignatureGem 1x5 (USB)', unpublished),
  recognised(0x06a8, 0x0043, 'Topaz', 'HSB models', drawingOnly),
  recognised(0x0403, 0x6001, 'FTDI', 'serial adapter', adapter),
  recognised(0x22c9, 0x0601, 'StepOver', 'Colour', encrypted),
  recognised(0x22c9, 0x0701, 'StepOver', 'Mobile', encrypted),
  recognised(0x22c9, 0x0801, 'StepOver', 'Comfort', encrypted),
  recognised(0x22c9, 0x0881, 'StepOver', 'Flawless', encrypted),
];

/** Makers of nothing but pads: what the table does not name is a pad all the same. The product number is any. */
export const padMakers: readonly PadModel[] = [
  recognised(0x2133, 0, 'signotec', 'Omega, Gamma and others', makersOnly),
  recognised(0x22c9, 0, 'StepOver', 'naturaSign, duraSign and others', encrypted),
  recognised(0x18fb, 0, 'Scriptel', 'ScripTouch', types),
];

/** Further parts of a pad on the bus: the touch screen of the Delta. */
const partsOfPads: readonly (readonly [vid: number, pid: number])[] = [[0x2133, 0x0019]];

const byMaker = new Map<string, PadModel>();

/** The same object at every call for one device. */
export function padOfMaker(vid: number, pid: number): PadModel | null {
  const maker = padMakers.find((one) => one.vid === vid);
  if (!maker || partsOfPads.some((part) => part[0] === vid && part[1] === pid)) return null;
  const key = `${vid}:${pid}`;
  const known = byMaker.get(key) ?? { ...maker, pid };
  byMaker.set(key, known);
  return known;
}

/** Known by name, and not recognised at plug-in: no USB number of theirs is public, or they have none. */
export const unseenPads: readonly { readonly maker: string; readonly model: string; readonly reason: string }[] = [
  {
    maker: 'Evolis',
    model: 'Sig100, Sig200',
    reason: 'its maker has published neither what it sends nor its USB numbers, and makes printers under the same one',
  },
  {
    maker: 'Topaz',
    model: 'SignatureGem LCD 1x5 (serial)',
    reason: 'its packets have seven bits, and what has been published of them contradicts itself',
  },
  {
    maker: 'IDTECH, Compaq',
    model: 'uSign',
    reason: 'an old pad for a serial port, of which nothing tells that it is there',
  },
];
