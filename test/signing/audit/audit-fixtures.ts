import fc from 'fast-check';
import type { AuditEntry } from '../../../signing/audit/audit-entry.ts';
import { auditDigest, EMPTY_CHAIN, nextEntry, type ChainHead } from '../../../signing/audit/chain.ts';

export const SEED = 20261123;

/** A chain in which each entry is of one of three transactions, or of none. */
export function chainOf(transactions: readonly (string | null)[]): readonly AuditEntry[] {
  let head: ChainHead = EMPTY_CHAIN;
  return transactions.map((transactionId, i) => {
    const entry = nextEntry(
      head,
      { eventType: 'review.presented', transactionId, userName: `Špela ${i}`, extra: { i } },
      { eventId: `e-${i}`, time: new Date(1_795_000_000_000 + i * 1000).toISOString() },
    );
    head = { sequence: entry.sequence, digest: auditDigest(entry) };
    return entry;
  });
}

export const transactionsArbitrary = fc.array(fc.constantFrom('t-1', 't-2', 't-3', null), {
  minLength: 1,
  maxLength: 30,
});
