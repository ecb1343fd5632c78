import { spawn } from 'node:child_process';
import { createSecretKey } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, existsSync, linkSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { keptAs } from '../../vault/page-key.ts';
import type { KeyStore } from '../../vault/key-store/key-store.ts';
import { protectVault } from '../../vault/protect-vault.ts';
import { openVault, type Vault } from '../../vault/vault.ts';
import { makeVault, SEED, testClock, TRANSACTION } from './vault-fixtures.ts';

const BYTE = 7;
const key = createSecretKey(Buffer.alloc(32, BYTE));
const store = (byte: number): KeyStore => {
  const one = createSecretKey(Buffer.alloc(32, byte));
  return { form: 'credential', keyFor: () => one };
};
const PLANTED = 'Pogodba z Ano Planinšek';

/** A vault in the clear, closed, with one transaction that can be looked for. */
function inTheClear(more = 0): string {
  const { vault, path: file } = makeVault();
  vault.write(() => {
    vault.transactions.insert({ id: TRANSACTION, name: PLANTED, state: 'open', createdBy: null });
    for (let i = 0; i < more; i += 1) {
      vault.transactions.insert({
        id: `more-${i}` as typeof TRANSACTION,
        name: `${PLANTED} ${i}`,
        state: 'open',
        createdBy: null,
      });
    }
  });
  vault.close();
  return file;
}
function again(file: string, keyStore: KeyStore | null): Vault {
  return openVault(file, { clock: testClock(), newId: () => 'id', keyStore });
}
function holds(file: string, keyStore: KeyStore | null): string | undefined {
  // By its name, without its accent: the index of names came along.
  const vault = again(file, keyStore);
  try {
    expect(vault.check()).toBe('ok');
    return vault.transactions.list({ text: 'planinsek', limit: 1000 }).find(({ id }) => id === TRANSACTION)?.name;
  } finally {
    vault.close();
  }
}
const beside = (file: string): string[] => readdirSync(path.dirname(file));
const isSaid = (file: string): boolean =>
  beside(file).some((name) => readFileSync(path.join(path.dirname(file), name)).includes('Planin'));
const vaultError = (code: string): unknown => expect.objectContaining({ name: 'VaultError', code });

describe('a vault that is put under a key', () => {
  it('holds what it held, is found by its names, and tells nothing to who reads the file', () => {
    const file = inTheClear();
    expect(isSaid(file)).toBe(true);
    expect(protectVault(file, key)).toBe(true);
    expect(beside(file)).toEqual(['vault.sqlite']);
    expect(isSaid(file)).toBe(false);
    expect(holds(file, store(BYTE))).toBe(PLANTED);
    expect(protectVault(file, key)).toBe(false);
  });

  it('opens by its key alone; a vault in the clear is not opened behind a key store', () => {
    const file = inTheClear();
    expect(() => again(file, store(BYTE))).toThrow(vaultError('in-the-clear'));
    protectVault(file, key);
    expect(() => again(file, null)).toThrow(vaultError('not-a-vault'));
    expect(() => again(file, store(BYTE + 1))).toThrow(vaultError('locked'));
  });

  it('does not open when a byte of a page was changed', () => {
    const file = inTheClear();
    protectVault(file, key);
    const bytes = readFileSync(file);
    bytes[4096 + 100] = (bytes[4096 + 100] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    const outcome = (): string => {
      try {
        const vault = again(file, store(BYTE));
        const said = vault.check();
        vault.close();
        return said;
      } catch (problem) {
        return String(problem);
      }
    };
    expect(outcome()).not.toBe('ok');
  });

  it('is left alone while somebody else has it open', () => {
    const file = inTheClear();
    const other = again(file, null);
    expect(() => protectVault(file, key)).toThrow(vaultError('busy'));
    expect(other.transactions.get(TRANSACTION)?.name).toBe(PLANTED);
    other.close();
    expect(protectVault(file, key)).toBe(true);
    expect(holds(file, store(BYTE))).toBe(PLANTED);
  });

  it('goes on from each point at which it may have been cut off', () => {
    const half = inTheClear();
    writeFileSync(`${half}.protecting`, 'half of a Planinšek');
    protectVault(half, key);
    const linked = inTheClear();
    linkSync(linked, `${linked}.before`);
    protectVault(linked, key);
    const renamed = inTheClear();
    copyFileSync(renamed, `${renamed}.before`);
    protectVault(renamed, key);
    copyFileSync(half, `${half}.before`);
    expect(protectVault(half, key)).toBe(false);
    for (const file of [half, linked, renamed]) {
      expect(beside(file)).toEqual(['vault.sqlite']);
      expect(isSaid(file)).toBe(false);
      expect(holds(file, store(BYTE))).toBe(PLANTED);
    }
  });

  it('is whole after kill -9 at any moment, one way or the other', async () => {
    const file = inTheClear(600);
    let kills = 0;
    for (let round = 0; round < 8; round += 1) {
      const child = spawn(
        process.execPath,
        [path.join(import.meta.dirname, 'protecting-child.ts'), file, String(BYTE)],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      child.stdout.once('data', () => {
        const until = performance.now() + ((SEED + round * 7919) % 23) * 2;
        while (performance.now() < until);
        child.kill('SIGKILL');
      });
      const [, signal] = (await once(child, 'close')) as [number | null, string | null];
      if (signal === 'SIGKILL') kills += 1;
      const kept = keptAs(file);
      expect(holds(file, kept === 'encrypted' ? store(BYTE) : null)).toBe(PLANTED);
    }
    expect(kills).toBeGreaterThan(0);
    protectVault(file, key);
    expect(existsSync(`${file}.before`) || existsSync(`${file}.protecting`)).toBe(false);
    expect(isSaid(file)).toBe(false);
    expect(holds(file, store(BYTE))).toBe(PLANTED);
  });
});
