import { createSecretKey, scryptSync, type KeyObject } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PrivateFileError, readPrivateFile } from '../private-files.ts';
import { KeyStoreError } from './key-store-error.ts';
import type { ScryptCost, SecretPlace } from './key-store-file.ts';

/** Set by systemd for a unit with LoadCredential...=: a folder in memory that only the service can read. */
const CREDENTIALS = 'CREDENTIALS_DIRECTORY';
const LARGEST_SECRET = 4096;

/** What the secret is called in sentences: never what is in it. */
export function nameOf(place: SecretPlace): string {
  return 'file' in place ? `the file ${place.file}` : `the credential '${place.credential}'`;
}

/**
 * The secret's bytes without the end of its line. The caller zeroes them.
 * @throws KeyStoreError 'missing', 'unfit'
 */
export function readSecret(place: SecretPlace): Buffer {
  const raw = 'file' in place ? fromFile(place.file) : fromCredential(place.credential);
  let end = raw.length;
  while (end > 0 && (raw[end - 1] === 0x0a || raw[end - 1] === 0x0d)) end -= 1;
  const secret = Buffer.from(raw.subarray(0, end));
  raw.fill(0);
  if (secret.length === 0 || secret.length > LARGEST_SECRET) {
    throw new KeyStoreError('unfit', `${nameOf(place)} is empty or too large for a secret.`);
  }
  return secret;
}

function fromFile(path: string): Uint8Array {
  try {
    return readPrivateFile(path);
  } catch (problem) {
    if (!(problem instanceof PrivateFileError)) throw problem;
    if (problem.code === 'missing') {
      throw new KeyStoreError(
        'missing',
        `The key store is not there: ${path}. Bring what it is on (a stick, a mounted folder), then start again.`,
      );
    }
    throw new KeyStoreError(
      'unfit',
      `The key store's ${problem.message}. It must be a plain file for this account only.`,
    );
  }
}

/** systemd gives others' read bits by access lists, so the mode says nothing here; the folder is the service's own. */
function fromCredential(name: string): Uint8Array {
  const folder = process.env[CREDENTIALS];
  const missing = (): KeyStoreError =>
    new KeyStoreError(
      'missing',
      `The key store's credential '${name}' was not given to this service. Its unit needs: LoadCredentialEncrypted=${name}`,
    );
  if (folder === undefined || folder === '') throw missing();
  const path = join(folder, name);
  try {
    if (!statSync(path).isFile()) throw missing();
    return readFileSync(path);
  } catch {
    throw missing();
  }
}

/** RFC 7914. Zeroes the secret. @returns an AES-256 key. */
export function stretch(secret: Buffer, salt: Uint8Array, { n, r, p }: ScryptCost): KeyObject {
  // Node counts a little more than 128 N r.
  const key = scryptSync(secret, salt, 32, { N: n, r, p, maxmem: 128 * n * r + 128 * r * p + 1024 * 1024 });
  secret.fill(0);
  try {
    return createSecretKey(key);
  } finally {
    key.fill(0);
  }
}
