import { z } from 'zod';
import { isoTime, type Clock } from '../../signing/clock.ts';
import type { PackagedDocumentFile } from '../../signing/container/packaged-documents.ts';
import { parseCertificatesPem } from '../../signing/cms/pem.ts';
import { isSha256, sha256Apart, type Sha256 } from '../../signing/digest.ts';
import { BASELINE_LEVELS, type BaselineLevel } from '../../signing/verification/verification-report.ts';
import type { Database } from './database.ts';
import { announceLevel } from './integration/webhook-messages.ts';
import type { ObjectStore } from './object-store.ts';
import { keepObject } from './orphans.ts';
import { ARRIVED_LEVELS, lowestLevel } from './package-list.ts';
import { retryAt } from './retry-at.ts';
import { raiseDocument, type RaisedDocument, type RaisePorts } from '../evidence/raise-document.ts';

export interface RaiseLevelsPorts extends Omit<RaisePorts, 'now'> {
  readonly database: Database;
  readonly objects: ObjectStore;
  readonly clock: Clock;
  /** `packagedDocuments`, wherever it runs. */
  readonly open: (container: Uint8Array) => Promise<readonly PackagedDocumentFile[] | null>;
}

/** Packages looked at in one run. */
const BATCH = 20;

/** Due by the clock, or at the goal of another day; $2 is the place of today's goal among the levels. */
const IS_DUE = `(coalesce(l.due_at <= $1, false) or (l.reason is null and
  array_position(array['${BASELINE_LEVELS.join("', '")}'], l.level) < $2))`;

const digestColumn = z.custom<Sha256>(isSha256);
const dueRow = z.object({ digest: digestColumn, roots: z.string(), levels: z.array(z.enum(BASELINE_LEVELS)) });
const knownRow = z.object({
  document: z.string(),
  digest: digestColumn.nullable(),
  level: z.enum(BASELINE_LEVELS),
  attempts: z.number(),
  due: z.boolean(),
});

/**
 * Raises the level of what has arrived and of what is due again: of each package the documents, each by itself. The package
 * stays as it came; a raised document is stored beside it under its own digest. Safe to run twice or to end at any
 * moment: an object without a row is only made once more. Gives the number of packages looked at.
 */
export async function raiseLevels(ports: RaiseLevelsPorts): Promise<number> {
  const now = isoTime(ports.clock.now());
  const rows = await ports.database.query(
    `select p.digest, t.roots, ${ARRIVED_LEVELS} as levels from packages p join tenants t on t.id = p.tenant
     where p.superseded_by is null and p.destroyed_at is null
       and (not exists (select 1 from long_term l where l.package = p.digest)
         or exists (select 1 from long_term l where l.package = p.digest and ${IS_DUE}))
     order by p.arrived_at limit ${BATCH}`,
    [now, placeOf(ports.goal)],
  );
  for (const row of rows.map((each) => dueRow.parse(each))) await raisePackage(row, now, ports);
  return rows.length;
}

async function raisePackage(
  { digest, roots, levels }: z.infer<typeof dueRow>,
  now: string,
  ports: RaiseLevelsPorts,
): Promise<void> {
  const rows = await knownDocuments(ports, digest, now);
  const container = await ports.objects.get(digest);
  const documents = container === null ? null : await ports.open(container);
  if (documents === null) {
    await record(
      ports,
      { package: digest, document: '', attempts: 0, base: null },
      {
        level: 'not-baseline',
        reason: {
          code: 'package-unreadable',
          detail: 'The stored package cannot be read, so its documents stay as they are.',
        },
        digest: null,
        dueAt: null,
      },
      true,
    );
    return;
  }
  for (const { path: document, bytes: original } of documents) {
    const row = rows.get(document);
    if (row?.due === false) continue;
    const base = row?.digest ?? null;
    const bytes = base === null ? original : ((await ports.objects.get(base)) ?? original);
    const raised = await raiseDocument(bytes, parseCertificatesPem(roots), { ...ports, now: () => ports.clock.now() });
    const stored = await storeRaised(ports.objects, raised, original);
    const place = { package: digest, document, attempts: row?.attempts ?? 0, base };
    const level = raised.level ?? row?.level ?? lowestLevel(levels) ?? 'not-baseline';
    await record(ports, place, { ...raised, level, digest: stored }, raised.level !== null);
  }
}

