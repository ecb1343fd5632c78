import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { KEY_STORE_FILE } from '../../../vault/key-store/key-store-file.ts';
import {
  changeKeyStore,
  createKeyStore,
  openKeyStore,
  type KeyStore,
  type KeyStoreForm,
} from '../../../vault/key-store/key-store.ts';
import { requireTool, SOFTHSM } from '../../support/tools.ts';
import { temporaryFolder } from '../vault-fixtures.ts';
import { addKey, makeToken, useSoftTokens } from './soft-token.ts';

const PHRASE = 'sedem zlatih cebelic leti';
const PIN = '482913';
const before = { hsm: process.env['SOFTHSM2_CONF'], credentials: process.env['CREDENTIALS_DIRECTORY'] };
afterEach(() => {
  restore('SOFTHSM2_CONF', before.hsm);
  restore('CREDENTIALS_DIRECTORY', before.credentials);
});
function restore(name: string, value: string | undefined): void {
  if (value === undefined) Reflect.deleteProperty(process.env, name);
  else process.env[name] = value;
}

function place(): { readonly root: string; readonly keys: string } {
  const root = temporaryFolder();
  return { root, keys: path.join(root, 'data', 'keys') };
}
function secretFile(root: string, name: string, text: string, mode = 0o600): string {
  const file = path.join(root, name);
  writeFileSync(file, text, { mode });
  return file;
}
const phraseFile = (root: string, text = `${PHRASE}\n`): KeyStoreForm => ({
  form: 'passphrase-file',
  place: { file: secretFile(root, 'phrase', text) },
});
function tokenForm(root: string): KeyStoreForm {
  useSoftTokens(root);
  makeToken('kiosk', 'vault', PIN);
  const pin = { file: secretFile(root, 'pin', `${PIN}\n`) };
  return { form: 'pkcs11', place: { module: SOFTHSM, token: 'kiosk', key: 'vault', pin } };
}
const same = (one: KeyStore, other: KeyStore | null): boolean =>
  other !== null && one.keyFor('vault-pages').equals(other.keyFor('vault-pages'));
const error = (code: string, words: RegExp): unknown =>
  expect.objectContaining({ name: 'KeyStoreError', code, message: expect.stringMatching(words) as string });

