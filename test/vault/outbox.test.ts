import { describe, expect, it } from 'vitest';
import type { OutboxStore } from '../../sync/kiosk/outbox-store.ts';
import type { Sha256 } from '../../signing/digest.ts';
import type { TransactionId } from '../../signing/ids.ts';
import type { Vault } from '../../vault/vault.ts';
import { addTransaction, bytesOf, digestOf, makeVault, T0, tamper, TRANSACTION } from './vault-fixtures.ts';

const code = (value: string): unknown => expect.objectContaining({ name: 'VaultError', code: value });
const PACKAGE = bytesOf('package bytes');
const DIGEST = digestOf('package bytes');
const HEAD = digestOf('head');
const DAY = 24 * 60 * 60_000;

function queued(): ReturnType<typeof makeVault> {
  const made = makeVault();
  addTransaction(made.vault);
  made.vault.write(() => made.vault.outbox.insert({ transaction: TRANSACTION, auditHead: HEAD, package: PACKAGE }));
  return made;
}
const told = (vault: Vault): string[] =>
  vault.audit.ofTransaction(TRANSACTION).map(({ eventType, success }) => `${eventType} ${success ? 'yes' : 'no'}`);
const claims = {
  type: 'countersign.receipt',
  version: 1,
  package: { algorithm: 'sha-256', digest: DIGEST, size: PACKAGE.length },
  tenant: 'tenant',
  kiosk: 'kiosk',
  transaction: TRANSACTION,
  arrivedAt: '2026-11-23T10:00:00.000Z',
  auditHead: HEAD,
  sequence: 7,
} as const;

