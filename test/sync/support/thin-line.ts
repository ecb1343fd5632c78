import { once } from 'node:events';
import { createServer, connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { run } from './fault-world.ts';
import { seeded } from './world.ts';

/** A network of its own for one kiosk, with a line out of it that carries 64 kbit/s each way. */
export interface ThinLine {
  /** What a program is started by to be in there. */
  readonly inside: readonly string[];
  /** The cloud's address as seen from inside. */
  readonly url: string;
  /** As when somebody trips over the cable: nothing is told to anyone. */
  cut(): void;
  mend(): void;
  end(): Promise<void>;
}

/** Each way, so many milliseconds; and of connections one in so many is torn after some bytes. */
const LATENCY_MS = 100;
const TORN_ONE_IN = 4;
const TORN_AFTER_BYTES = 6000;

/**
 * Rate and lost packets are the kernel's doing (a token bucket with a short queue), latency and torn connections that of a
 * relay at its end, since kernels of test machines lack netem. The relay alone listens elsewhere than on 127.0.0.1: on the
 * address of the pair, which nobody else can reach.
 */
export async function thinLine(cloudUrl: string): Promise<ThinLine> {
  const name = `cs${process.pid}`;
  const [here, there] = [`${name}h`, `${name}t`];
  const net = `10.231.${process.pid % 250}`;
  const isolated = ['ip', 'netns', 'exec', name] as const;
  run('ip', 'netns', 'add', name);
  run('ip', 'link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', name);
  run('ip', 'addr', 'add', `${net}.1/30`, 'dev', here);
  run('ip', 'link', 'set', here, 'up');
  run(...isolated, 'ip', 'addr', 'add', `${net}.2/30`, 'dev', there);
  run(...isolated, 'ip', 'link', 'set', there, 'up');
  const bucket = ['root', 'tbf', 'rate', '64kbit', 'burst', '4kb', 'latency', '300ms'];
  run('tc', 'qdisc', 'add', 'dev', here, ...bucket);
  run(...isolated, 'tc', 'qdisc', 'add', 'dev', there, ...bucket);
  const relay = await startRelay(`${net}.1`, Number(new URL(cloudUrl).port));
  return {
    inside: isolated,
    url: `http://${net}.1:${relay.port}`,
    cut: () => run('ip', 'link', 'set', here, 'down'),
    mend: () => run('ip', 'link', 'set', here, 'up'),
    async end() {
      await relay.end();
      run('ip', 'netns', 'del', name);
    },
  };
}

async function startRelay(host: string, to: number): Promise<{ readonly port: number; end(): Promise<void> }> {
  const random = seeded(20_261_123);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1');
    let left = random() < 1 / TORN_ONE_IN ? TORN_AFTER_BYTES : Infinity;
    const tear = (): void => {
      near.resetAndDestroy();
      far.resetAndDestroy();
    };
    const pass = (from: Socket, onto: Socket): void => {
      let order = Promise.resolve();
      from.on('data', (bytes: Buffer) => {
        const arrives = delay(LATENCY_MS);
        order = order.then(async () => {
          await arrives;
          left -= bytes.length;
          if (left < 0) tear();
          else if (!onto.destroyed) onto.write(bytes);
        });
      });
      from.on('end', () => void order.then(() => onto.end()));
      from.on('error', tear);
    };
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
    pass(near, far);
    pass(far, near);
  });
  server.listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    end: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
