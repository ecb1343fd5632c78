import { canonicalText } from '../signing/canonical-json.ts';
import type { Ceremony, CeremonyState } from '../signing/ceremony/ceremony.ts';
import type { DatabaseHandle, NoParams } from './database.ts';

export interface CeremonyStore {
  /** Inserts or replaces. @throws VaultError 'constraint' when another of the same transaction is under way. */
  save(ceremony: Ceremony): void;
  get(id: string): Ceremony | null;
  /** The one under way, if any. */
  activeOf(transaction: string): Ceremony | null;
  /** Oldest first. */
  ofTransaction(transaction: string): readonly Ceremony[];
  /** For recovery after a restart. */
  allActive(): readonly Ceremony[];
}

const ENDED: ReadonlySet<CeremonyState['kind']> = new Set(['completed', 'declined', 'cancelled']);

export function createCeremonyStore(database: DatabaseHandle): CeremonyStore {
  const save = database.change<{
    id: string;
    transaction: string;
    signatory: string;
    active: number;
    startedAt: number;
    record: string;
  }>(`INSERT INTO ceremonies (id, transaction_id, signatory_id, active, started_at, record)
      VALUES (@id, @transaction, @signatory, @active, @startedAt, @record)
      ON CONFLICT (id) DO UPDATE SET active = excluded.active, record = excluded.record`);
  const get = database.query<{ id: string }, { record: string }>('SELECT record FROM ceremonies WHERE id = @id');
  const activeOf = database.query<{ transaction: string }, { record: string }>(
    'SELECT record FROM ceremonies WHERE transaction_id = @transaction AND active = 1',
  );
  const ofTransaction = database.query<{ transaction: string }, { record: string }>(
    'SELECT record FROM ceremonies WHERE transaction_id = @transaction ORDER BY started_at, rowid',
  );
  const allActive = database.query<NoParams, { record: string }>(
    'SELECT record FROM ceremonies WHERE active = 1 ORDER BY started_at, rowid',
  );
  return {
    save(ceremony) {
      const { id, transaction, signatory, startedAt, state } = ceremony;
      const active = ENDED.has(state.kind) ? 0 : 1;
      save.run({ id, transaction, signatory, active, startedAt, record: canonicalText(ceremony) });
    },
    get: (id) => firstOf(get.get({ id })),
    activeOf: (transaction) => firstOf(activeOf.get({ transaction })),
    ofTransaction: (transaction) => ofTransaction.all({ transaction }).map(ceremonyOf),
    allActive: () => allActive.all({}).map(ceremonyOf),
  };
}

function firstOf(row: { record: string } | undefined): Ceremony | null {
  return row === undefined ? null : ceremonyOf(row);
}

function ceremonyOf(row: { record: string }): Ceremony {
  return JSON.parse(row.record) as Ceremony;
}
