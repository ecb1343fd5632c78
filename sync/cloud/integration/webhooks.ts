import { z } from 'zod';
import { isoTime, type Clock } from '../../../signing/clock.ts';
import type { NewId } from '../../../signing/ids.ts';
import { err, ok, type Result } from '../../../signing/result.ts';
import { appendAudit } from '../audit/audit-trail.ts';
import type { Database, Sql } from '../database.ts';
import type { ApiCaller } from './api-keys.ts';
import { WEBHOOK_EVENTS, type WebhookEvent } from './schemas.ts';
import { secretText, webhookSecret } from './webhook-secrets.ts';

export interface WebhookPorts {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
  /** 32 random bytes that every process has: secrets come out of them. */
  readonly webhookKey: Uint8Array;
}

const MOST_WEBHOOKS = 10;
/** For the listener to take the new secret in. */
const EARLIER_SECRET_MS = 24 * 3600_000;

/** The address was looked at before (`isWebhookUrl`). Audited. */
export async function createWebhook(
  { database, clock, newId, webhookKey }: WebhookPorts,
  caller: ApiCaller,
  { url, events }: { readonly url: string; readonly events: readonly WebhookEvent[] },
): Promise<Result<{ readonly id: string; readonly secret: string }, 'too-many-webhooks'>> {
  const id = newId();
  return database.transaction(async (sql) => {
    await sql.query('select id from tenants where id = $1 for update', [caller.tenant]);
    const there = await sql.query('select 1 from webhook_endpoints where tenant = $1 and removed_at is null', [
      caller.tenant,
    ]);
    if (there.length >= MOST_WEBHOOKS) return err('too-many-webhooks');
    await sql.query(
      'insert into webhook_endpoints (id, tenant, url, events, made_by, made_at) values ($1, $2, $3, $4, $5, $6)',
      [id, caller.tenant, url, JSON.stringify([...new Set(events)]), caller.key, isoTime(clock.now())],
    );
    await recordChange(sql, clock, caller, id, 'created');
    return ok({ id, secret: secretText(webhookSecret(webhookKey, id, 1)) });
  });
}

/** Null when there is none. The earlier secret signs too for a day. Audited. */
export async function renewSecret(
  { database, clock, webhookKey }: WebhookPorts,
  caller: ApiCaller,
  id: string,
): Promise<{ readonly secret: string; readonly earlierUntil: string } | null> {
  const earlierUntil = isoTime(clock.now() + EARLIER_SECRET_MS);
  return database.transaction(async (sql) => {
    const [row] = await sql.query(
      `update webhook_endpoints set secret = secret + 1, earlier_secret_until = $3
       where id = $1 and tenant = $2 and removed_at is null returning secret`,
      [id, caller.tenant, earlierUntil],
    );
    if (row === undefined) return null;
    await recordChange(sql, clock, caller, id, 'secret-renewed');
    const secret = secretText(webhookSecret(webhookKey, id, z.number().parse(row['secret'])));
    return { secret, earlierUntil };
  });
}

/** Gives the number of messages that are not sent any more; null when there is no such webhook. Audited. */
export async function removeWebhook(
  { database, clock }: Pick<WebhookPorts, 'database' | 'clock'>,
  caller: ApiCaller,
  id: string,
): Promise<number | null> {
  return database.transaction(async (sql) => {
    const [row] = await sql.query(
      'update webhook_endpoints set removed_at = $3 where id = $1 and tenant = $2 and removed_at is null returning id',
      [id, caller.tenant, isoTime(clock.now())],
    );
    if (row === undefined) return null;
    const dropped = await sql.query(
      'delete from webhook_messages where endpoint = $1 and delivered_at is null returning id',
      [id],
    );
    await recordChange(sql, clock, caller, id, 'removed');
    return dropped.length;
  });
}

/** Gives the number of messages that are sent again; null when there is no such webhook. */
export async function resendSetAside(
  { database, clock }: Pick<WebhookPorts, 'database' | 'clock'>,
  caller: ApiCaller,
  id: string,
): Promise<number | null> {
  return database.transaction(async (sql) => {
    const [row] = await sql.query(
      'select id from webhook_endpoints where id = $1 and tenant = $2 and removed_at is null',
      [id, caller.tenant],
    );
    if (row === undefined) return null;
    const again = await sql.query(
      `update webhook_messages set due_at = $2, attempts = 0
       where endpoint = $1 and due_at is null and delivered_at is null returning id`,
      [id, isoTime(clock.now())],
    );
    return again.length;
  });
}

const listedRow = z
  .object({
    id: z.string(),
    url: z.string(),
    events: z.array(z.enum(WEBHOOK_EVENTS)),
    made_at: z.date(),
    waiting: z.number(),
    aside: z.number(),
    problem: z.string().nullable(),
  })
  .transform(({ made_at, aside, ...row }) => ({ ...row, createdAt: isoTime(made_at.getTime()), setAside: aside }));

export async function listWebhooks(sql: Sql, tenant: string): Promise<readonly z.infer<typeof listedRow>[]> {
  const rows = await sql.query(
    `select id, url, events, made_at,
       (select count(*)::integer from webhook_messages m where m.endpoint = e.id and m.due_at is not null) as waiting,
       (select count(*)::integer from webhook_messages m
         where m.endpoint = e.id and m.due_at is null and m.delivered_at is null) as aside,
       (select problem from webhook_messages m where m.endpoint = e.id and m.delivered_at is null
         and problem is not null order by made_at desc limit 1) as problem
     from webhook_endpoints e where tenant = $1 and removed_at is null order by made_at, id`,
    [tenant],
  );
  return rows.map((row) => listedRow.parse(row));
}

function recordChange(sql: Sql, clock: Clock, caller: ApiCaller, webhook: string, change: string): Promise<unknown> {
  const { tenant } = caller;
  return appendAudit(sql, clock, {
    tenant,
    event: 'webhook.changed',
    by: `api-key:${caller.key}`,
    about: { webhook, change },
  });
}
