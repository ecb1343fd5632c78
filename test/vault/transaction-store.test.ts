import { describe, expect, it } from 'vitest';
import type { TransactionId } from '../../signing/ids.ts';
import { openDatabase } from '../../vault/database.ts';
import {
  addSignable,
  addTransaction,
  bytesOf,
  digestOf,
  makeVault,
  SIGNATORY,
  T0,
  tamper,
  TRANSACTION,
} from './vault-fixtures.ts';

const code = (value: string): unknown => expect.objectContaining({ name: 'VaultError', code: value });
const id = (text: string): TransactionId => text as TransactionId;

describe('transactions', () => {
  it('are counted with their documents and signatories', () => {
    const { vault } = makeVault();
    addSignable(vault);
    expect(vault.transactions.get(TRANSACTION)).toEqual({
      id: TRANSACTION,
      name: 'Pogodba o računu',
      state: 'open',
      review: 'to-review',
      delivery: 'none',
      createdBy: 'Ana',
      createdAt: T0,
      changedAt: T0,
      returnedReason: null,
      voidedReason: null,
      fromCloud: false,
      documents: 1,
      signatories: 1,
      signatoriesDone: 0,
    });
    vault.write(() => vault.signatories.setState(SIGNATORY, 'signed', 'ABCD-EFGH'));
    expect(vault.transactions.get(TRANSACTION)?.signatoriesDone).toBe(1);
    expect(vault.transactions.get('t-9')).toBeNull();
  });

  it('are listed by last change, newest first', () => {
    const { vault, clock } = makeVault();
    for (const name of ['a', 'b', 'c']) {
      addTransaction(vault, id(name), name);
      clock.advance(1000);
    }
    vault.write(() => vault.transactions.touch(id('a')));
    expect(vault.transactions.list().map((row) => row.id)).toEqual(['a', 'c', 'b']);
    expect(vault.transactions.list({ limit: 1 }).map((row) => row.id)).toEqual(['a']);
    expect(vault.transactions.list({ limit: 0 })).toHaveLength(1);
  });

  it('are filtered by state, review, delivery and text, together', () => {
    const { vault } = makeVault();
    for (const name of ['a', 'b', 'c']) addTransaction(vault, id(name), `Pogodba ${name}`);
    vault.write(() => {
      vault.transactions.setState(id('b'), 'complete');
      vault.transactions.setState(id('c'), 'complete');
      vault.transactions.setReview(id('c'), 'approved');
      vault.outbox.insert({ transaction: id('c'), auditHead: digestOf('head'), package: bytesOf('package') });
    });
    const ids = (filter: Parameters<typeof vault.transactions.list>[0]): readonly string[] =>
      vault.transactions.list(filter).map((row) => row.id);
    expect(ids({ state: 'complete' })).toEqual(['c', 'b']);
    expect(ids({ state: 'complete', review: 'approved' })).toEqual(['c']);
    expect(ids({ delivery: 'waiting' })).toEqual(['c']);
    expect(ids({ delivery: 'none', state: 'complete' })).toEqual(['b']);
    expect(ids({ state: 'open', text: 'pogodba' })).toEqual(['a']);
    expect(ids({ state: 'voided' })).toEqual([]);
  });

  it('are found by part of the name, whatever the case and the accents, and whatever signs are in it', () => {
    const { vault } = makeVault();
    addTransaction(vault, id('a'), 'Žiro račun Čuječe 100 % "posebno"');
    addTransaction(vault, id('b'), 'Kredit_2');
    const ids = (text: string): readonly string[] => vault.transactions.list({ text }).map((row) => row.id);
    for (const text of ['ziro', 'RAČUN', 'racun', 'uječe', '"posebno"', '100 %', ' žiro '])
      expect(ids(text)).toEqual(['a']);
    expect(ids('0 %')).toEqual(['a']);
    expect(ids('_2')).toEqual(['b']);
    expect(ids('%')).toEqual(['a']);
    expect(ids('e_i')).toEqual([]);
    expect(ids('_t')).toEqual([]);
    expect(ids('AND NOT')).toEqual([]);
    expect(ids('')).toHaveLength(2);
  });

  it('are looked for among the newest 1,000 that have the word, so that a word in every name costs no more after years', () => {
    const { vault, clock } = makeVault();
    addTransaction(vault, id('oldest'), 'Pogodba o sefu');
    vault.write(() => {
      for (let i = 0; i < 1000; i += 1) {
        clock.advance(1);
        vault.transactions.insert({ id: id(`t-${i}`), name: `Pogodba ${i}`, state: 'open', createdBy: 'Ana' });
      }
      clock.advance(1);
      vault.transactions.setState(id('oldest'), 'complete');
      vault.transactions.setState(id('t-0'), 'complete');
    });
    const ids = (text: string, state?: 'complete'): readonly string[] =>
      vault.transactions.list({ text, limit: 1000, ...(state === undefined ? {} : { state }) }).map((row) => row.id);
    expect(ids('pogodba', 'complete')).toEqual(['t-0']);
    expect(ids('po', 'complete')).toEqual(['t-0']);
    expect(ids('sefu', 'complete')).toEqual(['oldest']);
    expect(ids('pogodba')).toHaveLength(1000);
  });

  it('keep the reasons of a void and of a return', () => {
    const { vault, clock } = makeVault();
    addTransaction(vault);
    clock.advance(1000);
    vault.write(() => vault.transactions.setReview(TRANSACTION, 'returned', 'page 3'));
    expect(vault.transactions.get(TRANSACTION)).toMatchObject({ returnedReason: 'page 3', changedAt: T0 + 1000 });
    vault.write(() => {
      vault.transactions.setReview(TRANSACTION, 'approved');
      vault.transactions.setState(TRANSACTION, 'voided', 'wrong customer');
    });
    expect(vault.transactions.get(TRANSACTION)).toMatchObject({
      review: 'approved',
      returnedReason: null,
      state: 'voided',
      voidedReason: 'wrong customer',
    });
    expect(() => vault.write(() => vault.transactions.setState(id('t-9'), 'open'))).toThrow(code('no-such-row'));
  });

  it('are never deleted', () => {
    const { vault, path } = makeVault();
    addTransaction(vault);
    expect(() => tamper(path, 'DELETE FROM transactions')).toThrow(code('constraint'));
  });

  it('are listed through an index, not by reading and sorting all', () => {
    const { vault, path } = makeVault();
    addTransaction(vault);
    const handle = openDatabase(path);
    const plan = (where: string): string =>
      handle
        .query<Record<string, never>, { detail: string }>(
          `EXPLAIN QUERY PLAN SELECT id FROM transactions ${where} ORDER BY changed_at DESC, id DESC LIMIT 100`,
        )
        .all({})
        .map(({ detail }) => detail)
        .join('; ');
    for (const [where, index] of [
      ['', 'transactions_newest'],
      ["WHERE state = 'open'", 'transactions_by_state'],
      ["WHERE delivery = 'waiting'", 'transactions_by_delivery'],
      ["WHERE review = 'to-review'", 'transactions_by_review'],
    ] as const) {
      expect(plan(where)).toContain(index);
      expect(plan(where)).not.toContain('TEMP B-TREE');
    }
    handle.close();
  });
});
