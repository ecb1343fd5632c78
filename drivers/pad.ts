/**
 * The port between capture hardware and everything else. A driver turns reports into samples; what
 * reaches the outside is exactly what the pad delivered, in pad units.
 */
export interface PadDescription {
  /** Stable while plugged in: road and path or serial. */
  readonly id: string;
  readonly maker: string;
  readonly model: string;
  readonly serial: string | null;
  readonly firmware: string | null;
  readonly road: 'hidraw' | 'libusb' | 'simulated';
  readonly geometry: PadGeometry;
}
export interface PadGeometry {
  /** Sample range, origin upper left. */
  readonly maxX: number;
  readonly maxY: number;
  readonly maxPressure: number;
  readonly unitsPerInch: number;
  readonly nominalRate: number;
  /** The pad's own display, pixels; samples map onto it linearly. */
  readonly screen: {
    readonly width: number;
    readonly height: number;
    readonly colour: 'mono' | 'rgb16' | 'rgb24';
  } | null;
}

/** One reading. Optional members are what the device gave, never guesses. */
export interface PadSample {
  readonly x: number;
  readonly y: number;
  readonly tip: boolean;
  readonly inRange: boolean;
  readonly pressure?: number;
  readonly sequence?: number;
  readonly padTime?: number;
  readonly tiltX?: number;
  readonly tiltY?: number;
  /** Host monotonic microseconds at arrival. */
  readonly at: number;
}

export type PadEvent =
  | { readonly type: 'samples'; readonly samples: readonly PadSample[] }
  /** A report that could not be read: counted in the capture, never thrown. */
  | { readonly type: 'bad-report'; readonly reason: 'malformed' | 'unknown' }
  | { readonly type: 'closed'; readonly reason: 'unplugged' | 'failed' | 'asked' };

/** A driven pad. Every method may reject with `PadError`; none blocks for longer than the pad answers. */
export interface Pad {
  readonly description: PadDescription;
  /** Puts a picture on the pad's screen (RGBA rows, size of `geometry.screen`). Nothing on screenless pads. */
  showPicture(rgba: Uint8Array): Promise<void>;
  clearScreen(): Promise<void>;
  /** Ink shown on the pad's own screen within the given pixel area. Reports come in either case. */
  setInking(on: boolean, area?: { x: number; y: number; width: number; height: number }): Promise<void>;
  onEvent(listener: (event: PadEvent) => void): () => void;
  close(): Promise<void>;
}

export type PadErrorCode = 'unplugged' | 'timeout' | 'wrong-state' | 'refused' | 'unsupported';
export class PadError extends Error {
  readonly code: PadErrorCode;
  constructor(code: PadErrorCode, message: string) {
    super(message);
    this.name = 'PadError';
    this.code = code;
  }
}

/** Bytes in and out: hidraw, libusb, or the simulated device. Report ID is byte 0 both ways. */
export interface HidTransport {
  getFeatureReport(id: number, length: number): Promise<Uint8Array>;
  sendFeatureReport(report: Uint8Array): Promise<void>;
  onInput(listener: (report: Uint8Array) => void): () => void;
  onClosed(listener: (reason: 'unplugged' | 'failed' | 'asked') => void): () => void;
  close(): Promise<void>;
}
