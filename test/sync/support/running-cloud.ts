import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';

const children = new Set<ChildProcess>();

export interface RunningCloud {
  readonly url: string;
  readonly child: ChildProcess;
  /** Resolves to the signal that ended it. */
  readonly ended: Promise<NodeJS.Signals | null>;
}

/** `cloud-process.ts` on this folder; it kills itself at that step. */
export async function startCloud(folder: string, step: string, kind: 'any' | 'erasure' = 'any'): Promise<RunningCloud> {
  const script = path.join(import.meta.dirname, 'cloud-process.ts');
  const child = spawn(process.execPath, [script, folder, step, kind], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  children.add(child);
  const ended = new Promise<NodeJS.Signals | null>((resolve) =>
    child.once('exit', (_, signal) => {
      children.delete(child);
      resolve(signal);
    }),
  );
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (text: Buffer) => resolve(text.toString().trim()));
    child.once('exit', () => reject(new Error('the cloud did not start')));
  });
  return { url, child, ended };
}

/** Those that are still there. */
export function endClouds(): void {
  for (const child of children) child.kill('SIGKILL');
}
