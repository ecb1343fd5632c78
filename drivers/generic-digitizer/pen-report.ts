import { err, ok } from '../../signing/result.ts';
import type { Result } from '../../signing/result.ts';
import type { PenField, PenReport, PenUsage } from './pen-fields.ts';

/** One pen report, in units of the device. What the device does not tell, or tells to be unknown, is absent. */
export interface PenReading {
  /** Absent while the pen has no place: see null state. From 0 at the device's logical minimum. */
  readonly x?: number;
  readonly y?: number;
  readonly tip: boolean;
  readonly inRange: boolean;
  readonly pressure?: number;
  /** Hundredths of a degree. */
  readonly tiltX?: number;
  readonly tiltY?: number;
  readonly twist?: number;
  /** The device's own clock, ticks of `PenScale.tickMicros`, wrapping as it does. */
  readonly scanTime?: number;
  /** The eraser end is near, or touches; some devices use the latter for a second side switch. */
  readonly invert: boolean;
  readonly eraser: boolean;
  readonly barrel: boolean;
  readonly secondBarrel: boolean;
}

/** Ranges and resolution of a pen report, for the geometry of a pad and the capture record. */
export interface PenScale {
  readonly maxX: number;
  readonly maxY: number;
  readonly maxPressure: number | null;
  /** Null where the device does not tell its size. The two may differ: some pads are 32,767 counts each way. */
  readonly unitsPerInchX: number | null;
  readonly unitsPerInchY: number | null;
  readonly tickMicros: number | null;
}

/** A field wider than this cannot be read as a number; none that matters is. */
const maxBits = 32;

export type ReadPen = (bytes: Uint8Array) => Result<PenReading, 'other-report' | 'malformed'>;

/** The way of one report, made once: a pen sends hundreds a second. */
export function penReader(report: PenReport): ReadPen {
  const field = (name: PenUsage): PenField | undefined => report.fields.find(({ pen }) => pen === name);
  const value = (name: PenUsage): Take => {
    const found = field(name);
    return found === undefined ? () => undefined : (bytes) => fieldValue(found, bytes);
  };
  const scaled = (name: PenUsage, scale: (found: PenField, raw: number) => number): Take => {
    const found = field(name);
    if (found === undefined) return () => undefined;
    return (bytes) => {
      const raw = fieldValue(found, bytes);
      return raw === undefined ? undefined : scale(found, raw);
    };
  };
  const is = (name: PenUsage): ((bytes: Uint8Array) => boolean) => {
    const take = value(name);
    return (bytes) => (take(bytes) ?? 0) !== 0;
  };
  const numbers: readonly (readonly [NumberMember, Take])[] = [
    ['x', scaled('x', fromZero)],
    ['y', scaled('y', fromZero)],
    ['pressure', value('pressure')],
    ['tiltX', scaled('tiltX', centidegrees)],
    ['tiltY', scaled('tiltY', centidegrees)],
    ['twist', scaled('twist', centidegrees)],
    ['scanTime', value('scanTime')],
  ];
  // Tip switch; where there is none the touch bit of an ePad; where there is neither, any pressure.
  const contact = (['tip', 'touch', 'pressure'] as const).find((name) => field(name) !== undefined);
  const touches = is(contact ?? 'tip');
  const near = field('inRange') === undefined ? touches : is('inRange');
  const [invert, eraser] = [is('invert'), is('eraser')];
  const [barrel, secondBarrel] = [is('barrel'), is('secondBarrel')];
  return (bytes) => {
    if (report.usesIds && bytes[0] !== report.reportId) return err('other-report');
    if (bytes.length < report.byteLength) return err('malformed');
    const reading: { -readonly [K in keyof PenReading]: PenReading[K] } = {
      tip: touches(bytes),
      // A pad that tells no range feels the pen only when it touches.
      inRange: near(bytes),
      invert: invert(bytes),
      eraser: eraser(bytes),
      barrel: barrel(bytes),
      secondBarrel: secondBarrel(bytes),
    };
    for (const [name, take] of numbers) {
      const number = take(bytes);
      if (number !== undefined) reading[name] = number;
    }
    return ok(reading);
  };
}
/** Undefined where the device does not tell, or tells that there is no value. */
type Take = (bytes: Uint8Array) => number | undefined;
type NumberMember = 'x' | 'y' | 'pressure' | 'tiltX' | 'tiltY' | 'twist' | 'scanTime';