describe('a key store', () => {
  it('is not there before it is made: keys and vault lie in the clear', () => {
    expect(openKeyStore(place().keys)).toBeNull();
  });

  it('opens by a passphrase file, with another key for each purpose', () => {
    const { root, keys } = place();
    const made = createKeyStore(keys, phraseFile(root));
    expect(same(made, openKeyStore(keys))).toBe(true);
    expect(made.keyFor('vault-pages').equals(made.keyFor('private-files'))).toBe(false);
    expect(readFileSync(path.join(keys, KEY_STORE_FILE), 'utf8')).not.toContain('cebelic');
  });

  it('opens by a credential of the service, and says which line is missing from its unit', () => {
    const { root, keys } = place();
    const credentials = path.join(root, 'credentials');
    mkdirSync(credentials);
    writeFileSync(path.join(credentials, 'countersign.vault'), PHRASE);
    process.env['CREDENTIALS_DIRECTORY'] = credentials;
    const made = createKeyStore(keys, { form: 'credential', place: { credential: 'countersign.vault' } });
    expect(same(made, openKeyStore(keys))).toBe(true);
    Reflect.deleteProperty(process.env, 'CREDENTIALS_DIRECTORY');
    expect(() => openKeyStore(keys)).toThrow(error('missing', /LoadCredentialEncrypted=countersign\.vault/));
  });

  it('opens by a key that never leaves its token', (ctx) => {
    requireTool(ctx, SOFTHSM, 'softhsm2-util', 'pkcs11-tool');
    const { root, keys } = place();
    const made = createKeyStore(keys, tokenForm(root));
    expect(same(made, openKeyStore(keys))).toBe(true);
    const text = readFileSync(path.join(keys, KEY_STORE_FILE), 'utf8');
    expect(text).not.toContain(PIN);
    const key = made.keyFor('vault-pages').export();
    expect(Buffer.from(text).includes(key)).toBe(false);
  });

  it('says what is wrong with a token: away, PIN refused, its key another or twice, changed wrapping', (ctx) => {
    requireTool(ctx, SOFTHSM, 'softhsm2-util', 'pkcs11-tool');
    const { root, keys } = place();
    createKeyStore(keys, tokenForm(root));
    secretFile(root, 'pin', '111111');
    expect(() => openKeyStore(keys)).toThrow(error('refused', /refuses the PIN/));
    secretFile(root, 'pin', PIN);
    const file = path.join(keys, KEY_STORE_FILE);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('"token":"kiosk"', '"token":"away"'));
    expect(() => openKeyStore(keys)).toThrow(error('missing', /'away' is not there/));
    addKey('kiosk', 'other', PIN);
    writeFileSync(file, text.replace('"key":"vault"', '"key":"other"'));
    expect(() => openKeyStore(keys)).toThrow(error('refused', /the token 'kiosk'/));
    addKey('kiosk', 'other', PIN);
    expect(() => openKeyStore(keys)).toThrow(error('missing', /no one AES key named 'other'/));
    writeFileSync(file, text.replace(SOFTHSM, '/nowhere/module.so'));
    expect(() => openKeyStore(keys)).toThrow(error('missing', /module \/nowhere\/module\.so/));
  });

  it('tells a wrong passphrase and a changed wrapping as one thing, without either', () => {
    const { root, keys } = place();
    createKeyStore(keys, phraseFile(root));
    const said = (): string => {
      try {
        openKeyStore(keys);
        return 'opened';
      } catch (problem) {
        return problem instanceof Error ? `${problem.message} ${JSON.stringify(problem)}` : 'no error';
      }
    };
    secretFile(root, 'phrase', 'sedem zlatih cebelic lete');
    const wrong = said();
    secretFile(root, 'phrase', PHRASE);
    expect(said()).toBe('opened');
    const file = path.join(keys, KEY_STORE_FILE);
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace(/"wrapped":"(.)/, (_, c) => `"wrapped":"${c === 'A' ? 'B' : 'A'}`),
    );
    expect(said()).toBe(wrong);
    expect(wrong).toMatch(/does not open the vault key/);
    expect(wrong).not.toMatch(/cebelic/);
  });

  it('is not opened by a file others can read, and not made with a short passphrase', () => {
    const { root, keys } = place();
    expect(() => createKeyStore(keys, phraseFile(root, 'too short\n'))).toThrow(error('unfit', /fewer than 16/));
    const form = phraseFile(root);
    secretFile(root, 'open', PHRASE, 0o644);
    expect(() => createKeyStore(keys, { form: 'passphrase-file', place: { file: path.join(root, 'open') } })).toThrow(
      error('unfit', /open: others than its owner/),
    );
    createKeyStore(keys, form);
    expect(() => createKeyStore(keys, form)).toThrow(/key store already/);
  });

  it('refuses a description it does not understand', () => {
    const { root, keys } = place();
    createKeyStore(keys, phraseFile(root));
    const file = path.join(keys, KEY_STORE_FILE);
    const text = readFileSync(file, 'utf8');
    for (const [from, to] of [
      ['"version":1', '"version":2'],
      ['passphrase-file', 'post-it'],
      ['"n":131072', '"n":1024'],
      ['"n":131072', '"n":1073741824'],
      [root, '.'],
      ['{"', '{{"'],
    ] as const) {
      writeFileSync(file, text.replace(from, to));
      expect(() => openKeyStore(keys), to).toThrow(error('malformed', /key-store\.json cannot be used/));
    }
  });

  it('changes its form without changing the key', (ctx) => {
    requireTool(ctx, SOFTHSM, 'softhsm2-util', 'pkcs11-tool');
    const { root, keys } = place();
    const made = createKeyStore(keys, phraseFile(root));
    expect(same(made, changeKeyStore(keys, tokenForm(root)))).toBe(true);
    secretFile(root, 'phrase', 'what it was does not matter now');
    expect(same(made, openKeyStore(keys))).toBe(true);
  });
});
