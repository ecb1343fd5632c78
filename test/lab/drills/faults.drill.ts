/** What goes wrong at a pad or its cable, on both roads: the driver says what happened, and the next pad works. */
import assert from 'node:assert/strict';
import type { FoundPad } from '../../../drivers/found-pad.ts';
import { openPad } from '../../../drivers/open-pad.ts';
import { PadError } from '../../../drivers/pad.ts';
import type { PadErrorCode, PadRoad } from '../../../drivers/pad.ts';
import type { Drill } from '../drill.ts';
import type { Fault } from '../virtual/faults.ts';
import { wanderingPen } from '../virtual/pen-stream.ts';
import type { VirtualPadProcess } from '../virtual/virtual-pad-process.ts';
import { asStock, assertSamples, byHidraw, findOnly, withOpen, withPads } from './desk.ts';
import type { Heard } from './desk.ts';
import { chequered, samePicture } from './pictures.ts';
import { until } from './until.ts';

/** Longest a driver may take to give a pad up: the kernel itself waits 5 s for a control transfer. */
const GIVE_UP_MS = 30_000;
/**
 * Through hidraw a pad may go in the middle of a feature report without anybody being told for 5 s: the kernel waits for
 * the answer, and takes the node away only then. (A bus controller ends such a transfer at once; the virtual one has
 * nobody left to ask.) The driver has given the pad up by then.
 */
const ROADS = [
  { words: 'taken from the kernel', boot: asStock, gone: ['unplugged'], ends: ['unplugged'] },
  { words: 'through hidraw', boot: byHidraw, gone: ['unplugged', 'timeout'], ends: ['unplugged', 'failed'] },
] as const satisfies readonly {
  readonly words: string;
  readonly boot: (act: (road: PadRoad) => Promise<void>) => Promise<void>;
  readonly gone: readonly PadErrorCode[];
  readonly ends: readonly string[];
}[];
/** A picture by reports is 190 of them; small enough to be quick, long enough to be interrupted. */
const MODEL = 'stu-430';
const picture = chequered(320, 200);

/** When the cable comes out, and what somebody is doing then. */
const PHASES: readonly {
  readonly words: string;
  readonly fault: Fault | null;
  readonly act: (heard: Heard, device: VirtualPadProcess) => Promise<unknown>;
}[] = [
  { words: 'idle', fault: null, act: async (_heard, device) => device.unplug() },
  {
    words: 'in a feature report',
    fault: { on: 'set', id: 0x20, times: 1, do: 'unplug' },
    act: ({ pad }) => pad.clearScreen(),
  },
  {
    words: 'while a picture is sent',
    fault: { on: 'bulk', times: 1, do: 'unplug' },
    act: ({ pad }) => pad.showPicture(picture),
  },
  {
    words: 'while keys are agreed',
    fault: { on: 'get', id: 0x40, after: 1, times: 1, do: 'unplug' },
    act: ({ pad }) => pad.startCapture(),
  },
  {
    words: 'in a stroke',
    fault: { on: 'input', after: 50, times: 1, do: 'unplug' },
    act: async ({ pad }, device) => {
      await pad.startCapture();
      await device.pen(wanderingPen(100, 200));
    },
  },
];

