import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { fromUtf8, utf8 } from '../../signing/bytes.ts';
import { canonicalText } from '../../signing/canonical-json.ts';
import { readPrivateFile, writePrivateFile } from '../private-files.ts';
import { KeyStoreError } from './key-store-error.ts';

export const KEY_STORE_FILE = 'key-store.json';

/** Where a secret is read from; the secret itself is never in the file. */
export type SecretPlace =
  /** Absolute path, outside the data folder. */
  | { readonly file: string }
  /** Name of a file in `$CREDENTIALS_DIRECTORY` (systemd: LoadCredentialEncrypted=). */
  | { readonly credential: string };

/** A key of the token, AES, that never leaves it. */
export interface TokenPlace {
  /** Absolute path of the PKCS #11 module. */
  readonly module: string;
  readonly token: string;
  readonly key: string;
  readonly pin: SecretPlace;
}

/** RFC 7914; `n` a power of two. */
export interface ScryptCost {
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

/** What `<data>/kiosk/keys/key-store.json` says. `wrapped` is the vault key, encrypted under what the form gives. */
export type KeyStoreFile =
  | {
      readonly version: 1;
      readonly form: 'passphrase-file' | 'credential';
      readonly place: SecretPlace;
      readonly salt: string;
      readonly scrypt: ScryptCost;
      readonly wrapped: string;
    }
  | { readonly version: 1; readonly form: 'pkcs11'; readonly place: TokenPlace; readonly wrapped: string };

/** 128 MB and some tenths of a second: once per start. */
export const SCRYPT_COST: ScryptCost = { n: 2 ** 17, r: 8, p: 1 };
const MOST_SCRYPT_BYTES = 512 * 1024 * 1024;

export function hasKeyStore(folder: string): boolean {
  return existsSync(join(folder, KEY_STORE_FILE));
}

export function writeKeyStoreFile(folder: string, file: KeyStoreFile): void {
  writePrivateFile(join(folder, KEY_STORE_FILE), utf8(canonicalText(file)));
}

/** @throws KeyStoreError 'malformed'; PrivateFileError when others can read or change it. */
export function readKeyStoreFile(folder: string): KeyStoreFile {
  const bytes = readPrivateFile(join(folder, KEY_STORE_FILE));
  let value: unknown;
  try {
    value = JSON.parse(fromUtf8(bytes));
  } catch {
    throw malformed('it is not JSON');
  }
  const file = record(value, 'it is not an object');
  if (file['version'] !== 1) throw malformed('its version is not 1');
  const wrapped = base64(file['wrapped'], 'wrapped');
  if (file['form'] === 'pkcs11') return { version: 1, form: 'pkcs11', place: tokenPlace(file['place']), wrapped };
  if (file['form'] !== 'passphrase-file' && file['form'] !== 'credential') throw malformed('its form is unknown');
  const place = secretPlace(file['place']);
  const salt = base64(file['salt'], 'salt');
  return { version: 1, form: file['form'], place, salt, scrypt: scryptCost(file['scrypt']), wrapped };
}

function tokenPlace(value: unknown): TokenPlace {
  const place = record(value, 'its place is not an object');
  return {
    module: absolute(place['module'], 'module'),
    token: text(place['token'], 'token'),
    key: text(place['key'], 'key'),
    pin: secretPlace(place['pin']),
  };
}

function secretPlace(value: unknown): SecretPlace {
  const place = record(value, 'its place is not an object');
  if (place['file'] !== undefined) return { file: absolute(place['file'], 'file') };
  const credential = text(place['credential'], 'credential');
  if (!isCredentialName(credential)) throw malformed('its credential is not a plain name');
  return { credential };
}

/** A name and no path: it is looked for in one folder only. */
export function isCredentialName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(name);
}

/** Bounded: a changed file must not keep the machine busy for hours, nor make guessing cheap. */
function scryptCost(value: unknown): ScryptCost {
  const { n, r, p } = record(value, 'its scrypt is not an object');
  const whole = [n, r, p].every((one) => Number.isSafeInteger(one) && Number(one) > 0);
  const cost = { n: Number(n), r: Number(r), p: Number(p) };
  const bytes = 128 * cost.n * cost.r;
  const fits = whole && cost.n >= 2 ** 14 && cost.r >= 8 && cost.p <= 8 && bytes <= MOST_SCRYPT_BYTES;
  if (!fits || !Number.isInteger(Math.log2(cost.n))) throw malformed('its scrypt cost is out of bounds');
  return cost;
}

function record(value: unknown, problem: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(problem);
  return value as Readonly<Record<string, unknown>>;
}

function text(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '' || value.length > 1000) throw malformed(`its ${name} is not a text`);
  return value;
}

function absolute(value: unknown, name: string): string {
  const path = text(value, name);
  if (!isAbsolute(path)) throw malformed(`its ${name} is not an absolute path`);
  return path;
}

function base64(value: unknown, name: string): string {
  const encoded = text(value, name);
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) throw malformed(`its ${name} is not base64`);
  return encoded;
}

function malformed(problem: string): KeyStoreError {
  return new KeyStoreError(
    'malformed',
    `key-store.json cannot be used: ${problem}. Put it back from the backup; without it nothing here can be opened.`,
  );
}
