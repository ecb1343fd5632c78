import { z } from 'zod';
import { CHAIN_START } from '../../../signing/audit/audit-entry.ts';
import { auditLink, type ChainFault, type ChainHead } from '../../../signing/audit/chain.ts';
import { utf8 } from '../../../signing/bytes.ts';
import { canonicalBytes } from '../../../signing/canonical-json.ts';
import { isoTime, type Clock } from '../../../signing/clock.ts';
import { isSha256, sha256, type Sha256 } from '../../../signing/digest.ts';
import { err, ok, type Result } from '../../../signing/result.ts';
import type { Sql } from '../database.ts';

/** What the cloud records about itself. Members are added, never renamed. */
export const CLOUD_AUDIT_EVENTS = [
  'hold.placed',
  'hold.lifted',
  'retention.changed',
  'package.destroyed',
  'erasure.refused',
  'subject.exported',
  'audit.emptied',
  'package.opened',
  'document.fetched',
  'report.saved',
  'configuration.changed',
  'job.retried',
  'packages.searched',
  'audit.exported',
  'exception.noted',
  'access.refused',
  'user.locked',
  'user.invited',
  'user.role-changed',
  'user.closed',
  'user.unlocked',
  'user.secret-renewed',
  'user.secret-changed',
  'api-key.made',
  'api-key.revoked',
  'transaction.created',
  'transaction.cancelled',
  'webhook.changed',
  'archive.exported',
] as const;
export type CloudAuditEvent = (typeof CLOUD_AUDIT_EVENTS)[number];

/** What the one who reports a fact knows. */
export interface CloudAuditDraft {
  /** Whose chain it belongs to; null for that of whoever runs the cloud. */
  readonly tenant: string | null;
  readonly event: CloudAuditEvent;
  /** Id of the account; 'system' for a job. */
  readonly by: string;
  /** Digests, ids, rules and reasons. No names of signatories or documents: an entry outlives what it is about. */
  readonly about: Readonly<Record<string, string | number | boolean>>;
}

export interface CloudAuditEntry extends CloudAuditDraft {
  readonly type: 'countersign.cloud-audit';
  readonly version: 1;
  /** From 1, without gaps, per tenant. */
  readonly sequence: number;
  readonly previous: Sha256;
  /** RFC 3339 UTC. */
  readonly time: string;
}

export type AuditRow = { readonly sequence: number; readonly body: Sha256; readonly link: Sha256 } & (
  | { readonly entry: CloudAuditEntry }
  /** Emptied by retention; its digest holds its place. */
  | { readonly entry: null }
);

const BODY_PREFIX = utf8('countersign.cloud-audit/1\n');
const digest = z.custom<Sha256>(isSha256);

/**
 * Adds an entry to the tenant's chain inside the transaction of what it tells of: the fact and its entry stand or fall
 * together. The head's row is the lock, so any number of processes may; take it last, for it is held until the commit.
 */
export async function appendAudit(sql: Sql, clock: Clock, draft: CloudAuditDraft): Promise<ChainHead> {
  const chain = chainOf(draft.tenant);
  await sql.query('insert into audit_heads (tenant, sequence, link) values ($1, 0, $2) on conflict do nothing', [
    chain,
    CHAIN_START,
  ]);
  const [row] = await sql.query(
    'select sequence::float8 as sequence, link from audit_heads where tenant = $1 for update',
    [chain],
  );
  const head = z.object({ sequence: z.number(), link: digest }).parse(row);
  const entry: CloudAuditEntry = {
    type: 'countersign.cloud-audit',
    version: 1,
    ...draft,
    sequence: head.sequence + 1,
    previous: head.link,
    time: isoTime(clock.now()),
  };
  const body = bodyDigest(entry);
  const link = auditLink(head.link, body);
  await sql.query(
    'insert into audit_trail (tenant, sequence, at, event, entry, body, link) values ($1, $2, $3, $4, $5, $6, $7)',
    [chain, entry.sequence, entry.time, entry.event, JSON.stringify(entry), body, link],
  );
  await sql.query('update audit_heads set sequence = $2, link = $3 where tenant = $1', [chain, entry.sequence, link]);
  return { sequence: entry.sequence, digest: link };
}

/** Oldest first. @param after sequence number that the first one follows @param limit at most 1000 */
export async function auditRows(
  sql: Sql,
  tenant: string | null,
  { after = 0, limit = 1000 }: { readonly after?: number; readonly limit?: number } = {},
): Promise<readonly AuditRow[]> {
  const rows = await sql.query(
    `select sequence::float8 as sequence, entry, body, link from audit_trail
     where tenant = $1 and sequence > $2 order by sequence limit $3`,
    [chainOf(tenant), after, Math.min(limit, 1000)],
  );
  return rows.map((row) =>
    z
      .object({ sequence: z.number(), entry: z.custom<CloudAuditEntry | null>(), body: digest, link: digest })
      .parse(row),
  );
}

/** Recomputes the links from the start of a chain, and the digest of every entry that is still whole. */
export function verifyAuditRows(rows: Iterable<AuditRow>): Result<ChainHead, ChainFault> {
  let head: ChainHead = { sequence: 0, digest: CHAIN_START };
  for (const { sequence, entry, body, link } of rows) {
    const expected = head.sequence + 1;
    const fits = entry === null || (entry.sequence === sequence && bodyDigest(entry) === body);
    if (sequence !== expected) return err({ code: 'sequence-gap', sequence: expected });
    if (!fits || auditLink(head.digest, body) !== link) return err({ code: 'previous-mismatch', sequence: expected });
    head = { sequence, digest: link };
  }
  return ok(head);
}

/**
 * Takes the contents out of entries older than a time; their digests stay, so that the chain can still be recomputed.
 * Gives the number of entries. Says so in the chain itself when there were any.
 */
export async function emptyAudit(sql: Sql, clock: Clock, tenant: string | null, before: string): Promise<number> {
  const emptied = await sql.query(
    'update audit_trail set entry = null where tenant = $1 and at < $2 and entry is not null returning sequence',
    [chainOf(tenant), before],
  );
  if (emptied.length > 0)
    await appendAudit(sql, clock, {
      tenant,
      event: 'audit.emptied',
      by: 'system',
      about: { before, entries: emptied.length },
    });
  return emptied.length;
}

function bodyDigest(entry: CloudAuditEntry): Sha256 {
  return sha256(BODY_PREFIX, canonicalBytes(entry));
}

/** No tenant has an empty id. */
function chainOf(tenant: string | null): string {
  return tenant ?? '';
}
