import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { utf8 } from '../../signing/bytes.ts';
import { erasePrivateFile, readPrivateFile, writePrivateFile } from '../private-files.ts';
import { openBytes, sealBytes } from './aes-gcm.ts';
import type { KeyStore } from './key-store.ts';

/**
 * A secret file at rest. Without a key store it lies as NAME; with one as NAME.sealed: one line that says the version, then
 * nonce, AES-256-GCM ciphertext and tag. The line and the file's name are authenticated, so that no file can take the place
 * of another.
 */
const HEADER = utf8('countersign sealed file 1\n');

export function sealedName(name: string): string {
  return `${name}.sealed`;
}

/** Whole and durable. What lay in the clear under the same name is overwritten and gone. */
export function writeAtRest(folder: string, name: string, bytes: Uint8Array, store: KeyStore | null): void {
  if (store === null) {
    writePrivateFile(join(folder, name), bytes);
    return;
  }
  const sealed = sealBytes(store.keyFor('private-files'), bytes, contextOf(name));
  writePrivateFile(join(folder, sealedName(name)), Buffer.concat([HEADER, sealed]));
  if (existsSync(join(folder, name))) erasePrivateFile(join(folder, name));
}

/**
 * For the caller to zero when it is a key. Null when a sealed file was not sealed for this key store under this name.
 * @throws PrivateFileError when the file is missing or others can read it
 */
export function readAtRest(folder: string, name: string, store: KeyStore | null): Buffer | null {
  if (store === null) return Buffer.from(readPrivateFile(join(folder, name)));
  const file = Buffer.from(readPrivateFile(join(folder, sealedName(name))));
  if (!file.subarray(0, HEADER.length).equals(HEADER)) return null;
  return openBytes(store.keyFor('private-files'), file.subarray(HEADER.length), contextOf(name));
}

function contextOf(name: string): Uint8Array {
  return Buffer.concat([HEADER, utf8(sealedName(name))]);
}
