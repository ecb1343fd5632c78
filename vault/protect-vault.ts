import type { KeyObject } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, linkSync, renameSync, statSync, unlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { openRaw, type EncryptedDatabase } from './database.ts';
import { VaultError } from './errors.ts';
import { CIPHER, keptAs, withPhrase } from './page-key.ts';
import { erasePrivateFile, overwriteFile, syncFolder } from './private-files.ts';

/**
 * Encrypts a vault that lies in the clear. The one that is there stays the vault until an encrypted copy of it has been opened
 * and compared; then the copy takes its place in one step, and what was is overwritten. Killed at any point, it is called
 * again and goes on. Nobody else may have the vault open. Needs about twice the vault's size in memory, and once on the disk.
 * @returns false when there was nothing to do
 * @throws VaultError 'busy' when somebody has it open, 'damaged' when the vault or its copy is not sound
 */
export function protectVault(path: string, key: KeyObject): boolean {
  const copy = `${path}.protecting`;
  const before = `${path}.before`;
  if (existsSync(copy)) erasePrivateFile(copy);
  if (existsSync(before)) removeBefore(path, before);
  if (!existsSync(path) || keptAs(path) !== 'in-the-clear') return false;
  gatherLog(path);
  copyFileSync(path, copy);
  chmodSync(copy, 0o600);
  encrypt(copy, key);
  assertSame(path, copy, key);
  linkSync(path, before);
  renameSync(copy, path);
  syncFolder(dirname(path));
  erasePrivateFile(before);
  return true;
}

/** Cut off between link and rename, both names mean the vault itself; after the rename, the other is what was before. */
function removeBefore(path: string, before: string): void {
  if (statSync(path).ino === statSync(before).ino) unlinkSync(before);
  else erasePrivateFile(before);
}

/** Everything into the one file; the log is overwritten before SQLite removes it. */
function gatherLog(path: string): void {
  const sqlite = openRaw(path, null);
  try {
    // Refused as long as anybody else has the file open: the log must be nobody's but ours.
    sqlite.pragma('locking_mode = EXCLUSIVE');
    sqlite.prepare('SELECT count(*) FROM sqlite_schema').get();
    const [state] = sqlite.pragma('wal_checkpoint(FULL)') as { busy: number; log: number; checkpointed: number }[];
    if (state === undefined || state.busy !== 0 || state.log !== state.checkpointed) throw inUse();
    if (existsSync(`${path}-wal`)) overwriteFile(`${path}-wal`);
  } catch (error) {
    throw isBusy(error) ? inUse() : error;
  } finally {
    sqlite.close();
  }
  if (existsSync(`${path}-wal`)) throw inUse();
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY';
}

function inUse(): VaultError {
  return new VaultError('busy', 'another program has the vault open');
}

/** In place: the copy is thrown away when this does not end, so nothing is kept that could bring it back. */
function encrypt(copy: string, key: KeyObject): void {
  const sqlite = openRaw(copy, null);
  try {
    sqlite.pragma('journal_mode = DELETE');
    sqlite.pragma('journal_mode = MEMORY');
    sqlite.pragma(CIPHER);
    withPhrase(key, (phrase) => sqlite.rekey(phrase));
  } finally {
    sqlite.close();
  }
}

function assertSame(path: string, copy: string, key: KeyObject): void {
  const was = openRaw(path, null);
  try {
    const is = openRaw(copy, key);
    try {
      const sound = is.pragma('integrity_check', { simple: true }) === 'ok';
      if (!sound || summary(is) !== summary(was)) throw new VaultError('damaged', 'the encrypted copy is not the same');
    } finally {
      is.close();
    }
  } finally {
    was.close();
  }
}

/** Schema, numbers of the file and how many rows each table has: the pages themselves carry tags. */
function summary(sqlite: EncryptedDatabase): string {
  const objects = sqlite.prepare<[], { type: string; name: string; sql: string }>(
    `SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name`,
  );
  const all = objects.all();
  const counts = all
    .filter(({ type }) => type === 'table')
    .map(({ name }) => sqlite.prepare(`SELECT count(*) AS n FROM "${name.replaceAll('"', '""')}"`).get());
  const numbers = ['application_id', 'user_version'].map((name) => sqlite.pragma(name, { simple: true }));
  return JSON.stringify([all, counts, numbers]);
}
