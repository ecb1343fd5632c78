import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { say } from './progress.mjs';

const LOOK_EVERY_MS = 500;

/**
 * Two commands at once would install or build over each other: the second waits for the first. A lock whose process is
 * gone is taken over. Resolves to what gives it back.
 */
export async function takeLock(file, pid = process.pid) {
  mkdirSync(dirname(file), { recursive: true });
  let told = false;
  for (;;) {
    try {
      writeFileSync(file, String(pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const holder = Number(readText(file));
    if (!isAlive(holder)) {
      rmSync(file, { force: true });
      continue;
    }
    if (!told) say(`Another Countersign command (process ${holder}) is installing or building; waiting for it …`);
    told = true;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

export function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
