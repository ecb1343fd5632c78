import type { Clock } from '../signing/clock.ts';
import type { TransactionId } from '../signing/ids.ts';
import type { DatabaseHandle, Query, SqlParams } from './database.ts';
import { VaultError } from './errors.ts';

export type TransactionState = 'placing' | 'open' | 'signing' | 'complete' | 'declined' | 'voided';
export type DeliveryState = 'none' | 'waiting' | 'sending' | 'delivered' | 'refused' | 'set-aside';
export type ReviewState = 'to-review' | 'approved' | 'returned';

export interface TransactionRecord {
  readonly id: TransactionId;
  readonly name: string;
  readonly state: TransactionState;
  readonly review: ReviewState;
  /** Follows the outbox by itself. */
  readonly delivery: DeliveryState;
  /** Member of staff, or 'folder', 'demo', 'cloud'. */
  readonly createdBy: string | null;
  readonly createdAt: number;
  readonly changedAt: number;
  readonly returnedReason: string | null;
  readonly voidedReason: string | null;
  /** A job of the cloud's. */
  readonly fromCloud: boolean;
  readonly documents: number;
  readonly signatories: number;
  readonly signatoriesDone: number;
}

export interface TransactionFilter {
  readonly state?: TransactionState;
  readonly delivery?: DeliveryState;
  readonly review?: ReviewState;
  /**
   * Part of the name; case and accents do not matter (with one or two characters, accents do, and only the newest 1,000
   * transactions are looked at). Of more than 1,000 that have it, the newest.
   */
  readonly text?: string;
  /** Default 100, at most 1000. */
  readonly limit?: number;
}

export interface TransactionStore {
  insert(transaction: { id: TransactionId; name: string; state: TransactionState; createdBy: string | null }): void;
  get(id: string): TransactionRecord | null;
  /** Newest change first. */
  list(filter?: TransactionFilter): readonly TransactionRecord[];
  /** `reason` is kept with 'voided'. */
  setState(id: TransactionId, state: TransactionState, reason?: string): void;
  /** `reason` is kept with 'returned' and forgotten with the others. */
  setReview(id: TransactionId, review: ReviewState, reason?: string): void;
  /** Something of the transaction changed: it moves up in the list. */
  touch(id: TransactionId): void;
}

/** What is in every name would else be looked up and sorted for a hundred rows: a second, after years. */
const SEARCHED = 1000;

interface Row extends Omit<TransactionRecord, 'fromCloud'> {
  readonly fromCloud: 0 | 1;
}

const SELECT = `SELECT id, name, state, review, delivery, created_by AS createdBy, created_at AS createdAt,
  changed_at AS changedAt, returned_reason AS returnedReason, voided_reason AS voidedReason,
  EXISTS (SELECT 1 FROM jobs WHERE id = t.id) AS fromCloud,
  (SELECT count(*) FROM documents WHERE transaction_id = t.id) AS documents,
  (SELECT count(*) FROM signatories WHERE transaction_id = t.id) AS signatories,
  (SELECT count(*) FROM signatories WHERE transaction_id = t.id AND signatories.state = 'signed') AS signatoriesDone
  FROM transactions AS t`;

export function createTransactionStore(database: DatabaseHandle, clock: Clock): TransactionStore {
  const insert = database.change<{
    id: string;
    name: string;
    state: string;
    createdBy: string | null;
    now: number;
  }>(`INSERT INTO transactions (id, name, state, review, created_by, created_at, changed_at)
      VALUES (@id, @name, @state, 'to-review', @createdBy, @now, @now)`);
  const get = database.query<{ id: string }, Row>(`${SELECT} WHERE id = @id`);
  const setState = database.change<{ id: string; state: string; reason: string | null; now: number }>(
    `UPDATE transactions SET state = @state, voided_reason = coalesce(@reason, voided_reason), changed_at = @now
     WHERE id = @id`,
  );
  const setReview = database.change<{ id: string; review: string; reason: string | null; now: number }>(
    `UPDATE transactions SET review = @review, returned_reason = @reason, changed_at = @now WHERE id = @id`,
  );
  const touch = database.change<{ id: string; now: number }>(
    'UPDATE transactions SET changed_at = @now WHERE id = @id',
  );
  const lists = new Map<string, Query<SqlParams, Row>>();
  const one = (changed: number): void => {
    if (changed !== 1) throw new VaultError('no-such-row', 'no such transaction');
  };

  return {
    insert: (transaction) => void insert.run({ ...transaction, now: clock.now() }),
    get(id) {
      const row = get.get({ id });
      return row === undefined ? null : recordOf(row);
    },
    list(filter = {}) {
      const { where, params } = conditions(filter);
      const sql = `${SELECT}${where} ORDER BY changed_at DESC, id DESC LIMIT @limit`;
      const statement = lists.get(sql) ?? database.query<SqlParams, Row>(sql);
      lists.set(sql, statement);
      return statement.all({ ...params, limit: Math.max(1, Math.min(filter.limit ?? 100, 1000)) }).map(recordOf);
    },
    setState: (id, state, reason) => one(setState.run({ id, state, reason: reason ?? null, now: clock.now() })),
    setReview: (id, review, reason) => one(setReview.run({ id, review, reason: reason ?? null, now: clock.now() })),
    touch: (id) => one(touch.run({ id, now: clock.now() })),
  };
}

function recordOf(row: Row): TransactionRecord {
  return { ...row, fromCloud: row.fromCloud === 1 };
}

/** Columns come from this list only; values are always parameters. */
function conditions(filter: TransactionFilter): { where: string; params: SqlParams } {
  const parts: string[] = [];
  const params: Record<string, string> = {};
  for (const column of ['state', 'delivery', 'review'] as const) {
    const value = filter[column];
    if (value === undefined) continue;
    parts.push(`t.${column} = @${column}`);
    params[column] = value;
  }
  const text = filter.text?.trim() ?? '';
  if (text !== '') {
    // The trigram index needs three characters; shorter text is looked for in the newest names directly. It gives its rows
    // newest first as they stand in it, so that only these are read.
    const indexed = Array.from(text).length >= 3;
    parts.push(
      indexed
        ? `t.number IN (SELECT rowid FROM transaction_text WHERE transaction_text MATCH @text
             ORDER BY rowid DESC LIMIT ${SEARCHED})`
        : `t.number > (SELECT max(number) FROM transactions) - ${SEARCHED} AND t.name LIKE @text ESCAPE '\\'`,
    );
    params['text'] = indexed ? `"${text.replaceAll('"', '""')}"` : `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  }
  return { where: parts.length === 0 ? '' : ` WHERE ${parts.join(' AND ')}`, params };
}
