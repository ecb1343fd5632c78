import { z } from 'zod';
import { canonicalBytes } from '../../../signing/canonical-json.ts';
import { isoTime, type Clock } from '../../../signing/clock.ts';
import { sha256 } from '../../../signing/digest.ts';
import { err, ok, type Result } from '../../../signing/result.ts';
import { parseConfigurationPart, type ConfigurationPart } from '../../protocol/configuration.ts';
import type { Database, Sql } from '../database.ts';
import { publishTenant } from './publish.ts';

/** One part as it is to be, for a branch or (null) for every branch of the tenant that has none of its own. */
export interface PartChange {
  readonly tenant: string;
  readonly branch: string | null;
  readonly part: ConfigurationPart;
  /** Null takes the part back: the wider one counts again, or what kiosks were enrolled with. */
  readonly value: unknown;
  /** The revision that was before whoever changes it; 0 where there was none. */
  readonly revision: number;
  /** Whose account it is. */
  readonly by: string;
}
export type PartRefusal =
  | { readonly code: 'malformed'; readonly detail: string }
  /** Somebody else was faster: `revision` is how it stands now. */
  | { readonly code: 'changed-meanwhile'; readonly revision: number }
  | { readonly code: 'no-such-tenant' };

const partRow = z.object({
  branch: z.string(),
  part: z.string(),
  value: z.record(z.string(), z.unknown()).or(z.array(z.unknown())).nullable(),
  revision: z.number(),
});
export interface StoredPart {
  readonly branch: string | null;
  readonly part: string;
  readonly value: object | null;
  readonly revision: number;
}

export async function listParts(sql: Sql, tenant: string): Promise<readonly StoredPart[]> {
  const rows = await sql.query(
    'select branch, part, value, revision from configuration_parts where tenant = $1 order by branch, part',
    [tenant],
  );
  return rows
    .map((row) => partRow.parse(row))
    .map((row) => ({ ...row, branch: row.branch === '' ? null : row.branch }));
}

/** The change, who made it, and a new number for every kiosk that it is about: one transaction. */
export async function changePart(
  ports: { readonly database: Database; readonly clock: Clock },
  change: PartChange,
): Promise<Result<{ readonly revision: number }, PartRefusal>> {
  const { tenant, part, by } = change;
  const branch = change.branch ?? '';
  const parsed = change.value === null ? ok(null) : parseConfigurationPart(part, change.value);
  if (!parsed.ok) return err({ code: 'malformed', detail: parsed.error });
  const { value } = parsed;
  const at = isoTime(ports.clock.now());
  return ports.database.transaction(async (sql): Promise<Result<{ revision: number }, PartRefusal>> => {
    // One change of a tenant at a time: numbers rise without gaps.
    const found = await sql.query('select id from tenants where id = $1 for update', [tenant]);
    if (found.length === 0) return err({ code: 'no-such-tenant' });
    const stands = (await listParts(sql, tenant)).find((one) => one.part === part && (one.branch ?? '') === branch);
    const before = stands?.revision ?? 0;
    if (before !== change.revision) return err({ code: 'changed-meanwhile', revision: before });
    const revision = before + 1;
    await sql.query(
      `insert into configuration_parts (tenant, branch, part, value, revision) values ($1, $2, $3, $4, $5)
       on conflict (tenant, branch, part) do update set value = excluded.value, revision = excluded.revision`,
      [tenant, branch, part, value === null ? null : JSON.stringify(value), revision],
    );
    await sql.query(
      `insert into configuration_changes (at, tenant, branch, part, revision, digest, account)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [at, tenant, branch, part, revision, value === null ? null : sha256(canonicalBytes(value)), by],
    );
    await publishTenant(sql, tenant, at);
    return ok({ revision });
  });
}
