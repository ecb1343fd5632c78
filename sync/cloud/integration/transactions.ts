import { z } from 'zod';
import { isoTime } from '../../../signing/clock.ts';
import { isSha256, type Sha256 } from '../../../signing/digest.ts';
import type { Sql } from '../database.ts';
import { findPackage, lowestLevel, type PackageSummary } from '../package-list.ts';
import type { ApiCaller } from './api-keys.ts';
import { findJob, jobRow, JOB_COLUMNS, type BranchJob } from './branch-jobs.ts';
import { toJobState, toTransactionState, type Transaction, type transactionQuery } from './schemas.ts';

/** The package of a job, if one is here. 'destroyed': it was, and its time was over. */
export async function packageOf(sql: Sql, job: BranchJob): Promise<Sha256 | 'destroyed' | null> {
  const [row] = await sql.query(
    `select digest, destroyed_at is not null as destroyed from packages
     where tenant = $1 and kiosk = $2 and transaction_id = $3 and superseded_by is null`,
    [job.tenant, job.kiosk, job.id],
  );
  if (row === undefined) return null;
  return row['destroyed'] === true ? 'destroyed' : z.custom<Sha256>(isSha256).parse(row['digest']);
}

/** Null when the tenant has no such transaction. */
export async function readTransaction(sql: Sql, caller: ApiCaller, id: string): Promise<Transaction | null> {
  const job = await findJob(sql, caller.tenant, id);
  return job === null ? null : describe(sql, job);
}

/** Newest first. */
export async function listTransactions(
  sql: Sql,
  caller: ApiCaller,
  query: z.infer<typeof transactionQuery>,
): Promise<{ readonly transactions: readonly Transaction[]; readonly more: boolean }> {
  const limit = query.limit ?? 50;
  const rows = await sql.query(
    `select ${JOB_COLUMNS} from branch_jobs j
     where tenant = $1 and ($2::text is null or state = $2) and ($3::text is null or branch = $3)
       and ($4::text is null or (created_at, id) <
         (select b.created_at, b.id from branch_jobs b where b.id = $4 and b.tenant = $1))
     order by created_at desc, id desc limit $5`,
    [
      caller.tenant,
      query.state === undefined ? null : toJobState(query.state),
      query.branch ?? null,
      query.before ?? null,
      limit + 1,
    ],
  );
  const transactions: Transaction[] = [];
  for (const row of rows.slice(0, limit)) transactions.push(await describe(sql, jobRow.parse(row)));
  return { transactions, more: rows.length > limit };
}

async function describe(sql: Sql, job: BranchJob): Promise<Transaction> {
  const { id, branch, name, reason, createdAt, expiresAt, changedAt } = job;
  return {
    ...{ id, branch, name, reason, createdAt, expiresAt, changedAt },
    state: toTransactionState(job.state),
    cancelling: job.withdrawAsked === 'cancelled',
    documents: job.documents.map((document, i) => ({ number: i + 1, ...document })),
    package: job.state === 'delivered' ? await describePackage(sql, job) : null,
  };
}

async function describePackage(sql: Sql, job: BranchJob): Promise<Transaction['package']> {
  const digest = await packageOf(sql, job);
  const found = digest === null || digest === 'destroyed' ? null : await findPackage(sql, digest, job.tenant);
  if (found === null) return null;
  const { summary } = found;
  return {
    digest: summary.digest,
    arrivedAt: isoTime(Date.parse(summary.arrivedAt)),
    level: levelOf(summary),
  };
}

function levelOf({ longTerm, arrivedLevel }: PackageSummary): string | null {
  return longTerm.length === 0 ? arrivedLevel : lowestLevel(longTerm.map(({ level }) => level));
}
