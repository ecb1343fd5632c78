import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { renewedKeyFiles } from './key-generations.ts';
import { KEYRING_FILES } from './keyring.ts';
import { hasKeyStore } from './key-store/key-store-file.ts';
import { changeKeyStore, createKeyStore, type KeyStore, type KeyStoreForm } from './key-store/key-store.ts';
import { readAtRest, sealedName, writeAtRest } from './key-store/sealed-file.ts';
import { erasePrivateFile, readPrivateFile } from './private-files.ts';
import { protectVault } from './protect-vault.ts';

/** Keys, and the configuration: names of staff, and what their PINs are checked by. The configuration is the last to go. */
const SECRET_FILES = [KEYRING_FILES.sealKey, KEYRING_FILES.deviceKey, KEYRING_FILES.config] as const;

/** What was done; `secret` is 'changed' when keys and vault were protected before and only what opens them is another. */
export interface Protected {
  readonly secret: 'made' | 'changed';
  /** How many secret files were sealed now. */
  readonly files: number;
  readonly vault: boolean;
}

/**
 * Puts keys and vault behind a key store, or another secret before the same vault key. Each step is whole or nothing and is
 * skipped when it was done: killed anywhere, it is called again. The kiosk must not be running.
 * @throws KeyStoreError, VaultError, PrivateFileError
 */
export function protect(keyFolder: string, vaultFile: string, form: KeyStoreForm): Protected {
  const there = hasKeyStore(keyFolder);
  // First what opens: from here on a key that is sealed can be opened again.
  const store = there ? changeKeyStore(keyFolder, form) : createKeyStore(keyFolder, form);
  const files = [...renewedKeyFiles(keyFolder), ...SECRET_FILES].filter((file) => protectFile(keyFolder, file, store));
  const vault = protectVault(vaultFile, store.keyFor('vault-pages'));
  return { secret: there ? 'changed' : 'made', files: files.length, vault };
}

/** What is sealed already stays: cut off while the clear one was being overwritten, that one may be torn. */
function protectFile(folder: string, file: string, store: KeyStore): boolean {
  if (!existsSync(join(folder, file))) return false;
  if (existsSync(join(folder, sealedName(file)))) {
    const sealed = readAtRest(folder, file, store);
    if (sealed !== null) {
      sealed.fill(0);
      erasePrivateFile(join(folder, file));
      return true;
    }
  }
  const bytes = readPrivateFile(join(folder, file));
  writeAtRest(folder, file, bytes, store);
  bytes.fill(0);
  return true;
}
