import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { isSha256, sha256, type Sha256 } from '../../signing/digest.ts';
import { makeFolders, syncFolder, writeDurably } from './durable-files.ts';
import { StoreFault } from './store-fault.ts';

export interface StoredObject {
  readonly digest: Sha256;
  /** When its bytes were written, by the clock of the store. */
  readonly modifiedAt: Date;
}

/** Where package bytes live (a port): a folder here, an S3 API (`s3-object-store.ts`) behind the same methods. */
export interface ObjectStore {
  /**
   * Writes once ("if none match"): bytes under a digest never change. The caller has checked that `bytes` have this
   * digest. Durable when it resolves.
   */
  put(digest: Sha256, bytes: Uint8Array): Promise<'written' | 'present'>;
  /** Null when there is none. @throws StoreFault 'damaged' when what is there are other bytes. */
  get(digest: Sha256): Promise<Uint8Array | null>;
  /** Durable when it resolves; nothing happens when there is no such object. @throws StoreFault 'held' */
  remove(digest: Sha256): Promise<void>;
  /** The next objects after a digest in the order of digests, or the first; an empty page is the end. */
  list(after: Sha256 | null): Promise<readonly StoredObject[]>;
  /**
   * Legal hold on or off. 'by-store': the store itself refuses to remove the object from now on. 'by-rows-alone': it
   * cannot, and the caller's rows are all that keeps it.
   */
  hold(digest: Sha256, on: boolean): Promise<'by-store' | 'by-rows-alone'>;
}

/** A store that gives other bytes than were stored is found out here, before anybody reads them. */
export function intact(digest: Sha256, bytes: Uint8Array): Uint8Array {
  if (sha256(bytes) !== digest) throw new StoreFault('damaged', 'get', digest);
  return bytes;
}

/** For a store whose bytes are sealed: whoever opens them compares (`sealed-objects.ts`). */
export function unjudged(_digest: Sha256, bytes: Uint8Array): Uint8Array {
  return bytes;
}

/** Objects as files `ab/cd/<digest>`; what a crash left in `incoming` is cleared on opening. */
export async function openFolderStore(folder: string, judge = intact): Promise<ObjectStore> {
  const incoming = path.join(folder, 'incoming');
  await mkdir(incoming, { recursive: true, mode: 0o700 });
  for (const name of await readdir(incoming)) await unlink(path.join(incoming, name));
  const place = (digest: Sha256): string => path.join(folder, digest.slice(0, 2), digest.slice(2, 4), digest);

  return {
    async put(digest, bytes) {
      const target = place(digest);
      if (await isPresent(target)) return 'present';
      const temporary = path.join(incoming, randomUUID());
      await writeDurably(temporary, bytes);
      try {
        await makeFolders(folder, path.dirname(target));
        // link, not rename: it fails when the name exists, which is the conditional write of an S3 store.
        await link(temporary, target);
        await syncFolder(path.dirname(target));
        return 'written';
      } catch (error) {
        if (isCode(error, 'EEXIST')) return 'present';
        throw error;
      } finally {
        await unlink(temporary);
      }
    },
    async remove(digest) {
      const target = place(digest);
      try {
        await unlink(target);
      } catch (error) {
        if (isCode(error, 'ENOENT')) return;
        throw error;
      }
      await syncFolder(path.dirname(target));
    },
    async get(digest) {
      try {
        return judge(digest, new Uint8Array(await readFile(place(digest))));
      } catch (error) {
        if (isCode(error, 'ENOENT')) return null;
        throw error;
      }
    },
    async list(after) {
      // One of the 65,536 folders that has any is a page.
      for (const first of (await namesIn(folder, 2)).filter((name) => name >= (after ?? '').slice(0, 2))) {
        for (const second of await namesIn(path.join(folder, first), 2)) {
          if (after !== null && first + second < after.slice(0, 4)) continue;
          const names = await namesIn(path.join(folder, first, second), 64);
          const page = names.filter(isSha256).filter((name) => after === null || name > after);
          const found = await Promise.all(page.map((digest) => writtenAt(digest, place(digest))));
          const there = found.filter((each) => each !== null);
          if (there.length > 0) return there;
        }
      }
      return [];
    },
    hold: () => Promise.resolve('by-rows-alone'),
  };
}

/** In order; names of another length are none of ours. */
async function namesIn(folder: string, length: number): Promise<readonly string[]> {
  return (await readdir(folder)).filter((name) => name.length === length).toSorted();
}

/** Null when it went meanwhile. */
async function writtenAt(digest: Sha256, file: string): Promise<StoredObject | null> {
  try {
    return { digest, modifiedAt: (await stat(file)).mtime };
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  }
}

async function isPresent(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return false;
    throw error;
  }
}

export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
