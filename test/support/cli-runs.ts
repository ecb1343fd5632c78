import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../../kiosk-shell/config.ts';

export const ROOT = join(import.meta.dirname, '..', '..');

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly complaints: string;
}

/** `npm run -s NAME -- ARGS` as a person calls it, from the folder `from`; ends it when it takes longer than allowed. */
export function npmRun(
  name: string,
  args: readonly string[],
  options: { readonly from?: string; readonly env?: Environment; readonly timeoutMs?: number } = {},
): Promise<Ran> {
  const { from = ROOT, env = {}, timeoutMs = 170_000 } = options;
  const child = spawn('npm', ['--prefix', ROOT, 'run', '-s', name, '--', ...args], {
    cwd: from,
    env: { ...plainEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return new Promise((resolve, reject) => {
    let [out, complaints] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
    const impatience = setTimeout(() => child.kill('SIGTERM'), timeoutMs);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(impatience);
      resolve({ code, out, complaints });
    });
  });
}

/** As in a terminal: not what npm and vitest have put into the environment of this test. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD|COUNTERSIGN_|VITEST|NODE_ENV|TEST)/i.test(name)),
  ) as NodeJS.ProcessEnv;
}

/** A long-running npm script with what it has said so far. */
export interface Running {
  readonly child: ChildProcess;
  text(): string;
  /** Resolves when it has said `pattern`, rejects with all it said when it ended before. */
  said(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
  ended(): Promise<number | null>;
}

/** In a process group of its own, as a terminal starts a job. */
export function npmStart(script: string, env: Environment): Running {
  const child = spawn('npm', ['--prefix', ROOT, 'run', script], {
    cwd: ROOT,
    env: { ...plainEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let text = '';
  const heard = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (more: string) => {
      text += more;
      for (const listener of [...heard]) listener();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  return {
    child,
    text: () => text,
    ended: () => ended,
    said: (pattern, timeoutMs = 120_000) =>
      new Promise((resolve, reject) => {
        const give = (): void => reject(new Error(`it never said ${pattern.source}, but:\n${text}`));
        const impatience = setTimeout(give, timeoutMs);
        const look = (): void => {
          const found = pattern.exec(text);
          if (found === null) return;
          clearTimeout(impatience);
          heard.delete(look);
          resolve(found);
        };
        heard.add(look);
        void ended.then(() => {
          look();
          give();
        });
        look();
      }),
  };
}

export interface Process {
  readonly pid: number;
  readonly command: string;
}

/** A process and all it has started, by /proc. */
export function treeOf(pid: number): readonly Process[] {
  const parents = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    const child = Number(entry);
    if (!Number.isInteger(child)) continue;
    const parent = parentOf(child);
    if (parent !== null) parents.set(parent, [...(parents.get(parent) ?? []), child]);
  }
  const collect = (one: number): Process[] => [
    { pid: one, command: commandOf(one) },
    ...(parents.get(one) ?? []).flatMap(collect),
  ];
  return collect(pid);
}

/** Which of them still run; one that nobody has waited for yet does not. */
export function alive(processes: readonly Process[]): readonly Process[] {
  return processes.filter(({ pid }) => {
    const state = statOf(pid)?.[0];
    return state !== undefined && state !== 'Z';
  });
}

/** Asks again until none runs or the time is over; answers who is left. */
export async function allGone(processes: readonly Process[], timeoutMs: number): Promise<readonly Process[]> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const left = alive(processes);
    if (left.length === 0 || performance.now() > deadline) return left;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function parentOf(pid: number): number | null {
  const parent = statOf(pid)?.[1];
  return parent === undefined ? null : Number(parent);
}

/** proc(5): what comes after the name, which may hold brackets and spaces. */
function statOf(pid: number): readonly string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}