export const drills: readonly Drill[] = ROADS.flatMap(({ words, boot, ...expected }): readonly Drill[] => [
  {
    name: `a pad ${words}, unplugged in every phase, says so once and works when it is back`,
    timeoutMs: 180_000,
    run: (lab) =>
      boot((road) =>
        withPads([{ model: MODEL, serial: null }], async (device) => {
          const gone: readonly string[] = expected.gone;
          const ends: readonly string[] = expected.ends;
          for (const phase of PHASES) {
            await device.plug();
            const found = await findOnly(road);
            await withOpen(found, async (heard) => {
              if (phase.fault) await device.fault(phase.fault);
              const problem = await problemOf(phase.act(heard, device));
              if (problem) assert.ok(gone.includes(problem.code), `${phase.words}: ${problem.code}`);
              await heard.ended();
              assert.ok(heard.ends.length === 1 && ends.includes(heard.ends[0] ?? ''), phase.words);
              await device.order('calm', null);
            });
          }
          await device.plug();
          await works(await findOnly(road), device);
          lab.tell(PHASES.map((phase) => phase.words).join(', '));
        }),
      ),
  },
  {
    name: `a pad ${words}, unplugged while it is opened, is refused with the reason and opens when it is back`,
    timeoutMs: 180_000,
    run: () =>
      boot((road) =>
        withPads([{ model: MODEL, serial: null }], async (device) => {
          for (const id of [0x03, 0x09, 0x0b]) {
            await device.plug();
            const found = await findOnly(road);
            await device.fault({ on: 'get', id, times: 1, do: 'unplug' });
            const problem = await problemOf(openPad(found));
            assert.ok(([...expected.gone] as string[]).includes(problem?.code ?? 'none'), problem?.code);
            await device.order('calm', null);
          }
          await device.plug();
          await works(await findOnly(road), device);
        }),
      ),
  },
  {
    name: `a pad ${words} that stalls refuses that one thing and goes on`,
    timeoutMs: 90_000,
    run: () =>
      boot((road) =>
        withPads([{ model: MODEL, serial: null }], async (device) => {
          await device.plug();
          await withOpen(await findOnly(road), async (heard) => {
            await device.fault({ on: 'set', id: 0x20, times: 1, do: 'stall' });
            assert.equal((await problemOf(heard.pad.clearScreen()))?.code, 'refused');
            assert.deepEqual(heard.ends, []);
            await draws(heard, device);
          });
        }),
      ),
  },
  {
    name: `a pad ${words} that answers late is waited for`,
    timeoutMs: 120_000,
    run: () =>
      boot((road) =>
        withPads([{ model: MODEL, serial: null }], async (device) => {
          await device.fault({ on: 'get', do: { lateMs: 200 } });
          await device.plug();
          await works(await findOnly(road), device);
        }),
      ),
  },
  {
    name: `a pad ${words} that never answers is given up, and works after a replug`,
    timeoutMs: 120_000,
    run: (lab) =>
      boot((road) =>
        withPads([{ model: MODEL, serial: null }], async (device) => {
          await device.plug();
          const found = await findOnly(road);
          await withOpen(found, async (heard) => {
            await device.fault({ on: 'set', id: 0x20, do: 'hang' });
            const begun = performance.now();
            assert.equal((await problemOf(heard.pad.clearScreen()))?.code, 'timeout');
            const took = performance.now() - begun;
            assert.ok(took < GIVE_UP_MS);
            lab.tell(`given up after ${(took / 1000).toFixed(1)} s`);
            assert.deepEqual(heard.ends, ['failed']);
          });
          await device.order('calm', null);
          await device.unplug();
          await until('the pad is gone', async () => (await problemOf(openPad(found))) !== null);
          await device.plug();
          await works(await findOnly(road), device);
        }),
      ),
  },
  {
    name: `a pad ${words} that says nonsense has it counted, and its ink is read all the same`,
    timeoutMs: 90_000,
    run: () =>
      boot((road) =>
        withPads([{ model: MODEL, serial: null }], async (device) => {
          await device.plug();
          await withOpen(await findOnly(road), async (heard) => {
            await heard.pad.startCapture();
            // Whole ones of the pad's own IDs: the kernel keeps others to itself.
            for (const fill of ['00', '5a', 'ff']) await device.order('send', { report: `33${fill.repeat(16)}` });
            await until('three bad reports', () => heard.bad.length === 3);
            const moments = wanderingPen(40, 200, 3);
            await device.pen(moments);
            await heard.arrived(moments.length, device);
            assertSamples(heard, moments);
          });
        }),
      ),
  },
  {
    name: `a pad ${words} that loses reports shows by its numbers how many`,
    timeoutMs: 90_000,
    run: () =>
      boot((road) =>
        withPads([{ model: MODEL, serial: null }], async (device) => {
          await device.plug();
          await withOpen(await findOnly(road), async (heard) => {
            await heard.pad.startCapture();
            await device.fault({ on: 'input', after: 20, times: 7, do: 'lose' });
            assert.equal(await device.pen(wanderingPen(60, 200)), 53);
            await heard.arrived(53, device);
            const numbers = heard.samples.map(({ sequence }) => sequence ?? 0);
            const gaps = numbers.slice(1).map((number, at) => ((number - (numbers[at] ?? 0)) & 0xffff) - 1);
            assert.deepEqual(
              gaps.filter((gap) => gap !== 0),
              [7],
            );
          });
        }),
      ),
  },
]);

async function problemOf(work: Promise<unknown>): Promise<PadError | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (error instanceof PadError) return error;
    throw error;
  }
}

async function works(found: FoundPad, device: VirtualPadProcess): Promise<void> {
  await withOpen(found, (heard) => draws(heard, device));
}

async function draws(heard: Heard, device: VirtualPadProcess): Promise<void> {
  await heard.pad.showPicture(picture);
  assert.ok(samePicture(picture, await device.screen()));
  await heard.pad.startCapture();
  const moments = wanderingPen(20, 200, 4);
  await device.pen(moments);
  await heard.arrived(moments.length, device);
  assertSamples(heard, moments);
}
