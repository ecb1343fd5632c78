import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../signing/digest.ts';
import { openDatabase } from '../../vault/database.ts';
import {
  addTransaction,
  digestOf,
  DOCUMENT,
  factsOf,
  makeVault,
  tamper,
  TRANSACTION,
  type TestVault,
} from './vault-fixtures.ts';

const code = (value: string): unknown => expect.objectContaining({ name: 'VaultError', code: value });
const SMALL_PIECES = 16;
/** Bytes of which every stretch of eight is found nowhere else in the file. */
const LARGE = Buffer.concat(Array.from({ length: 10 }, (_, i) => createHash('sha256').update(`large ${i}`).digest()));

function rows(path: string): { readonly contents: number; readonly pieces: number } {
  const handle = openDatabase(path);
  const count = (table: string): number =>
    handle.query<Record<string, never>, { n: number }>(`SELECT count(*) AS n FROM ${table}`).get({})?.n ?? -1;
  const found = { contents: count('contents'), pieces: count('pieces') };
  handle.close();
  return found;
}
function isOnDisk(path: string): boolean {
  const raw = Buffer.concat([readFileSync(path), readFileSync(`${path}-wal`)]);
  return Array.from(LARGE.keys()).some((at) => at % 8 === 0 && raw.includes(LARGE.subarray(at, at + 8)));
}
function made(): TestVault {
  const test = makeVault({ pieceBytes: SMALL_PIECES });
  addTransaction(test.vault);
  return test;
}
const document = {
  id: DOCUMENT,
  transaction: TRANSACTION,
  position: 0,
  name: 'pogodba.pdf',
  facts: factsOf(LARGE),
} as const;

