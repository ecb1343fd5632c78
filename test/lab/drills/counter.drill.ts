/** The pad host on a genuine USB stack: what a counter lives through. */
import assert from 'node:assert/strict';
import { sleep, systemClock } from '../../../drivers/clock.ts';
import type { PadService } from '../../../kiosk-shell/pad-host/client.ts';
import type { Drill } from '../drill.ts';
import type { VirtualPadProcess } from '../virtual/virtual-pad-process.ts';
import { Capture, listed, withCounter } from './counter.ts';
import { byHidraw, withPads } from './desk.ts';
import { samePicture } from './pictures.ts';
import { until } from './until.ts';

/** The host looks once a second; what is more is the emulation's. */
const SEEN_MS = 5000;
/** The kernel waits so long for a pad that does not answer. Whoever waits with it is silent for longer than this. */
const KERNEL_WAITS_MS = 5000;

export const drills: readonly Drill[] = [
  {
    name: 'a pad that is plugged in is ready, and one that is unplugged is said to be, by itself',
    timeoutMs: 120_000,
    run: (lab) =>
      withPads([{ model: 'stu-530', serial: 'LAB-1' }], (device) =>
        withCounter(async (counter) => {
          assert.deepEqual(counter.pads(), []);
          const plugged = performance.now();
          const port = await device.plug();
          const pad = await listed(counter, port, 'ready');
          const ready = performance.now() - plugged;
          assert.equal(pad.description.serial, 'LAB-1');
          const pulled = performance.now();
          await device.unplug();
          await listed(counter, port, 'unplugged');
          const gone = performance.now() - pulled;
          lab.tell(`ready after ${Math.round(ready)} ms, unplugged after ${Math.round(gone)} ms`);
          assert.ok(gone < SEEN_MS);
        }),
      ),
  },
  {
    name: 'a pad unplugged in a stroke and put into another socket is the same pad, and signs on',
    timeoutMs: 180_000,
    run: () =>
      withPads([{ model: 'stu-430', serial: 'LAB-1' }], (device) =>
        withCounter(async (counter) => {
          const port = await device.plug({ road: 'vhci', port: 0 });
          const { description } = await listed(counter, port, 'ready');
          const first = await Capture.start(counter, description.id);
          await device.fault({ on: 'input', after: 40, times: 1, do: 'unplug' });
          await device.pen(first.moments(80, 100, 1));
          await until('the loss is told', () => first.events.length > 0);
          assert.deepEqual(first.events, [{ type: 'lost', reason: 'unplugged' }]);
          await listed(counter, port, 'unplugged');

          const other = await device.plug({ road: 'vhci', port: 3 });
          const again = await listed(counter, other, 'ready');
          assert.equal(counter.pads().length, 1, 'it is the pad that left, not a second one');
          const second = await Capture.start(counter, again.description.id);
          const moments = second.moments(60, 100, 2);
          await device.pen(moments);
          await second.took(moments);
        }),
      ),
  },
  ...(
    [
      ['with serial numbers', 'LAB-1', 'LAB-2'],
      ['without serial numbers', null, null],
    ] as const
  ).map(([words, one, other]): Drill => ({
    name: `two pads of one model ${words} are never taken for each other, also when they swap sockets`,
    timeoutMs: 240_000,
    run: () =>
      withPads(
        [
          { model: 'stu-430', serial: one },
          { model: 'stu-430', serial: other },
        ],
        (left, right) =>
          withCounter(async (counter) => {
            await both(
              counter,
              [left, await left.plug({ road: 'vhci', port: 0 })],
              [right, await right.plug({ road: 'vhci', port: 1 })],
            );
            await left.unplug();
            await right.unplug();
            await listed(counter, 0, 'unplugged');
            await listed(counter, 1, 'unplugged');
            await both(
              counter,
              [left, await left.plug({ road: 'vhci', port: 1 })],
              [right, await right.plug({ road: 'vhci', port: 0 })],
            );
          }),
      ),
  })),
  {
    name: 'a pad that does not answer for as long as the kernel waits holds up neither another pad’s ink nor the host',
    timeoutMs: 180_000,
    run: (lab) =>
      byHidraw(() =>
        withPads(
          [
            { model: 'stu-430', serial: 'HANGS' },
            { model: 'stu-530', serial: 'WRITES' },
          ],
          (hangs, writes) =>
            withCounter(async (counter) => {
              const deaf = await listed(counter, await hangs.plug(), 'ready');
              const healthy = await listed(counter, await writes.plug(), 'ready');
              const host = counter.hostPid;
              const capture = await Capture.start(counter, healthy.description.id);
              await hangs.fault({ on: 'get', do: 'hang' });
              await hangs.fault({ on: 'set', do: 'hang' });
              const drawn = Capture.start(counter, deaf.description.id).catch((error: unknown) => error);
              const moments = capture.moments(2 * 200 * (KERNEL_WAITS_MS / 1000), 200, 3);
              const slowest = await slowestAnswer(counter, writes.pen(moments));
              await capture.took(moments, 120_000);
              assert.ok((await drawn) instanceof Error, 'the pad that hangs takes no signature');
              assert.equal(counter.hostPid, host, 'the host was never replaced');
              const silence = Math.max(
                ...capture.samples.slice(1).map(({ at }, n) => (at - (capture.samples[n]?.at ?? at)) / 1000),
              );
              lab.tell(
                `${moments.length} reports, none lost; longest silence ${Math.round(silence)} ms, slowest answer of the host ${Math.round(slowest)} ms`,
              );
              assert.ok(silence < KERNEL_WAITS_MS);
              assert.ok(slowest < KERNEL_WAITS_MS);
            }),
        ),
      ),
  },
];

type OnPort = readonly [VirtualPadProcess, number | null];

/** Both are signed on at once, each with its own document and its own ink. */
async function both(counter: PadService, ...desk: readonly [OnPort, OnPort]): Promise<void> {
  const captures = await Promise.all(
    desk.map(async ([, port], at) => {
      const { description } = await listed(counter, port, 'ready');
      return { id: description.id, capture: await Capture.start(counter, description.id, `Document ${at + 1}`) };
    }),
  );
  const [one, other] = await Promise.all(desk.map(([device]) => device.screen()));
  assert.ok(one && !samePicture(one.rgba, other ?? null), 'each shows its own document');
  await Promise.all(
    desk.map(async ([device], at) => {
      const capture = captures[at]?.capture;
      assert.ok(capture);
      const moments = capture.moments(60, 100, at + 10);
      await device.pen(moments);
      await capture.took(moments);
    }),
  );
  for (const { id } of captures) await counter.stopCapture(id);
}

/** Asks the host something small until `work` has ended; milliseconds of the answer that took longest. */
async function slowestAnswer(counter: PadService, work: Promise<unknown>): Promise<number> {
  const state = { ended: false };
  const end = (): void => {
    state.ended = true;
  };
  work.then(end, end);
  let slowest = 0;
  while (!state.ended) {
    const asked = performance.now();
    await counter.stopCapture('no such pad');
    slowest = Math.max(slowest, performance.now() - asked);
    await sleep(systemClock, 200);
  }
  await work;
  return slowest;
}
