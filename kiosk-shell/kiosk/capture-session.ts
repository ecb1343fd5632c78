import type { Clock } from '../../signing/clock.ts';
import { isoTime } from '../../signing/clock.ts';
import type {
  CaptureColumns,
  CaptureDevice,
  CaptureRecord,
  CaptureSurface,
  InkShape,
} from '../../signing/capture/capture-record.ts';
import { shapeOf } from '../../signing/capture/strokes.ts';
import type { BadReport, PadSample } from '../../drivers/pad.ts';
import type { SurfaceInk } from '../kiosk-api.ts';

/** Version of our drivers, kept in every record. */
export const DRIVER_VERSION = '0.1.0';

/** What has been delivered for one field so far. Lives in memory only: pen data is never at rest in the clear. */
export interface CaptureSession {
  /** Samples as delivered; `reset` forgets them all. */
  add(samples: readonly PadSample[]): void;
  badReport(reason: BadReport): void;
  /** Reports the driver knows to be missing (from sequence numbers). */
  lost(reports: number): void;
  reset(): void;
  readonly count: number;
  shape(): InkShape;
  /** The master record; null on the picture-only path, where no dynamics were ever kept. */
  record(cleared: number): CaptureRecord | null;
}

/**
 * On the picture-only path time, pressure, hover and counters are dropped as each report arrives: what was not
 * consented to is never held, not even in memory.
 */
export function padSession(
  device: CaptureDevice,
  surface: CaptureSurface,
  biometric: boolean,
  clock: Clock,
): CaptureSession {
  let samples: PadSample[] = [];
  let startedAt: string | null = null;
  let lostReports = 0;
  let malformed = 0;
  let unknown = 0;
  let refused = 0;

  const record = (cleared: number): CaptureRecord => {
    const first = samples[0]?.at ?? 0;
    const has = (key: keyof PadSample): boolean => samples.length > 0 && samples.every((s) => s[key] !== undefined);
    const column = (key: 'pressure' | 'sequence' | 'padTime' | 'tiltX' | 'tiltY'): number[] =>
      samples.map((s) => s[key] ?? 0);
    const columns: CaptureColumns = {
      x: samples.map((s) => s.x),
      y: samples.map((s) => s.y),
      tip: samples.map((s) => (s.tip ? 1 : 0)),
      time: samples.map((s) => Math.round(s.at - first)),
      ...(has('pressure') ? { pressure: column('pressure') } : {}),
      ...(has('sequence') ? { sequence: column('sequence') } : {}),
      ...(has('padTime') ? { padTime: column('padTime') } : {}),
      ...(has('tiltX') ? { tiltX: column('tiltX') } : {}),
      ...(has('tiltY') ? { tiltY: column('tiltY') } : {}),
    };
    return {
      type: 'countersign.capture',
      version: 1,
      device,
      surface,
      clock: { startedAt: startedAt ?? isoTime(clock.now()), source: 'host-arrival', unit: 'us' },
      columns,
      losses: {
        ...(has('sequence') ? { lostReports } : {}),
        malformedReports: malformed,
        unknownReports: unknown,
        ...(refused === 0 ? {} : { refusedReports: refused }),
      },
      cleared,
    };
  };

  return {
    add: (delivered) => {
      startedAt ??= isoTime(clock.now());
      for (const sample of delivered) {
        if (biometric) samples.push(sample);
        else samples.push({ x: sample.x, y: sample.y, tip: sample.tip, inRange: sample.inRange, at: 0 });
      }
    },
    badReport: (reason) => {
      if (reason === 'malformed') malformed += 1;
      else if (reason === 'unknown') unknown += 1;
      else refused += 1;
    },
    lost: (reports) => {
      lostReports += reports;
    },
    reset: () => {
      samples = [];
      startedAt = null;
      lostReports = 0;
      malformed = 0;
      unknown = 0;
      refused = 0;
    },
    get count() {
      return samples.length;
    },
    shape: () => shapeOf(record(0)),
    record: (cleared) => (biometric ? record(cleared) : null),
  };
}

/** The customer's own screen as a device: columns arrive ready, in hundredths of a CSS pixel. */
export function surfaceRecord(ink: SurfaceInk, startedAt: string, cleared: number): CaptureRecord {
  const { x, y, tip, time, pressure, tiltX, tiltY, twist } = ink;
  const maxX = Math.round(ink.width * 100);
  const maxY = Math.round(ink.height * 100);
  return {
    type: 'countersign.capture',
    version: 1,
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
      ...(pressure === undefined ? {} : { maxPressure: 65_535 }),
      area: { x: 0, y: 0, width: maxX, height: maxY },
    },
    clock: { startedAt, source: 'browser-event', unit: 'us' },
    columns: {
      x,
      y,
      tip,
      time,
      ...(pressure === undefined ? {} : { pressure }),
      ...(tiltX === undefined ? {} : { tiltX }),
      ...(tiltY === undefined ? {} : { tiltY }),
      ...(twist === undefined ? {} : { twist }),
    },
    losses: { malformedReports: 0, unknownReports: 0 },
    cleared,
  };
}

/** Columns that do not belong together, or hold anything but whole numbers, are refused whole. */
export function isSurfaceInk(ink: SurfaceInk): boolean {
  const columns = [ink.x, ink.y, ink.tip, ink.time, ink.pressure, ink.tiltX, ink.tiltY, ink.twist].filter(
    (c) => c !== undefined,
  );
  const length = ink.x.length;
  return (
    ink.width > 0 &&
    ink.height > 0 &&
    length <= 200_000 &&
    columns.every((column) => column.length === length && column.every((value) => Number.isSafeInteger(value)))
  );
}
