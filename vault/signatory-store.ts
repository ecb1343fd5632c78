import type { SignatoryId, TransactionId } from '../signing/ids.ts';
import type { DatabaseHandle } from './database.ts';
import { VaultError } from './errors.ts';

export type SignatoryState = 'waiting' | 'active' | 'signed' | 'declined' | 'cancelled';

export interface SignatoryRecord {
  readonly id: SignatoryId;
  readonly transaction: TransactionId;
  readonly role: string;
  readonly order: number;
  readonly state: SignatoryState;
  readonly shortCode: string | null;
}

export interface SignatoryStore {
  insert(signatory: { id: SignatoryId; transaction: TransactionId; role: string; order: number }): void;
  get(id: string): SignatoryRecord | null;
  /** In order of their turn, then of arrival. */
  ofTransaction(transaction: string): readonly SignatoryRecord[];
  /** Takes out all of a transaction (placements lose theirs). @throws VaultError 'constraint' once one has begun. */
  removeAll(transaction: TransactionId): void;
  /** `shortCode` comes with 'signed'. */
  setState(id: SignatoryId, state: SignatoryState, shortCode?: string): void;
}

const SELECT = `SELECT id, transaction_id AS "transaction", role, turn AS "order", state, short_code AS shortCode
  FROM signatories`;

export function createSignatoryStore(database: DatabaseHandle): SignatoryStore {
  const insert = database.change<{ id: string; transaction: string; role: string; order: number }>(
    `INSERT INTO signatories (id, transaction_id, role, turn, state)
     VALUES (@id, @transaction, @role, @order, 'waiting')`,
  );
  const get = database.query<{ id: string }, SignatoryRecord>(`${SELECT} WHERE id = @id`);
  const ofTransaction = database.query<{ transaction: string }, SignatoryRecord>(
    `${SELECT} WHERE transaction_id = @transaction ORDER BY turn, rowid`,
  );
  const begun = database.query<{ transaction: string }, { found: number }>(
    `SELECT 1 AS found FROM ceremonies WHERE transaction_id = @transaction LIMIT 1`,
  );
  const unassign = database.change<{ transaction: string }>(
    `UPDATE placements SET signatory_id = NULL
     WHERE signatory_id IN (SELECT id FROM signatories WHERE transaction_id = @transaction)`,
  );
  const removeAll = database.change<{ transaction: string }>(
    'DELETE FROM signatories WHERE transaction_id = @transaction',
  );
  const setState = database.change<{ id: string; state: string; shortCode: string | null }>(
    'UPDATE signatories SET state = @state, short_code = coalesce(@shortCode, short_code) WHERE id = @id',
  );
  return {
    insert: (signatory) => void insert.run(signatory),
    get: (id) => get.get({ id }) ?? null,
    ofTransaction: (transaction) => ofTransaction.all({ transaction }),
    removeAll(transaction) {
      if (begun.get({ transaction }) !== undefined) {
        throw new VaultError('constraint', 'signatories stay once a ceremony has begun');
      }
      unassign.run({ transaction });
      removeAll.run({ transaction });
    },
    setState(id, state, shortCode) {
      if (setState.run({ id, state, shortCode: shortCode ?? null }) !== 1) {
        throw new VaultError('no-such-row', 'no such signatory');
      }
    },
  };
}
