import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { FileStore } from '@tus/file-store';
import type { DataStore } from '@tus/server';
import { isCode } from './object-store.ts';

/** Where the bytes of uploads under way live (a port): a folder of this process, or a bucket that all processes reach. */
export interface UploadStore {
  /** What `@tus/server` writes to and asks for offsets. */
  readonly tus: DataStore;
  /** Bytes that have come so far, kept in any case; null when there is no such upload. */
  offset(id: string): Promise<number | null>;
  /** All `size` bytes; null when they are not, or no longer, all there. */
  bytes(id: string, size: number): Promise<Uint8Array | null>;
  /** Nothing happens when there is no such upload. */
  remove(id: string): Promise<void>;
  /** The next names of uploads after one, or the first; an empty page is the end. */
  list(after: string | null): Promise<readonly string[]>;
}

const INFO = '.json';

/** Uploads in a folder: for a cloud of one process. */
export async function openFolderUploads(folder: string): Promise<UploadStore> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const tus = new FileStore({ directory: folder });
  return {
    tus,
    async offset(id) {
      try {
        return (await tus.getUpload(id)).offset;
      } catch {
        return null;
      }
    },
    async bytes(id, size) {
      try {
        const bytes = new Uint8Array(await readFile(path.join(folder, id)));
        return bytes.length === size ? bytes : null;
      } catch (error) {
        if (isCode(error, 'ENOENT')) return null;
        throw error;
      }
    },
    async remove(id) {
      await rm(path.join(folder, id), { force: true });
      await rm(path.join(folder, id + INFO), { force: true });
    },
    async list(after) {
      const names = new Set((await readdir(folder)).map((name) => (name.endsWith(INFO) ? name.slice(0, -5) : name)));
      return [...names].filter((name) => after === null || name > after).toSorted();
    },
  };
}
