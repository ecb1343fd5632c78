import { z } from 'zod';
import { isoTime } from '../../../signing/clock.ts';
import type { Sql } from '../database.ts';
import type { PackageSummary } from '../package-list.ts';
import { listHolds, type LegalHold } from '../retention/legal-holds.ts';
import { DEFAULT_DAYS, RETENTION_CLASSES, type RetentionClass } from '../retention/retention-rules.ts';

/** How long a tenant keeps one class of things. */
export interface RetentionRule {
  readonly tenant: string;
  readonly class: RetentionClass;
  /** Null where nobody has said and nothing is assumed. */
  readonly days: number | null;
  /** Null where nobody had to give one. */
  readonly reason: string | null;
}

/** A package that retention destroyed. */
export interface ListedTombstone {
  readonly digest: string;
  readonly tenant: string;
  readonly transaction: string;
  readonly destroyedAt: string;
}

export interface RetentionView {
  readonly rules: readonly RetentionRule[];
  /** Newest first, ended ones too. */
  readonly holds: readonly LegalHold[];
  /** Newest first, at most 200. */
  readonly tombstones: readonly ListedTombstone[];
}

/** Packages and trails end by themselves; what kiosks and backups keep is for somebody to say. */
const ASSUMED: Readonly<Record<RetentionClass, number | null>> = {
  ...{ package: DEFAULT_DAYS, audit: DEFAULT_DAYS },
  ...{ 'kiosk-copy': null, backup: null },
};

const tenantRow = z.object({ id: z.string() });
const ruleRow = z.object({ tenant: z.string(), class: z.string(), days: z.number(), reason: z.string().nullable() });
const tombstoneRow = z.object({
  digest: z.string(),
  tenant: z.string(),
  transaction_id: z.string(),
  destroyed_at: z.date(),
});

export async function retentionView(sql: Sql, tenant: string | null): Promise<RetentionView> {
  const mine = 'where $1::text is null or';
  const tenants = (await sql.query(`select id from tenants ${mine} id = $1 order by id`, [tenant])).map(
    (each) => tenantRow.parse(each).id,
  );
  const set = (
    await sql.query(`select tenant, class, days, reason from retention_rules ${mine} tenant = $1`, [tenant])
  ).map((each) => ruleRow.parse(each));
  const rules = tenants.flatMap((id) =>
    RETENTION_CLASSES.map((of): RetentionRule => {
      const found = set.find((one) => one.tenant === id && one.class === of);
      return { tenant: id, class: of, days: found?.days ?? ASSUMED[of], reason: found?.reason ?? null };
    }),
  );
  const holds: LegalHold[] = [];
  for (const id of tenants) holds.push(...(await listHolds(sql, id)));
  const rows = await sql.query(
    `select t.digest, t.tenant, p.transaction_id, p.destroyed_at from tombstones t join packages p on p.digest = t.digest
     where $1::text is null or t.tenant = $1 order by p.destroyed_at desc, t.digest limit 200`,
    [tenant],
  );
  return {
    rules,
    holds: holds.sort((a, b) => b.placedAt.localeCompare(a.placedAt)),
    tombstones: rows.map((each) => {
      const { destroyed_at: at, transaction_id: transaction, ...rest } = tombstoneRow.parse(each);
      return { ...rest, transaction, destroyedAt: isoTime(at.getTime()) };
    }),
  };
}

/** Holds in force at `now` (wall milliseconds) that cover a package. */
export async function holdsOn(
  sql: Sql,
  { tenant, transaction, arrivedAt }: Pick<PackageSummary, 'tenant' | 'transaction' | 'arrivedAt'>,
  now: number,
): Promise<readonly LegalHold[]> {
  return (await listHolds(sql, tenant)).filter((hold) => {
    const stands = hold.liftedAt === null && (hold.endsAt === null || Date.parse(hold.endsAt) > now);
    const { period } = hold;
    const covers =
      period === null ? hold.transaction === transaction : period.from <= arrivedAt && arrivedAt < period.until;
    return stands && covers;
  });
}
