import { z } from 'zod';
import type { Clock } from '../../../signing/clock.ts';
import { err, ok, type Result } from '../../../signing/result.ts';
import { appendAudit } from '../audit/audit-trail.ts';
import type { Database, Sql } from '../database.ts';

/**
 * 'package': documents, captures and ceremony record together, and what was refused. 'audit': contents of the cloud's own
 * trail. 'kiosk-copy': what kiosks keep after a receipt. 'backup': how long whoever runs the cloud keeps backups of its
 * database, which only they can know; proofs name it.
 */
export const RETENTION_CLASSES = ['package', 'audit', 'kiosk-copy', 'backup'] as const;
export type RetentionClass = (typeof RETENTION_CLASSES)[number];

/** Days from receipt without a rule of the tenant, and the most without a reason on record (GDPR Art. 5(1)(e)). */
export const DEFAULT_DAYS = 70;
const MOST_DAYS = 36_500;

export type RetentionRefusal = 'days-out-of-range' | 'reason-missing' | 'tenant-unknown';

export async function retentionDays(sql: Sql, tenant: string, of: RetentionClass): Promise<number> {
  return (await statedDays(sql, tenant, of)) ?? DEFAULT_DAYS;
}

/** Null where nobody has said anything. */
export async function statedDays(sql: Sql, tenant: string, of: RetentionClass): Promise<number | null> {
  const [row] = await sql.query('select days from retention_rules where tenant = $1 and class = $2', [tenant, of]);
  return row === undefined ? null : z.number().parse(row['days']);
}

/** Audited. @param rule.days whole days from receipt, 1 or more; over 70 only with a reason */
export async function setRetention(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  rule: {
    readonly tenant: string;
    readonly class: RetentionClass;
    readonly days: number;
    readonly reason: string | null;
    readonly by: string;
  },
): Promise<Result<null, RetentionRefusal>> {
  const { tenant, days, by } = rule;
  const reason = rule.reason?.trim() ?? '';
  if (!Number.isInteger(days) || days < 1 || days > MOST_DAYS) return err('days-out-of-range');
  if (days > DEFAULT_DAYS && reason === '') return err('reason-missing');
  return database.transaction(async (sql) => {
    const [known] = await sql.query('select id from tenants where id = $1 for update', [tenant]);
    if (known === undefined) return err('tenant-unknown');
    await sql.query(
      `insert into retention_rules (tenant, class, days, reason) values ($1, $2, $3, $4)
       on conflict (tenant, class) do update set days = excluded.days, reason = excluded.reason`,
      [tenant, rule.class, days, reason === '' ? null : reason],
    );
    const about = { class: rule.class, days, ...(reason === '' ? {} : { reason }) };
    await appendAudit(sql, clock, { tenant, event: 'retention.changed', by, about });
    return ok(null);
  });
}