/** As PostgreSQL counts: from one. */
function placeOf(level: BaselineLevel): number {
  return BASELINE_LEVELS.indexOf(level) + 1;
}

async function knownDocuments(
  { database, goal }: RaiseLevelsPorts,
  digest: Sha256,
  now: string,
): Promise<ReadonlyMap<string, z.infer<typeof knownRow>>> {
  const rows = await database.query(
    `select l.document, l.digest, l.level, l.attempts, ${IS_DUE} as due from long_term l where l.package = $3`,
    [now, placeOf(goal), digest],
  );
  return new Map(rows.map((each) => knownRow.parse(each)).map((row) => [row.document, row]));
}

/** Null when nothing was added to the document as it came. */
async function storeRaised(
  objects: ObjectStore,
  { bytes }: RaisedDocument,
  original: Uint8Array,
): Promise<Sha256 | null> {
  if (bytes.length === original.length) return null;
  const digest = await sha256Apart(bytes);
  await objects.put(digest, bytes);
  return digest;
}

interface Place {
  readonly package: Sha256;
  readonly document: string;
  /** Attempts in a row that ended with a reason. */
  readonly attempts: number;
  /** Digest the attempt began with; a row that has another by now was written by somebody else and stays. */
  readonly base: Sha256 | null;
}

interface Outcome extends Omit<RaisedDocument, 'bytes' | 'level'> {
  readonly level: BaselineLevel;
  readonly digest: Sha256 | null;
}

async function record(
  { database, objects, clock }: RaiseLevelsPorts,
  place: Place,
  outcome: Outcome,
  /** Whether a verifier said it. */
  judged: boolean,
): Promise<void> {
  const { level, reason, digest } = outcome;
  const now = clock.now();
  const attempts = reason === null ? 0 : place.attempts + 1;
  const dueAt = reason === null ? outcome.dueAt : judged && isFinal(level, reason.code) ? null : retryAt(now, attempts);
  await database.transaction(async (sql) => {
    if (digest !== null) await keepObject(sql, digest);
    const [stored] = await sql.query(
      `insert into long_term (package, document, digest, level, reason, detail, attempts, tried_at, due_at, reached_at)
     select p.digest, $2, $3, $4, $5, $6, $7::integer, $8::timestamptz, $9::timestamptz, $11::timestamptz
       from packages p where p.digest = $1 and p.destroyed_at is null for no key update
     on conflict (package, document) do update set digest = excluded.digest, level = excluded.level,
       reason = excluded.reason, detail = excluded.detail, attempts = excluded.attempts, tried_at = excluded.tried_at,
       due_at = excluded.due_at,
       reached_at = case when long_term.level = excluded.level then long_term.reached_at else excluded.reached_at end
     where long_term.digest is not distinct from $10 returning 1`,
      [
        place.package,
        place.document,
        digest,
        level,
        reason?.code ?? null,
        reason?.detail ?? null,
        attempts,
        isoTime(now),
        dueAt?.toISOString() ?? null,
        place.base,
        // What is as it came has had its level since it arrived.
        digest === null ? null : isoTime(now),
      ],
    );
    if (stored !== undefined && digest !== null && digest !== place.base) {
      await announceLevel(sql, now, { package: place.package, level });
    }
  });
  if (digest === null) return;
  const [gone] = await database.query('select 1 from packages where digest = $1 and destroyed_at is not null', [
    place.package,
  ]);
  // Destroyed while its documents were at the services: nothing of them comes back.
  if (gone !== undefined) await objects.remove(digest);
}

/** Asking again would end the same way. */
function isFinal(level: BaselineLevel, code: string): boolean {
  return level === 'not-baseline' || code === 'certificate-revoked' || code === 'too-late';
}
