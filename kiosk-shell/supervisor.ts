import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { SUPERVISED } from './config.ts';

/** One long-running child: started, watched, restarted with growing pauses, ended with its parent. */
export interface ServiceSpec {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}
export interface Service {
  readonly name: string;
  /** Undefined between two lives. */
  pid(): number | undefined;
  /** How often it was started again. */
  restarts(): number;
  /** Asks, waits, then kills; resolves when the process is gone and will not come back. */
  stop(): Promise<void>;
}
export interface SupervisorTiming {
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** A child that lived this long starts over with the short pause. */
  readonly settledMs: number;
  /** What a child has to close its files before it is killed. */
  readonly patienceMs: number;
}

const USUAL_TIMING: SupervisorTiming = {
  firstPauseMs: 500,
  longestPauseMs: 30_000,
  settledMs: 60_000,
  patienceMs: 5_000,
};

/**
 * Starts a service. The child gets an IPC channel: when this process dies in any way the channel closes and the
 * child ends itself (`boot.ts`), so nothing is left behind. It gets a process group of its own as well: Ctrl-C in a
 * terminal reaches this process alone, which ends its children in order.
 */
export function startService(
  spec: ServiceSpec,
  onLine: (name: string, line: string) => void,
  timing: Partial<SupervisorTiming> = {},
): Service {
  const { firstPauseMs, longestPauseMs, settledMs, patienceMs } = { ...USUAL_TIMING, ...timing };
  let child: ChildProcess | null = null;
  let stopping = false;
  let pause = firstPauseMs;
  let restarts = 0;
  let timer: NodeJS.Timeout | undefined;

  const launch = (): void => {
    const startedAt = performance.now();
    const started = spawn(spec.program, [...spec.args], {
      cwd: spec.cwd,
      env: { ...(spec.env as NodeJS.ProcessEnv), [SUPERVISED]: '1' },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    child = started;
    for (const stream of [started.stdout, started.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        if (line.trim() !== '') onLine(spec.name, line);
      });
    }
    const ended = (how: string): void => {
      // A program that cannot be started tells of it twice on some systems.
      if (child !== started) return;
      child = null;
      if (stopping) return;
      if (performance.now() - startedAt > settledMs) pause = firstPauseMs;
      onLine(spec.name, `${how}; starting again in ${pause / 1000} s`);
      timer = setTimeout(() => {
        restarts += 1;
        launch();
      }, pause);
      pause = Math.min(pause * 2, longestPauseMs);
    };
    started.on('error', (error) => {
      if (started.pid === undefined) ended(`could not start: ${error.message}`);
    });
    started.on('exit', (code, signal) => ended(`ended (${signal ?? `code ${code ?? '?'}`})`));
  };
  launch();

  return {
    name: spec.name,
    pid: () => child?.pid,
    restarts: () => restarts,
    stop: async () => {
      stopping = true;
      clearTimeout(timer);
      const running = child;
      if (running?.pid === undefined) return;
      const gone = new Promise<void>((resolve) => running.once('exit', () => resolve()));
      running.kill('SIGTERM');
      const impatience = setTimeout(() => running.kill('SIGKILL'), patienceMs);
      await gone;
      clearTimeout(impatience);
    },
  };
}

/**
 * Resolves when `url` answers 200; rejects with a sentence when it does not within `patienceMs`, or once `given up`
 * says why waiting is of no use.
 */
export async function untilReady(
  url: string,
  patienceMs: number,
  givenUp: () => string | null = () => null,
): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
      if (answer.ok) return;
    } catch {
      // Not listening yet: asked again below.
    }
    const reason = givenUp();
    if (reason !== null) throw new Error(reason);
    if (performance.now() > deadline) throw new Error(`${url} did not become ready within ${patienceMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
