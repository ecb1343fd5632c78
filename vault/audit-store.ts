import type { AuditEntry } from '../signing/audit/audit-entry.ts';
import {
  auditBodyDigest,
  auditLink,
  EMPTY_CHAIN,
  nextEntry,
  verifyChain,
  type AuditDraft,
  type ChainFault,
  type ChainHead,
} from '../signing/audit/chain.ts';
import type { AuditExcerpt, ExcerptItem } from '../signing/audit/excerpt.ts';
import { canonicalText } from '../signing/canonical-json.ts';
import { isoTime, type Clock } from '../signing/clock.ts';
import type { Sha256 } from '../signing/digest.ts';
import type { NewId } from '../signing/ids.ts';
import { err, ok, type Result } from '../signing/result.ts';
import type { DatabaseHandle, NoParams } from './database.ts';

export interface AuditStore {
  /** Adds the next entry; inside `vault.write`, together with the change it tells of. */
  append(draft: AuditDraft): AuditEntry;
  /** Sequence 0 and zeros while nothing has happened. */
  head(): ChainHead;
  ofTransaction(transaction: string): readonly AuditEntry[];
  /** Entries `from` to `to`, both included. */
  range(from: number, to: number): readonly AuditEntry[];
  /**
   * One transaction's entries, everything between and up to the head withheld. With `after`, the excerpt
   * begins right after that number if the transaction began later: so that the cloud sees no gap.
   */
  excerpt(transaction: string, after?: number): AuditExcerpt;
  /** Recomputes the chain, stored digests included: whole, or from after a head known to be good. */
  verify(from?: ChainHead): Result<{ head: ChainHead }, ChainFault | { code: 'digest-mismatch'; sequence: number }>;
}

interface Row {
  readonly sequence: number;
  readonly digest: Sha256;
  readonly body: Sha256;
  readonly entry: string;
}

/** @param onEntry told of each entry once it is durable */
export function createAuditStore(
  database: DatabaseHandle,
  clock: Clock,
  newId: NewId,
  onEntry: (entry: AuditEntry) => void = () => undefined,
): AuditStore {
  const insert = database.change<{
    sequence: number;
    digest: string;
    body: string;
    transactionId: string | null;
    entry: string;
  }>(`INSERT INTO audit (sequence, digest, body, transaction_id, entry)
      VALUES (@sequence, @digest, @body, @transactionId, @entry)`);
  const newest = database.query<NoParams, ChainHead>(
    'SELECT sequence, digest FROM audit ORDER BY sequence DESC LIMIT 1',
  );
  const ofTransaction = database.query<{ transaction: string }, Row>(
    'SELECT sequence, digest, body, entry FROM audit WHERE transaction_id = @transaction ORDER BY sequence',
  );
  const first = database.query<{ transaction: string }, { sequence: number | null }>(
    'SELECT min(sequence) AS sequence FROM audit WHERE transaction_id = @transaction',
  );
  const range = database.query<{ from: number; to: number }, Row>(
    'SELECT sequence, digest, body, entry FROM audit WHERE sequence BETWEEN @from AND @to ORDER BY sequence',
  );
  // Entries of others are not even read from disk for an excerpt: their bodies suffice.
  const reduced = database.query<
    { from: number; transaction: string },
    { sequence: number; body: Sha256; entry: string | null }
  >(`SELECT sequence, body, CASE WHEN transaction_id = @transaction THEN entry END AS entry
     FROM audit WHERE sequence >= @from ORDER BY sequence`);

  const head = (): ChainHead => newest.get({}) ?? EMPTY_CHAIN;
  const before = (sequence: number): ChainHead => {
    const [row] = range.all({ from: sequence - 1, to: sequence - 1 });
    return row === undefined ? EMPTY_CHAIN : { sequence: row.sequence, digest: row.digest };
  };

  return {
    head,
    append(draft) {
      const entry = nextEntry(head(), draft, { eventId: newId(), time: isoTime(clock.now()) });
      const body = auditBodyDigest(entry);
      insert.run({
        sequence: entry.sequence,
        digest: auditLink(entry.previous, body),
        body,
        transactionId: entry.transactionId,
        entry: canonicalText(entry),
      });
      database.afterCommit(() => onEntry(entry));
      return entry;
    },
    ofTransaction: (transaction) => ofTransaction.all({ transaction }).map(entryOf),
    range: (from, to) => range.all({ from, to }).map(entryOf),
    excerpt(transaction, after) {
      const begun = first.get({ transaction })?.sequence ?? null;
      if (begun === null) throw new RangeError('no entry of this transaction');
      const from = Math.min(begun, (after ?? begun) + 1);
      const items = reduced
        .all({ from, transaction })
        .map((row): ExcerptItem =>
          row.entry === null ? { withheld: row.body } : { entry: JSON.parse(row.entry) as AuditEntry },
        );
      return { type: 'countersign.audit-excerpt', version: 1, transaction, after: before(from), items, head: head() };
    },
    verify(from = EMPTY_CHAIN) {
      let at = from;
      for (const row of range.iterate({ from: from.sequence + 1, to: Number.MAX_SAFE_INTEGER })) {
        const checked = verifyChain([entryOf(row)], { from: at });
        if (!checked.ok) return checked;
        at = checked.value.head;
        if (at.digest !== row.digest) return err({ code: 'digest-mismatch', sequence: row.sequence });
      }
      return ok({ head: at });
    },
  };
}

function entryOf(row: Row): AuditEntry {
  return JSON.parse(row.entry) as AuditEntry;
}