describe('large bytes', () => {
  it('enter in pieces while others have their turn, and belong to a document by one write', async () => {
    const { vault, path } = made();
    let turns = 0;
    const others = setInterval(() => (turns += 1), 0);
    let before = 0;
    await vault.contents.whileStaged([LARGE], ([staged]) => {
      before = rows(path).pieces;
      expect(vault.documents.get(DOCUMENT)).toBeNull();
      if (staged === undefined) throw new Error('nothing is staged');
      expect(staged).toMatchObject({ length: LARGE.length, digest: sha256(LARGE) });
      vault.write(() => vault.documents.insert({ ...document, bytes: staged }));
    });
    clearInterval(others);
    expect(before).toBe(LARGE.length / SMALL_PIECES);
    expect(turns).toBeGreaterThan(1);
    expect(Buffer.compare((await vault.documents.read(DOCUMENT))!, LARGE)).toBe(0);
    expect(vault.documents.newest(DOCUMENT)).toMatchObject({ digest: sha256(LARGE), length: LARGE.length });
    await vault.contents.sweep();
    expect(rows(path)).toEqual({ contents: 1, pieces: LARGE.length / SMALL_PIECES });
    expect(vault.check()).toBe('ok');
  });

  it('leave nothing in the files when nothing came of them', async () => {
    const { vault, path } = made();
    const refused = vault.contents.whileStaged([LARGE, LARGE], () => {
      expect(isOnDisk(path)).toBe(true);
      throw new Error('another came first');
    });
    await expect(refused).rejects.toThrow('another came first');
    expect(rows(path)).toEqual({ contents: 0, pieces: 0 });
    expect(vault.emptyLog()).toBe(true);
    expect(isOnDisk(path)).toBe(false);
  });

  it('that a kill left go with a sweep, and what is staged meanwhile stays', async () => {
    const { vault, path, again } = made();
    // As a kill between two pieces leaves it, and one just before it was tied in.
    const hex = LARGE.subarray(0, SMALL_PIECES).toString('hex');
    for (const length of [LARGE.length, SMALL_PIECES])
      tamper(
        path,
        `INSERT INTO contents (length) VALUES (${length});
        INSERT INTO pieces VALUES (last_insert_rowid(), 0, x'${hex}')`,
      );
    await vault.contents.whileStaged([LARGE.subarray(64)], async ([staged]) => {
      await vault.contents.sweep();
      expect(rows(path)).toEqual({ contents: 1, pieces: (LARGE.length - 64) / SMALL_PIECES });
      if (staged === undefined) throw new Error('nothing is staged');
      vault.write(() => vault.outbox.insert({ transaction: TRANSACTION, auditHead: digestOf('h'), package: staged }));
    });
    const { outbox } = again();
    expect(Buffer.compare((await outbox.read(sha256(LARGE.subarray(64))))!, LARGE.subarray(64))).toBe(0);
    expect(vault.emptyLog()).toBe(true);
  });

  it('are tied in whole, and once', async () => {
    const { vault, path } = made();
    await vault.contents.whileStaged([LARGE], ([staged]) => {
      if (staged === undefined) throw new Error('nothing is staged');
      const insert = (id: string) =>
        vault.write(() => vault.documents.insert({ ...document, id: id as typeof DOCUMENT, bytes: staged }));
      const { content } = staged;
      tamper(path, `DELETE FROM pieces WHERE content = ${content} AND seq = 3`);
      expect(() => insert(DOCUMENT)).toThrow(code('constraint'));
      expect(vault.documents.get(DOCUMENT)).toBeNull();
      const lost = LARGE.subarray(3 * SMALL_PIECES, 4 * SMALL_PIECES).toString('hex');
      tamper(path, `INSERT INTO pieces VALUES (${content}, 3, x'${lost}')`);
      insert(DOCUMENT);
      expect(() =>
        vault.write(() => vault.outbox.insert({ transaction: TRANSACTION, auditHead: digestOf('h'), package: staged })),
      ).toThrow(code('constraint'));
      expect(() => tamper(path, `INSERT INTO pieces VALUES (${content}, 99, x'00')`)).toThrow(code('constraint'));
    });
  });

  it('are read whole or not at all: a release in the middle gives nothing', async () => {
    const { vault, path } = made();
    vault.write(() => vault.documents.insert({ ...document, bytes: LARGE }));
    const reading = vault.documents.read(DOCUMENT);
    vault.write(() => vault.documents.release(TRANSACTION));
    expect(await reading).toBeNull();
    // Given up is given up, though the bytes lie there until the sweep.
    expect(rows(path).pieces).toBeGreaterThan(0);
    expect(await vault.documents.read(DOCUMENT)).toBeNull();
    await vault.contents.sweep();
    vault.emptyLog();
    expect(rows(path)).toEqual({ contents: 0, pieces: 0 });
    expect(isOnDisk(path)).toBe(false);
  });

  it('come in parts of any size, from anywhere', () => {
    const { vault } = made();
    const { digest } = vault.write(() =>
      vault.outbox.insert({ transaction: TRANSACTION, auditHead: digestOf('h'), package: LARGE }),
    );
    const ends = [0, 1, 15, 16, 17, 100, LARGE.length - 1, LARGE.length, LARGE.length + 9];
    for (const from of ends)
      for (const length of ends)
        expect(Buffer.compare(vault.outbox.part(digest, from, length)!, LARGE.subarray(from, from + length))).toBe(0);
    expect(vault.outbox.part(digestOf('other'), 0, 1)).toBeNull();
  });

  it('of a document are hashed over all their pieces before an increment is appended', () => {
    const { vault, path } = made();
    vault.write(() => vault.documents.insert({ ...document, bytes: LARGE }));
    const increment = Buffer.from('and more');
    const digest = sha256(LARGE, increment);
    const append = () =>
      vault.write(() =>
        vault.documents.appendRevision(
          DOCUMENT,
          increment,
          { digest, length: LARGE.length + increment.length, kind: 'sealed' },
          sha256(LARGE),
        ),
      );
    tamper(path, 'DROP TRIGGER pieces_never_change', 'UPDATE pieces SET bytes = zeroblob(16) WHERE seq = 19');
    expect(append).toThrow(code('damaged'));
    const last = LARGE.subarray(19 * SMALL_PIECES).toString('hex');
    tamper(path, `UPDATE pieces SET bytes = x'${last}' WHERE seq = 19`);
    expect(append()).toMatchObject({ ok: true });
  });
});
