import { z } from 'zod';
import { canonicalText } from '../../../signing/canonical-json.ts';
import type { Sql } from '../database.ts';

const NOTHING = '{}';

/** Gives a new number to each kiosk of the tenant whose content is another now. The tenant's row is locked by the caller. */
export async function publishTenant(sql: Sql, tenant: string, at: string): Promise<void> {
  const kiosk = z.object({ id: z.string(), branch: z.string(), content: z.string().nullable() });
  const rows = await sql.query(
    `select k.id, k.branch, c.content from kiosks k left join kiosk_configurations c on c.kiosk = k.id
     where k.tenant = $1`,
    [tenant],
  );
  for (const { id, branch, content } of rows.map((row) => kiosk.parse(row))) {
    const now = await contentFor(sql, tenant, branch);
    if (now === (content ?? NOTHING)) continue;
    await sql.query(
      `insert into kiosk_configurations (kiosk, number, content, published_at) values ($1, 1, $2, $3)
       on conflict (kiosk) do update set content = excluded.content, published_at = excluded.published_at,
         number = kiosk_configurations.number + 1`,
      [id, now, at],
    );
  }
}

/** Canonical JSON of what holds in that branch: its own parts, and the tenant's where it has none. */
async function contentFor(sql: Sql, tenant: string, branch: string): Promise<string> {
  const part = z.object({ part: z.string(), value: z.unknown() });
  // The tenant's come first, so that the branch's overwrite them.
  const rows = await sql.query(
    `select part, value from configuration_parts
     where tenant = $1 and branch in ('', $2) and value is not null order by branch = '' desc`,
    [tenant, branch],
  );
  return canonicalText(
    Object.fromEntries(rows.map((row) => part.parse(row)).map(({ part: name, value }) => [name, value])),
  );
}
