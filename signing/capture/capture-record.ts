/**
 * The master record of one capture: what the device delivered, in device units. Nothing is smoothed,
 * resampled or invented; a column the device does not give is absent, never zero.
 */
export interface CaptureRecord {
  readonly type: 'countersign.capture';
  readonly version: 1;
  readonly device: CaptureDevice;
  readonly surface: CaptureSurface;
  readonly clock: CaptureClock;
  /** All arrays have the same length: one entry a delivered sample, in order of arrival. */
  readonly columns: CaptureColumns;
  readonly losses: CaptureLosses;
  /** Attempts cleared before this one (their ink is not kept). */
  readonly cleared: number;
}
export interface CaptureDevice {
  readonly kind: 'pad' | 'surface';
  readonly simulated: boolean;
  readonly maker: string;
  readonly model: string;
  readonly serial: string | null;
  readonly firmware: string | null;
  /** Driver name and our version: 'wacom-stu 0.1.0'. */
  readonly driver: string;
}
export interface CaptureSurface {
  /** Range of x and y in device units, origin upper left. */
  readonly maxX: number;
  readonly maxY: number;
  /** Absent when the device has no pressure. */
  readonly maxPressure?: number;
  /** Absent when the device does not know its real size. */
  readonly unitsPerInch?: { readonly x: number; readonly y: number };
  /** Area of the surface the ink was asked for, device units. */
  readonly area: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  /** Nominal reports a second, if the device says. */
  readonly nominalRate?: number;
}
export interface CaptureClock {
  /** RFC 3339 UTC of the first sample by the kiosk's wall clock. */
  readonly startedAt: string;
  /** Which clock the time column is from. */
  readonly source: 'host-arrival' | 'browser-event';
  /** Unit of the time column. */
  readonly unit: 'us';
}
export interface CaptureColumns {
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** 1 tip down, 0 hovering. */
  readonly tip: readonly (0 | 1)[];
  readonly time: readonly number[];
  readonly pressure?: readonly number[];
  /** The device's own counter and time, wrapping as it does. */
  readonly sequence?: readonly number[];
  readonly padTime?: readonly number[];
  /** Hundredths of a degree. */
  readonly tiltX?: readonly number[];
  readonly tiltY?: readonly number[];
  readonly twist?: readonly number[];
}
export interface CaptureLosses {
  /** From sequence numbers; absent when the device gives none. */
  readonly lostReports?: number;
  readonly malformedReports: number;
  readonly unknownReports: number;
  /** Encrypted ones under another key or session, told again or out of turn; absent when there were none. */
  readonly refusedReports?: number;
}

/** Figures of completeness, computed from a record and stored beside it. */
export interface CaptureCompleteness {
  readonly word: 'complete' | 'gaps' | 'poor';
  readonly samples: number;
  readonly strokes: number;
  readonly durationMs: number;
  /** Samples a second while the tip is down. */
  readonly rate: number;
  readonly longestGapMs: number;
  readonly lostReports: number | null;
  readonly pressureMin: number | null;
  readonly pressureMax: number | null;
  readonly saturatedShare: number | null;
}

/** Ink without dynamics: all that a picture-only path ever holds. Points in surface units. */
export interface InkShape {
  readonly width: number;
  readonly height: number;
  readonly strokes: readonly (readonly { readonly x: number; readonly y: number }[])[];
}

/** The picture: resampled by distance, width in a few steps; gives away neither speed nor pressure. */
export interface SignaturePicture {
  /** Aspect box the paths live in; origin upper left, y down. */
  readonly width: number;
  readonly height: number;
  readonly paths: readonly {
    /** Stroke width in picture units. */
    readonly lineWidth: number;
    readonly points: readonly (readonly [number, number])[];
  }[];
}

export type InkDoubt = 'blank' | 'dot' | 'trivial';
