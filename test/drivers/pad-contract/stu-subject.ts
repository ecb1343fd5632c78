import { seededBytes } from './bench.ts';
import type { PadSubject, PluggedPad } from './subject.ts';
import { simulatedFound } from '../../../drivers/simulated/simulated-models.ts';
import type { SimulatedName } from '../../../drivers/simulated/simulated-models.ts';
import { SimulatedStu } from '../../../drivers/simulated/simulated-stu.ts';
import { stuHostKey } from '../../../drivers/wacom/stu-encryption-v2.ts';
import { openStuPad } from '../../../drivers/wacom/stu-pad.ts';
import type { ManualClock } from '../manual-clock.ts';

/** The STU driver on the simulated device of this model, over plain HID or with its bulk interface. */
export function stuSubject(model: SimulatedName, road: 'hid' | 'hid and bulk' = 'hid'): PadSubject {
  return {
    name: `${model.toUpperCase()}${road === 'hid' ? '' : ' with bulk'}`,
    abilities: { screen: true, requests: true, hover: true, encryption: true, reports: true },
    prepare: stuHostKey,
    plug: (clock, index) => plugStu(model, road, clock, index),
  };
}

function plugStu(model: SimulatedName, way: 'hid' | 'hid and bulk', clock: ManualClock, index: number): PluggedPad {
  const simulated = new SimulatedStu(model, clock, { random: seededBytes(100 + index) });
  const { facts } = simulated;
  return {
    open: (road) =>
      openStuPad(road.hid(simulated.connect()), simulatedFound(facts, index), {
        clock,
        ...(way === 'hid' ? {} : { bulk: road.bulk(() => simulated.bulk()) }),
      }),
    held: () => simulated.open,
    pen: ({ x, y, p, pen }) => {
      const report = simulated.device.pen({
        at: { x: x * facts.width, y: y * facts.height },
        inRange: pen !== 'away',
        tip: pen === 'writes',
        pressure: pen === 'writes' ? Math.round(p * facts.maxPressure) : 0,
        timeMs: clock.now() / 1000,
      });
      if (report) simulated.send(report);
    },
    send: (bytes) => simulated.send(bytes),
    unplug: () => simulated.unplug(),
    plug: () => simulated.plug(),
    unreadable: [
      [Uint8Array.of(1, 2, 3), 'malformed'],
      [Uint8Array.of(0xee, 2, 3), 'unknown'],
      [new Uint8Array(0), 'malformed'],
    ],
    screen: () => simulated.screen(),
  };
}
