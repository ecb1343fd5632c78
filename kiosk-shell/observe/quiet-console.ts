import type { Log } from './log.ts';

/**
 * Libraries tell of errors on the console, with their messages, which may quote what they were about. From here on their
 * kind is told, and where it happened. Whoever mends a screen runs it in development, where the console is as it was.
 */
export function quietConsole(log: Log, target: Pick<Console, 'error' | 'warn'> = console): void {
  target.error = (...said: readonly unknown[]) =>
    log.fault(
      'screen',
      said.find((one) => one instanceof Error),
    );
  target.warn = () => undefined;
}
