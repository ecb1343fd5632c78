import { mkdir, open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';

/** Another live process has the folder open. */
export class FolderInUse extends Error {
  constructor(folder: string, pid: number) {
    super(`${path.basename(folder)} is in use by process ${pid}`);
    this.name = 'FolderInUse';
  }
}

/**
 * Takes a folder for this process: the embedded database would be destroyed by a second one. A lock whose process is
 * gone, killed or not, is taken over. Returns what gives it back.
 *
 * @throws FolderInUse
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, 'lock');
  const own = `${process.pid} ${(await startOf(process.pid)) ?? ''}`;
  for (;;) {
    try {
      const handle = await open(file, 'wx', 0o600);
      await handle.writeFile(own);
      await handle.close();
      return () => rm(file, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const [pid = '', start = ''] = (await readFile(file, 'utf8').catch(() => '')).split(' ');
    if (await isAlive(Number(pid), start)) throw new FolderInUse(folder, Number(pid));
    await rm(file, { force: true });
  }
}

/** Process numbers are used again, after a power loss at once: where it can be told, the start time must fit too. */
async function isAlive(pid: number, start: string): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, and is somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  const now = await startOf(pid);
  return now === null || start === '' || now === start;
}

/** Start of a process in clock ticks since boot, with the boot it belongs to; null where there is no /proc. */
async function startOf(pid: number): Promise<string | null> {
  try {
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold spaces; start time is field 22, counted from the state after it (proc(5)).
    return `${boot}/${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''}`;
  } catch {
    return null;
  }
}
