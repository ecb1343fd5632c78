import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isoTime } from '../../signing/clock.ts';
import { sha256, type Sha256 } from '../../signing/digest.ts';
import type { PlacementId, TransactionId } from '../../signing/ids.ts';
import { openDatabase } from '../../vault/database.ts';
import type { Vault } from '../../vault/vault.ts';
import {
  addSignable,
  addTransaction,
  bytesOf,
  CEREMONY,
  CLERK,
  digestOf,
  DOCUMENT,
  makeVault,
  ORIGINAL,
  placementOf,
  SIGNATORY,
  T0,
  tamper,
  TRANSACTION,
  type TestVault,
} from './vault-fixtures.ts';

const code = (value: string): unknown => expect.objectContaining({ name: 'VaultError', code: value });
const HEADER = Buffer.from('3082012c060b2a864886f70d0109100117a082011b', 'hex');
/** Sixteen bytes that only this capture has: any 31 bytes of it, wherever they were left, hold them whole. */
const token = (number: number): string => `<capture ${String(number).padStart(5, '0')}>`;
function capture(number: number, length: number): Uint8Array {
  return Uint8Array.from(Buffer.concat([HEADER, Buffer.from(token(number).repeat(Math.ceil(length / 16)))]));
}
const ASKED = {
  request: { by: 'signatory', reference: 'GDPR-2026-17' },
  legalBasis: 'GDPR Art. 17(1)(b)',
  carriedOutBy: 'Mojca',
} as const;

/** One document with so many seals; their captures have every size from inside a page to dozens of pages. */
function sealedVault(count: number): TestVault & { readonly captures: readonly Uint8Array[] } {
  const made = makeVault();
  const { vault } = made;
  addSignable(vault);
  const captures = Array.from({ length: count }, (_, i) => capture(i, 64 + ((i * 7919) % 60_000)));
  vault.write(() => {
    vault.placements.replace(
      DOCUMENT,
      captures.map((_, i) => placementOf(`p-${i}`)),
    );
    vault.ceremonies.save({
      id: CEREMONY,
      transaction: TRANSACTION,
      signatory: SIGNATORY,
      clerk: CLERK,
      startedAt: T0,
      turns: [],
      state: { kind: 'identity' },
    });
  });
  let document = Buffer.from(ORIGINAL);
  for (const [i, sealedCapture] of captures.entries()) {
    const increment = bytesOf(` signed ${i}`);
    const before = sha256(document);
    document = Buffer.concat([document, increment]);
    const after = { digest: sha256(document), length: document.length, kind: 'sealed' } as const;
    vault.write(() => {
      if (!vault.documents.appendRevision(DOCUMENT, increment, after, before).ok) throw new Error('changed');
      vault.seals.insert({
        document: DOCUMENT,
        placement: `p-${i}` as PlacementId,
        ceremony: CEREMONY,
        revision: i + 1,
        binding: bytesOf(`{"binding":${i}}`),
        sealedCapture,
        completeness: null,
        sealedAt: T0 + i,
      });
    });
  }
  return { ...made, captures };
}

function erase(vault: Vault, captures: readonly Sha256[], packageBefore: Sha256 | null = null): void {
  vault.write(() =>
    vault.erasures.insert(TRANSACTION, { ...ASKED, captures, erasedAt: T0, packageBefore, receiptBefore: null }),
  );
}

/** Numbers of the captures of which something is in the files as they lie on the disk. */
function foundOnDisk(file: string): readonly number[] {
  const files = ['', '-wal', '-shm'].map((end) => `${file}${end}`).filter((name) => existsSync(name));
  const raw = Buffer.concat(files.map((name) => readFileSync(name))).toString('latin1');
  return [...new Set(raw.match(/<capture \d{5}>/g))]
    .map((found) => Number(found.slice(9, 14)))
    .toSorted((a, b) => a - b);
}

