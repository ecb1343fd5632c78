import { COULD_NOT_OPEN, readConfig, SUPERVISED, type Config } from './config.ts';
import { systemClock } from '../signing/clock.ts';
import { openLog, type Log } from './observe/log.ts';
import { quietConsole } from './observe/quiet-console.ts';
import type { Runtime } from './runtime.ts';

/** Where the one runtime of this process lives: Next loads modules more than once, the symbol is shared. */
const RUNTIME_KEY = Symbol.for('countersign.runtime');

interface Holder {
  [RUNTIME_KEY]?: Promise<Runtime> | undefined;
}

/** Less than the supervisor waits before it kills. */
const CLOSE_PATIENCE_MS = 4_000;

/**
 * Called once by `instrumentation.ts`. Builds the runtime of this process's role and ends it in order when the
 * process is asked to stop or its supervisor goes away.
 */
export async function boot(): Promise<void> {
  // A supervisor that died takes the other ends of these pipes with it: words for nobody must not become errors, which
  // Next would report on the same pipes, for ever.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const holder = globalThis as Holder;
  const running = holder[RUNTIME_KEY] ?? build();
  holder[RUNTIME_KEY] = running;
  await running.catch(giveUp);
}

/** Next would go on and answer every request with an error: whoever watches has to see that nothing was opened. */
function giveUp(problem: unknown): never {
  if (process.env[SUPERVISED] !== '1') throw problem;
  // The first line only: what follows may be a trace, and the next start tells it again.
  const [words = ''] = (problem instanceof Error ? problem.message : 'unknown reason').split('\n');
  process.stderr.write(`${COULD_NOT_OPEN}${words}\n`);
  process.exit(1);
}

async function build(): Promise<Runtime> {
  const config = readConfig(process.env, process.cwd());
  if (!config.ok) {
    throw new Error(config.error.map(({ name, problem }) => `${name} ${problem}`).join('; '));
  }
  // Whether the supervisor has gone while this process was starting: then no event will tell.
  const isLeft = (): boolean => process.env[SUPERVISED] === '1' && !process.connected;
  if (isLeft()) process.exit(0);
  const log = openLog({ level: config.value.logLevel, clock: systemClock });
  if (process.env['NODE_ENV'] === 'production') quietConsole(log);
  const runtime = await openRuntime(config.value, log);
  const { role, drainSeconds } = config.value;
  log.write('started', { role });
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    void endInOrder(runtime, drainSeconds * 1000).finally(() => {
      log.write('ended', { role });
      process.exit(0);
    });
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  if (process.connected) process.once('disconnect', end);
  if (isLeft()) end();
  return runtime;
}

/** Everything that matters is durable already: what does not close in time is left to the next start. */
async function endInOrder(runtime: Runtime, drainMs: number): Promise<void> {
  const patience = setTimeout(() => process.exit(0), drainMs + CLOSE_PATIENCE_MS);
  const drained = runtime.drain();
  if (drainMs > 0) await new Promise((resolve) => setTimeout(resolve, drainMs));
  await drained;
  await runtime.close();
  clearTimeout(patience);
}

async function openRuntime(config: Config, log: Log): Promise<Runtime> {
  if (config.role === 'cloud') {
    const { openCloudRuntime } = await import('./cloud-runtime.ts');
    return openCloudRuntime({ ...config, log });
  }
  const { openKioskRuntime } = await import('./kiosk/kiosk-runtime.ts');
  return openKioskRuntime(config, { log });
}
