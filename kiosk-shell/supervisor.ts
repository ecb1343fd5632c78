import { spawn, type ChildProcess } from 'node:child_process';

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
  pid(): number | undefined;
  /** Asks, waits up to five seconds, then kills. */
  stop(): Promise<void>;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** A child that lived this long starts over with the short pause. */
const SETTLED_MS = 60_000;
const PATIENCE_MS = 5_000;

/**
 * Starts a service. The child gets an IPC channel: when this process dies in any way the channel closes and the
 * child ends itself (`boot.ts`), so nothing is left behind.
 */
export function startService(spec: ServiceSpec, onLine: (name: string, line: string) => void): Service {
  let child: ChildProcess | null = null;
  let stopping = false;
  let pause = FIRST_PAUSE_MS;
  let timer: NodeJS.Timeout | undefined;

  const launch = (): void => {
    const startedAt = performance.now();
    const started = spawn(spec.program, [...spec.args], {
      cwd: spec.cwd,
      env: spec.env as NodeJS.ProcessEnv,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    child = started;
    for (const stream of [started.stdout, started.stderr]) {
      stream?.setEncoding('utf8');
      stream?.on('data', (text: string) => {
        for (const line of text.split('\n')) if (line.trim() !== '') onLine(spec.name, line);
      });
    }
    started.on('error', (error) => onLine(spec.name, `could not start: ${error.message}`));
    started.on('exit', (code, signal) => {
      child = null;
      if (stopping) return;
      if (performance.now() - startedAt > SETTLED_MS) pause = FIRST_PAUSE_MS;
      onLine(spec.name, `ended (${signal ?? `code ${code ?? '?'}`}); starting again in ${pause / 1000} s`);
      timer = setTimeout(launch, pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    });
  };
  launch();

  return {
    name: spec.name,
    pid: () => child?.pid,
    stop: async () => {
      stopping = true;
      clearTimeout(timer);
      const running = child;
      if (running === null) return;
      const gone = new Promise<void>((resolve) => running.once('exit', () => resolve()));
      running.kill('SIGTERM');
      const impatience = setTimeout(() => running.kill('SIGKILL'), PATIENCE_MS);
      await gone;
      clearTimeout(impatience);
    },
  };
}

/** Resolves when `url` answers 200; rejects with a sentence when it does not within `patienceMs`. */
export async function untilReady(url: string, patienceMs: number): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
      if (answer.ok) return;
    } catch {
      // Not listening yet: asked again below.
    }
    if (performance.now() > deadline) throw new Error(`${url} did not become ready within ${patienceMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
