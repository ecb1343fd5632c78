import { generateKeyPairSync, privateDecrypt, publicEncrypt } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { utf8 } from '../../../signing/bytes.ts';
import {
  parseTwoPersonKey,
  protectKey,
  unlockKey,
  type Passphrases,
  type TwoPersonKey,
} from '../../../signing/escrow/two-person-key.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const HOLDERS = ['Notarka Ančka', 'Sodnik Bor'] as const;
const SECRETS: Passphrases = ['three blue herons', 'deset belih čapelj'];
/** Cheap: what is tested is not how long a guess takes. */
const cost = { n: 16, r: 1, p: 1 };
let stored: TwoPersonKey;
beforeAll(async () => {
  const made = await protectKey(privateKey, HOLDERS, SECRETS, { cost });
  if (!made.ok) throw new Error(made.error);
  stored = made.value;
});
const fileOf = (key: object): Uint8Array => utf8(JSON.stringify(key));

describe('a key under two passphrases', () => {
  it('is the key again with both, read from its file', async () => {
    const read = parseTwoPersonKey(fileOf(stored));
    const opened = await unlockKey(read!, SECRETS);
    if (!opened.ok) throw new Error(opened.error);
    const sealed = publicEncrypt(publicKey, Buffer.from('word'));
    expect(privateDecrypt(opened.value, sealed).toString()).toBe('word');
  });

  it('does not mind how letters with marks were typed', async () => {
    expect((await unlockKey(stored, [SECRETS[0], SECRETS[1].normalize('NFD')])).ok).toBe(true);
  });

  it.each([
    ['the first alone, given twice', [SECRETS[0], SECRETS[0]]],
    ['the second alone, given twice', [SECRETS[1], SECRETS[1]]],
    ['the first and a wrong one', [SECRETS[0], 'deset belih capelj']],
    ['a wrong one and the second', ['three blue heron', SECRETS[1]]],
    ['both the wrong way round', [SECRETS[1], SECRETS[0]]],
    ['none', ['', '']],
  ] as const)('stays closed to %s', async (_who, secrets) => {
    expect(await unlockKey(stored, secrets)).toEqual({ ok: false, error: 'passphrases-wrong' });
  });

  it('stays closed when anything in its file was changed, names included', async () => {
    const [first, second] = stored.holders;
    const sealed = Buffer.from(stored.sealed, 'base64');
    sealed[40]! ^= 1;
    const changed: readonly TwoPersonKey[] = [
      { ...stored, holders: [{ ...first, name: 'Somebody else' }, second] },
      { ...stored, holders: [{ ...first, salt: second.salt }, second] },
      { ...stored, publicKey: stored.publicKey.replace(/^./, (c) => (c === '0' ? '1' : '0')) as never },
      { ...stored, nonce: Buffer.alloc(12).toString('base64') },
      { ...stored, sealed: sealed.toString('base64') },
    ];
    for (const key of changed) {
      expect((await unlockKey(parseTwoPersonKey(fileOf(key))!, SECRETS)).ok).toBe(false);
    }
  });

  it('is never made for one person in two roles, nor under a word', async () => {
    const make = async (holders: readonly [string, string], secrets: Passphrases) =>
      protectKey(privateKey, holders, secrets, { cost });
    expect(await make(HOLDERS, ['three blue herons', 'three blue herons'])).toMatchObject({
      error: 'passphrases-equal',
    });
    expect(await make(HOLDERS, ['three blue herons', 'short'])).toMatchObject({ error: 'passphrase-short' });
    expect(await make(['Ančka', ' ančka'], SECRETS)).toMatchObject({ error: 'holders-equal' });
    const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    expect(await protectKey(p256, HOLDERS, SECRETS, { cost })).toMatchObject({ error: 'key-unsuitable' });
  });

  it('refuses files that are none, or that ask for absurd work', () => {
    for (const odd of [
      {},
      { ...stored, version: 2 },
      { ...stored, cost: { n: 2 ** 30, r: 8, p: 1 } },
      { ...stored, cost: { n: 17, r: 8, p: 1 } },
      { ...stored, nonce: 'AAAA' },
      { ...stored, holders: [stored.holders[0]] },
      { ...stored, more: 1 },
    ]) {
      expect(parseTwoPersonKey(fileOf(odd))).toBeNull();
    }
    expect(parseTwoPersonKey(utf8('-----BEGIN PRIVATE KEY-----'))).toBeNull();
  });
});
