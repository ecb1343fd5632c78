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

export function readPen(report: PenReport, bytes: Uint8Array): Result<PenReading, 'other-report' | 'malformed'> {
  if (report.usesIds && bytes[0] !== report.reportId) return err('other-report');
  if (bytes.length < report.byteLength) return err('malformed');
  const value = (name: PenUsage): number | undefined => {
    const field = report.fields.find(({ pen }) => pen === name);
    return field === undefined ? undefined : fieldValue(field, bytes);
  };
  const placed = (name: 'x' | 'y'): number | undefined => {
    const field = report.fields.find(({ pen }) => pen === name);
    const raw = value(name);
    return field === undefined || raw === undefined ? undefined : raw - field.logicalMin;
  };
  const tilt = (name: 'tiltX' | 'tiltY' | 'twist'): number | undefined => {
    const field = report.fields.find(({ pen }) => pen === name);
    const raw = value(name);
    return field === undefined || raw === undefined ? undefined : centidegrees(field, raw);
  };
  const is = (name: PenUsage): boolean => (value(name) ?? 0) !== 0;
  const [x, y, pressure] = [placed('x'), placed('y'), value('pressure')];
  const tip = contact(report, is, pressure ?? 0);
  const optional = {
    x,
    y,
    pressure,
    tiltX: tilt('tiltX'),
    tiltY: tilt('tiltY'),
    twist: tilt('twist'),
    scanTime: value('scanTime'),
  };
  return ok({
    ...(Object.fromEntries(Object.entries(optional).filter(([, entry]) => entry !== undefined)) as Partial<PenReading>),
    // A pad that tells no range feels the pen only when it touches.
    tip,
    inRange: report.fields.some(({ pen }) => pen === 'inRange') ? is('inRange') : tip,
    invert: is('invert'),
    eraser: is('eraser'),
    barrel: is('barrel') || is('secondBarrel'),
  });
}

/** Tip switch; where there is none the touch bit of an ePad; where there is neither, any pressure. */
function contact(report: PenReport, is: (name: PenUsage) => boolean, pressure: number): boolean {
  if (report.fields.some(({ pen }) => pen === 'tip')) return is('tip');
  return report.fields.some(({ pen }) => pen === 'touch') ? is('touch') : pressure > 0;
}

/** Bits LSB first; undefined for a null value or a field too wide. */
function fieldValue(field: PenField, bytes: Uint8Array): number | undefined {
  const { bitOffset, bitSize, logicalMin, logicalMax } = field;
  if (bitSize > maxBits) return undefined;
  let raw = 0;
  for (let bit = 0; bit < bitSize; bit += 1) {
    const at = bitOffset + bit;
    if ((((bytes[at >> 3] ?? 0) >> (at & 7)) & 1) === 1) raw += 2 ** bit;
  }
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
