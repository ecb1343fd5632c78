import { z } from 'zod';
import { isoTime, type Clock } from '../../../signing/clock.ts';
import type { PackagedDocumentFile } from '../../../signing/container/packaged-documents.ts';
import { parseCertificatesPem } from '../../../signing/cms/pem.ts';
import { isSha256, sha256Apart, type Sha256 } from '../../../signing/digest.ts';
import { err, type Result } from '../../../signing/result.ts';
import { BASELINE_LEVELS, type BaselineLevel } from '../../../signing/verification/verification-report.ts';
import type { EvidenceClient } from '../../evidence/evidence-client.ts';
import { appendAudit } from '../audit/audit-trail.ts';
import type { Database } from '../database.ts';
import { copyOf } from '../document-copy.ts';
import type { ObjectStore } from '../object-store.ts';
import { findPackage } from '../package-list.ts';
import { retryAt } from '../retry-at.ts';
import { stampedArchive, unstampedArchive, type UnstampedArchive } from './archive-package.ts';
import type { Archive, ArchiveReceipt } from './archive.ts';

export interface ExportPorts {
  readonly database: Database;
  readonly objects: ObjectStore;
  readonly clock: Clock;
  /** For the time-stamp over what is archived. */
  readonly client: EvidenceClient;
  /** `packagedDocuments`, wherever it runs. */
  readonly open: (container: Uint8Array) => Promise<readonly PackagedDocumentFile[] | null>;
  /** Null for a tenant that has none. */
  readonly archiveOf: (tenant: string) => Archive | null;
  /** What every document has to have reached, unless the package has waited for `afterDays`. */
  readonly level: BaselineLevel;
  readonly afterDays: number;
}

const DAY_MS = 86_400_000;
/** Packages of one run. */
const BATCH = 10;
const levels = `array['${BASELINE_LEVELS.join("', '")}']`;
const dueRow = z.object({
  digest: z.custom<Sha256>(isSha256),
  tenant: z.string(),
  roots: z.string(),
  receipt: z.string(),
});

/**
 * Hands over what is due for an archive, each package once. A hand-over that was cut anywhere is made again with the same bytes: the
 * time-stamp in them is kept before they leave. Safe in several processes at once. Gives the number of packages handed over.
 */
export async function exportArchives(ports: ExportPorts): Promise<number> {
  const { database, clock } = ports;
  // Asked for by name: packages of tenants without an archive stay due for good, and would fill every batch.
  const tenants = (await database.query('select id from tenants'))
    .map(({ id }) => z.string().parse(id))
    .filter((id) => ports.archiveOf(id) !== null);
  const late = isoTime(clock.now() - ports.afterDays * DAY_MS);
  const rows = await database.query(
    `select p.digest, p.tenant, t.roots, p.receipt from packages p join tenants t on t.id = p.tenant
       left join archive_exports a on a.package = p.digest
     where p.superseded_by is null and p.destroyed_at is null and a.archived_at is null
       and (a.package is null or a.due_at <= $1)
       and (array_position(${levels}, p.level) >= $2 or p.arrived_at <= $3)
       and p.tenant in (select jsonb_array_elements_text($4::jsonb))
     order by p.arrived_at limit ${BATCH}`,
    [isoTime(clock.now()), BASELINE_LEVELS.indexOf(ports.level) + 1, late, JSON.stringify(tenants)],
  );
  let done = 0;
  for (const row of rows.map((each) => dueRow.parse(each))) {
    const archive = ports.archiveOf(row.tenant);
    if (archive !== null && (await exportOne(row, archive, ports))) done += 1;
  }
  return done;
}

async function exportOne(row: z.infer<typeof dueRow>, archive: Archive, ports: ExportPorts): Promise<boolean> {
  const { digest, tenant } = row;
  const made = await unstamped(row, ports);
  if (made === null) return false;
  const token = await tokenOver(row, made.content, archive, ports);
  if (token === null) return false;
  const bytes = stampedArchive(made, token);
  const archived = await sha256Apart(bytes);
  // Digests, not names: what an archive lists may be seen by more people than what it holds.
  const name = `${digest}.asice`;
  const answer = await archive.deposit({ tenant, name, bytes, digest: archived });
  const receipt = checked(answer, archived);
  if (!receipt.ok) {
    await failed(ports, digest, receipt.error);
    return false;
  }
  return archivedBy(ports, row, { ...receipt.value, archive });
}