describe('outbox', () => {
  it('fits the port of the courier', () => {
    const store: OutboxStore = queued().vault.outbox;
    expect(store.due(T0, 10)).toEqual([
      {
        digest: DIGEST,
        size: PACKAGE.length,
        transaction: TRANSACTION,
        auditHead: HEAD,
        queuedAt: new Date(T0).toISOString(),
        attempts: 0,
        uploadUrl: null,
        refusedBefore: false,
        trace: expect.stringMatching(/^[0-9a-f]{32}$/),
      },
    ]);
    expect(store.part(DIGEST, 0, 100)).toEqual(PACKAGE);
    expect(store.part(digestOf('other'), 0, 100)).toBeNull();
  });

  it('holds one package of a transaction, and the same bytes once', () => {
    const { vault } = queued();
    const insert = (transaction: TransactionId, bytes: Uint8Array) => () =>
      vault.write(() => vault.outbox.insert({ transaction, auditHead: HEAD, package: bytes }));
    expect(insert(TRANSACTION, bytesOf('another'))).toThrow(code('constraint'));
    addTransaction(vault, 't-2' as TransactionId);
    expect(insert('t-2' as TransactionId, PACKAGE)).toThrow(code('constraint'));
  });

  it('carries a package to its receipt, told in the transaction and in the trail', () => {
    const { vault } = queued();
    expect(vault.transactions.get(TRANSACTION)?.delivery).toBe('waiting');
    vault.outbox.markSending(DIGEST, null);
    vault.outbox.markSending(DIGEST, '/files/1');
    vault.outbox.markSending(DIGEST, '/files/1');
    expect(vault.transactions.get(TRANSACTION)?.delivery).toBe('sending');
    expect(vault.outbox.due(T0, 1)).toMatchObject([{ uploadUrl: '/files/1' }]);
    vault.outbox.markDelivered(DIGEST, 'a.b.c', claims);
    expect(vault.transactions.get(TRANSACTION)?.delivery).toBe('delivered');
    expect(vault.outbox.get(DIGEST)).toMatchObject({ state: 'delivered', receipt: 'a.b.c', deliveredAt: T0 });
    expect(vault.outbox.due(T0 + DAY, 10)).toEqual([]);
    expect(told(vault)).toEqual(['package.sent yes', 'package.receipt-verified yes']);
    expect(vault.audit.ofTransaction(TRANSACTION).at(-1)).toMatchObject({
      processState: 'archived',
      transactionName: 'Pogodba o računu',
      extra: { arrivedAt: claims.arrivedAt, cloudSequence: 7, package: DIGEST },
    });
  });

  it('waits until an attempt is due, and tells the same trouble once', () => {
    const { vault } = queued();
    const fail = (attempts: number, problem: string): void =>
      vault.outbox.markWaiting(DIGEST, { attempts, dueAt: T0 + attempts * 1000, problem });
    fail(1, 'offline');
    fail(2, 'offline');
    expect(vault.outbox.due(T0 + 1999, 10)).toEqual([]);
    expect(vault.outbox.due(T0 + 2000, 10)).toMatchObject([{ attempts: 2 }]);
    fail(3, 'server-error');
    expect(told(vault)).toEqual(['package.sent no', 'package.sent no']);
    expect(vault.outbox.get(DIGEST)).toMatchObject({ state: 'waiting', lastProblem: 'server-error', attempts: 3 });
  });

  it('is due at once when the clock was set back behind the time it waits for', () => {
    const { vault } = queued();
    vault.outbox.markWaiting(DIGEST, { attempts: 1, dueAt: T0 + 60_000, problem: 'offline' });
    expect(vault.outbox.due(T0 + 60_000 - DAY, 10)).toEqual([]);
    expect(vault.outbox.due(T0 + 60_000 - DAY - 1, 10)).toHaveLength(1);
  });

  it('gives the oldest first, as many as asked for', () => {
    const { vault, clock } = makeVault();
    const digests: Sha256[] = [];
    for (const name of ['c', 'a', 'b']) {
      const transaction = name as TransactionId;
      addTransaction(vault, transaction);
      vault.write(
        () => void digests.push(vault.outbox.insert({ transaction, auditHead: HEAD, package: bytesOf(name) }).digest),
      );
      clock.advance(1000);
    }
    expect(vault.outbox.due(clock.now(), 2).map(({ digest }) => digest)).toEqual(digests.slice(0, 2));
    expect(vault.outbox.counts()).toEqual({
      waiting: 3,
      oldestWaiting: new Date(T0).toISOString(),
      refused: 0,
      setAside: 0,
      delivered: 0,
    });
    vault.outbox.markSetAside(digests[0]!, 'receipt-for-other-package');
    expect(vault.outbox.counts()).toMatchObject({
      waiting: 2,
      setAside: 1,
      oldestWaiting: new Date(T0 + 1000).toISOString(),
    });
  });

  it('stops at a refusal until a manager asks for another try', () => {
    const { vault, clock } = queued();
    vault.outbox.markSending(DIGEST, '/files/1');
    vault.outbox.markRefused(DIGEST, 'seal-invalid', 'the seal is not valid');
    expect(vault.outbox.due(T0 + DAY, 10)).toEqual([]);
    expect(vault.outbox.get(DIGEST)).toMatchObject({
      state: 'refused',
      refusalReason: 'seal-invalid',
      lastProblem: 'the seal is not valid',
    });
    clock.advance(1000);
    expect(vault.outbox.retry(TRANSACTION, 'Mojca', '127.0.0.1')).toBe(true);
    expect(vault.outbox.retry(TRANSACTION, 'Mojca', '127.0.0.1')).toBe(false);
    expect(vault.outbox.due(T0 + 1000, 10)).toMatchObject([{ attempts: 0, uploadUrl: null, refusedBefore: true }]);
    expect(told(vault)).toEqual(['package.sent yes', 'package.refused no', 'package.retried yes']);
    expect(vault.audit.ofTransaction(TRANSACTION).at(-1)).toMatchObject({ userName: 'Mojca', ipAddress: '127.0.0.1' });
  });

  it('retries what was set aside, which was never refused', () => {
    const { vault } = queued();
    vault.outbox.alarm(DIGEST, 'receipt-untrusted', 'not signed by a pinned key');
    vault.outbox.markSetAside(DIGEST, 'receipt-untrusted');
    expect(vault.transactions.get(TRANSACTION)?.delivery).toBe('set-aside');
    expect(vault.outbox.retry(TRANSACTION, 'Mojca', null)).toBe(true);
    expect(vault.outbox.due(T0, 10)).toMatchObject([{ refusedBefore: false }]);
    expect(told(vault)).toEqual(['receipt.alarm no', 'package.set-aside no', 'package.retried yes']);
  });

  it('accepts no mark that does not fit the state: delivered is final', () => {
    const { vault } = queued();
    vault.outbox.markDelivered(DIGEST, 'a.b.c', claims);
    const head = vault.audit.head();
    for (const mark of [
      () => vault.outbox.markSending(DIGEST, null),
      () => vault.outbox.markWaiting(DIGEST, { attempts: 1, dueAt: T0, problem: 'x' }),
      () => vault.outbox.markRefused(DIGEST, 'too-large', 'x'),
      () => vault.outbox.markSetAside(DIGEST, 'x'),
      () => vault.outbox.markDelivered(DIGEST, 'd.e.f', claims),
    ]) {
      expect(mark).toThrow(code('constraint'));
    }
    expect(() => vault.outbox.markSending(digestOf('other'), null)).toThrow(code('no-such-row'));
    expect(vault.outbox.retry(TRANSACTION, 'Mojca', null)).toBe(false);
    expect(vault.audit.head()).toEqual(head);
    expect(vault.outbox.get(DIGEST)?.receipt).toBe('a.b.c');
  });

  it('gives up bytes only once delivered, and never the entry', async () => {
    const { vault, path } = queued();
    expect(() => vault.write(() => vault.outbox.release(DIGEST))).toThrow(code('constraint'));
    expect(() => tamper(path, 'DELETE FROM packages')).toThrow(code('constraint'));
    expect(() => tamper(path, 'UPDATE packages SET content = 9')).toThrow(code('constraint'));
    vault.outbox.markDelivered(DIGEST, 'a.b.c', claims);
    vault.write(() => vault.outbox.release(DIGEST));
    expect(await vault.outbox.read(DIGEST)).toBeNull();
    expect(vault.outbox.ofTransaction(TRANSACTION)).toMatchObject({ state: 'delivered', size: PACKAGE.length });
    expect(() => tamper(path, 'DELETE FROM outbox')).toThrow(code('constraint'));
    expect(() => tamper(path, "UPDATE outbox SET state = 'waiting', receipt = NULL")).toThrow(code('constraint'));
  });

  it('survives being opened again', async () => {
    const { again } = queued();
    expect(again().outbox.due(T0, 10)).toHaveLength(1);
    expect(await again().outbox.read(DIGEST)).toEqual(PACKAGE);
  });
});