describe('an erasure', () => {
  it('takes captures out of their seals, and everything else about them stays', () => {
    const { vault, captures } = sealedVault(3);
    const before = vault.seals.ofTransaction(TRANSACTION);
    const [first, second, third] = captures.map((bytes) => sha256(bytes));
    erase(vault, [first!, third!]);
    expect(vault.seals.ofTransaction(TRANSACTION)).toEqual([
      { ...before[0], sealedCapture: null },
      before[1],
      { ...before[2], sealedCapture: null },
    ]);
    expect(vault.erasures.captures(TRANSACTION)).toEqual([
      { capture: first, signatory: SIGNATORY, there: false },
      { capture: second, signatory: SIGNATORY, there: true },
      { capture: third, signatory: SIGNATORY, there: false },
    ]);
    expect(vault.erasures.ofTransaction(TRANSACTION)).toEqual([
      { ...ASKED, number: 1, erasedAt: T0, captures: [first, third], packageBefore: null, receiptBefore: null },
    ]);
    erase(vault, [second!], digestOf('package'));
    expect(vault.erasures.ofTransaction(TRANSACTION).map(({ number }) => number)).toEqual([1, 2]);
  });

  it('happens once to a capture, whole or not at all', () => {
    const { vault, captures } = sealedVault(2);
    const [first, second] = captures.map((bytes) => sha256(bytes));
    erase(vault, [first!]);
    expect(() => erase(vault, [second!, first!])).toThrow(code('no-such-row'));
    expect(() => erase(vault, [digestOf('another')])).toThrow(code('no-such-row'));
    expect(vault.seals.ofTransaction(TRANSACTION).map(({ sealedCapture }) => sealedCapture)).toEqual([
      null,
      captures[1],
    ]);
    expect(vault.erasures.ofTransaction(TRANSACTION)).toHaveLength(1);
  });

  it('cannot be taken back or rewritten, and a seal can lose nothing but its capture', () => {
    const { vault, path, captures } = sealedVault(1);
    erase(vault, [sha256(captures[0]!)]);
    for (const script of [
      "UPDATE seals SET sealed_capture = x'30'",
      'UPDATE seals SET capture_digest = NULL',
      "UPDATE seals SET binding = x'00'",
      "UPDATE erasures SET facts = '{}'",
      'DELETE FROM erasures',
    ]) {
      expect(() => tamper(path, script), script).toThrow(code('constraint'));
    }
  });

  it('leaves nothing of the captures in the files: neither in the database nor in its log', async () => {
    const { vault, path, captures } = sealedVault(60);
    const even = captures.filter((_, i) => i % 2 === 0);
    const odd = captures.filter((_, i) => i % 2 === 1);
    // The package has them a second time.
    const before = Buffer.concat(captures);
    vault.write(() => vault.outbox.insert({ transaction: TRANSACTION, auditHead: digestOf('h'), package: before }));
    expect(foundOnDisk(path)).toHaveLength(60);
    vault.write(() => {
      vault.outbox.replace({ transaction: TRANSACTION, before: sha256(before), package: Buffer.concat(odd) });
      erase(
        vault,
        even.map((bytes) => sha256(bytes)),
        sha256(before),
      );
    });
    await vault.contents.sweep();
    expect(vault.emptyLog()).toBe(true);
    expect(foundOnDisk(path)).toEqual(captures.flatMap((_, i) => (i % 2 === 1 ? [i] : [])));
    expect(vault.check()).toBe('ok');
  });

  it('says that the log could not be emptied while somebody else was reading, without waiting', () => {
    const { vault, path, captures } = sealedVault(2);
    const reader = openDatabase(path);
    const rows = reader.query<Record<string, never>, object>('SELECT sealed_capture FROM seals').iterate({});
    rows.next();
    erase(vault, [sha256(captures[0]!)]);
    expect(vault.emptyLog()).toBe(false);
    rows.return?.();
    reader.close();
    expect(vault.emptyLog()).toBe(true);
    expect(foundOnDisk(path)).toEqual([1]);
  });
});

describe('a package that takes the place of another', () => {
  it('is due at once, whatever became of the other, and is the only one', async () => {
    const { vault } = makeVault();
    addTransaction(vault);
    const [before, after] = [bytesOf('with captures'), bytesOf('without')];
    const auditHead = digestOf('head');
    const insert = () =>
      vault.write(() => vault.outbox.insert({ transaction: TRANSACTION, auditHead, package: before }));
    insert();
    vault.outbox.markDelivered(sha256(before), 'a.b.c', { arrivedAt: isoTime(T0), sequence: 1 });
    expect(vault.transactions.get(TRANSACTION)?.delivery).toBe('delivered');
    const replace = (transaction: TransactionId, digest: Sha256) => () =>
      vault.write(() => vault.outbox.replace({ transaction, before: digest, package: after }));
    expect(replace(TRANSACTION, digestOf('another'))).toThrow(code('constraint'));
    replace(TRANSACTION, sha256(before))();
    expect(vault.outbox.ofTransaction(TRANSACTION)).toMatchObject({
      digest: sha256(after),
      size: after.length,
      auditHead,
      state: 'waiting',
      attempts: 0,
      uploadUrl: null,
      refusedBefore: false,
      receipt: null,
      deliveredAt: null,
    });
    expect(vault.transactions.get(TRANSACTION)?.delivery).toBe('waiting');
    expect(vault.outbox.due(T0, 10).map(({ digest }) => digest)).toEqual([sha256(after)]);
    expect(await vault.outbox.read(sha256(before))).toBeNull();
    expect(insert).toThrow(code('constraint'));
  });
});
