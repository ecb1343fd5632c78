import type { Clock } from '../../signing/clock.ts';
import { isoTime } from '../../signing/clock.ts';
import type {
  CaptureColumns,
  CaptureDevice,
  CapturePart,
  CaptureSurface,
} from '../../signing/capture/capture-record.ts';
import type { BadReport, PadDescription, PadSample } from '../../drivers/pad.ts';

/** Version of our drivers, kept in every record. */
export const DRIVER_VERSION = '0.1.0';

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** An open pad as a capture record names it. */
export function padDevice(description: PadDescription): CaptureDevice {
  return {
    kind: 'pad',
    simulated: description.road === 'simulated',
    maker: description.maker,
    model: description.model,
    serial: description.serial,
    firmware: description.firmware,
    driver: `${description.maker.toLowerCase()} ${DRIVER_VERSION}`,
  };
}

export function padSurface({ geometry }: PadDescription, area: Area): CaptureSurface {
  return {
    maxX: geometry.maxX,
    maxY: geometry.maxY,
    ...(geometry.maxPressure === null ? {} : { maxPressure: geometry.maxPressure }),
    ...(geometry.unitsPerInch === null ? {} : { unitsPerInch: geometry.unitsPerInch }),
    nominalRate: geometry.nominalRate,
    area,
  };
}

/** What one pad has delivered for one field. */
export class PadPart {
  readonly device: CaptureDevice;
  readonly surface: CaptureSurface;
  readonly #biometric: boolean;
  readonly #clock: Clock;
  #samples: PadSample[] = [];
  #startedAt: string | null = null;
  /** Added to the time of what comes now, microseconds. */
  #shift: number | null = 0;
  #lostReports = 0;
  #malformed = 0;
  #unknown = 0;
  #refused = 0;

  constructor(device: CaptureDevice, surface: CaptureSurface, biometric: boolean, clock: Clock) {
    this.device = device;
    this.surface = surface;
    this.#biometric = biometric;
    this.#clock = clock;
  }

  get count(): number {
    return this.#samples.length;
  }

  /** Finished, or in progress. */
  get strokes(): number {
    return this.#samples.filter(({ tip }, i) => tip && this.#samples[i - 1]?.tip !== true).length;
  }

  /** The same pad, asked for ink in the same place: its stream goes on. */
  isOf(device: CaptureDevice, surface: CaptureSurface): boolean {
    return JSON.stringify([device, surface]) === JSON.stringify([this.device, this.surface]);
  }

  /** A new connection: its clock may have begun anew (a simulated pad's does), and time never goes back in a record. */
  reconnected(): void {
    this.#shift = null;
  }

  /**
   * On the picture-only path time, pressure, hover and counters are dropped as each report arrives: what was not
   * consented to is never held, not even in memory. The pen's other end writes nothing.
   */
  add(delivered: readonly PadSample[]): void {
    this.#startedAt ??= isoTime(this.#clock.now());
    for (const sample of delivered) {
      const tip = sample.tip && sample.eraser !== true;
      if (!this.#biometric) {
        this.#samples.push({ x: sample.x, y: sample.y, tip, inRange: sample.inRange, at: 0 });
        continue;
      }
      this.#shift ??= Math.max(0, (this.#samples.at(-1)?.at ?? 0) - sample.at);
      this.#samples.push({ ...sample, tip, at: sample.at + this.#shift });
    }
  }

  badReport(reason: BadReport): void {
    if (reason === 'malformed') this.#malformed += 1;
    else if (reason === 'unknown') this.#unknown += 1;
    else this.#refused += 1;
  }

  /** Reports the driver knows to be missing, from sequence numbers. */
  lost(reports: number): void {
    this.#lostReports += reports;
  }

  /** Takes a stroke out whose pen is still down; answers with the number of its samples. */
  voidStrokeInProgress(): number {
    const lastUp = this.#samples.findLastIndex(({ tip }) => !tip);
    return this.#samples.splice(lastUp + 1).length;
  }

  part(): CapturePart {
    const samples = this.#samples;
    const first = samples[0]?.at ?? 0;
    const has = (key: OptionalColumn): boolean =>
      samples.length > 0 && samples.every((sample) => sample[key] !== undefined);
    const given = OPTIONAL_COLUMNS.filter(has).map((key) => [key, samples.map((sample) => Number(sample[key]))]);
    const columns: CaptureColumns = {
      x: samples.map(({ x }) => x),
      y: samples.map(({ y }) => y),
      tip: samples.map(({ tip }) => (tip ? 1 : 0)),
      time: samples.map(({ at }) => Math.round(at - first)),
      ...(Object.fromEntries(given) as Partial<Pick<CaptureColumns, OptionalColumn>>),
    };
    return {
      device: this.device,
      surface: this.surface,
      clock: { startedAt: this.#startedAt ?? isoTime(this.#clock.now()), source: 'host-arrival', unit: 'us' },
      columns,
      losses: {
        ...(has('sequence') ? { lostReports: this.#lostReports } : {}),
        malformedReports: this.#malformed,
        unknownReports: this.#unknown,
        ...(this.#refused === 0 ? {} : { refusedReports: this.#refused }),
      },
    };
  }
}

const OPTIONAL_COLUMNS = [
  'pressure',
  'sequence',
  'padTime',
  'tiltX',
  'tiltY',
  'twist',
  'eraser',
  'switches',
] as const satisfies readonly (keyof PadSample & keyof CaptureColumns)[];
type OptionalColumn = (typeof OPTIONAL_COLUMNS)[number];
