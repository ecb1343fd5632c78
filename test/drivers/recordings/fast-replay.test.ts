import { expect, it } from 'vitest';
import { systemClock } from '../../../drivers/clock.ts';
import type { PadSample } from '../../../drivers/pad.ts';
import { simulatedFacts, simulatedFound } from '../../../drivers/simulated/simulated-models.ts';
import { SimulatedDesk } from '../../../kiosk-shell/pad-host/simulated-desk.ts';
import { fitInk } from '../../../signing/capture/fit-ink.ts';
import { inkFixture, recorded } from '../../signing/capture/ink-files/ink-fixtures.ts';

it('a recording replayed at once is captured with its own length and rate, every sample a report', async () => {
  const desk = new SimulatedDesk({ simulated: ['stu-530'], demoIfNone: false }, systemClock);
  desk.with({ found: [], unusable: [] }, () => false);
  const simulated = desk.pad('simulated:stu-530-0');
  if (!simulated) throw new Error('no simulated pad');
  const pad = await desk.open(simulatedFound(simulatedFacts('stu-530')));
  const samples: PadSample[] = [];
  pad.onEvent((event) => {
    if (event.type === 'samples') samples.push(...event.samples);
  });
  const points = fitInk(recorded(inkFixture('ink/wacom-raw-01.svc')), { x: 0, y: 0, width: 800, height: 480 });
  await simulated.penSamples(points, { fast: true });
  await pad.close();
  expect(samples).toHaveLength(607);
  const first = samples[0];
  const wanted = points.map(({ t }) => Math.round(t * 1000));
  expect(samples.map(({ at }) => at - (first?.at ?? 0))).toEqual(wanted);
  expect(wanted.at(-1)).toBe(5_353_000);
});
