import type { CapturePart } from '../capture-record.ts';
import { decodeScaling, encodeScaling } from '../ink-files/iso-19794-7-layout.ts';
import { writeIso19794, type IsoChannelDescription } from '../ink-files/write-iso-19794-7.ts';
import type { ExportNote } from './export-note.ts';

export interface IsoExport {
  readonly bytes: Uint8Array;
  readonly notes: readonly ExportNote[];
}

/** One channel with its value for each sample. */
interface Column extends IsoChannelDescription {
  readonly values: readonly number[];
}

const METRES_PER_INCH = 0.0254;
const LARGEST_COORDINATE = 32_767;
/** Ticks a second, finest first; none of them loses anything in the coding of the scaling. */
const CLOCKS = [10_000, 1000, 100, 10, 1] as const;
const LARGEST_TICK = 65_535;

/**
 * One part of a capture as ISO/IEC 19794-7:2007, full format. X and Y in counts per metre with the origin lower left;
 * T from the first sample, or DT where 16 bits are too few for the whole; F in raw levels, 0 meaning that the pen is up;
 * S only where no force says so; tilt or azimuth and elevation in hundredths of a degree.
 */
export function exportIso(part: CapturePart): IsoExport {
  const notes: ExportNote[] = [];
  const columns = [
    ...coordinates(part, notes),
    timeColumn(part.columns.time, notes),
    tipColumn(part, notes),
    ...angles(part),
  ];
  const used = new Set(['x', 'y', 'tip', 'time', 'pressure', ...angleNames(part)]);
  const left = Object.keys(part.columns).filter((name) => !used.has(name));
  if (left.length > 0) notes.push({ code: 'columns-left-out', columns: left });
  const points = part.columns.tip.map((_, i) => columns.map(({ values }) => values[i] ?? 0));
  const channels = columns.map(({ values: _values, ...description }) => description);
  return { bytes: writeIso19794({ channels, points }), notes };
}

/**
 * A 2540 lpi pad has 100 000 counts a metre, more than a scaling can state (formats 1.7): then coordinates are divided,
 * as they are when they do not fit into 16 bits.
 */
function coordinates({ surface, columns }: CapturePart, notes: ExportNote[]): readonly Column[] {
  const perMetre = surface.unitsPerInch;
  const scales = perMetre === undefined ? [] : [perMetre.x / METRES_PER_INCH, perMetre.y / METRES_PER_INCH];
  const height = surface.maxY;
  const xs = columns.x;
  const ys = columns.y.map((y) => height - y);
  const farthest = [surface.maxX, height, ...xs, ...ys].reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  let divisor = 1;
  while (farthest / divisor > LARGEST_COORDINATE || scales.some((scale) => encodeScaling(scale / divisor) === null)) {
    divisor *= 2;
  }
  if (divisor > 1) notes.push({ code: 'coordinates-divided', by: divisor });
  if (perMetre === undefined) notes.push({ code: 'no-real-size' });
  const scaled = (value: number): number => Math.round(value / divisor);
  const column = (channel: 'X' | 'Y', values: readonly number[], top: number, scale: number | undefined): Column => ({
    channel,
    ...(scale === undefined ? {} : { scaling: scale / divisor }),
    min: 0,
    max: scaled(top),
    values: values.map(scaled),
  });
  return [column('X', xs, surface.maxX, scales[0]), column('Y', ys, height, scales[1])];
}

function timeColumn(micros: readonly number[], notes: ExportNote[]): Column {
  const { times, moved: back } = forward(micros);
  const long = times.at(-1) ?? 0;
  const absolute = CLOCKS.find((clock) => clock >= 1000 && ticks(long, clock) <= LARGEST_TICK);
  const clock = absolute ?? CLOCKS.find((rate) => stepsOf(times, rate).every((step) => step <= LARGEST_TICK)) ?? 1;
  const values = absolute === undefined ? stepsOf(times, clock) : times.map((time) => ticks(time, clock));
  const far = values.filter((value) => value > LARGEST_TICK).length;
  const unit = 1_000_000 / clock;
  if (times.some((time) => time % unit !== 0)) notes.push({ code: 'time-rounded', micros: unit });
  if (back + far > 0) notes.push({ code: 'time-moved', samples: back + far });
  return {
    channel: absolute === undefined ? 'DT' : 'T',
    scaling: clock,
    values: values.map((value) => Math.min(value, LARGEST_TICK)),
  };
}

/** Microseconds since the first sample, never falling. */
function forward(micros: readonly number[]): { readonly times: readonly number[]; readonly moved: number } {
  const start = micros[0] ?? 0;
  let latest = 0;
  let moved = 0;
  const times = micros.map((time) => {
    if (time - start < latest) moved += 1;
    return (latest = Math.max(latest, time - start));
  });
  return { times, moved };
}

/** Differences of rounded times, so that rounding never adds up. */
function stepsOf(times: readonly number[], clock: number): readonly number[] {
  return times.map((time, i) => ticks(time, clock) - ticks(times[i - 1] ?? 0, clock));
}

function ticks(micros: number, clock: number): number {
  return Math.round((micros * clock) / 1_000_000);
}

function tipColumn({ columns: { tip, pressure }, surface }: CapturePart, notes: ExportNote[]): Column {
  if (pressure === undefined) return { channel: 'S', values: tip };
  const raised = pressure.filter((level, i) => tip[i] === 1 && level <= 0).length;
  const cleared = pressure.filter((level, i) => tip[i] === 0 && level > 0).length;
  if (raised > 0) notes.push({ code: 'force-raised', samples: raised });
  if (cleared > 0) notes.push({ code: 'force-cleared', samples: cleared });
  return {
    channel: 'F',
    ...(surface.maxPressure === undefined ? {} : { min: 0, max: surface.maxPressure }),
    values: pressure.map((level, i) => (tip[i] === 1 ? Math.max(1, level) : 0)),
  };
}

/** Azimuth and elevation, or tilt, never both (formats 1.4), and the rotation about the pen's axis. */
function angles({ columns }: CapturePart): readonly Column[] {
  const { azimuth, altitude, tiltX, tiltY, twist } = columns;
  const column = (channel: IsoChannelDescription['channel'], values: readonly number[] | undefined): Column[] =>
    values === undefined ? [] : [{ channel, scaling: HUNDREDTHS, values }];
  const pen =
    azimuth !== undefined && altitude !== undefined
      ? [...column('Az', azimuth), ...column('El', altitude)]
      : [...column('TX', tiltX), ...column('TY', tiltY)];
  return [...pen, ...column('R', twist)];
}

function angleNames({ columns }: CapturePart): readonly string[] {
  const round = columns.azimuth !== undefined && columns.altitude !== undefined;
  return [...(round ? ['azimuth', 'altitude'] : ['tiltX', 'tiltY']), 'twist'];
}

const HUNDREDTHS = decodeScaling(0xb480);
