import type { AuditDraft } from '../signing/audit/chain.ts';
import type { Clock } from '../signing/clock.ts';
import { isoTime } from '../signing/clock.ts';
import type { Sha256 } from '../signing/digest.ts';
import type { TransactionId } from '../signing/ids.ts';
import type { AuditStore } from './audit-store.ts';
import type { Contents, Staged } from './content-store.ts';
import type { DatabaseHandle, NoParams } from './database.ts';
import { VaultError } from './errors.ts';
import type { DeliveryState } from './transaction-store.ts';

/** A package on its way; fits `OutboxEntry` of sync/kiosk/outbox-store.ts. */
export interface OutboxRow {
  readonly digest: Sha256;
  readonly size: number;
  readonly transaction: string;
  readonly auditHead: Sha256;
  /** RFC 3339 UTC. */
  readonly queuedAt: string;
  readonly attempts: number;
  readonly uploadUrl: string | null;
  readonly refusedBefore: boolean;
  /** Random, made with the row: 32 hexadecimal digits that name this delivery on both sides. */
  readonly trace: string;
}

export interface OutboxRecord extends OutboxRow {
  readonly state: Exclude<DeliveryState, 'none'>;
  readonly dueAt: number;
  readonly lastProblem: string | null;
  readonly refusalReason: string | null;
  /** Compact JWS, once delivered. */
  readonly receipt: string | null;
  readonly deliveredAt: number | null;
}

export interface OutboxCounts {
  /** Waiting and sending. */
  readonly waiting: number;
  /** When the oldest of them was queued, RFC 3339 UTC. */
  readonly oldestWaiting: string | null;
  readonly refused: number;
  readonly setAside: number;
  readonly delivered: number;
}

/**
 * The durable queue. The marks are steps of their own (they join a write under way) and write their audit entry
 * themselves; a mark that does not fit the state throws VaultError 'constraint'.
 */
export interface Outbox {
  /** Queues the transaction's one package, due at once. @throws VaultError 'constraint' for a second one. */
  insert(entry: { transaction: TransactionId; auditHead: Sha256; package: Uint8Array | Staged }): OutboxRow;
  get(digest: string): OutboxRecord | null;
  ofTransaction(transaction: string): OutboxRecord | null;
  counts(): OutboxCounts;
  /** A manager's second try: from refused or set aside to waiting. @returns false when there is nothing to retry. */
  retry(transaction: string, userName: string, ipAddress: string | null): boolean;
  /**
   * Puts another package in the place of the transaction's one, due at once: the same without captures. The bytes before
   * are given up: the next sweep overwrites them. The caller records the step. @throws VaultError 'constraint' when the one there is not `before`.
   */
  replace(entry: { transaction: TransactionId; before: Sha256; package: Uint8Array | Staged }): OutboxRow;
  /** Gives up the kiosk's copy of a delivered package, which goes with the next sweep; everything else about it stays. */
  release(digest: Sha256): void;

  /** Oldest first unless said otherwise. */
  due(now: number, limit: number, first?: 'oldest' | 'smallest'): readonly OutboxRow[];
  /** Whole, piece by piece with turns of the event loop between; shared memory: nobody writes to it. */
  read(digest: Sha256): Promise<Uint8Array | null>;
  /** At most `length` bytes from `from` on; null when they are not here. */
  part(digest: Sha256, from: number, length: number): Uint8Array | null;
  markSending(digest: Sha256, uploadUrl: string | null): void;
  markWaiting(digest: Sha256, retry: { attempts: number; dueAt: number; problem: string }): void;
  markDelivered(digest: Sha256, receipt: string, claims: { arrivedAt: string; sequence: number }): void;
  markRefused(digest: Sha256, reason: string, detail: string): void;
  markSetAside(digest: Sha256, problem: string): void;
  alarm(digest: Sha256, code: string, detail: string): void;
}

interface Row extends Omit<OutboxRecord, 'queuedAt' | 'refusedBefore'> {
  readonly queuedAt: number;
  readonly refusedBefore: 0 | 1;
  readonly transactionName: string;
}

/** A due time further ahead than this was written by a clock that has been set back since. */
const FARTHEST_DUE_MS = 24 * 60 * 60_000;

const SELECT = `SELECT digest, size, transaction_id AS "transaction", audit_head AS auditHead, queued_at AS queuedAt,
  attempts, upload_url AS uploadUrl, refused_before AS refusedBefore, trace, outbox.state AS state, due_at AS dueAt,
  last_problem AS lastProblem, refusal_reason AS refusalReason, receipt, delivered_at AS deliveredAt,
  transactions.name AS transactionName
  FROM outbox JOIN transactions ON transactions.id = transaction_id`;