export function readPen(report: PenReport, bytes: Uint8Array): ReturnType<ReadPen> {
  return penReader(report)(bytes);
}

const fromZero = (field: PenField, raw: number): number => raw - field.logicalMin;

/** Bits LSB first; undefined for a null value or a field too wide. */
function fieldValue(field: PenField, bytes: Uint8Array): number | undefined {
  const { bitOffset, bitSize, logicalMin, logicalMax } = field;
  if (bitSize > maxBits) return undefined;
  // Up to five bytes hold the field: more than 32 bits, so by arithmetic and not by shifts.
  const first = bitOffset >> 3;
  const last = (bitOffset + bitSize - 1) >> 3;
  let span = 0;
  for (let at = last; at >= first; at -= 1) span = span * 256 + (bytes[at] ?? 0);
  const raw = Math.floor(span / 2 ** (bitOffset & 7)) % 2 ** bitSize;
  const value = logicalMin < 0 && raw >= 2 ** (bitSize - 1) ? raw - 2 ** bitSize : raw;
  if (field.nullState && logicalMax > logicalMin && (value < logicalMin || value > logicalMax)) return undefined;
  return value;
}

const degreeUnit = 0x14;

/**
 * By the unit where the field says degrees; else by its range: whole degrees within 90, otherwise a signed byte that
 * stands for 60 degrees (`pads.md` 4.3, inferred from real descriptors).
 */
function centidegrees(field: PenField, raw: number): number {
  const { logicalMin, logicalMax, unit, unitExponent } = field;
  if (unit === degreeUnit && logicalMax > logicalMin) {
    const physical = physicalRange(field);
    const share = (raw - logicalMin) / (logicalMax - logicalMin);
    return Math.round((physical.min + share * (physical.max - physical.min)) * 10 ** unitExponent * 100);
  }
  return logicalMax <= 90 ? raw * 100 : Math.round((raw * 6000) / logicalMax);
}

export function penScale(report: PenReport): PenScale {
  const field = (name: PenUsage): PenField | undefined => report.fields.find(({ pen }) => pen === name);
  const range = (name: 'x' | 'y'): number => {
    const found = field(name);
    return found === undefined ? 0 : found.logicalMax - found.logicalMin;
  };
  const time = field('scanTime');
  return {
    maxX: range('x'),
    maxY: range('y'),
    maxPressure: field('pressure')?.logicalMax ?? null,
    unitsPerInchX: unitsPerInch(field('x')),
    unitsPerInchY: unitsPerInch(field('y')),
    tickMicros: time === undefined ? null : tickMicros(time),
  };
}

function unitsPerInch(field: PenField | undefined): number | null {
  if (field === undefined) return null;
  const { min, max } = physicalRange(field);
  // 0x33, inch to the third power, is a fault seen in 9 of 230 descriptors; inch is meant.
  const perUnit = field.unit === 0x11 ? 1 / 2.54 : field.unit === 0x13 || field.unit === 0x33 ? 1 : null;
  const inches = perUnit === null ? 0 : (max - min) * 10 ** field.unitExponent * perUnit;
  return inches > 0 ? (field.logicalMax - field.logicalMin) / inches : null;
}

/** Scan time counts 100 microseconds by convention where no unit says otherwise. */
function tickMicros(field: PenField): number {
  const { min, max } = physicalRange(field);
  if (field.unit !== 0x1001 || field.logicalMax <= field.logicalMin || max <= min) return 100;
  return ((max - min) / (field.logicalMax - field.logicalMin)) * 10 ** field.unitExponent * 1e6;
}

/** Both limits 0 means: as the logical ones. */
function physicalRange(field: PenField): { readonly min: number; readonly max: number } {
  const { physicalMin, physicalMax, logicalMin, logicalMax } = field;
  return physicalMin === 0 && physicalMax === 0
    ? { min: logicalMin, max: logicalMax }
    : { min: physicalMin, max: physicalMax };
}