/** Null when it is gone meanwhile. */
async function unstamped(
  { digest, receipt }: z.infer<typeof dueRow>,
  { database, objects, open }: ExportPorts,
): Promise<UnstampedArchive | null> {
  const found = await findPackage(database, digest, null);
  const container = await objects.get(digest);
  const files = container === null ? null : await open(container);
  if (found === null || container === null || files === null) return null;
  const documents = [];
  for (const file of files) {
    const copy = await copyOf(objects, found.summary, file);
    if (copy === null) return null;
    documents.push({ path: file.path, name: file.name, bytes: copy.bytes });
  }
  return unstampedArchive({ ...found, receipt, container, documents });
}

/** The one kept for these contents, by whichever process was first; else a new one. Null when the authority gives none. */
async function tokenOver(
  { digest, roots }: z.infer<typeof dueRow>,
  content: Sha256,
  archive: Archive,
  ports: ExportPorts,
): Promise<Uint8Array | null> {
  const { database, client, clock } = ports;
  const kept = async (): Promise<Uint8Array | null> => {
    const [row] = await database.query('select token from archive_exports where package = $1 and content = $2', [
      ...[digest, content],
    ]);
    return row === undefined ? null : z.instanceof(Uint8Array).parse(row['token']);
  };
  const known = await kept();
  if (known !== null) return known;
  const trusted = [...parseCertificatesPem(roots), ...client.roots];
  const stamp = await client.timestamp(Buffer.from(content, 'hex'), trusted);
  // It is asked again at the next run: without it there is nothing to hand over, and no row that says so.
  if (!stamp.ok) return null;
  await database.query(
    `insert into archive_exports (package, archive, content, token, tried_at, due_at) values ($1, $2, $3, $4, $5, $5)
     on conflict (package) do update set archive = excluded.archive, content = excluded.content, token = excluded.token
       where archive_exports.archived_at is null and archive_exports.content <> excluded.content`,
    [digest, archive.kind, content, stamp.value, isoTime(clock.now())],
  );
  return kept();
}

interface Reason {
  readonly code: string;
  readonly detail: string;
}

/** An archive that acknowledges something else has not acknowledged this. */
function checked(answer: Result<ArchiveReceipt, Reason>, digest: Sha256): Result<ArchiveReceipt, Reason> {
  if (!answer.ok || answer.value.digest === digest) return answer;
  return err({ code: 'archive-lied', detail: 'The archive acknowledged other bytes than were handed over.' });
}

async function failed({ database, clock }: ExportPorts, digest: Sha256, { code, detail }: Reason): Promise<void> {
  const [row] = await database.query('select attempts from archive_exports where package = $1', [digest]);
  const attempts = z.number().parse(row?.['attempts'] ?? 0) + 1;
  const now = clock.now();
  await database.query(
    `update archive_exports set reason = $2, detail = $3, attempts = $4::integer, tried_at = $5, due_at = $6
     where package = $1 and archived_at is null`,
    [digest, code, detail, attempts, isoTime(now), retryAt(now, attempts).toISOString()],
  );
}

async function archivedBy(
  { database, clock }: ExportPorts,
  { digest: of, tenant }: z.infer<typeof dueRow>,
  got: ArchiveReceipt & { readonly archive: Archive },
): Promise<boolean> {
  return database.transaction(async (sql) => {
    const rows = await sql.query(
      `update archive_exports a set digest = $2, archive_id = $3, received_at = $4, archived_at = $5, tried_at = $5, reason = null,
         detail = null, due_at = null, archive = $6
       from packages p where a.package = $1 and p.digest = a.package and a.archived_at is null returning p.transaction_id`,
      [of, got.digest, got.archiveId, got.receivedAt, isoTime(clock.now()), got.archive.kind],
    );
    const [row] = rows;
    if (row === undefined) return false;
    const about = {
      ...{ package: of, transaction: z.string().parse(row['transaction_id']), archive: got.archive.kind },
      ...{ archiveId: got.archiveId, archived: got.digest },
    };
    await appendAudit(sql, clock, { tenant, event: 'archive.exported', by: 'system', about });
    return true;
  });
}
