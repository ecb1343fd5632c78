/**
 * What each STU pad is, for the pad's side of the protocol. Written from `pads.md` 1.1 and 1.6 and not from the driver's
 * tables, so that the two check each other.
 */
export type StuName =
  'stu-300' | 'stu-430' | 'stu-430v' | 'stu-500' | 'stu-520' | 'stu-530' | 'stu-530v' | 'stu-540' | 'stu-541';

export interface StuFacts {
  readonly name: StuName;
  readonly productId: number;
  /** Report 0x08, at most nine characters. */
  readonly label: string;
  readonly width: number;
  readonly height: number;
  readonly maxX: number;
  readonly maxY: number;
  readonly maxPressure: number;
  /** Bytes 11 to 14 of the capability report: zero on the STU-300 and STU-500. */
  readonly reportsPerSecond: number;
  readonly unitsPerInch: number;
  readonly encodings: number;
  /** Major and minor; the minor one is shown in hex. */
  readonly firmware: readonly [number, number];
  /** What report 0x0B or 0x0F answers, if the model has one. */
  readonly identity: string;
  /** How pen data is protected; `tls` is not spoken over HID at all. */
  readonly crypto: 'v1' | 'v2' | 'tls';
  readonly bulk: boolean;
  /** Can be switched to a serial mode, and has the reports for it. */
  readonly serialMode: boolean;
  /** Highest option mode of report 0x32, or null without that report. */
  readonly optionMode: 3 | 2 | null;
  /** Order of the colour bytes of 0x2D and 0x2E, on which the sources disagree (`pads.md` 1.7). */
  readonly colourOrder: 'rgb' | 'bgr';
  readonly timing: StuTiming;
}

/** Milliseconds. Where the reference gives none, a length that makes a driver wait without making a test long. */
export interface StuTiming {
  /** Up to 600 on the STU-520. */
  readonly clear: number;
  readonly key: number;
  /** The maker allows 1.1 s. */
  readonly softReset: number;
  /** From leaving the bus to being there again. */
  readonly restart: number;
  readonly bootPicture: number;
  readonly flash: number;
}

const timing: StuTiming = { clear: 20, key: 250, softReset: 1100, restart: 2000, bootPicture: 3000, flash: 40 };

type Model = Pick<StuFacts, 'productId' | 'width' | 'height' | 'maxX' | 'maxY' | 'encodings' | 'crypto'> &
  Partial<StuFacts>;

/** 0x0e and zlib is "all encodings"; the first two pads fill nothing in. */
const small = { width: 320, height: 200, maxX: 9600, maxY: 6000, encodings: 0x02 };
const large = { width: 800, height: 480, maxX: 10800, maxY: 6480, encodings: 0x0f };
const later = { crypto: 'v2', bulk: true, optionMode: 3, identity: 'SIMULATED0' } as const;
const unfilled = { encodings: 0, reportsPerSecond: 0, unitsPerInch: 0, crypto: 'v1' } as const;

const models: Readonly<Record<StuName, Model>> = {
  'stu-500': {
    ...unfilled,
    productId: 0x00a1,
    width: 640,
    height: 480,
    maxX: 10240,
    maxY: 7680,
    firmware: [1, 0x04],
  },
  'stu-300': { ...unfilled, productId: 0x00a2, width: 396, height: 100, maxX: 9900, maxY: 2500 },
  'stu-520': {
    ...large,
    productId: 0x00a3,
    encodings: 0x06,
    crypto: 'v1',
    bulk: true,
    optionMode: 2,
    timing: { ...timing, clear: 600 },
  },
  'stu-430': { ...small, ...later, productId: 0x00a4 },
  'stu-530': { ...large, ...later, productId: 0x00a5 },
  'stu-430v': { ...small, ...later, productId: 0x00a6, serialMode: true },
  'stu-530v': { ...large, ...later, productId: 0x00a7, serialMode: true },
  'stu-540': { ...large, ...later, productId: 0x00a8, serialMode: true, identity: '0SIMULATED540' },
  'stu-541': { ...large, productId: 0x00a9, crypto: 'tls' },
};

export const stuNames = Object.keys(models) as readonly StuName[];
export const stuVendorId = 0x056a;

/** Firmware 2.03 gave the STU-500 the reports 0x30 to 0x32: `stuFacts('stu-500', { firmware: [2, 3], optionMode: 2 })`. */
export function stuFacts(name: StuName, changes: Partial<StuFacts> = {}): StuFacts {
  return {
    name,
    label: name.toUpperCase(),
    maxPressure: 1023,
    reportsPerSecond: 200,
    unitsPerInch: 2540,
    firmware: [1, 0x0a],
    identity: '',
    bulk: false,
    serialMode: false,
    optionMode: null,
    colourOrder: 'rgb',
    timing,
    ...models[name],
    ...changes,
  };
}
