/**
 * A virtual pad in a process of its own, run by `virtual-pad-process.ts`: its arguments are a `PadSetup` as JSON, its
 * standard input and output are lines of `pad-orders.ts`. It ends with its input.
 */
import { createInterface } from 'node:readline';
import { systemClock } from '../../../drivers/clock.ts';
import { PadCable } from './pad-cable.ts';
import type { PenMoment } from './pad-core.ts';
import type { FromPad, PadOrder, PadOrders, PadSetup, ToPad } from './pad-orders.ts';
import { streamMoments } from './pen-stream.ts';
import { virtualCore } from './virtual-models.ts';
import { VirtualPad } from './virtual-pad.ts';

const setup = JSON.parse(process.argv[2] ?? '{}') as PadSetup;
const pad = new VirtualPad(virtualCore(setup.model, setup.serial));
const say = (message: FromPad): void => void process.stdout.write(`${JSON.stringify(message)}\n`);
const cable = new PadCable(pad, () => say({ type: 'unplugged' }));

type Handlers = {
  [K in PadOrder]: (ask: PadOrders[K]['ask']) => PadOrders[K]['answer'] | Promise<PadOrders[K]['answer']>;
};
const handlers: Handlers = {
  plug: async (ask) => ({ port: await cable.plug(ask.cable) }),
  unplug: () => {
    cable.unplug();
    return null;
  },
  pen: async ({ moments }) => {
    const before = pad.counts.sent;
    // The pad's own time runs on from one stroke to the next.
    const begun = systemClock.now() / 1000;
    await streamMoments(moments, systemClock, (moment: PenMoment) => pad.pen({ ...moment, t: begun + moment.t }));
    return { sent: pad.counts.sent - before };
  },
  send: ({ report }) => {
    pad.send(Uint8Array.from(Buffer.from(report, 'hex')));
    return null;
  },
  fault: (fault) => {
    pad.faults.arm(fault);
    return null;
  },
  calm: () => {
    pad.faults.calm();
    return null;
  },
  counts: () => ({
    ...pad.counts,
    delivered: cable.counts?.delivered ?? null,
    unread: cable.counts?.unread ?? null,
  }),
  times: () => pad.sentAt,
  screen: () => {
    const picture = pad.screen();
    return picture && { ...picture, rgba: Buffer.from(picture.rgba).toString('base64') };
  },
  end: () => {
    cable.unplug();
    return null;
  },
};

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const { id, order, ask } = JSON.parse(line) as ToPad;
  // The types pair each order with its own ask.
  const handle = handlers[order] as (ask: unknown) => unknown;
  Promise.resolve()
    .then(() => handle(ask))
    .then(
      (value) => {
        say({ type: 'answer', id, value });
        if (order === 'end') lines.close();
      },
      (error: unknown) => say({ type: 'refused', id, problem: error instanceof Error ? error.message : String(error) }),
    );
});
// Whoever ran it is gone: the pad goes too. What is on its way out is written first.
lines.on('close', () => {
  cable.unplug();
  setImmediate(() => process.exit(0));
});
say({ type: 'ready' });
