import { resolve } from 'node:path';

/** A path as a person typed it: npm starts scripts in the project's folder, they meant the one they stood in. */
export function fromCaller(path: string): string {
  return resolve(process.env['COUNTERSIGN_CALLED_FROM'] ?? process.env['INIT_CWD'] ?? process.cwd(), path);
}

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * Runs `stop` once when this process is asked to end, or when the one that called it is gone, and ends with `code`, or by
 * default as a shell tells of the signal.
 */
export function onEnd(stop: () => Promise<void>, code?: number): void {
  let ending = false;
  const end = (usual: number): void => {
    if (ending) return;
    ending = true;
    void stop().finally(() => process.exit(code ?? usual));
  };
  for (const [signal, usual] of Object.entries(SIGNALS)) process.on(signal, () => end(usual));
  // The channel of the bootstrap; without one (a test, a developer) nobody is there to go away.
  if (!process.connected) return;
  process.once('disconnect', () => end(1));
  // Listening must not keep a process that has done its work.
  process.channel?.unref();
}
