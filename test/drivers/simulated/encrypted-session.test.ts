import { beforeAll, describe, expect, it } from 'vitest';
import type { SimulatedName } from '../../../drivers/simulated/simulated-models.ts';
import type { SimulatedPen } from '../../../drivers/simulated/pen-pace.ts';
import { stuHostKey } from '../../../drivers/wacom/stu-encryption-v2.ts';
import { openStuRig } from '../stu-rig.ts';
import type { StuRig } from '../stu-rig.ts';

const stroke = (count: number): readonly SimulatedPen[] =>
  Array.from({ length: count }, (_, at) => ({ x: at + 10, y: 50, p: 0.5, tip: true, t: at * 5 }));

interface Session extends StuRig {
  /** Moves the pen, and gives the samples that came and the reports that were refused meanwhile. */
  readonly write: (count: number) => Promise<{ readonly samples: readonly number[]; readonly refused: number }>;
}
async function capturing(name: SimulatedName): Promise<Session> {
  const rig = await openStuRig(name);
  await rig.clock.settle(rig.pad.startCapture());
  return {
    ...rig,
    write: async (count) => {
      const [before, events] = [rig.samples().length, rig.events.length];
      await rig.clock.settle(rig.simulated.penSamples(stroke(count), { fast: true }));
      const { width, maxX } = { width: rig.simulated.facts.width, maxX: rig.simulated.facts.maxX };
      return {
        samples: rig
          .samples()
          .slice(before)
          .map(({ x }) => Math.round((x * width) / maxX)),
        refused: rig.events.slice(events).filter((event) => event.type === 'bad-report' && event.reason === 'refused')
          .length,
      };
    },
  };
}
beforeAll(stuHostKey);

describe.each(['stu-300', 'stu-500', 'stu-520', 'stu-430', 'stu-530', 'stu-540'] as const)(
  'an encrypted session with a %s',
  (name) => {
    const reportsOf = (count: number): number => (['stu-300', 'stu-500', 'stu-520'].includes(name) ? count / 2 : count);

    it('refuses and counts every report under another key, and reads on in the next capture', async () => {
      const session = await capturing(name);
      const { pad, clock, simulated } = session;
      expect(await session.write(4)).toEqual({ samples: [10, 11, 12, 13], refused: 0 });
      simulated.device.forceKey(new Uint8Array(16).fill(7));
      expect(await session.write(4)).toEqual({ samples: [], refused: reportsOf(4) });
      await clock.settle(pad.endCapture());
      await clock.settle(pad.startCapture());
      expect(await session.write(4)).toEqual({ samples: [10, 11, 12, 13], refused: 0 });
    });

    it('refuses and counts reports of the capture before', async () => {
      const session = await capturing(name);
      const { pad, clock, simulated } = session;
      const recorded: Uint8Array[] = [];
      simulated.harm((report) => {
        recorded.push(report.slice());
        return [report];
      });
      await session.write(6);
      await clock.settle(pad.endCapture());
      await clock.settle(pad.startCapture());
      simulated.harm((report) => [recorded.shift() ?? report]);
      expect(await session.write(6)).toEqual({ samples: [], refused: reportsOf(6) });
    });

    it('refuses and counts pen data in clear', async () => {
      const session = await capturing(name);
      session.simulated.harm((report) => [report, Uint8Array.of(0x01, 0x91, 0x2c, 0, 9, 0, 9)]);
      expect(await session.write(4)).toEqual({ samples: [10, 11, 12, 13], refused: reportsOf(4) });
    });
  },
);

describe.each(['stu-430', 'stu-530', 'stu-540'] as const)('a numbered encrypted session with a %s', (name) => {
  it('refuses and counts each report told again', async () => {
    const session = await capturing(name);
    session.simulated.harm((report) => [report, report]);
    expect(await session.write(5)).toEqual({ samples: [10, 11, 12, 13, 14], refused: 5 });
  });

  it('refuses and counts each report that comes after a later one', async () => {
    const session = await capturing(name);
    let held: Uint8Array | null = null;
    session.simulated.harm((report) => {
      const before = held;
      held = before === null ? report.slice() : null;
      return before === null ? [] : [report, before];
    });
    expect(await session.write(6)).toEqual({ samples: [11, 13, 15], refused: 3 });
  });

  it('shows lost reports as gaps in the numbers, and refuses none for them', async () => {
    const session = await capturing(name);
    session.simulated.loseReports(3);
    expect(await session.write(6)).toEqual({ samples: [13, 14, 15], refused: 0 });
    session.simulated.loseReports(2);
    await session.write(4);
    const numbers = session.samples().map(({ sequence }) => sequence ?? 0);
    expect(numbers.slice(1).map((number, at) => number - (numbers[at] ?? 0))).toEqual([1, 1, 3, 1]);
  });
});

it('a pad that answers garbage once is not believed', async () => {
  const opening = openStuRig('stu-430', (one) => one.behave(({ id }) => (id === 0x09 ? 'garbage' : 'answer')));
  await expect(opening).rejects.toMatchObject({ name: 'PadError' });
});
