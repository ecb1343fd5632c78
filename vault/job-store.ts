import { canonicalText } from '../signing/canonical-json.ts';
import type { Clock } from '../signing/clock.ts';
import type { Sha256 } from '../signing/digest.ts';
import type { DatabaseHandle, NoParams } from './database.ts';
import { VaultError } from './errors.ts';

/** How a job stands: by its transaction, or by how it ended without one. */
export type JobState =
  /** Its documents are on their way. */
  | 'claimed'
  | 'taken'
  | 'opened'
  | 'signed'
  | 'delivered'
  | 'declined'
  | 'voided'
  | 'refused'
  | 'returned'
  | 'withdrawn'
  /** The cloud says that it is not this kiosk's (any more). */
  | 'lost';

export interface JobDocument {
  readonly name: string;
  readonly digest: Sha256;
  readonly size: number;
}

export interface JobRecord {
  /** The transaction's too. */
  readonly id: string;
  readonly name: string;
  readonly documents: readonly JobDocument[];
  /** Nobody begins to sign after that; wall milliseconds. */
  readonly expiresAt: number;
  readonly state: JobState;
  /** Why it was refused or withdrawn: a code. */
  readonly reason: string | null;
  /** What the cloud was told last. */
  readonly reported: JobState | null;
}

export interface JobStore {
  insert(job: Pick<JobRecord, 'id' | 'name' | 'documents' | 'expiresAt'>): void;
  get(id: string): JobRecord | null;
  /** Those of which the cloud has not heard the end, oldest first. */
  open(): readonly JobRecord[];
  /** It ends without a signature. @throws VaultError 'no-such-row' when it has ended already. */
  end(id: string, how: 'refused' | 'returned' | 'withdrawn' | 'lost', reason?: string): void;
  /** A claim of which nothing came: it may be claimed anew. */
  forget(id: string): void;
  /** The cloud has heard it. */
  markReported(id: string, state: JobState): void;
}

interface Row extends Omit<JobRecord, 'documents'> {
  readonly documents: string;
}

/** After these nothing follows that the cloud would have to hear as a report. */
const LAST: ReadonlySet<JobState> = new Set([
  'delivered',
  'declined',
  'voided',
  'refused',
  'returned',
  'withdrawn',
  'lost',
]);

const SELECT = `SELECT jobs.id AS id, jobs.name AS name, jobs.documents AS documents, expires_at AS expiresAt, reason, reported,
  CASE WHEN ended IS NOT NULL THEN ended WHEN t.id IS NULL THEN 'claimed'
    WHEN t.state IN ('voided', 'declined') THEN t.state
    WHEN t.delivery = 'delivered' THEN 'delivered' WHEN t.state = 'complete' THEN 'signed'
    WHEN EXISTS (SELECT 1 FROM ceremonies WHERE transaction_id = t.id) THEN 'opened' ELSE 'taken' END AS state
  FROM jobs LEFT JOIN transactions AS t ON t.id = jobs.id`;

export function createJobStore(database: DatabaseHandle, clock: Clock): JobStore {
  const insert = database.change<{ id: string; name: string; documents: string; expiresAt: number; now: number }>(
    `INSERT INTO jobs (id, name, documents, claimed_at, expires_at) VALUES (@id, @name, @documents, @now, @expiresAt)`,
  );
  const get = database.query<{ id: string }, Row>(`${SELECT} WHERE jobs.id = @id`);
  const open = database.query<NoParams, Row>(`${SELECT} WHERE settled = 0 ORDER BY claimed_at, jobs.id`);
  const end = database.change<{ id: string; how: string; reason: string | null; settled: number }>(
    'UPDATE jobs SET ended = @how, reason = @reason, settled = @settled WHERE id = @id AND ended IS NULL',
  );
  const forget = database.change<{ id: string }>(
    'DELETE FROM jobs WHERE id = @id AND ended IS NULL AND NOT EXISTS (SELECT 1 FROM transactions WHERE id = jobs.id)',
  );
  const reported = database.change<{ id: string; state: string; settled: number }>(
    'UPDATE jobs SET reported = @state, settled = @settled WHERE id = @id',
  );
  const one = (changed: number): void => {
    if (changed !== 1) throw new VaultError('no-such-row', 'no such job under way');
  };
  return {
    insert: ({ documents, ...job }) =>
      void insert.run({ ...job, documents: canonicalText(documents), now: clock.now() }),
    get(id) {
      const row = get.get({ id });
      return row === undefined ? null : recordOf(row);
    },
    open: () => open.all({}).map(recordOf),
    end: (id, how, reason = '') =>
      one(end.run({ id, how, reason: reason === '' ? null : reason, settled: how === 'lost' ? 1 : 0 })),
    forget: (id) => one(forget.run({ id })),
    markReported: (id, state) => one(reported.run({ id, state, settled: LAST.has(state) ? 1 : 0 })),
  };
}

function recordOf({ documents, ...row }: Row): JobRecord {
  return { ...row, documents: JSON.parse(documents) as JobRecord['documents'] };
}
