import { createSecretKey, hkdfSync, randomBytes, type KeyObject } from 'node:crypto';
import { utf8 } from '../../signing/bytes.ts';
import { openBytes, sealBytes } from './aes-gcm.ts';
import { KeyStoreError, refusedSecret } from './key-store-error.ts';
import {
  hasKeyStore,
  readKeyStoreFile,
  SCRYPT_COST,
  writeKeyStoreFile,
  type KeyStoreFile,
  type TokenPlace,
} from './key-store-file.ts';
import { nameOf, readSecret, stretch } from './secret.ts';
import { unwrapByToken, wrapByToken } from './token.ts';

/** What a vault key is used for; each use has a key of its own. */
export type KeyPurpose = 'vault-pages' | 'private-files';

/** An opened key store. The vault key itself is gone from memory: what is kept are the keys made of it. */
export interface KeyStore {
  readonly form: KeyStoreForm['form'];
  /** AES-256 or ChaCha20 key of 32 bytes: HKDF-SHA-256 (RFC 5869) of the vault key. */
  keyFor(purpose: KeyPurpose): KeyObject;
}

/** Where the secret is that opens the vault key. */
export type KeyStoreForm =
  | { readonly form: 'passphrase-file'; readonly place: { readonly file: string } }
  | { readonly form: 'credential'; readonly place: { readonly credential: string } }
  | { readonly form: 'pkcs11'; readonly place: TokenPlace };

const VAULT_KEY_BYTES = 32;
/** Below this, a passphrase is guessed whatever the stretching costs. */
const SHORTEST_PASSPHRASE = 16;
const WRAP_CONTEXT = utf8('countersign vault key 1');

/**
 * Null when this kiosk has none (a demo: keys and vault lie in the clear).
 * @throws KeyStoreError, a sentence; PrivateFileError for `key-store.json` itself
 */
export function openKeyStore(folder: string): KeyStore | null {
  if (!hasKeyStore(folder)) return null;
  const file = readKeyStoreFile(folder);
  return keptOpen(file.form, unwrap(file));
}

/** Makes a new vault key and writes it down wrapped. @throws KeyStoreError; an Error when there is a key store already. */
export function createKeyStore(folder: string, form: KeyStoreForm): KeyStore {
  if (hasKeyStore(folder)) throw new Error('there is a key store already: its key would be lost');
  const vaultKey = randomBytes(VAULT_KEY_BYTES);
  writeChecked(folder, form, vaultKey);
  return keptOpen(form.form, vaultKey);
}

/** Another form or another secret for the same vault key; nothing that is protected has to be written again. */
export function changeKeyStore(folder: string, form: KeyStoreForm): KeyStore {
  const vaultKey = unwrap(readKeyStoreFile(folder));
  writeChecked(folder, form, vaultKey);
  return keptOpen(form.form, vaultKey);
}

/** Tried before it is relied on: a wrapping that does not open would be the end of everything. */
function writeChecked(folder: string, form: KeyStoreForm, vaultKey: Buffer): void {
  const file = wrap(form, vaultKey);
  const again = unwrap(file);
  const same = again.equals(vaultKey);
  again.fill(0);
  if (!same) throw refusedSecret('what was just used');
  writeKeyStoreFile(folder, file);
}

function wrap(form: KeyStoreForm, vaultKey: Buffer): KeyStoreFile {
  if (form.form === 'pkcs11') {
    const wrapped = wrapByToken(form.place, vaultKey, WRAP_CONTEXT);
    return { version: 1, form: 'pkcs11', place: form.place, wrapped: Buffer.from(wrapped).toString('base64') };
  }
  const secret = readSecret(form.place);
  if (secret.length < SHORTEST_PASSPHRASE) {
    secret.fill(0);
    throw new KeyStoreError('unfit', `${nameOf(form.place)} has fewer than ${SHORTEST_PASSPHRASE} characters.`);
  }
  const salt = randomBytes(16);
  const wrapped = sealBytes(stretch(secret, salt, SCRYPT_COST), vaultKey, WRAP_CONTEXT);
  return {
    version: 1,
    form: form.form,
    place: form.place,
    salt: salt.toString('base64'),
    scrypt: SCRYPT_COST,
    wrapped: Buffer.from(wrapped).toString('base64'),
  };
}

function unwrap(file: KeyStoreFile): Buffer {
  const wrapped = Buffer.from(file.wrapped, 'base64');
  const vaultKey =
    file.form === 'pkcs11' ? unwrapByToken(file.place, wrapped, WRAP_CONTEXT) : unwrapBySecret(file, wrapped);
  if (vaultKey?.length !== VAULT_KEY_BYTES) throw refusedSecret(wordsFor(file));
  return vaultKey;
}

function unwrapBySecret(file: Extract<KeyStoreFile, { readonly salt: string }>, wrapped: Uint8Array): Buffer | null {
  const salt = Buffer.from(file.salt, 'base64');
  return openBytes(stretch(readSecret(file.place), salt, file.scrypt), wrapped, WRAP_CONTEXT);
}

function wordsFor(file: KeyStoreFile): string {
  return file.form === 'pkcs11' ? `the token '${file.place.token}'` : nameOf(file.place);
}

/** Zeroes the vault key. */
function keptOpen(form: KeyStoreForm['form'], vaultKey: Buffer): KeyStore {
  const derived = (purpose: KeyPurpose): KeyObject => {
    const bytes = new Uint8Array(hkdfSync('sha256', vaultKey, new Uint8Array(0), `countersign ${purpose} 1`, 32));
    const key = createSecretKey(bytes);
    bytes.fill(0);
    return key;
  };
  const keys: Readonly<Record<KeyPurpose, KeyObject>> = {
    'vault-pages': derived('vault-pages'),
    'private-files': derived('private-files'),
  };
  vaultKey.fill(0);
  return { form, keyFor: (purpose) => keys[purpose] };
}
