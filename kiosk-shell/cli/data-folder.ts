import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { DATA_LAYOUT } from '../enrolment.ts';

/** Made by `start`: who has the folder open. */
const LOCK = 'running';

/** Two starts on one folder would write one vault and one database. A lock whose process is gone is taken over. */
export type Held = { readonly held: true; release(): void } | { readonly held: false; readonly by: number };

export function holdDataFolder(dataDir: string, pid = process.pid): Held {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, LOCK);
  for (;;) {
    try {
      writeFileSync(file, String(pid), { flag: 'wx', mode: 0o600 });
      return { held: true, release: () => rmSync(file, { force: true }) };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const holder = heldBy(dataDir);
    if (holder !== null) return { held: false, by: holder };
    rmSync(file, { force: true });
  }
}

/** The live process that has the folder open, or null. */
export function heldBy(dataDir: string): number | null {
  const pid = Number(readText(join(dataDir, LOCK)));
  if (!Number.isInteger(pid) || pid <= 0) return null;
  try {
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM' ? pid : null;
  }
}

/** Whether a path, there or not, is in the folder: links are followed. */
export function isBelow(folder: string, path: string): boolean {
  const from = relative(whereItIs(folder), whereItIs(path));
  return !from.startsWith('..') && resolve(from) !== from;
}

function whereItIs(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  return dirname(path) === path ? path : join(whereItIs(dirname(path)), path.slice(dirname(path).length));
}

/** Only what the demo made may be thrown away: its own keys and the list of its sign-ins are there. */
export function isDemoData(dataDir: string): boolean {
  const demo = join(dataDir, ...DATA_LAYOUT.demo);
  return existsSync(join(demo, 'sign-ins.json')) && existsSync(join(demo, 'escrow.key.pem'));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
