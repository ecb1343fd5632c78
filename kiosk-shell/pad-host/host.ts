/**
 * The pad host: a child process that owns every pad. Started by `client.ts`; ends with its parent. It writes nothing
 * but IPC messages, for what it handles is pen data.
 */
import { systemClock } from '../../drivers/clock.ts';
import { padScanner, scanPads } from '../../drivers/find-pads.ts';
import { glanceAtBus } from '../../drivers/glance.ts';
import { openPad } from '../../drivers/open-pad.ts';
import { PadError } from '../../drivers/pad.ts';
import type { Pad } from '../../drivers/pad.ts';
import type { FoundPad } from '../../drivers/found-pad.ts';
import { assertNever } from '../../signing/result.ts';
import { eventSender } from './event-sender.ts';
import { PadManager } from './pad-manager.ts';
import { padHostProtocol } from './protocol.ts';
import type { FromPadHost, PadHostOptions, PadOperation, PadOperations, ToPadHost } from './protocol.ts';
import { SimulatedDesk, pressOf } from './simulated-desk.ts';

const send = (message: FromPadHost): void => {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
};

/** The kiosk process is gone, killed perhaps: leave the screens clean and go too. */
process.on('disconnect', () => void leave());
process.on('message', (message) => hear(message as ToPadHost));
send({ type: 'hello', version: padHostProtocol });

let host: ReturnType<typeof makeHost> | null = null;

function hear(message: ToPadHost): void {
  switch (message.type) {
    case 'start':
      if (message.version !== padHostProtocol) process.exit(1);
      host = makeHost(message.options);
      void host.begin();
      break;
    case 'ask':
      void answer(message.id, message.operation, message.ask);
      break;
    case 'ping':
      send({ type: 'pong' });
      break;
    default:
      assertNever(message);
  }
}

async function answer(id: number, operation: PadOperation, ask: unknown): Promise<void> {
  if (!host) return;
  try {
    // The client's types pair each operation with its own ask.
    const handler = host.handlers[operation] as (ask: unknown) => Promise<unknown>;
    const value = await handler(ask);
    host.events.flush();
    send({ type: 'answer', id, answer: value });
  } catch (error) {
    if (!(error instanceof PadError)) throw error;
    send({ type: 'refused', id, code: error.code, message: error.message });
  }
  if (operation === 'close') await leave();
}

async function leave(): Promise<void> {
  await host?.manager.close();
  process.exit(0);
}

/** Pads are open within a fraction of a second; one that is deaf keeps nobody from beginning. */
const openingMs = 3000;

type Handlers = { readonly [K in PadOperation]: (ask: PadOperations[K]['ask']) => Promise<PadOperations[K]['answer']> };

function makeHost(options: PadHostOptions) {
  const clock = systemClock;
  const desk = new SimulatedDesk(options, clock);
  const events = eventSender(send, clock);
  const scan = padScanner(() => scanPads(options.serial), clock);
  const manager: PadManager = new PadManager({
    scan: async () => desk.with(await scan(), (id) => manager.isBusy(id)),
    glance: async () => `${await glanceAtBus()}\n${desk.glance()}`,
    open: (found) => openFound(found),
    clock,
    changed: () => send({ type: 'pads', pads: manager.list() }),
    isDismissed: ({ id, road }) => road === 'simulated' && desk.pad(id) === null,
  });
  const openFound = async (found: FoundPad): Promise<Pad> => {
    if (found.road === 'simulated') return desk.open(found);
    return openPad(found, clock, options);
  };
  const simulated = () => {
    const lane = manager.simulatedLane();
    const pad = lane && desk.pad(lane.id);
    if (!pad || !lane.seat) throw new PadError('unplugged', 'no simulated pad is up');
    return { id: lane.id, pad, seat: lane.seat };
  };
  const look = async (): Promise<void> => {
    await manager.scanOnce();
    await manager.opened(openingMs);
  };
  const handlers: Handlers = {
    'show-idle': async ({ pad, content }) => {
      await manager.showIdle(pad, content);
      return null;
    },
    show: async ({ pad, held }) => {
      await manager.show(pad, held);
      return null;
    },
    'start-capture': ({ pad, capture, screen, options }) =>
      manager.startCapture(pad, screen, options, (event) => events.add(capture, event)),
    'stop-capture': async ({ pad }) => {
      await manager.stopCapture(pad);
      return null;
    },
    'simulated-screen': async () => {
      const { pad, seat } = simulated();
      await seat.settled();
      return pad.screenPng();
    },
    'simulated-buttons': () => Promise.resolve(simulated().seat.buttons()),
    'simulated-pen': async ({ samples, fast }) => {
      const { pad, seat } = simulated();
      await seat.settled();
      await pad.penSamples(samples, { fast });
      return null;
    },
    'simulated-press': async (name) => {
      const { pad, seat } = simulated();
      await seat.settled();
      const button = seat.buttons().find((one) => one.name === name);
      if (!button) throw new PadError('wrong-state', 'no such button is on the pad now');
      const stroke = pressOf(button);
      await pad.penSamples(stroke, { fast: true });
      const last = stroke.at(-1);
      if (last) pad.penAway(last);
      return null;
    },
    'simulated-plug': async (plugged) => {
      if (plugged) desk.plugAll();
      else desk.unplug(simulated().id);
      // Noticed as a real one is, and no sooner.
      await manager.looked();
      await manager.opened(openingMs);
      return null;
    },
    close: async () => {
      await manager.close();
      return null;
    },
  };
  const begin = async (): Promise<void> => {
    await look();
    send({ type: 'pads', pads: manager.list() });
    manager.watch();
  };
  return { manager, events, handlers, begin };
}
