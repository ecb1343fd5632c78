import { z } from 'zod';
import { isoTime, type Clock } from '../../../signing/clock.ts';
import { isSha256, type Sha256 } from '../../../signing/digest.ts';
import { err, ok, type Result } from '../../../signing/result.ts';
import { MAX_LISTED_JOBS, type JobReport } from '../../protocol/jobs.ts';
import type { Database, Sql } from '../database.ts';
import type { EnrolledKiosk } from '../enrolment.ts';
import type { ObjectStore } from '../object-store.ts';
import { keepObject } from '../orphans.ts';
import { afterReport, hasEnded, JOB_STATES, withdrawn, type JobState } from './job-states.ts';
import { announce, announceState } from './webhook-messages.ts';

/** A transaction to be signed at a branch. Its id is that of the transaction at the counter, and of its package. */
export interface BranchJob {
  readonly id: string;
  readonly tenant: string;
  readonly branch: string;
  readonly name: string;
  readonly state: JobState;
  /** Code of the refusal or of what else ended it, where there is one. */
  readonly reason: string | null;
  /** The kiosk that has it. */
  readonly kiosk: string | null;
  /** Until when the kiosk has to say that it took it; null when it has, and when nobody claims it. */
  readonly claimEndsAt: string | null;
  /** Set while the kiosk that has it is to let it go, if nobody has begun to sign there. */
  readonly withdrawAsked: 'cancelled' | 'expired' | null;
  /** RFC 3339 UTC, as all times here. */
  readonly createdAt: string;
  /** Nobody begins to sign after that. */
  readonly expiresAt: string;
  readonly changedAt: string;
  /** In their order, as they were handed in; their bytes are kept until the job ends. */
  readonly documents: readonly JobDocument[];
}
export interface JobDocument {
  /** File name. */
  readonly name: string;
  readonly digest: Sha256;
  readonly size: number;
}
/** Who asks, as the device token said. */
export type JobKiosk = Pick<EnrolledKiosk, 'id' | 'tenant' | 'branch'>;
export interface JobPorts {
  readonly database: Database;
  readonly clock: Clock;
}
/** 'gone': another kiosk has it, it has ended, or there is none. 'wrong-state': what is said does not go with what is known. */
export type JobRefusal = 'gone' | 'wrong-state';

/** A kiosk that claimed a job and was not heard of again has lost it after so long, unless it said that it took it. */
export const CLAIM_MS = 15 * 60_000;

/** Inside the caller's transaction; the objects are in the store already. @throws Error when one is being swept just now */
export async function createJob(
  sql: Sql,
  clock: Clock,
  job: Pick<BranchJob, 'id' | 'tenant' | 'branch' | 'name' | 'expiresAt' | 'documents'> & { readonly by: string },
): Promise<void> {
  for (const digest of new Set(job.documents.map((each) => each.digest).toSorted())) await keepObject(sql, digest);
  await sql.query(
    `insert into branch_jobs (id, tenant, branch, name, state, created_by, created_at, expires_at, changed_at)
     values ($1, $2, $3, $4, 'offered', $5, $6, $7, $6)`,
    [job.id, job.tenant, job.branch, job.name, job.by, isoTime(clock.now()), job.expiresAt],
  );
  for (const [position, { name, digest, size }] of job.documents.entries()) {
    await sql.query(
      'insert into branch_job_documents (job, position, name, original, digest, size) values ($1, $2, $3, $4, $4, $5)',
      [job.id, position, name, digest, size],
    );
  }
  await announce(sql, clock.now(), { tenant: job.tenant, transaction: job.id, event: 'transaction.created' });
}

