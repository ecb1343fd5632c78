import { z } from 'zod';
import type { ConfigurationContent, ConfigurationPart } from '../../protocol/configuration.ts';
import type { Sql } from '../database.ts';

type Account = NonNullable<ConfigurationContent['staff']>[number];

/** An account of a counter as lists show it: without its verifier. */
export type ListedAccount = Omit<Account, 'verifier'>;

/** What a branch works by, as far as this cloud says it. */
export interface ListedBranch {
  readonly tenant: string;
  /** Null: what holds for every branch of the tenant that has nothing of its own. */
  readonly branch: string | null;
  readonly name: string | null;
  readonly kiosks: number;
  readonly parts: readonly { readonly part: ConfigurationPart; readonly revision: number }[];
  /** Null: the accounts that kiosks were enrolled with. */
  readonly staff: readonly ListedAccount[] | null;
  /** Of the part 'staff' as it stands; 0 where there never was one. */
  readonly staffRevision: number;
}

const branchRow = z.object({ tenant: z.string(), branch: z.string(), kiosks: z.number() });
const partRow = z.object({
  tenant: z.string(),
  branch: z.string(),
  part: z.custom<ConfigurationPart>((value) => typeof value === 'string'),
  value: z.unknown(),
  revision: z.number(),
});

/** By tenant, what holds for all its branches first. */
export async function listBranches(sql: Sql, tenant: string | null): Promise<readonly ListedBranch[]> {
  const rows = await sql.query(
    `select tenant, branch, max(kiosks)::integer as kiosks from (
       select id as tenant, '' as branch, 0 as kiosks from tenants
       union all select tenant, branch, count(*) from kiosks group by tenant, branch
       union all select tenant, branch, 0 from configuration_parts) as named
     where $1::text is null or tenant = $1 group by tenant, branch order by tenant, branch`,
    [tenant],
  );
  const parts = (
    await sql.query(
      `select tenant, branch, part, value, revision from configuration_parts
       where $1::text is null or tenant = $1 order by part`,
      [tenant],
    )
  ).map((each) => partRow.parse(each));
  return rows.map((each) => {
    const { tenant: whose, branch, kiosks } = branchRow.parse(each);
    const mine = parts.filter((one) => one.tenant === whose && one.branch === branch);
    const valueOf = (part: ConfigurationPart): unknown => mine.find((one) => one.part === part)?.value ?? null;
    const staff = valueOf('staff') as readonly Account[] | null;
    return {
      tenant: whose,
      branch: branch === '' ? null : branch,
      name: (valueOf('branch') as ConfigurationContent['branch'] | null)?.name ?? null,
      kiosks,
      parts: mine.filter(({ value }) => value !== null).map(({ part, revision }) => ({ part, revision })),
      staff: staff?.map(({ id, name, role, closed }) => ({ id, name, role, closed })) ?? null,
      staffRevision: mine.find(({ part }) => part === 'staff')?.revision ?? 0,
    };
  });
}
