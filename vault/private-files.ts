import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

export type PrivateFileErrorCode =
  /** Others than the owner may read or change it. */
  'too-open' | 'not-ours' | 'missing' | 'not-a-file' | 'too-large';

/** Names the file, never its contents. */
export class PrivateFileError extends Error {
  readonly code: PrivateFileErrorCode;
  readonly path: string;
  constructor(code: PrivateFileErrorCode, path: string, message: string) {
    super(`${basename(path)}: ${message}`);
    this.name = 'PrivateFileError';
    this.code = code;
    this.path = path;
  }
}

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
/** Keys, certificates and a small configuration: anything larger is a mistake. */
const LARGEST = 1024 * 1024;
const OVERWRITTEN_AT_ONCE = 1024 * 1024;
/** Windows has no such bits: there the folder's access list is the installer's business. */
const HAS_MODES = process.platform !== 'win32';

/** Makes the folder if need be. @throws PrivateFileError when others can look into it. */
export function openPrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
  assertPrivate(folder, statSync(folder));
}

/**
 * Whole file or nothing, durable when it returns: written beside, synced, renamed over, folder synced.
 * The folder must be private.
 */
export function writePrivateFile(path: string, bytes: Uint8Array): void {
  const folder = dirname(path);
  openPrivateFolder(folder);
  const beside = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  const file = openSync(beside, 'wx', FILE_MODE);
  try {
    try {
      let written = 0;
      while (written < bytes.length) written += writeSync(file, bytes, written);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    // A strange umask may have taken bits away; it cannot have added any.
    chmodSync(beside, FILE_MODE);
    renameSync(beside, path);
  } catch (error) {
    unlinkSync(beside);
    throw error;
  }
  syncFolder(folder);
}

/** @throws PrivateFileError when it is not there, not a plain file, or others can read it. */
export function readPrivateFile(path: string): Uint8Array {
  const file = open(path);
  try {
    // Asked of the open file, not of the path: it cannot be exchanged in between.
    const facts = fstatSync(file);
    if (!facts.isFile()) throw new PrivateFileError('not-a-file', path, 'is not a plain file');
    if (facts.size > LARGEST) throw new PrivateFileError('too-large', path, 'is too large');
    assertPrivate(path, facts);
    return Uint8Array.from(readFileSync(file));
  } finally {
    closeSync(file);
  }
}

/**
 * Overwrites the file where it lies, then removes it. A file system that writes elsewhere, or a flash disk, may keep old
 * blocks: that is not in our hands.
 */
export function erasePrivateFile(path: string): void {
  overwriteFile(path);
  unlinkSync(path);
  syncFolder(dirname(path));
}

/** Zeroes in place, durable when it returns; the length stays. */
export function overwriteFile(path: string): void {
  const file = openSync(path, constants.O_RDWR | (HAS_MODES ? constants.O_NOFOLLOW : 0));
  try {
    const zeroes = Buffer.alloc(OVERWRITTEN_AT_ONCE);
    const { size } = fstatSync(file);
    for (let at = 0; at < size;) at += writeSync(file, zeroes, 0, Math.min(zeroes.length, size - at), at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function open(path: string): number {
  try {
    // No following of symbolic links, and no waiting on a pipe somebody put there.
    return openSync(path, constants.O_RDONLY | (HAS_MODES ? constants.O_NOFOLLOW | constants.O_NONBLOCK : 0));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') throw new PrivateFileError('missing', path, 'is missing');
    if (code === 'ELOOP') throw new PrivateFileError('not-a-file', path, 'is a symbolic link');
    throw error;
  }
}

function assertPrivate(path: string, facts: { readonly mode: number; readonly uid: number }): void {
  if (!HAS_MODES) return;
  if ((facts.mode & 0o077) !== 0) {
    const mode = (facts.mode & 0o777).toString(8);
    throw new PrivateFileError('too-open', path, `others than its owner can use it (mode ${mode})`);
  }
  const self = process.getuid?.();
  if (self !== undefined && facts.uid !== self) {
    throw new PrivateFileError('not-ours', path, 'belongs to another user of this machine');
  }
}

/** What was renamed or removed in it survives a power cut. */
export function syncFolder(folder: string): void {
  if (!HAS_MODES) return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