/** What this kiosk may claim, and what it has and is not done with, oldest first; at most `MAX_LISTED_JOBS`. */
export async function jobsForKiosk(sql: Sql, clock: Clock, kiosk: JobKiosk): Promise<readonly BranchJob[]> {
  const rows = await sql.query(
    `select ${JOB_COLUMNS} from branch_jobs j
     where tenant = $1 and branch = $2 and state in ('offered', 'taken', 'opened', 'signed')
       and (kiosk = $3 or (${IS_FREE} and expires_at > $4))
     order by created_at, id limit ${MAX_LISTED_JOBS}`,
    [kiosk.tenant, kiosk.branch, kiosk.id, isoTime(clock.now())],
  );
  return rows.map((row) => jobRow.parse(row));
}

/**
 * One kiosk of the branch gets it. It has `CLAIM_MS` to load the documents and to say 'taken', which it says before it
 * shows the transaction to anybody: so a kiosk whose claim ran out has nothing to sign. Asking again prolongs the claim.
 */
export async function claimJob(ports: JobPorts, kiosk: JobKiosk, id: string): Promise<Result<BranchJob, 'gone'>> {
  const { database, clock } = ports;
  return database.transaction(async (sql) => {
    const now = clock.now();
    const rows = await sql.query(
      `update branch_jobs j set state = 'taken', kiosk = $3, claim_ends_at = $5, changed_at = $4
       where id = $6 and tenant = $1 and branch = $2 and expires_at > $4
         and (${IS_FREE} or (kiosk = $3 and state = 'taken' and claim_ends_at is not null))
       returning id`,
      [kiosk.tenant, kiosk.branch, kiosk.id, isoTime(now), isoTime(now + CLAIM_MS), id],
    );
    const job = await findJob(sql, kiosk.tenant, id);
    // What it took before it lost the answer, or its memory, is still its own.
    if (job === null || (rows.length === 0 && !(job.kiosk === kiosk.id && job.state === 'taken'))) return err('gone');
    return ok(job);
  });
}

/**
 * What became of a job at the counter. Gives the job as it then stands: a kiosk that says 'taken' and is told of
 * `withdrawAsked` lets it go at once.
 *
 * @param reason code, for 'refused'
 */
export async function reportJob(
  ports: JobPorts,
  kiosk: JobKiosk,
  id: string,
  report: JobReport,
  reason: string | null = null,
): Promise<Result<BranchJob, JobRefusal>> {
  return ports.database.transaction(async (sql) => {
    const job = await lockJob(sql, kiosk.tenant, id);
    if (job === null || (job.kiosk !== kiosk.id && !(report === 'returned' && job.kiosk === null))) return err('gone');
    const next = afterReport(job, report);
    if (next === null) return err(hasEnded(job.state) ? 'gone' : 'wrong-state');
    // Whoever claims it after the claim ran out decides; until then it is still this kiosk's.
    const held = job.claimEndsAt !== null;
    if (next !== 'same' || held) await move(sql, ports.clock, job, next === 'same' ? job.state : next, reason);
    return ok((await findJob(sql, kiosk.tenant, id)) ?? job);
  });
}

/**
 * Takes a job back. 'withdrawn': no kiosk has it. 'asked': one has, and says at its next contact whether it was quicker;
 * a kiosk that was shut out is not waited for. @param why 'expired' is what the cloud itself says
 */
export async function withdrawJob(
  ports: JobPorts,
  tenant: string,
  id: string,
  why: 'cancelled' | 'expired' = 'cancelled',
): Promise<Result<'withdrawn' | 'asked', JobRefusal>> {
  return ports.database.transaction(async (sql) => {
    const job = await lockJob(sql, tenant, id);
    if (job === null) return err('gone');
    if (job.state === withdrawn(why)) return ok('withdrawn');
    if (job.state !== 'offered' && job.state !== 'taken') return err('wrong-state');
    const [held] = await sql.query(
      "select 1 from kiosks where id = $1 and active and $2 = 'taken' and $3::timestamptz is null",
      [job.kiosk, job.state, job.claimEndsAt],
    );
    if (held === undefined) {
      await move(sql, ports.clock, job, withdrawn(why), null);
      return ok('withdrawn');
    }
    await sql.query('update branch_jobs set withdraw_asked = $2 where id = $1', [id, job.withdrawAsked ?? why]);
    return ok('asked');
  });
}

