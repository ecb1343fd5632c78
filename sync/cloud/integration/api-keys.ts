import { z } from 'zod';
import { newToken, tokenDigest, type RandomBytes } from '../../../signing/access/session.ts';
import { isoTime, type Clock } from '../../../signing/clock.ts';
import type { NewId } from '../../../signing/ids.ts';
import { err, ok, type Result } from '../../../signing/result.ts';
import { appendAudit } from '../audit/audit-trail.ts';
import type { Database, Sql } from '../database.ts';
import { API_KEY_DAYS, API_SCOPES, type ApiScope } from './api-scopes.ts';

export interface ApiKeyPorts {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly random: RandomBytes;
}

export interface NewApiKey {
  readonly tenant: string;
  /** Which program it is for. */
  readonly name: string;
  readonly scopes: readonly string[];
  /** Whole days until it ends, 1 to `API_KEY_DAYS`. */
  readonly days: number;
  /** Id of the account. */
  readonly by: string;
}

/** A key as lists show it; its text is known to nobody but its program. */
export interface ListedApiKey {
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  readonly scopes: readonly ApiScope[];
  readonly madeBy: string;
  /** RFC 3339 UTC, as all times here. */
  readonly madeAt: string;
  readonly expiresAt: string;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

/** Whoever has shown a key that holds. */
export interface ApiCaller {
  readonly key: string;
  readonly tenant: string;
  readonly scopes: readonly ApiScope[];
}

/** Of one key; a program that follows every transaction by asking needs less, one in a loop far more. */
export const REQUESTS_PER_MINUTE = 300;
const PREFIX = 'csk_';
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** The text is given here and nowhere else: the cloud keeps its digest. Audited. */
export async function makeApiKey(
  { database, clock, newId, random }: ApiKeyPorts,
  { tenant, by, ...wanted }: NewApiKey,
): Promise<
  Result<{ readonly id: string; readonly key: string; readonly expiresAt: string }, 'unknown-tenant' | 'invalid'>
> {
  const parsed = keyFacts.safeParse(wanted);
  if (!parsed.success) return err('invalid');
  const { name, scopes, days } = parsed.data;
  const id = newId();
  const key = PREFIX + newToken(random);
  const now = clock.now();
  const expiresAt = isoTime(now + days * DAY_MS);
  return database.transaction(async (sql) => {
    const [known] = await sql.query('select 1 from tenants where id = $1', [tenant]);
    if (known === undefined) return err('unknown-tenant');
    await sql.query(
      `insert into api_keys (id, tenant, name, digest, scopes, made_by, made_at, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [id, tenant, name, tokenDigest(key), JSON.stringify(scopes), by, isoTime(now), expiresAt],
    );
    await appendAudit(sql, clock, {
      ...{ tenant, event: 'api-key.made', by },
      about: { apiKey: id, scopes: scopes.join(' '), expiresAt },
    });
    return ok({ id, key, expiresAt });
  });
}

/** False when the tenant (null: any) has no such key that still holds. It is refused from the next request on, in every process. */
export async function revokeApiKey(
  { database, clock }: Pick<ApiKeyPorts, 'database' | 'clock'>,
  { tenant, id, by }: { readonly tenant: string | null; readonly id: string; readonly by: string },
): Promise<boolean> {
  return database.transaction(async (sql) => {
    const rows = await sql.query(
      `update api_keys set revoked_at = $3, revoked_by = $4 where id = $1 and ($2::text is null or tenant = $2)
         and revoked_at is null returning tenant`,
      [id, tenant, isoTime(clock.now()), by],
    );
    const [row] = rows;
    if (row === undefined) return false;
    const of = z.string().parse(row['tenant']);
    await appendAudit(sql, clock, { tenant: of, event: 'api-key.revoked', by, about: { apiKey: id } });
    return true;
  });
}

const scopes = z.array(z.enum(API_SCOPES));
const keyFacts = z.object({
  name: z.string().trim().min(1).max(100),
  scopes: scopes.min(1).transform((all) => [...new Set(all)]),
  days: z.int().min(1).max(API_KEY_DAYS),
});
const time = z.date().transform((date) => isoTime(date.getTime()));
const listedRow = z
  .object({
    id: z.string(),
    tenant: z.string(),
    name: z.string(),
    scopes,
    made_by: z.string(),
    made_at: time,
    expires_at: time,
    last_used_at: time.nullable(),
    revoked_at: time.nullable(),
  })
  .transform(({ made_by, made_at, expires_at, last_used_at, revoked_at, ...row }): ListedApiKey => ({
    ...row,
    madeBy: made_by,
    madeAt: made_at,
    expiresAt: expires_at,
    lastUsedAt: last_used_at,
    revokedAt: revoked_at,
  }));

/** Newest first, those that have ended too. @param tenant null: of all */
export async function listApiKeys(sql: Sql, tenant: string | null): Promise<readonly ListedApiKey[]> {
  const rows = await sql.query(
    `select id, tenant, name, scopes, made_by, made_at, expires_at, last_used_at, revoked_at from api_keys
     where $1::text is null or tenant = $1 order by made_at desc, id limit 200`,
    [tenant],
  );
  return rows.map((row) => listedRow.parse(row));
}

export type KeyRefusal = 'no-key' | 'key-unknown' | 'key-ended' | 'key-revoked' | 'too-many-requests';

const admittedRow = z.object({
  id: z.string(),
  tenant: z.string(),
  scopes,
  expires_at: z.date(),
  revoked_at: z.date().nullable(),
  requests: z.number(),
});

/** Who is asking, and not too often: counted in the database, so that all processes count together. */
export async function admitKey(
  sql: Sql,
  clock: Clock,
  authorization: string | null,
): Promise<Result<ApiCaller, KeyRefusal>> {
  const text = /^Bearer (csk_[\w-]{43})$/.exec(authorization ?? '')?.[1];
  if (text === undefined) return err('no-key');
  const now = isoTime(clock.now());
  const [found] = await sql.query(
    `update api_keys set last_used_at = $2,
       minute = case when minute > $3 and minute <= $2 then minute else $2 end,
       requests = case when minute > $3 and minute <= $2 then requests + 1 else 1 end
     where digest = $1 returning id, tenant, scopes, expires_at, revoked_at, requests`,
    [tokenDigest(text), now, isoTime(clock.now() - MINUTE_MS)],
  );
  if (found === undefined) return err('key-unknown');
  const row = admittedRow.parse(found);
  if (row.revoked_at !== null) return err('key-revoked');
  if (row.expires_at.getTime() <= clock.now()) return err('key-ended');
  if (row.requests > REQUESTS_PER_MINUTE) return err('too-many-requests');
  return ok({ key: row.id, tenant: row.tenant, scopes: row.scopes });
}
