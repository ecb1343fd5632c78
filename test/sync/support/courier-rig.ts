import { Courier, type CourierEvent, type CourierPorts } from '../../../sync/kiosk/courier.ts';
import type { Clock } from '../../../signing/clock.ts';
import type { OutboxStore } from '../../../sync/kiosk/outbox-store.ts';
import type { Fetch } from '../../../sync/kiosk/line.ts';
import type { TestTime } from './clock.ts';
import type { MemoryOutbox } from './memory-outbox.ts';
import { seeded } from './world.ts';

export interface CourierRig {
  readonly courier: Courier;
  readonly events: readonly CourierEvent[];
  /** Lets time pass from timer to timer until `done` holds; fails after `maxTimers` of them. */
  readonly until: (done: () => boolean, maxTimers?: number) => Promise<void>;
}

/** A courier in a world where time only moves when it has nothing else to do. */
export function courierRig(
  time: TestTime,
  store: OutboxStore,
  ports: Pick<CourierPorts, 'token' | 'receipts' | 'cloudUrl'> & {
    fetch?: Fetch;
    chunkBytes?: number;
    bytesPerSecond?: number;
    seed?: number;
    /** The kiosk's own, when it goes wrong; default: the world's. */
    clock?: Clock;
  },
): CourierRig {
  const events: CourierEvent[] = [];
  let exchanges = 0;
  const inner = ports.fetch ?? ((url, init) => fetch(url, init));
  /** What takes real time: while it does, the world's stands still. */
  const counted = async <T>(work: () => Promise<T>): Promise<T> => {
    exchanges += 1;
    try {
      return await work();
    } finally {
      exchanges -= 1;
    }
  };
  const courier = new Courier({
    ...ports,
    store,
    fetch: (url, init) => counted(() => inner(url, init)),
    token: () => counted(ports.token),
    receipts: { verify: (receipt, expected) => counted(() => ports.receipts.verify(receipt, expected)) },
    clock: ports.clock ?? time,
    timers: time.timers,
    random: seeded(ports.seed ?? 1),
    onEvent: (event) => events.push(event),
  });
  return {
    courier,
    events,
    async until(done, maxTimers = 500) {
      for (let timers = 0; timers < maxTimers;) {
        if (done()) return;
        await new Promise((resolve) => setImmediate(resolve));
        // While an exchange is under way real time passes, not the world's.
        if (exchanges > 0) continue;
        await new Promise((resolve) => setImmediate(resolve));
        const wait = time.untilNext();
        if (exchanges > 0 || wait === null || done()) continue;
        timers += 1;
        time.advance(wait);
      }
      throw new Error(
        `not reached after ${maxTimers} timers: ${events
          .slice(-12)
          .map((event) => event.type)
          .join(' ')}`,
      );
    },
  };
}

export function allDelivered(store: MemoryOutbox): boolean {
  return [...store.rows.values()].every((row) => row.state === 'delivered');
}
