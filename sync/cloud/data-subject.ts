import { z } from 'zod';
import type { AuditEntry } from '../../signing/audit/audit-entry.ts';
import { packagedDocuments } from '../../signing/container/packaged-documents.ts';
import type { Clock } from '../../signing/clock.ts';
import type { Sha256 } from '../../signing/digest.ts';
import type { VerificationReport } from '../../signing/verification/verification-report.ts';
import { appendAudit, type CloudAuditEntry } from './audit/audit-trail.ts';
import type { Database, Sql } from './database.ts';
import { copyOf, type DocumentCopy } from './document-copy.ts';
import { readFacts } from './inspect-package.ts';
import type { ObjectStore } from './object-store.ts';
import { findPackage, type PackageSummary } from './package-list.ts';

/** All there is here about one transaction, for the person it is about (Regulation (EU) 2016/679, Art. 15 and 20). */
export interface SubjectFile {
  readonly summary: PackageSummary;
  readonly report: VerificationReport | null;
  readonly package: Uint8Array;
  /** At the level reached. */
  readonly documents: readonly DocumentCopy[];
  /** JWS of each package of the transaction that was received, oldest first. */
  readonly receipts: readonly string[];
  /** The kiosk's entries about the transaction, oldest first. */
  readonly happened: readonly AuditEntry[];
  /** The cloud's entries about it, oldest first: who looked, who did what. The last one is this export. */
  readonly access: readonly CloudAuditEntry[];
}

/**
 * Gathers them, and says so in the audit trail first. Null when there is no such package, or it is another tenant's.
 *
 * @param wanted.reference under which the tenant keeps the request; no names
 * @param wanted.by id of the account
 */
export async function subjectFile(
  { database, objects, clock }: { readonly database: Database; readonly objects: ObjectStore; readonly clock: Clock },
  wanted: {
    readonly package: Sha256;
    readonly tenant: string | null;
    readonly reference: string;
    readonly by: string;
  },
): Promise<SubjectFile | null> {
  const found = await findPackage(database, wanted.package, wanted.tenant);
  if (found?.summary.state !== 'stored') return null;
  const { summary, report } = found;
  const { tenant, transaction } = summary;
  const container = await objects.get(wanted.package);
  if (container === null) return null;
  const about = { package: wanted.package, transaction, reference: wanted.reference };
  await database.transaction((sql) =>
    appendAudit(sql, clock, { tenant, event: 'subject.exported', by: wanted.by, about }),
  );
  const documents: DocumentCopy[] = [];
  for (const document of packagedDocuments(container) ?? []) {
    const copy = await copyOf(objects, summary, document);
    if (copy !== null) documents.push(copy);
  }
  const rows = await database.query(
    'select receipt from packages where tenant = $1 and kiosk = $2 and transaction_id = $3 order by sequence',
    [tenant, summary.kiosk, transaction],
  );
  const items = readFacts(container)?.audit.items ?? [];
  return {
    ...{ summary, report, package: container, documents },
    receipts: rows.map((row) => z.string().parse(row['receipt'])),
    happened: items.flatMap((item) => ('entry' in item ? [item.entry] : [])),
    access: await entriesAbout(database, tenant, transaction),
  };
}

async function entriesAbout(sql: Sql, tenant: string, transaction: string): Promise<readonly CloudAuditEntry[]> {
  const rows = await sql.query(
    `select entry from audit_trail where tenant = $1 and ((entry -> 'about' ? 'transaction' and entry -> 'about' ->> 'transaction' = $2)
       or entry -> 'about' ? 'package' and entry -> 'about' ->> 'package' in (select digest from packages where tenant = $1 and transaction_id = $2))
     order by sequence`,
    [tenant, transaction],
  );
  return rows.map((row) => row['entry'] as CloudAuditEntry);
}
