import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmdirSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { ReleaseFile } from '../../signing/escrow/release-files.ts';

/** Lies in each folder of opened material, so that nothing else is ever taken for one and removed. */
const MARK = '.countersign-release';

/** Whether opened material may be written there: nothing is there yet, or an empty folder. */
export function isFree(folder: string): boolean {
  return !existsSync(folder) || (lstatSync(folder).isDirectory() && readdirSync(folder).length === 0);
}

/** For the owner alone: folder 0700, files 0600. The mark comes first: what a kill leaves can be told and removed. */
export function writeMaterial(folder: string, release: number, files: readonly ReleaseFile[]): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, MARK), `${release}\n`, { mode: 0o600, flag: 'wx' });
  for (const { name, bytes } of files) {
    const path = join(folder, name);
    mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 });
    writeFileSync(path, bytes, { mode: 0o600, flag: 'wx' });
  }
}

/** Kept knowingly: from now on it is the holders' own folder. */
export function keepMaterial(folder: string): void {
  unlinkSync(join(folder, MARK));
}

/**
 * Overwrites every file and takes it away, and the folder with it. False when there is no opened material. Overwriting
 * reaches the blocks of an ordinary disk; a journal, a snapshot or a flash drive may hold older copies: for those the
 * folder belongs on an encrypted or memory disk, which the help says.
 */
export function removeMaterial(folder: string): boolean {
  if (!existsSync(join(folder, MARK))) return false;
  // The mark goes last, so that a kill in between leaves something the next run can finish.
  empty(folder, MARK);
  erase(join(folder, MARK));
  rmdirSync(folder);
  return true;
}

function empty(folder: string, except?: string): void {
  for (const name of readdirSync(folder)) {
    if (name === except) continue;
    const path = join(folder, name);
    const facts = lstatSync(path);
    if (facts.isDirectory()) {
      empty(path);
      rmdirSync(path);
    } else if (facts.isFile()) erase(path);
    else unlinkSync(path);
  }
}

const ZEROS = new Uint8Array(64 * 1024);

function erase(path: string): void {
  const file = openSync(path, 'r+');
  try {
    const { size } = fstatSync(file);
    for (let at = 0; at < size; at += ZEROS.length) {
      writeSync(file, ZEROS, 0, Math.min(ZEROS.length, size - at), at);
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  unlinkSync(path);
}