/** In the transaction that stores a package: the job that it is of, if it is of one, is done. */
export async function jobDelivered(
  sql: Sql,
  clock: Clock,
  of: { readonly tenant: string; readonly kiosk: string; readonly transaction: string },
): Promise<void> {
  const job = await lockJob(sql, of.tenant, of.transaction);
  if (job?.kiosk === of.kiosk && job.state !== 'delivered') await move(sql, clock, job, 'delivered', null);
}

/** A document for the kiosk that has the job; null when there is none for it. @param position from 0 */
export async function jobDocument(
  ports: { readonly database: Sql; readonly objects: ObjectStore },
  kiosk: JobKiosk,
  id: string,
  position: number,
): Promise<{ readonly document: JobDocument; readonly bytes: Uint8Array } | null> {
  const job = await findJob(ports.database, kiosk.tenant, id);
  const document = job?.kiosk === kiosk.id && !hasEnded(job.state) ? job.documents[position] : undefined;
  const bytes = document === undefined ? null : await ports.objects.get(document.digest);
  return document === undefined || bytes === null ? null : { document, bytes };
}

/** Null when the tenant has no such job. */
export async function findJob(sql: Sql, tenant: string, id: string): Promise<BranchJob | null> {
  const [row] = await sql.query(`select ${JOB_COLUMNS} from branch_jobs j where id = $1 and tenant = $2`, [id, tenant]);
  return row === undefined ? null : jobRow.parse(row);
}

async function lockJob(sql: Sql, tenant: string, id: string): Promise<BranchJob | null> {
  await sql.query('select 1 from branch_jobs where id = $1 and tenant = $2 for update', [id, tenant]);
  return findJob(sql, tenant, id);
}

async function move(sql: Sql, clock: Clock, job: BranchJob, state: JobState, reason: string | null): Promise<void> {
  const free = state === 'offered';
  await sql.query(
    `update branch_jobs set state = $2, reason = coalesce($3, reason), claim_ends_at = null, changed_at = $4,
       kiosk = case when $5 then null else kiosk end,
       withdraw_asked = case when $6 then withdraw_asked else null end
     where id = $1`,
    [job.id, state, reason, isoTime(clock.now()), free, state === 'taken'],
  );
  if (state !== job.state) await announceState(sql, clock.now(), job, state);
}

/** At $4 nobody has it. */
const IS_FREE = `(state = 'offered' or (state = 'taken' and claim_ends_at <= $4))`;
/** Of a row `j` of branch_jobs, for `jobRow`. */
export const JOB_COLUMNS = `id, tenant, branch, name, state, reason, kiosk, claim_ends_at, withdraw_asked, created_at, expires_at,
  changed_at, coalesce((select jsonb_agg(jsonb_build_object('name', d.name, 'digest', d.original, 'size', d.size)
    order by d.position) from branch_job_documents d where d.job = j.id), '[]'::jsonb) as documents`;
const time = z.date().transform((date) => isoTime(date.getTime()));
export const jobRow = z
  .object({
    id: z.string(),
    tenant: z.string(),
    branch: z.string(),
    name: z.string(),
    state: z.enum(JOB_STATES),
    reason: z.string().nullable(),
    kiosk: z.string().nullable(),
    claim_ends_at: time.nullable(),
    withdraw_asked: z.enum(['cancelled', 'expired']).nullable(),
    created_at: time,
    expires_at: time,
    changed_at: time,
    documents: z.array(z.object({ name: z.string(), digest: z.custom<Sha256>(isSha256), size: z.number() })),
  })
  .transform(({ claim_ends_at, withdraw_asked, created_at, expires_at, changed_at, ...row }): BranchJob => ({
    ...row,
    claimEndsAt: claim_ends_at,
    withdrawAsked: withdraw_asked,
    createdAt: created_at,
    expiresAt: expires_at,
    changedAt: changed_at,
  }));
