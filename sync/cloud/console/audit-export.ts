import { z } from 'zod';
import { verifyExcerpt, type AuditExcerpt } from '../../../signing/audit/excerpt.ts';
import { CHAIN_START } from '../../../signing/audit/audit-entry.ts';
import type { ChainHead } from '../../../signing/audit/chain.ts';
import { isSha256, type Sha256 } from '../../../signing/digest.ts';
import type { CloudAuditEntry } from '../audit/audit-trail.ts';
import type { Sql } from '../database.ts';
import { readFacts } from '../inspect-package.ts';
import type { ObjectStore } from '../object-store.ts';
import { findPackage } from '../package-list.ts';

/** Everything that is on record about one transaction, each chain with what it takes to recompute its head. */
export interface TransactionAudit {
  readonly type: 'countersign.transaction-audit';
  readonly version: 1;
  readonly tenant: string;
  readonly transaction: string;
  readonly package: Sha256;
  /** Compact JWS: names the head of the kiosk's chain. */
  readonly receipt: string;
  /** The kiosk's part, signed within the package. */
  readonly kiosk: AuditExcerpt;
  /** The cloud's part: entries about this transaction in full, all between them withheld. Null: there are none. */
  readonly cloud: CloudExcerpt | null;
}
export interface CloudExcerpt {
  readonly after: ChainHead;
  readonly items: readonly ({ readonly entry: CloudAuditEntry } | { readonly withheld: Sha256 })[];
  readonly head: ChainHead;
}

/** Further entries of a chain are left out: a proof of more would be longer than a person can be handed. */
const MOST_ITEMS = 100_000;
const digest = z.custom<Sha256>(isSha256);

/** Null when there is no such stored package for this tenant (null: any), or its audit trail does not hold together. */
export async function transactionAudit(
  { database, objects }: { readonly database: Sql; readonly objects: ObjectStore },
  of: Sha256,
  tenant: string | null,
): Promise<TransactionAudit | null> {
  const summary = (await findPackage(database, of, tenant))?.summary;
  const container = summary?.state === 'stored' ? await objects.get(of) : null;
  const kiosk = container === null ? undefined : readFacts(container)?.audit;
  if (summary === undefined || kiosk === undefined || !verifyExcerpt(kiosk).ok) return null;
  const [row] = await database.query('select receipt from packages where digest = $1', [of]);
  return {
    type: 'countersign.transaction-audit',
    version: 1,
    tenant: summary.tenant,
    transaction: summary.transaction,
    package: of,
    receipt: z.string().parse(row?.['receipt']),
    kiosk,
    cloud: await cloudExcerpt(database, summary.tenant, of, summary.transaction),
  };
}

const itemRow = z.object({
  sequence: z.number(),
  mine: z.boolean(),
  entry: z.custom<CloudAuditEntry | null>(),
  body: digest,
  link: digest,
});

async function cloudExcerpt(sql: Sql, tenant: string, of: Sha256, transaction: string): Promise<CloudExcerpt | null> {
  const about = `((entry -> 'about' ? 'package' and entry -> 'about' ->> 'package' = $2)
    or (entry -> 'about' ? 'transaction' and entry -> 'about' ->> 'transaction' = $3))`;
  const [range] = await sql.query(
    `select min(sequence)::float8 as first, max(sequence)::float8 as last from audit_trail where tenant = $1 and ${about}`,
    [tenant, of, transaction],
  );
  const { first, last } = z.object({ first: z.number().nullable(), last: z.number().nullable() }).parse(range);
  if (first === null || last === null) return null;
  const rows = (
    await sql.query(
      `select sequence::float8 as sequence, coalesce(${about}, false) as mine, entry, body, link from audit_trail
       where tenant = $1 and sequence between $4 and $5 order by sequence limit ${MOST_ITEMS}`,
      [tenant, of, transaction, first, last],
    )
  ).map((each) => itemRow.parse(each));
  const [before] = await sql.query('select link from audit_trail where tenant = $1 and sequence = $2', [
    tenant,
    first - 1,
  ]);
  const end = rows.at(-1);
  if (end === undefined) return null;
  return {
    after: { sequence: first - 1, digest: before === undefined ? CHAIN_START : digest.parse(before['link']) },
    items: rows.map(({ mine, entry, body }) => (mine && entry !== null ? { entry } : { withheld: body })),
    head: { sequence: end.sequence, digest: end.link },
  };
}

/** The entries as a table (RFC 4180), in the order of each chain; cells that a spreadsheet would take for a formula are quoted with an apostrophe. */
export function auditTable({ kiosk, cloud }: TransactionAudit): string {
  const lines: (readonly (string | number)[])[] = [['chain', 'sequence', 'time', 'event', 'by', 'outcome', 'about']];
  for (const item of kiosk.items) {
    if (!('entry' in item)) continue;
    const { sequence, time, eventType, userName, success, extra } = item.entry;
    lines.push(['kiosk', sequence, time, eventType, userName ?? '', success ? 'ok' : 'failed', JSON.stringify(extra)]);
  }
  for (const item of cloud?.items ?? []) {
    if (!('entry' in item)) continue;
    const { sequence, time, event, by, about } = item.entry;
    lines.push(['cloud', sequence, time, event, by, 'ok', JSON.stringify(about)]);
  }
  return lines.map((line) => line.map(cell).join(',')).join('\r\n') + '\r\n';
}

function cell(value: string | number): string {
  const text = String(value);
  const plain = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
