import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { KEYRING_FILES, KeyringError } from './keyring.ts';
import { hasKeyStore } from './key-store/key-store-file.ts';
import { changeKeyStore, createKeyStore, type KeyStore, type KeyStoreForm } from './key-store/key-store.ts';
import { readPrivateKey, sealedName, writePrivateKey } from './key-store/private-key-file.ts';
import { erasePrivateFile } from './private-files.ts';
import { protectVault } from './protect-vault.ts';

/** What was done; `secret` is 'changed' when keys and vault were protected before and only what opens them is another. */
export interface Protected {
  readonly secret: 'made' | 'changed';
  readonly keys: number;
  readonly vault: boolean;
}

/**
 * Puts keys and vault behind a key store, or another secret before the same vault key. Each step is whole or nothing and is
 * skipped when it was done: killed anywhere, it is called again. The kiosk must not be running.
 * @throws KeyStoreError, KeyringError, VaultError, PrivateFileError
 */
export function protect(keyFolder: string, vaultFile: string, form: KeyStoreForm): Protected {
  const there = hasKeyStore(keyFolder);
  // First what opens: from here on a key that is sealed can be opened again.
  const store = there ? changeKeyStore(keyFolder, form) : createKeyStore(keyFolder, form);
  const keys = [KEYRING_FILES.sealKey, KEYRING_FILES.deviceKey].filter((file) => protectKey(keyFolder, file, store));
  const vault = protectVault(vaultFile, store.keyFor('vault-pages'));
  return { secret: there ? 'changed' : 'made', keys: keys.length, vault };
}

function protectKey(folder: string, file: string, store: KeyStore): boolean {
  if (!existsSync(join(folder, file))) return false;
  if (existsSync(join(folder, sealedName(file))) && readPrivateKey(folder, file, store) !== null) {
    // It was cut off between writing the one and removing the other.
    erasePrivateFile(join(folder, file));
    return true;
  }
  const key = readPrivateKey(folder, file, null);
  if (key === null) throw new KeyringError('malformed', file, 'is not a private key in PEM');
  writePrivateKey(folder, file, key, store);
  return true;
}
