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
  readonly road: PadRoad;
  /** How pen data is protected on the cable while capturing: v1 DH and AES-128, v2 RSA-2048 and AES-256. */
  readonly encryption: 'none' | 'v1' | 'v2';
  /**
   * What the signatory looks at: the pad's own screen, nothing (a tablet beside the computer's screen), or the
   * computer's screen through the pad (a pen display).
   */
  readonly shows: 'own-screen' | 'nothing' | 'computer-screen';
  readonly geometry: PadGeometry;
}
/** How bytes reach the pad: the kernel's hidraw node, the bus itself, a serial port, or no device at all. */
export type PadRoad = 'hidraw' | 'libusb' | 'serial' | 'simulated';
export interface PadGeometry {
  /** Sample range, origin upper left. */
  readonly maxX: number;
  readonly maxY: number;
  /** Null on a pad that measures none. */
  readonly maxPressure: number | null;
  /** Null where the pad does not say how large it is. */
  readonly unitsPerInch: { readonly x: number; readonly y: number } | null;
  /** Reports a second; 0 where unknown. */
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
  /** Hundredths of a degree. */
  readonly tiltX?: number;
  readonly tiltY?: number;
  readonly twist?: number;
  /** The other end of the pen: it is no ink. */
  readonly eraser?: boolean;
  /** Side switches, bit 0 the first. */
  readonly switches?: number;
  /** Host monotonic microseconds at arrival. */
  readonly at: number;
}

export type PadEvent =
  | { readonly type: 'samples'; readonly samples: readonly PadSample[] }
  | { readonly type: 'bad-report'; readonly reason: BadReport }
  | { readonly type: 'closed'; readonly reason: ClosedReason };

export type ClosedReason = 'unplugged' | 'failed' | 'asked';

/**
 * A report that could not be used: counted in the capture, never thrown. 'refused' is an encrypted one under another key
 * or session, or one told again or out of turn.
 */
export type BadReport = 'malformed' | 'unknown' | 'refused';

/** A driven pad. Every method may reject with `PadError`; none blocks for longer than the pad answers. */
export interface Pad {
  readonly description: PadDescription;
  /**
   * Puts a picture on the pad's screen (RGBA rows, size of `geometry.screen`); only what changed is sent where the pad
   * can take a part. Nothing on screenless pads. `progress` hears the share that has been sent, 0 to 1. Ends a capture.
   */
  showPicture(rgba: Uint8Array, progress?: (share: number) => void): Promise<void>;
  clearScreen(): Promise<void>;
  /**
   * From here on ink shows on the pad's own screen within the area (pixels of that screen), and pen data is encrypted
   * on the cable where the pad can. Samples come in either case.
   */
  startCapture(area?: PadArea): Promise<void>;
  endCapture(): Promise<void>;
  onEvent(listener: (event: PadEvent) => void): () => void;
  close(): Promise<void>;
}
export interface PadArea {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
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
/** Why a pad that is gone does nothing any more. */
export function closedError(reason: ClosedReason): PadError {
  return reason === 'failed'
    ? new PadError('timeout', 'the pad stopped answering')
    : new PadError('unplugged', reason === 'unplugged' ? 'the pad was unplugged' : 'the pad is closed');
}

/** Bytes as they come, and news of their end: all that a pad needs which only sends. */
export interface PenSource {
  onInput(listener: (bytes: Uint8Array) => void): () => void;
  onClosed(listener: (reason: ClosedReason) => void): () => void;
  close(): Promise<void>;
}

/** Bytes in and out: hidraw, libusb, or the simulated device. Report ID is byte 0 both ways. */
export interface HidTransport extends PenSource {
  getFeatureReport(id: number, length: number): Promise<Uint8Array>;
  sendFeatureReport(report: Uint8Array): Promise<void>;
  /** Null where the system does not tell it. */
  reportDescriptor(): Promise<Uint8Array | null>;
}

/** One bulk OUT endpoint beside the HID interface (`pads.md` 1.2), for pictures. */
export interface BulkOut {
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}
