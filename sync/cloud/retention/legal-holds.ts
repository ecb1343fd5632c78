import { z } from 'zod';
import { isoTime, type Clock } from '../../../signing/clock.ts';
import { isSha256, type Sha256 } from '../../../signing/digest.ts';
import type { NewId } from '../../../signing/ids.ts';
import { err, ok, type Result } from '../../../signing/result.ts';
import { appendAudit } from '../audit/audit-trail.ts';
import type { Database, Sql, SqlRow } from '../database.ts';

/** What a hold covers, of one tenant: a transaction, that of a package, or all that arrived from one time until before another. */
export type HoldScope =
  { readonly transaction: string } | { readonly package: string } | { readonly from: string; readonly until: string };

export interface LegalHold {
  readonly id: string;
  readonly tenant: string;
  /** Null for one that covers a period. */
  readonly transaction: string | null;
  readonly period: { readonly from: string; readonly until: string } | null;
  readonly reason: string;
  readonly placedBy: string;
  /** RFC 3339 UTC, as all times here. */
  readonly placedAt: string;
  /** Null: until it is lifted. */
  readonly endsAt: string | null;
  readonly liftedBy: string | null;
  readonly liftedAt: string | null;
}

export type HoldRefusal = 'reason-missing' | 'period-empty' | 'end-passed' | 'package-unknown' | 'hold-unknown';

/** Whether a hold `h` covers a row `p` of packages at $1. */
const COVERS = `h.tenant = p.tenant and h.lifted_at is null
  and (h.ends_at is null or h.ends_at > $1)
  and (h.transaction_id = p.transaction_id or (p.arrived_at >= h.arrived_from and p.arrived_at < h.arrived_until))`;

/** Whether a row `p` of packages is under a hold at $1: neither retention nor erasure takes it. */
export const IS_HELD = `exists (select 1 from legal_holds h where ${COVERS})`;

/** Destruction and holds take turns by the tenant's row: a hold is either seen, or came after the commit. */
export async function lockTenant(sql: Sql, tenant: string): Promise<void> {
  await sql.query('select id from tenants where id = $1 for update', [tenant]);
}

/** Audited. @param hold.by id of the account @param hold.endsAt RFC 3339 UTC, or null: until it is lifted */
export async function placeHold(
  ports: { readonly database: Database; readonly clock: Clock; readonly newId: NewId },
  hold: {
    readonly tenant: string;
    readonly scope: HoldScope;
    readonly reason: string;
    readonly by: string;
    readonly endsAt: string | null;
  },
): Promise<Result<string, HoldRefusal>> {
  const { tenant, scope, by, endsAt } = hold;
  const reason = hold.reason.trim();
  const now = ports.clock.now();
  if (reason === '') return err('reason-missing');
  if ('from' in scope && !(Date.parse(scope.from) < Date.parse(scope.until))) return err('period-empty');
  if (endsAt !== null && !(Date.parse(endsAt) > now)) return err('end-passed');
  return ports.database.transaction(async (sql) => {
    await lockTenant(sql, tenant);
    const transaction = await transactionOf(sql, tenant, scope);
    if (transaction === undefined) return err('package-unknown');
    const id = ports.newId();
    const period = 'from' in scope ? scope : null;
    await sql.query(
      `insert into legal_holds (id, tenant, transaction_id, arrived_from, arrived_until, reason, placed_by, placed_at, ends_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [id, tenant, transaction, period?.from ?? null, period?.until ?? null, reason, by, isoTime(now), endsAt],
    );
    const covers = period === null ? { transaction: transaction ?? '' } : { from: period.from, until: period.until };
    const about = { hold: id, ...covers, reason, ...(endsAt === null ? {} : { endsAt }) };
    await appendAudit(sql, ports.clock, { tenant, event: 'hold.placed', by, about });
    return ok(id);
  });
}

/** Null for a period; undefined for a package that this tenant does not have. */
async function transactionOf(sql: Sql, tenant: string, scope: HoldScope): Promise<string | null | undefined> {
  if ('from' in scope) return null;
  if ('transaction' in scope) return scope.transaction;
  if (!isSha256(scope.package)) return undefined;
  const [row] = await sql.query('select transaction_id from packages where digest = $1 and tenant = $2', [
    scope.package,
    tenant,
  ]);
  return row === undefined ? undefined : z.string().parse(row['transaction_id']);
}

/** Audited; what is due goes on at the next run. */
export async function liftHold(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  { tenant, id, by, reason }: Pick<LegalHold, 'tenant' | 'id' | 'reason'> & { readonly by: string },
): Promise<Result<null, HoldRefusal>> {
  if (reason.trim() === '') return err('reason-missing');
  return database.transaction(async (sql) => {
    const [row] = await sql.query(
      'update legal_holds set lifted_by = $3, lifted_at = $4 where id = $1 and tenant = $2 and lifted_at is null returning id',
      [id, tenant, by, isoTime(clock.now())],
    );
    if (row === undefined) return err('hold-unknown');
    await appendAudit(sql, clock, { tenant, event: 'hold.lifted', by, about: { hold: id, reason: reason.trim() } });
    return ok(null);
  });
}

const time = z.date().transform((date) => isoTime(date.getTime()));
const holdRow = z.object({
  id: z.string(),
  tenant: z.string(),
  transaction_id: z.string().nullable(),
  arrived_from: time.nullable(),
  arrived_until: time.nullable(),
  reason: z.string(),
  placed_by: z.string(),
  placed_at: time,
  ends_at: time.nullable(),
  lifted_by: z.string().nullable(),
  lifted_at: time.nullable(),
});

/** Newest first, those that have ended too. */
export async function listHolds(sql: Sql, tenant: string): Promise<readonly LegalHold[]> {
  const rows = await sql.query('select * from legal_holds where tenant = $1 order by placed_at desc, id', [tenant]);
  return rows.map(holdOf);
}

/** One that covers a package at a time, that which lasts longest; null for none. */
export async function holdOn(sql: Sql, of: Sha256, at: string): Promise<LegalHold | null> {
  const [row] = await sql.query(
    `select h.* from packages p join legal_holds h on ${COVERS} where p.digest = $2
     order by h.ends_at desc nulls first, h.id limit 1`,
    [at, of],
  );
  return row === undefined ? null : holdOf(row);
}

function holdOf(found: SqlRow): LegalHold {
  const row = holdRow.parse(found);
  const { arrived_from: from, arrived_until: until } = row;
  return {
    id: row.id,
    tenant: row.tenant,
    transaction: row.transaction_id,
    period: from === null || until === null ? null : { from, until },
    reason: row.reason,
    placedBy: row.placed_by,
    placedAt: row.placed_at,
    endsAt: row.ends_at,
    liftedBy: row.lifted_by,
    liftedAt: row.lifted_at,
  };
}
