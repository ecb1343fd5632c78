import { createPrivateKey, type KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fromUtf8, utf8 } from '../../signing/bytes.ts';
import { erasePrivateFile, readPrivateFile, writePrivateFile } from '../private-files.ts';
import { openBytes, sealBytes } from './aes-gcm.ts';
import type { KeyStore } from './key-store.ts';

/**
 * A private key at rest. Without a key store `NAME.pem` (PKCS #8); with one `NAME.sealed`: one line that says the version, then
 * nonce, AES-256-GCM ciphertext of the PKCS #8 DER and tag. The line and the file's name are authenticated, so that no file
 * can take the place of another.
 */
const HEADER = utf8('countersign sealed key 1\n');

export function sealedName(pemName: string): string {
  return pemName.replace(/\.pem$/, '.sealed');
}

/** Whole and durable. What lay in the clear under the same name is overwritten and gone. */
export function writePrivateKey(folder: string, pemName: string, key: KeyObject, store: KeyStore | null): void {
  if (store === null) {
    writePrivateFile(join(folder, pemName), utf8(key.export({ type: 'pkcs8', format: 'pem' }).toString()));
    return;
  }
  const der = key.export({ type: 'pkcs8', format: 'der' });
  const sealed = sealBytes(store.keyFor('private-keys'), der, contextOf(pemName));
  der.fill(0);
  writePrivateFile(join(folder, sealedName(pemName)), Buffer.concat([HEADER, sealed]));
  if (existsSync(join(folder, pemName))) erasePrivateFile(join(folder, pemName));
}

/**
 * Null for anything that is no such key: what was wrong with it would tell of the contents.
 * @throws PrivateFileError when the file is missing or others can read it
 */
export function readPrivateKey(folder: string, pemName: string, store: KeyStore | null): KeyObject | null {
  if (store === null) {
    const pem = fromUtf8(readPrivateFile(join(folder, pemName)));
    return attempted(() => createPrivateKey(pem));
  }
  const file = Buffer.from(readPrivateFile(join(folder, sealedName(pemName))));
  if (!file.subarray(0, HEADER.length).equals(HEADER)) return null;
  const der = openBytes(store.keyFor('private-keys'), file.subarray(HEADER.length), contextOf(pemName));
  if (der === null) return null;
  try {
    return attempted(() => createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
  } finally {
    der.fill(0);
  }
}

function contextOf(pemName: string): Uint8Array {
  return Buffer.concat([HEADER, utf8(sealedName(pemName))]);
}

function attempted(work: () => KeyObject): KeyObject | null {
  try {
    return work();
  } catch {
    return null;
  }
}
