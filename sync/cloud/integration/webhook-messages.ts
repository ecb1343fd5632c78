import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { isoTime } from '../../../signing/clock.ts';
import type { Sha256 } from '../../../signing/digest.ts';
import type { Sql } from '../database.ts';
import type { JobState } from './job-states.ts';
import type { WebhookEvent } from './schemas.ts';

/** 'taken' and being offered again are between cloud and counter. */
const EVENTS: Readonly<Partial<Record<JobState, WebhookEvent>>> = {
  opened: 'transaction.opened',
  signed: 'transaction.signed',
  delivered: 'transaction.delivered',
  declined: 'transaction.declined',
  voided: 'transaction.voided',
  refused: 'transaction.refused',
  withdrawn: 'transaction.cancelled',
  expired: 'transaction.expired',
};

/** A message to every webhook of the tenant that wants the event, inside the transaction of what happened. */
export async function announce(
  sql: Sql,
  now: number,
  about: {
    readonly tenant: string;
    readonly transaction: string;
    readonly event: WebhookEvent;
    readonly level?: string;
  },
): Promise<void> {
  const { tenant, transaction, event, level } = about;
  const rows = await sql.query(
    'select id from webhook_endpoints where tenant = $1 and removed_at is null and events @> $2::jsonb order by id',
    [tenant, JSON.stringify([event])],
  );
  // Ids and states only: who signs what, the program may ask for with a key that allows it.
  const data = { transaction, ...(level === undefined ? {} : { level }) };
  const body = JSON.stringify({ type: event, timestamp: isoTime(now), data });
  for (const row of rows) {
    await sql.query('insert into webhook_messages (id, endpoint, body, made_at, due_at) values ($1, $2, $3, $4, $4)', [
      `msg_${randomUUID()}`,
      z.string().parse(row['id']),
      body,
      isoTime(now),
    ]);
  }
}

/** What a new state of a job is called outside, if anybody outside is told. */
export async function announceState(
  sql: Sql,
  now: number,
  job: { readonly tenant: string; readonly id: string },
  state: JobState,
): Promise<void> {
  const event = EVENTS[state];
  if (event !== undefined) await announce(sql, now, { tenant: job.tenant, transaction: job.id, event });
}

/** A document of a package has a higher level; told when the package is of a transaction that was handed in by a program. */
export async function announceLevel(
  sql: Sql,
  now: number,
  raised: { readonly package: Sha256; readonly level: string },
): Promise<void> {
  const [row] = await sql.query(
    `select j.tenant, j.id from packages p
       join branch_jobs j on j.id = p.transaction_id and j.tenant = p.tenant and j.kiosk = p.kiosk where p.digest = $1`,
    [raised.package],
  );
  if (row === undefined) return;
  const { tenant, id } = z.object({ tenant: z.string(), id: z.string() }).parse(row);
  const event = 'transaction.level-raised';
  await announce(sql, now, { tenant, transaction: id, event, level: raised.level });
}
