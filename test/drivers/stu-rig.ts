import type { Pad, PadEvent, PadSample } from '../../drivers/pad.ts';
import { simulatedFound } from '../../drivers/simulated/simulated-models.ts';
import type { SimulatedName } from '../../drivers/simulated/simulated-models.ts';
import { SimulatedStu } from '../../drivers/simulated/simulated-stu.ts';
import { openStuPad } from '../../drivers/wacom/stu-pad.ts';
import { ManualClock } from './manual-clock.ts';

/** The STU driver on a simulated pad, on a clock of the test's own. */
export interface StuRig {
  readonly clock: ManualClock;
  readonly simulated: SimulatedStu;
  readonly pad: Pad;
  readonly events: PadEvent[];
  readonly samples: () => readonly PadSample[];
}

export async function openStuRig(
  name: SimulatedName,
  prepare: (simulated: SimulatedStu) => void = () => undefined,
): Promise<StuRig> {
  const clock = new ManualClock();
  const simulated = new SimulatedStu(name, clock);
  prepare(simulated);
  const pad = await clock.settle(openStuPad(simulated.connect(), simulatedFound(simulated.facts), { clock }));
  const events: PadEvent[] = [];
  pad.onEvent((event) => events.push(event));
  const samples = (): readonly PadSample[] =>
    events.flatMap((event) => (event.type === 'samples' ? event.samples : []));
  return { clock, simulated, pad, events, samples };
}