export function createOutbox(database: DatabaseHandle, clock: Clock, audit: AuditStore, contents: Contents): Outbox {
  const insert = database.change<{
    digest: string;
    transaction: string;
    size: number;
    auditHead: string;
    now: number;
  }>(`INSERT INTO outbox (digest, transaction_id, size, audit_head, state, attempts, due_at, refused_before, queued_at,
      trace) VALUES (@digest, @transaction, @size, @auditHead, 'waiting', 0, @now, 0, @now, lower(hex(randomblob(16))))`);
  const keep = database.change<{ digest: string; content: number }>(
    'INSERT INTO packages (digest, content) VALUES (@digest, @content)',
  );
  const drop = database.change<{ digest: string }>('DELETE FROM packages WHERE digest = @digest');
  const get = database.query<{ digest: string }, Row>(`${SELECT} WHERE digest = @digest`);
  const ofTransaction = database.query<{ transaction: string }, Row>(`${SELECT} WHERE transaction_id = @transaction`);
  const dueBy = (order: string) =>
    database.query<{ now: number; farthest: number; limit: number }, Row>(
      `${SELECT} WHERE outbox.state IN ('waiting', 'sending') AND (due_at <= @now OR due_at > @farthest)
       ORDER BY ${order} LIMIT @limit`,
    );
  const due = { oldest: dueBy('queued_at, outbox.rowid'), smallest: dueBy('size, queued_at, outbox.rowid') };
  const contentOf = database.query<{ digest: string }, { content: number; length: number }>(
    'SELECT content, length FROM packages JOIN contents ON contents.id = content WHERE digest = @digest',
  );
  const counts = database.query<NoParams, { state: DeliveryState; n: number; oldest: number }>(
    'SELECT state, count(*) AS n, min(queued_at) AS oldest FROM outbox GROUP BY state',
  );
  const sending = database.change<{ digest: string; uploadUrl: string | null }>(
    `UPDATE outbox SET state = 'sending', upload_url = @uploadUrl
     WHERE digest = @digest AND state IN ('waiting', 'sending')`,
  );
  const waiting = database.change<{ digest: string; attempts: number; dueAt: number; problem: string }>(
    `UPDATE outbox SET state = 'waiting', attempts = @attempts, due_at = @dueAt, last_problem = @problem
     WHERE digest = @digest AND state IN ('waiting', 'sending')`,
  );
  const delivered = database.change<{ digest: string; receipt: string; now: number }>(
    `UPDATE outbox SET state = 'delivered', receipt = @receipt, delivered_at = @now, last_problem = NULL
     WHERE digest = @digest AND state <> 'delivered'`,
  );
  const stopped = database.change<{ digest: string; state: string; problem: string; reason: string | null }>(
    `UPDATE outbox SET state = @state, last_problem = @problem, refusal_reason = @reason
     WHERE digest = @digest AND state IN ('waiting', 'sending')`,
  );
  const retry = database.change<{ transaction: string; now: number }>(
    `UPDATE outbox SET refused_before = max(refused_before, state = 'refused'), state = 'waiting', attempts = 0,
       due_at = @now, upload_url = NULL
     WHERE transaction_id = @transaction AND state IN ('refused', 'set-aside')`,
  );
  const replace = database.change<{
    transaction: string;
    before: string;
    digest: string;
    size: number;
    now: number;
  }>(
    `UPDATE outbox SET digest = @digest, size = @size, state = 'waiting', attempts = 0, due_at = @now,
       upload_url = NULL, refused_before = 0, last_problem = NULL, refusal_reason = NULL, receipt = NULL,
       delivered_at = NULL, queued_at = @now
     WHERE transaction_id = @transaction AND digest = @before`,
  );

  const rowOf = (digest: string): Row => {
    const row = get.get({ digest });
    if (row === undefined) throw new VaultError('no-such-row', 'no such package');
    return row;
  };
  const one = (changed: number): void => {
    if (changed !== 1) throw new VaultError('constraint', 'the package is in another state');
  };
  const report = (row: Row, draft: AuditDraft): void => {
    audit.append({
      ...draft,
      transactionId: row.transaction,
      transactionName: row.transactionName,
      processState: draft.processState ?? 'completed',
      extra: { ...draft.extra, package: row.digest },
    });
  };

  return {
    insert({ transaction, auditHead, package: container }) {
      const now = clock.now();
      return database.write<OutboxRow>(() => {
        const { content, digest, length: size } = contents.place(container);
        keep.run({ digest, content });
        insert.run({ digest, transaction, size, auditHead, now });
        return entryOf(rowOf(digest));
      });
    },
    get(digest) {
      const row = get.get({ digest });
      return row === undefined ? null : recordOf(row);
    },
    ofTransaction(transaction) {
      const row = ofTransaction.get({ transaction });
      return row === undefined ? null : recordOf(row);
    },
    counts() {
      const by = new Map(counts.all({}).map((row) => [row.state, row]));
      const open = [by.get('waiting'), by.get('sending')].filter((row) => row !== undefined);
      const n = (state: DeliveryState): number => by.get(state)?.n ?? 0;
      return {
        waiting: open.reduce((sum, row) => sum + row.n, 0),
        oldestWaiting: open.length === 0 ? null : isoTime(Math.min(...open.map((row) => row.oldest))),
        refused: n('refused'),
        setAside: n('set-aside'),
        delivered: n('delivered'),
      };
    },
    retry(transaction, userName, ipAddress) {
      return database.write<boolean>(() => {
        if (retry.run({ transaction, now: clock.now() }) === 0) return false;
        const row = ofTransaction.get({ transaction });
        if (row !== undefined) report(row, { eventType: 'package.retried', userName, ipAddress });
        return true;
      });
    },
    replace({ transaction, before, package: container }) {
      return database.write<OutboxRow>(() => {
        const { content, digest, length: size } = contents.place(container);
        keep.run({ digest, content });
        one(replace.run({ transaction, before, digest, size, now: clock.now() }));
        drop.run({ digest: before });
        return entryOf(rowOf(digest));
      });
    },
    release(digest) {
      database.write(() => {
        one(get.get({ digest })?.state === 'delivered' ? 1 : 0);
        drop.run({ digest });
      });
    },

    due: (now, limit, first = 'oldest') => due[first].all({ now, farthest: now + FARTHEST_DUE_MS, limit }).map(entryOf),
    async read(digest) {
      const found = contentOf.get({ digest });
      return found === undefined ? null : contents.read([found.content], found.length);
    },
    part(digest, from, length) {
      const found = contentOf.get({ digest });
      return found === undefined ? null : contents.part(found.content, from, length);
    },
    markSending(digest, uploadUrl) {
      database.write(() => {
        const before = rowOf(digest);
        one(sending.run({ digest, uploadUrl }));
        // Only when the cloud has answered: attempts against a dead line would fill years of trail.
        if (uploadUrl !== null && before.uploadUrl === null) report(before, { eventType: 'package.sent' });
      });
    },
    markWaiting(digest, { attempts, dueAt, problem }) {
      database.write(() => {
        const before = rowOf(digest);
        one(waiting.run({ digest, attempts, dueAt, problem }));
        if (before.lastProblem === problem) return;
        report(before, { eventType: 'package.sent', success: false, extra: { problem } });
      });
    },
    markDelivered(digest, receipt, claims) {
      database.write(() => {
        const before = rowOf(digest);
        one(delivered.run({ digest, receipt, now: clock.now() }));
        const extra = { arrivedAt: claims.arrivedAt, cloudSequence: claims.sequence };
        report(before, { eventType: 'package.receipt-verified', processState: 'archived', extra });
      });
    },
    markRefused(digest, reason, detail) {
      database.write(() => {
        const before = rowOf(digest);
        one(stopped.run({ digest, state: 'refused', problem: detail, reason }));
        report(before, { eventType: 'package.refused', success: false, extra: { reason, detail } });
      });
    },
    markSetAside(digest, problem) {
      database.write(() => {
        const before = rowOf(digest);
        one(stopped.run({ digest, state: 'set-aside', problem, reason: null }));
        report(before, { eventType: 'package.set-aside', success: false, extra: { problem } });
      });
    },
    alarm(digest, code, detail) {
      database.write(() =>
        report(rowOf(digest), { eventType: 'receipt.alarm', success: false, extra: { code, detail } }),
      );
    },
  };
}

function entryOf(row: Row): OutboxRow {
  const { digest, size, transaction, auditHead, attempts, uploadUrl, trace } = row;
  const queuedAt = isoTime(row.queuedAt);
  return {
    digest,
    size,
    transaction,
    auditHead,
    queuedAt,
    attempts,
    uploadUrl,
    refusedBefore: row.refusedBefore === 1,
    trace,
  };
}

function recordOf(row: Row): OutboxRecord {
  const { state, dueAt, lastProblem, refusalReason, receipt, deliveredAt } = row;
  return { ...entryOf(row), state, dueAt, lastProblem, refusalReason, receipt, deliveredAt };
}
