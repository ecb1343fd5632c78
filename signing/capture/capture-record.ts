/**
 * The master record of one capture: what the device delivered, in device units. Nothing is smoothed,
 * resampled or invented; a column the device does not give is absent, never zero.
 */
export interface CaptureRecord extends CapturePart {
  readonly type: 'countersign.capture';
  readonly version: 1;
  /** Attempts cleared before this one (their ink is not kept). */
  readonly cleared: number;
  /** Written on other devices before, oldest first: a pad was lost and another one taken. Absent when there are none. */
  readonly earlier?: readonly CapturePart[];
  /** Absent when nothing happened. */
  readonly interruptions?: readonly CaptureInterruption[];
  /** Figures of completeness of all parts together; absent in records of before they were kept. */
  readonly completeness?: CaptureFigures;
}
/** What one device delivered, in its own units. */
export interface CapturePart {
  readonly device: CaptureDevice;
  readonly surface: CaptureSurface;
  readonly clock: CaptureClock;
  /** All arrays have the same length: one entry a delivered sample, in order of arrival. */
  readonly columns: CaptureColumns;
  readonly losses: CaptureLosses;
}
/** A device that was lost or left while it was written on. The stroke in progress is void and not kept. */
export interface CaptureInterruption {
  /** Samples kept until then, over all parts. */
  readonly afterSample: number;
  readonly reason: 'unplugged' | 'failed' | 'changed';
  readonly voidedSamples: number;
  /** Null when what was kept was all there was to it. */
  readonly resumedOn: Pick<CaptureDevice, 'kind' | 'model' | 'serial'> | null;
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
  /** Of a browser's surface only. */
  readonly browser?: BrowserSurface;
}
/** The sheet of a browser: `maxX` and `maxY` are its size at the first sample, in hundredths of a CSS pixel. */
export interface BrowserSurface {
  readonly pointerType: 'pen' | 'touch' | 'mouse';
  /** Device pixels a CSS pixel at the first sample. */
  readonly pixelRatio: number;
  /** Changes that hold from a sample on; width and height in hundredths of a CSS pixel. Absent when nothing changed. */
  readonly sizes?: readonly { readonly from: number; readonly width: number; readonly height: number }[];
  readonly ratios?: readonly { readonly from: number; readonly ratio: number }[];
  /** Contacts that were not taken as ink: resting hands, further fingers. Absent where it was not counted. */
  readonly rejected?: { readonly palms: number; readonly touches: number };
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
  /** Hundredths of a degree: 9000 upright; 0 towards the right edge, clockwise. */
  readonly altitude?: readonly number[];
  readonly azimuth?: readonly number[];
  /** 1 where the pen's other end was turned to the surface: never ink, `tip` is 0 there. */
  readonly eraser?: readonly (0 | 1)[];
  /** Side switches, bit 0 the first. */
  readonly switches?: readonly number[];
}
export interface CaptureLosses {
  /** From sequence numbers; absent when the device gives none. */
  readonly lostReports?: number;
  readonly malformedReports: number;
  readonly unknownReports: number;
  /** Encrypted ones under another key or session, told again or out of turn; absent when there were none. */
  readonly refusedReports?: number;
}

/**
 * Of completeness what may be known outside the sealed capture: it is about the device and the cable. How long somebody
 * wrote and how hard they pressed is in `CaptureFigures` only.
 */
export interface CaptureCompleteness {
  readonly word: 'complete' | 'gaps' | 'poor';
  readonly samples: number;
  readonly strokes: number;
  /** Samples a second while the tip is down. */
  readonly rate: number;
  readonly longestGapMs: number;
  /** Null when the device does not number its reports. */
  readonly lostReports: number | null;
}
/** Every figure; stored in the record itself, which is sealed. */
export interface CaptureFigures extends CaptureCompleteness {
  readonly durationMs: number;
  /** Spread of the intervals between samples of one stroke: their 95th percentile less their median. */
  readonly jitterMs: number;
  /** Reports that could not be read, and encrypted ones that were refused. */
  readonly malformedReports: number;
  readonly refusedReports: number;
  /** Levels of the record's own device while the tip is down; null where it measures none. */
  readonly pressureMin: number | null;
  readonly pressureMax: number | null;
  /** Share of its range that the pressure moved over; of several parts the widest. */
  readonly pressureSpan: number | null;
  /** Share of samples at the sensor's upper end. */
  readonly saturatedShare: number | null;
  readonly interruptions: number;
  readonly voidedSamples: number;
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
