import { describe, expect, it } from 'vitest';
import type { PadSample } from '../../drivers/pad.ts';
import { simulatedFound } from '../../drivers/simulated/simulated-models.ts';
import { SimulatedStu } from '../../drivers/simulated/simulated-stu.ts';
import type { SimulatedPen } from '../../drivers/simulated/pen-pace.ts';
import { openStuPad } from '../../drivers/wacom/stu-pad.ts';
import { ManualClock } from './manual-clock.ts';

async function rig() {
  const clock = new ManualClock();
  const simulated = new SimulatedStu('stu-530', clock);
  const found = simulatedFound(simulated.facts);
  const pad = await clock.settle(openStuPad(simulated.connect(), found, { clock: simulated.arrivals }));
  const samples: PadSample[] = [];
  pad.onEvent((event) => {
    if (event.type === 'samples') samples.push(...event.samples);
  });
  return { clock, simulated, samples };
}
const stroke = (times: readonly number[]): readonly SimulatedPen[] =>
  times.map((t, i) => ({ x: 10 + i, y: 20, p: i / times.length, tip: true, t }));
const steps = (samples: readonly PadSample[]) => samples.slice(1).map(({ at }, i) => at - (samples[i]?.at ?? 0));

describe('arrival times of a simulated pad', () => {
  it('follow the schedule of a fast replay, whatever its rate, one report a sample', async () => {
    const { clock, simulated, samples } = await rig();
    const times = [0, 7.5, 16, 16, 24.25, 9000];
    await clock.settle(simulated.penSamples(stroke(times), { fast: true }));
    expect(steps(samples)).toEqual([7500, 8500, 0, 8250, 8_975_750]);
    expect(samples.map(({ sequence }) => (sequence ?? 0) - (samples[0]?.sequence ?? 0))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(samples.map(({ padTime }) => (padTime ?? 0) - (samples[0]?.padTime ?? 0))).toEqual([0, 8, 16, 16, 24, 9000]);
    expect(samples.every(({ pressure = -1 }) => pressure >= 0 && pressure <= 1023)).toBe(true);
  });

  it('never fall from one replay to the next, nor to a press after it', async () => {
    const { clock, simulated, samples } = await rig();
    await clock.settle(simulated.penSamples(stroke([0, 5, 3000]), { fast: true }));
    await clock.advance(40);
    await clock.settle(simulated.penSamples(stroke([0, 5]), { fast: true }));
    const last = stroke([0]);
    await clock.settle(simulated.penSamples(last, { fast: false }));
    expect(steps(samples)).toEqual([5000, 2_995_000, 40_000, 5000, 0]);
    expect(Math.min(...steps(samples))).toBeGreaterThanOrEqual(0);
  });

  it("are the host's own while the pen moves in real time", async () => {
    const { clock, simulated, samples } = await rig();
    const before = clock.now();
    await clock.settle(simulated.penSamples(stroke([0, 5, 10]), { fast: false }));
    expect(samples.map(({ at }) => at - before)).toEqual([0, 5000, 10_000]);
    expect(simulated.arrivals.now()).toBe(clock.now());
  });

  it('do not fall when the times of a replay do', async () => {
    const { clock, simulated, samples } = await rig();
    await clock.settle(simulated.penSamples(stroke([0, 50, 20, 60]), { fast: true }));
    expect(steps(samples)).toEqual([50_000, 0, 10_000]);
  });
});
