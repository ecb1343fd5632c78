import { spawnSync } from 'node:child_process';

/** For a Chromium that may run as root on a machine without display or network. */
export const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--headless=new',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
];

/** The system's Chromium, or null. */
export function chromiumPath(): string | null {
  const found = spawnSync('which', ['chromium'], { encoding: 'utf8' });
  return found.status === 0 ? found.stdout.trim() : null;
}
