import { spawn } from 'node:child_process';

/** Runs a program to its end with its output passed through; resolves to its exit code. */
export function passThrough(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly onComplaint?: (text: string) => void },
): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(program, [...args], { cwd: options.cwd, stdio: ['inherit', 'inherit', 'pipe'] });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      process.stderr.write(text);
      options.onComplaint?.(text);
    });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill(signal));
    child.on('error', () => resolve(127));
    child.on('close', (code) => resolve(code ?? 1));
  });
}
