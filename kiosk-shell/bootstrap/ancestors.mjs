import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isAlive } from './lock.mjs';

const LOOK_EVERY_MS = 1_000;

/**
 * Calls `gone` once when the process that called this one has ended, killed even: a program in the middle (npm, its
 * shell) that dies takes nobody with it by itself. Answers what stops the watch.
 */
export function watchCallers(gone) {
  const parent = process.ppid;
  const npm = process.env.npm_lifecycle_event === undefined ? null : callerOf(parent);
  const watch = setInterval(() => {
    if (process.ppid === parent && (npm === null || isAlive(npm))) return;
    clearInterval(watch);
    gone();
  }, LOOK_EVERY_MS);
  watch.unref();
  return () => clearInterval(watch);
}

/** npm runs its scripts in a shell, which on some systems stays in between: then npm is the caller of our parent. */
function callerOf(parent) {
  const { name, ppid } = describe(parent);
  return /^-?(sh|bash|dash|ash|zsh|ksh)$/.test(name) && ppid > 1 ? ppid : null;
}

function describe(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // proc(5): pid (name) state ppid; the name may hold brackets and spaces.
    const [, name = '', rest = ''] = /^\d+ \((.*)\) (.*)$/s.exec(stat) ?? [];
    return { name, ppid: Number(rest.split(' ')[1]) };
  } catch {
    const { stdout } = spawnSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], { encoding: 'utf8' });
    const [, ppid = '0', command = ''] = /^\s*(\d+)\s+(.*)$/.exec((stdout ?? '').trim()) ?? [];
    return { name: command.split('/').at(-1) ?? '', ppid: Number(ppid) };
  }
}
