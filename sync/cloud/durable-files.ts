import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';

/** A new file, on the disk when it resolves. @throws when it is there */
export async function writeDurably(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** New folders are only durable once their parents are. */
export async function makeFolders(root: string, folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let at = path.dirname(folder); at.startsWith(root); at = path.dirname(at)) await syncFolder(at);
}

/** Names in it are on the disk when it resolves. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder for syncing, and its file system journals names itself.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
