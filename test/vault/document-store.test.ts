import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256, type Sha256 } from '../../signing/digest.ts';
import type { DocumentId } from '../../signing/ids.ts';
import type { Vault } from '../../vault/vault.ts';
import {
  addSignable,
  bytesOf,
  DOCUMENT,
  factsOf,
  makeVault,
  ORIGINAL,
  SEED,
  tamper,
  TRANSACTION,
} from './vault-fixtures.ts';

const code = (value: string): unknown => expect.objectContaining({ name: 'VaultError', code: value });
const D0 = sha256(ORIGINAL);

function append(vault: Vault, increment: Uint8Array, before: Uint8Array, expected: Sha256 = sha256(before)) {
  const digest = sha256(before, increment);
  const length = before.length + increment.length;
  return vault.write(() =>
    vault.documents.appendRevision(DOCUMENT, increment, { digest, length, kind: 'sealed' }, expected),
  );
}

describe('documents', () => {
  it('keep the original bytes and facts', async () => {
    const { vault } = makeVault();
    addSignable(vault);
    expect(vault.documents.get(DOCUMENT)).toEqual({
      id: DOCUMENT,
      transaction: TRANSACTION,
      position: 0,
      name: 'pogodba.pdf',
      facts: factsOf(ORIGINAL),
      type: null,
    });
    expect(await vault.documents.read(DOCUMENT)).toEqual(ORIGINAL);
    expect(await vault.documents.read(DOCUMENT, D0)).toEqual(ORIGINAL);
    expect(vault.documents.newest(DOCUMENT)).toMatchObject({ number: 0, kind: 'original', digest: D0, length: 17 });
    expect(vault.documents.ofTransaction(TRANSACTION)).toHaveLength(1);
  });

  it('are not there under any other name', async () => {
    const { vault } = makeVault();
    addSignable(vault);
    expect(vault.documents.get('d-9')).toBeNull();
    expect(await vault.documents.read('d-9')).toBeNull();
    expect(vault.documents.newest('d-9')).toBeNull();
    expect(await vault.documents.read(DOCUMENT, sha256(bytesOf('other')))).toBeNull();
  });

  it('are refused when the facts are about other bytes', () => {
    const { vault } = makeVault();
    const wrong = (): unknown =>
      vault.write(() =>
        vault.documents.insert({
          id: 'd-2' as DocumentId,
          transaction: TRANSACTION,
          position: 0,
          name: 'x',
          facts: factsOf(ORIGINAL),
          bytes: bytesOf('other'),
        }),
      );
    expect(wrong).toThrow(code('revision-inconsistent'));
  });

  it('grow by increments only, and give every revision back by its digest', async () => {
    const { vault } = makeVault();
    addSignable(vault);
    const added = append(vault, bytesOf(' +1'), ORIGINAL);
    expect(added).toMatchObject({ ok: true, value: { number: 1, kind: 'sealed', length: 20 } });
    expect(await vault.documents.read(DOCUMENT)).toEqual(bytesOf('%PDF-1.7 original +1'));
    expect(await vault.documents.read(DOCUMENT, D0)).toEqual(ORIGINAL);
    expect(vault.documents.revisions(DOCUMENT).map(({ number, length }) => [number, length])).toEqual([
      [0, 17],
      [1, 20],
    ]);
  });

  it('refuse an increment meant for a revision that is no longer the newest, and write nothing', () => {
    const { vault } = makeVault();
    addSignable(vault);
    append(vault, bytesOf(' +1'), ORIGINAL);
    const newest = vault.documents.newest(DOCUMENT)!;
    expect(append(vault, bytesOf(' +2'), ORIGINAL)).toEqual({
      ok: false,
      error: { code: 'revision-changed', digest: newest.digest },
    });
    expect(vault.documents.newest(DOCUMENT)).toEqual(newest);
  });

  it('throw when digest or length of the new whole are not as stated', () => {
    const { vault } = makeVault();
    addSignable(vault);
    const increment = bytesOf(' +1');
    const digest = sha256(ORIGINAL, increment);
    const attempt = (facts: { digest: Sha256; length: number }) => () =>
      vault.write(() => vault.documents.appendRevision(DOCUMENT, increment, { ...facts, kind: 'filled' }, D0));
    expect(attempt({ digest, length: 21 })).toThrow(code('revision-inconsistent'));
    expect(attempt({ digest: D0, length: 20 })).toThrow(code('revision-inconsistent'));
    expect(vault.documents.revisions(DOCUMENT)).toHaveLength(1);
    expect(attempt({ digest, length: 20 })).not.toThrow();
    expect(() =>
      vault.write(() =>
        vault.documents.appendRevision('d-9' as DocumentId, increment, { digest, length: 20, kind: 'filled' }, D0),
      ),
    ).toThrow(code('no-such-row'));
  });

  it('notice stored bytes that were changed behind their back', () => {
    const { vault, path } = makeVault();
    addSignable(vault);
    expect(() => tamper(path, 'UPDATE revisions SET content = 9')).toThrow(/never changes/);
    expect(() => tamper(path, 'UPDATE revisions SET length = 3')).toThrow(/never changes/);
    expect(() => tamper(path, 'DELETE FROM revisions')).toThrow(/never deleted/);
    for (const change of ["UPDATE pieces SET bytes = x'00'", 'DELETE FROM pieces', 'UPDATE contents SET kept = 0'])
      expect(() => tamper(path, change), change).toThrow(code('constraint'));
    tamper(path, 'DROP TRIGGER pieces_never_change');
    tamper(path, "UPDATE pieces SET bytes = CAST('%PDF-1.7 forgery!' AS BLOB)");
    expect(() => append(vault, bytesOf(' +1'), ORIGINAL)).toThrow(code('damaged'));
  });

  it('keep every earlier revision an exact prefix, whatever is appended and refused', async () => {
    const step = fc.record({ increment: fc.uint8Array({ minLength: 1, maxLength: 200 }), stale: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const { vault } = makeVault();
        addSignable(vault);
        let whole: Uint8Array = ORIGINAL;
        const revisions = [whole];
        for (const { increment, stale } of steps) {
          const expected = stale ? sha256(increment) : sha256(whole);
          const added = append(vault, increment, whole, expected);
          expect(added.ok).toBe(!stale);
          if (stale) continue;
          whole = Buffer.concat([whole, increment]);
          revisions.push(whole);
        }
        const newest = (await vault.documents.read(DOCUMENT))!;
        expect(Buffer.compare(newest, whole)).toBe(0);
        const rows = vault.documents.revisions(DOCUMENT);
        expect(rows).toHaveLength(revisions.length);
        for (const { number, digest, length } of rows) {
          const bytes = (await vault.documents.read(DOCUMENT, digest))!;
          expect(Buffer.compare(bytes, newest.subarray(0, length))).toBe(0);
          expect(Buffer.compare(bytes, revisions[number]!)).toBe(0);
          expect(sha256(newest.subarray(0, length))).toBe(digest);
        }
      }),
      { seed: SEED, numRuns: 15 },
    );
  });

  it('give up their bytes on release, but not what they were', async () => {
    const { vault } = makeVault();
    addSignable(vault);
    append(vault, bytesOf(' +1'), ORIGINAL);
    vault.write(() => vault.documents.release(TRANSACTION));
    expect(await vault.documents.read(DOCUMENT)).toBeNull();
    expect(await vault.documents.read(DOCUMENT, D0)).toBeNull();
    expect(vault.documents.revisions(DOCUMENT).map(({ digest }) => digest)).toHaveLength(2);
    expect(() => append(vault, bytesOf(' +2'), bytesOf('%PDF-1.7 original +1'))).toThrow(code('no-such-row'));
  });
});
