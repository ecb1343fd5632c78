/** That nothing is lost on the way, for as long as somebody may write and at the rate the pads have. */
import assert from 'node:assert/strict';
import type { FoundPad } from '../../../drivers/found-pad.ts';
import type { Drill } from '../drill.ts';
import { wanderingPen } from '../virtual/pen-stream.ts';
import type { VirtualPadProcess } from '../virtual/virtual-pad-process.ts';
import { asStock, assertNoneLost, assertSamples, byHidraw, findOnly, findPads, withOpen, withPads } from './desk.ts';
import type { Heard } from './desk.ts';

const RATE = 200;
const SECONDS = 60;
/** Emulation takes between 50 and 500 reports a second off the pad, whatever else the machine does. */
const LONGEST_MS = 270_000;

export const drills: readonly Drill[] = [
  ...(
    [
      ['taken from the kernel', asStock],
      ['through hidraw', byHidraw],
    ] as const
  ).map(([words, boot]): Drill => ({
    name: `a STU-530 ${words} loses none of ${RATE} encrypted reports a second for ${SECONDS} s`,
    timeoutMs: LONGEST_MS,
    run: (lab) =>
      boot((road) =>
        withPads([{ model: 'stu-530', serial: null }], async (device) => {
          await device.plug();
          const told = await withOpen(await findOnly(road), async (heard) => {
            await heard.pad.startCapture();
            const figures = await stream(device, heard);
            assertNoneLost(heard);
            return figures;
          });
          lab.tell(told);
        }),
      ),
  })),
  {
    name: `a Wacom One and a STU-430 beside each other lose none of ${RATE} reports a second each`,
    timeoutMs: 180_000,
    run: (lab) =>
      withPads(
        [
          { model: 'wacom-one', serial: null },
          { model: 'stu-430', serial: null },
        ],
        async (display, stu) => {
          await display.plug();
          await stu.plug();
          const found = await findPads(2);
          const of = (vid: number, pid: number): FoundPad => {
            const one = found.find(({ model }) => model.vid === vid && model.pid === pid);
            assert.ok(one);
            return one;
          };
          const told = await withOpen(of(0x056a, 0x03a6), (one) =>
            withOpen(of(0x056a, 0x00a4), async (other) => {
              await other.pad.startCapture();
              const figures = await Promise.all([stream(display, one, 10), stream(stu, other, 10)]);
              assertNoneLost(other);
              return figures;
            }),
          );
          for (const line of told) lab.tell(line);
        },
      ),
  },
];

async function stream(device: VirtualPadProcess, heard: Heard, seconds = SECONDS): Promise<string> {
  const moments = wanderingPen(RATE * seconds, RATE);
  const begun = performance.now();
  await device.pen(moments);
  await heard.arrived(moments.length, device);
  const took = (performance.now() - begun) / 1000;
  assertSamples(heard, moments);
  assert.deepEqual(heard.bad, []);
  return `${heard.pad.description.road}: ${moments.length} reports in ${took.toFixed(1)} s, none lost`;
}
