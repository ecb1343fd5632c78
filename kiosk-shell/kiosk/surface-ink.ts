import type { BrowserSurface, CapturePart } from '../../signing/capture/capture-record.ts';
import type { SurfaceInk } from '../kiosk-api/capture.ts';
import { DRIVER_VERSION } from './capture-part.ts';

const COLUMNS = ['x', 'y', 'tip', 'time', 'pressure', 'tiltX', 'tiltY', 'twist', 'altitude', 'azimuth'] as const;
const MOST_SAMPLES = 200_000;

/** The customer's own screen as a device: columns arrive ready, in hundredths of a CSS pixel. */
export function surfacePart(ink: SurfaceInk, startedAt: string): CapturePart {
  const [maxX, maxY] = [hundredths(ink.width), hundredths(ink.height)];
  const { x, y, tip, time } = ink;
  const given = COLUMNS.slice(4).filter((name) => ink[name] !== undefined);
  return {
    device: {
      kind: 'surface',
      simulated: false,
      maker: 'browser',
      model: `pointer:${ink.pointerType}`,
      serial: null,
      firmware: null,
      driver: `pointer-events ${DRIVER_VERSION}`,
    },
    surface: {
      maxX,
      maxY,
      ...(ink.pressure === undefined ? {} : { maxPressure: 65_535 }),
      area: { x: 0, y: 0, width: maxX, height: maxY },
      browser: browserSurface(ink),
    },
    clock: { startedAt, source: 'browser-event', unit: 'us' },
    columns: { x, y, tip, time, ...Object.fromEntries(given.map((name) => [name, ink[name]])) },
    losses: { malformedReports: 0, unknownReports: 0 },
  };
}

function browserSurface({ pointerType, pixelRatio, sizes = [], ratios = [], rejected }: SurfaceInk): BrowserSurface {
  return {
    pointerType,
    pixelRatio,
    ...(sizes.length === 0
      ? {}
      : {
          sizes: sizes.map(({ from, width, height }) => {
            return { from, width: hundredths(width), height: hundredths(height) };
          }),
        }),
    ...(ratios.length === 0 ? {} : { ratios }),
    ...(rejected === undefined ? {} : { rejected }),
  };
}

function hundredths(cssPixels: number): number {
  return Math.round(cssPixels * 100);
}

/**
 * Columns that do not belong together, time that goes back, changes out of order, or anything but whole numbers in a
 * column is refused whole.
 */
export function isSurfaceInk(ink: SurfaceInk): boolean {
  const columns = COLUMNS.map((name) => ink[name]).filter((column) => column !== undefined);
  const length = ink.x.length;
  return (
    // Less than a hundredth of a pixel is no place to write in, and would be divided by.
    [ink, ...(ink.sizes ?? [])].every(({ width, height }) => width >= 0.01 && height >= 0.01) &&
    length <= MOST_SAMPLES &&
    columns.every((column) => column.length === length && column.every((value) => Number.isSafeInteger(value))) &&
    isAscending(ink.time) &&
    [ink.sizes ?? [], ink.ratios ?? []].every(
      (changes) => isAscending(changes.map(({ from }) => from)) && changes.every(({ from }) => from >= 0),
    )
  );
}

function isAscending(values: readonly number[]): boolean {
  return values.every((value, i) => i === 0 || value >= (values[i - 1] ?? value));
}
