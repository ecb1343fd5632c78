import type { FoundPad, PadModel } from '../found-pad.ts';
import { modelNamed } from '../pad-models.ts';
import { stuFacts } from './stu-facts.ts';
import type { StuFacts, StuName } from './stu-facts.ts';

/** The models that are driven; a STU-541 can be made as a device, to be recognised only. */
export type SimulatedName = Exclude<StuName, 'stu-541'>;

export interface SimulatedFacts extends StuFacts {
  readonly name: SimulatedName;
  /** The line of our table a finder would have matched it with. */
  readonly model: PadModel;
}

export function simulatedFacts(name: SimulatedName, changes: Partial<StuFacts> = {}): SimulatedFacts {
  return { ...stuFacts(name, changes), name, model: modelNamed(name.toUpperCase()) };
}

/** How the finder names a simulated pad: `road` is 'simulated', and stays with it into every capture. */
export function simulatedFound(
  { name, model }: { readonly name: string; readonly model: PadModel },
  index = 0,
): FoundPad {
  const path = `${name}-${index}`;
  return { id: `simulated:${path}`, model, road: 'simulated', path, serial: null };
}
