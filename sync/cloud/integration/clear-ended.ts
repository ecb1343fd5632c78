import { z } from 'zod';
import { isoTime, type Clock } from '../../../signing/clock.ts';
import type { Database } from '../database.ts';
import { retentionDays } from '../retention/retention-rules.ts';
import { withdrawJob } from './branch-jobs.ts';

const DAY_MS = 86_400_000;
/** Kept so long for whoever looks why a program was told nothing. */
const MESSAGE_DAYS = 14;

/**
 * What nobody needs of jobs any more: those whose time is over are withdrawn; documents of those that have ended are nobody's, so the
 * sweep takes their objects (`orphans.ts`); names go when a package of that age would be destroyed. Safe to run twice.
 */
export async function clearEnded(ports: { readonly database: Database; readonly clock: Clock }): Promise<number> {
  const { database, clock } = ports;
  const now = isoTime(clock.now());
  const over = await database.query(
    `select id, tenant from branch_jobs where expires_at <= $1 and state in ('offered', 'taken')
       and withdraw_asked is null order by expires_at`,
    [now],
  );
  for (const row of over) {
    const { id, tenant } = z.object({ id: z.string(), tenant: z.string() }).parse(row);
    await withdrawJob(ports, tenant, id, 'expired');
  }
  const cleared = await database.transaction(async (sql) => {
    const ended = await sql.query(
      `update branch_jobs set documents_removed_at = $1 where documents_removed_at is null
         and state not in ('offered', 'taken', 'opened', 'signed') returning id`,
      [now],
    );
    await sql.query(
      `update branch_job_documents set digest = null where digest is not null
         and job in (select jsonb_array_elements_text($1::jsonb))`,
      [JSON.stringify(ended.map((row) => row['id']))],
    );
    return ended.length;
  });
  for (const row of await database.query('select id from tenants order by id')) {
    const tenant = z.string().parse(row['id']);
    const before = isoTime(clock.now() - (await retentionDays(database, tenant, 'package')) * DAY_MS);
    await forgetNames(database, tenant, before);
  }
  await database.query('delete from webhook_messages where due_at is null and made_at <= $1', [
    isoTime(clock.now() - MESSAGE_DAYS * DAY_MS),
  ]);
  await database.query('delete from idempotency_keys where made_at <= $1', [isoTime(clock.now() - DAY_MS)]);
  return cleared;
}

/** Names of transactions and files are what may tell of people. */
async function forgetNames(database: Database, tenant: string, before: string): Promise<void> {
  await database.transaction(async (sql) => {
    const forgotten = await sql.query(
      `update branch_jobs set name = '' where tenant = $1 and name <> '' and changed_at <= $2
         and documents_removed_at is not null returning id`,
      [tenant, before],
    );
    await sql.query(
      `update branch_job_documents set name = '' where job in (select jsonb_array_elements_text($1::jsonb))`,
      [JSON.stringify(forgotten.map((row) => row['id']))],
    );
  });
}
