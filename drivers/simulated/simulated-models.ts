import { modelNamed } from '../pad-models.ts';
import type { FoundPad, PadModel } from '../found-pad.ts';

/** What a simulated STU pad says of itself; the numbers are those of `pads.md` 1.1 and 1.6. */
export interface SimulatedFacts {
  readonly name: SimulatedName;
  readonly model: PadModel;
  readonly width: number;
  readonly height: number;
  readonly maxX: number;
  readonly maxY: number;
  readonly maxPressure: number;
  /** Bytes 11 to 14 of the capability report: zero on the STU-300 and STU-500. */
  readonly reportsPerSecond: number;
  readonly unitsPerInch: number;
  readonly encodings: number;
  readonly firmware: readonly [number, number];
  /** What report 0x0B or 0x0F answers, if the model has one. */
  readonly identity: string;
  /** Highest option mode of report 0x32, or null without that report. */
  readonly optionMode: 3 | 1 | null;
  readonly writingArea: boolean;
  /** Width of ink, pixels. */
  readonly ink: number;
}
export type SimulatedName =
  'stu-300' | 'stu-430' | 'stu-430v' | 'stu-500' | 'stu-520' | 'stu-530' | 'stu-530v' | 'stu-540';

const encodingsOf: Readonly<Record<SimulatedName, number>> = {
  'stu-300': 0,
  'stu-430': 0x02,
  'stu-430v': 0x02,
  'stu-500': 0,
  'stu-520': 0x06,
  'stu-530': 0x0f,
  'stu-530v': 0x0f,
  'stu-540': 0x0f,
};

export function simulatedFacts(name: SimulatedName): SimulatedFacts {
  const model = modelNamed(name.toUpperCase());
  const { geometry, driver } = model;
  if (driver.kind !== 'wacom-stu' || !geometry.screen) throw new Error(`${name} cannot be simulated`);
  const old = name === 'stu-300' || name === 'stu-500';
  return {
    name,
    model,
    width: geometry.screen.width,
    height: geometry.screen.height,
    maxX: geometry.maxX,
    maxY: geometry.maxY,
    maxPressure: geometry.maxPressure ?? 0,
    reportsPerSecond: old ? 0 : 200,
    unitsPerInch: old ? 0 : 2540,
    encodings: encodingsOf[name],
    firmware: [1, 0x0a],
    identity: driver.traits.identity === 0x0f ? '0SIMULATED540' : 'SIMULATED0',
    optionMode: driver.traits.optionMode,
    writingArea: driver.traits.writingArea,
    ink: geometry.screen.width >= 640 ? 3 : 2,
  };
}

/** How the finder names a simulated pad: `road` is 'simulated', and stays with it into every capture. */
export function simulatedFound(facts: SimulatedFacts, index = 0): FoundPad {
  const path = `${facts.name}-${index}`;
  return { id: `simulated:${path}`, model: facts.model, road: 'simulated', path, serial: null };
}
