import { z } from 'zod';
import { isoTime, type Clock } from '../../signing/clock.ts';
import { isSha256, sha256, type Sha256 } from '../../signing/digest.ts';
import { err, ok, type Result } from '../../signing/result.ts';
import { verifyExcerpt } from '../../signing/audit/excerpt.ts';
import type { ReceiptClaims } from '../protocol/receipt.ts';
import { continuityAlarms, gapBefore, type ContinuityAlarm, type KnownRange } from './audit-continuity.ts';
import type { CloudEvent } from './cloud-event.ts';
import type { Database, Sql } from './database.ts';
import { sealedByKiosk, type EnrolledKiosk } from './enrolment.ts';
import { jobDelivered } from './integration/branch-jobs.ts';
import type { ObjectStore } from './object-store.ts';
import { keepObject } from './orphans.ts';
import {
  refusalOf,
  type PackageFacts,
  type PackageVerdict,
  type Refusal,
  type VerifyPackage,
} from './package-verdict.ts';
import type { ReceiptDesk } from './receipts.ts';
import {
  bringsBackErased,
  checkSuccession,
  destroySuperseded,
  namedBy,
  predecessorOf,
  removeIfSuperseded,
  supersede,
} from './succession.ts';

export interface IngestPorts {
  readonly database: Database;
  readonly objects: ObjectStore;
  readonly receipts: ReceiptDesk;
  readonly verifyPackage: VerifyPackage;
  readonly clock: Clock;
  /** An erased package was stored: what of these packages is still arriving is not wanted any more. */
  readonly onSuperseded?: (digests: readonly Sha256[], kiosk: string) => Promise<void>;
  /** Told of every delivery that was judged. */
  readonly onEvent?: (event: CloudEvent) => void;
}

/** What the kiosk said it would send. */
export interface Delivery {
  readonly kiosk: EnrolledKiosk;
  readonly digest: Sha256;
  readonly size: number;
  readonly transaction: string;
  /** What the kiosk calls this delivery; nothing where it said nothing. */
  readonly trace?: string | null;
  readonly bytes: Uint8Array;
}

/**
 * Checks a delivered package and stores it once: object first, then row, receipt and the kiosk's place in its audit
 * chain in one database transaction. Whatever the crash, doing it again ends in the same receipt: the digest is the
 * primary key, and a second delivery is answered from the row.
 *
 * A package from which captures were erased takes the place of the one it was made of in the same transaction, and only
 * then are the bytes of that one removed; they are not taken in again.
 *
 * Resolves to the receipt, or to a refusal that is on record. Rejects only when database or store fail.
 */
export async function ingest(ports: IngestPorts, delivery: Delivery): Promise<Result<string, Refusal>> {
  const from = ports.clock.monotonicMicros();
  const { repeated, judged } = await judge(ports, delivery);
  ports.onEvent?.({
    type: 'ingest',
    outcome: !judged.ok ? 'refused' : repeated ? 'repeated' : 'stored',
    reason: judged.ok ? null : judged.error.reason,
    ...{ kiosk: delivery.kiosk.id, package: delivery.digest, trace: delivery.trace ?? null, bytes: delivery.size },
    milliseconds: (ports.clock.monotonicMicros() - from) / 1000,
  });
  return judged;
}

interface Judged {
  readonly repeated: boolean;
  readonly judged: Result<string, Refusal>;
}

async function judge(ports: IngestPorts, delivery: Delivery): Promise<Judged> {
  const first = (judged: Result<string, Refusal>): Judged => ({ repeated: false, judged });
  const earlier = await storedReceipt(ports.database, delivery.digest, delivery.kiosk.id);
  if (earlier !== null) {
    await removeIfSuperseded(ports, delivery.digest);
    return { repeated: true, judged: ok(earlier) };
  }

  const checked = await check(ports, delivery);
  if (!checked.ok) return first(await refuse(ports, delivery, checked.error));
  const { facts, verdict } = checked.value;
  await ports.objects.put(delivery.digest, delivery.bytes);
  const stored = await ports.database.transaction((sql) => store(ports, sql, delivery, checked.value));
  if (!stored.ok) return first(await refuse(ports, delivery, { ...stored.error, verdict }));
  await removeIfSuperseded(ports, delivery.digest);
  if (facts.erasures.length > 0) {
    await destroySuperseded(ports);
    await ports.onSuperseded?.(namedBy(facts), delivery.kiosk.id);
  }
  return first(stored);
}

async function refuse(
  ports: IngestPorts,
  delivery: Delivery,
  refused: RefusedDelivery,
): Promise<Result<never, Refusal>> {
  // There may be an object: written before the refusal was certain, or by a run that a crash ended there.
  if (refused.reason === 'captures-erased') await ports.objects.remove(delivery.digest);
  await recordRefusal(ports, delivery, refused);
  return err({ reason: refused.reason, detail: refused.detail });
}

/** The receipt given for a package of this kiosk, or null. */
export async function storedReceipt(sql: Sql, digest: Sha256, kiosk: string): Promise<string | null> {
  const [row] = await sql.query('select receipt from packages where digest = $1 and kiosk = $2', [digest, kiosk]);
  return row === undefined ? null : z.string().parse(row['receipt']);
}

interface Checked {
  readonly facts: PackageFacts;
  readonly verdict: PackageVerdict;
  /** The package whose place it takes; null for any that is no erased one. */
  readonly predecessor: Sha256 | null;
}
type RefusedDelivery = Refusal & { readonly verdict: PackageVerdict | null };

async function check(ports: IngestPorts, delivery: Delivery): Promise<Result<Checked, RefusedDelivery>> {
  const { bytes, kiosk } = delivery;
  const refuse = (
    reason: Refusal['reason'],
    detail: string,
    verdict: PackageVerdict | null = null,
  ): Result<never, RefusedDelivery> => err({ reason, detail, verdict });

  if (bytes.length !== delivery.size) return refuse('size-mismatch', `${bytes.length} of ${delivery.size} bytes`);
  if (sha256(bytes) !== delivery.digest) return refuse('digest-mismatch', 'the bytes have another SHA-256 digest');

  const verdict = await ports.verifyPackage(bytes, { roots: kiosk.roots });
  const refusal = refusalOf(verdict.report);
  if (refusal !== null) return refuse(refusal.reason, refusal.detail, verdict);
  const { facts } = verdict;
  if (facts === null) return refuse('container-invalid', 'the package does not say what it is', verdict);
  if (!sealedByKiosk(kiosk, facts.sealedBy, facts.completedAt)) {
    return refuse('package-signature-invalid', 'not signed by a certificate that this kiosk had then', verdict);
  }
  if (facts.tenant !== kiosk.tenant) return refuse('wrong-tenant', 'the package is of another tenant', verdict);
  if (facts.kiosk !== kiosk.id) return refuse('unknown-kiosk', 'the package is of another kiosk', verdict);
  if (facts.transaction !== delivery.transaction) {
    return refuse('container-invalid', 'the package is of another transaction than announced', verdict);
  }
  const excerpt = verifyExcerpt(facts.audit);
  if (!excerpt.ok) return refuse('audit-invalid', `${excerpt.error.code} at ${excerpt.error.sequence}`, verdict);
  const back = await bringsBackErased(ports.database, kiosk.id, facts);
  if (back !== null) return refuse(back.reason, back.detail, verdict);
  const succession = await checkSuccession(ports.database, ports.objects, kiosk, facts, bytes);
  if (!succession.ok) return refuse(succession.error.reason, succession.error.detail, verdict);
  return ok({ facts, verdict, predecessor: succession.value });
}

/** Everything that must be true together. Runs inside one transaction; the kiosk's row is the lock. */
async function store(
  ports: IngestPorts,
  sql: Sql,
  delivery: Delivery,
  checked: Checked,
): Promise<Result<string, Refusal>> {
  const { facts, verdict } = checked;
  const { kiosk, digest } = delivery;
  await sql.query('select id from kiosks where id = $1 for update', [kiosk.id]);
  const earlier = await storedReceipt(sql, digest, kiosk.id);
  if (earlier !== null) return ok(earlier);
  await keepObject(sql, digest);
  // Again: since the check another delivery may have been stored.
  const unwanted = await bringsBackErased(sql, kiosk.id, facts);
  if (unwanted !== null) return err(unwanted);

  const predecessor = await predecessorOf(sql, facts);
  if ((predecessor?.digest ?? null) !== checked.predecessor)
    throw new Error('another package was stored meanwhile: check again');
  const alarms = predecessor?.alarms ?? continuityAlarms(facts.audit, await knownRanges(sql, kiosk.id, facts));
  const claims: ReceiptClaims = {
    type: 'countersign.receipt',
    version: 1,
    package: { algorithm: 'sha-256', digest, size: delivery.size },
    tenant: kiosk.tenant,
    kiosk: kiosk.id,
    transaction: facts.transaction,
    arrivedAt: isoTime(ports.clock.now()),
    auditHead: facts.audit.head.digest,
    sequence: await nextSequence(sql, kiosk.tenant),
  };
  const receipt = await ports.receipts.sign(claims, sql);
  await sql.query(
    `insert into packages (digest, tenant, kiosk, branch, transaction_id, transaction_name, size, arrived_at, sequence,
       receipt, report, audit_first, audit_last, audit_previous, audit_head, alarms, erasures, trace)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
    [
      digest,
      kiosk.tenant,
      kiosk.id,
      facts.branch,
      facts.transaction,
      facts.transactionName,
      delivery.size,
      claims.arrivedAt,
      claims.sequence,
      receipt,
      JSON.stringify(verdict.report),
      facts.audit.after.sequence + 1,
      facts.audit.head.sequence,
      facts.audit.after.digest,
      facts.audit.head.digest,
      JSON.stringify(alarms),
      JSON.stringify(facts.erasures.map(({ record }) => record)),
      delivery.trace ?? null,
    ],
  );
  if (predecessor !== null) await supersede(sql, predecessor.digest, digest);
  await sql.query(
    `update kiosks set audit_sequence = $2, audit_head = $3, last_contact = $4 where id = $1 and audit_sequence < $2`,
    [kiosk.id, facts.audit.head.sequence, facts.audit.head.digest, claims.arrivedAt],
  );
  await closeGaps(sql, kiosk.id, facts);
  await jobDelivered(sql, ports.clock, { tenant: kiosk.tenant, kiosk: kiosk.id, transaction: facts.transaction });
  return ok(receipt);
}

async function nextSequence(sql: Sql, tenant: string): Promise<number> {
  const [row] = await sql.query(
    'update tenants set last_sequence = last_sequence + 1 where id = $1 returning last_sequence::float8 as sequence',
    [tenant],
  );
  return z.number().parse(row?.['sequence']);
}

const digestColumn = z.custom<Sha256>(isSha256);
const rangeRow = z
  .object({
    digest: digestColumn,
    transaction_id: z.string(),
    first: z.number(),
    last: z.number(),
    audit_previous: digestColumn,
    audit_head: digestColumn,
    alarms: z.custom<readonly ContinuityAlarm[]>(Array.isArray),
  })
  .transform((row) => ({
    digest: row.digest,
    transaction: row.transaction_id,
    after: { sequence: row.first - 1, digest: row.audit_previous },
    head: { sequence: row.last, digest: row.audit_head },
    alarms: row.alarms,
  }));
const RANGE_COLUMNS = `digest, transaction_id, audit_first::float8 as first, audit_last::float8 as last,
  audit_previous, audit_head, alarms`;

/** Ranges that overlap or touch the carried one, the newest before it, and any of the same transaction. */
async function knownRanges(sql: Sql, kiosk: string, facts: PackageFacts): Promise<readonly KnownRange[]> {
  const rows = await sql.query(
    `select ${RANGE_COLUMNS} from packages where kiosk = $1 and superseded_by is null and (
       (audit_last >= $2 and audit_first - 1 <= $3)
       or transaction_id = $4
       or audit_last = (select max(audit_last) from packages where kiosk = $1 and audit_last < $2))`,
    [kiosk, facts.audit.after.sequence, facts.audit.head.sequence, facts.transaction],
  );
  return rows.map((row) => rangeRow.parse(row));
}

/** Packages may arrive out of order: a gap noted earlier ends or shrinks when this package brings what was missing. */
async function closeGaps(sql: Sql, kiosk: string, facts: PackageFacts): Promise<void> {
  const waiting = await sql.query(
    `select ${RANGE_COLUMNS} from packages where kiosk = $1 and superseded_by is null and audit_first > $2
       and alarms @> '[{"code":"gap"}]'::jsonb order by audit_first limit 1`,
    [kiosk, facts.audit.after.sequence + 1],
  );
  for (const row of waiting.map((each) => rangeRow.parse(each))) {
    const rest = gapBefore(row.after.sequence, [{ after: facts.audit.after, head: facts.audit.head }]);
    const alarms = row.alarms.flatMap((alarm): readonly ContinuityAlarm[] => {
      if (alarm.code !== 'gap') return [alarm];
      return rest === null ? [] : [{ ...alarm, from: Math.max(alarm.from, rest.from) }];
    });
    await sql.query('update packages set alarms = $2 where digest = $1', [row.digest, JSON.stringify(alarms)]);
  }
}

async function recordRefusal(ports: IngestPorts, delivery: Delivery, refused: RefusedDelivery): Promise<void> {
  const { kiosk } = delivery;
  await ports.database.query(
    `insert into refusals (digest, kiosk, tenant, branch, transaction_id, transaction_name, size, refused_at, reason,
       detail, report, trace) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     on conflict (digest, kiosk) do update set refused_at = excluded.refused_at, reason = excluded.reason,
       detail = excluded.detail, report = excluded.report, size = excluded.size, trace = excluded.trace,
       transaction_id = excluded.transaction_id, transaction_name = excluded.transaction_name`,
    [
      delivery.digest,
      kiosk.id,
      kiosk.tenant,
      refused.verdict?.facts?.branch ?? kiosk.branch,
      delivery.transaction,
      refused.verdict?.facts?.transactionName ?? '',
      delivery.size,
      isoTime(ports.clock.now()),
      refused.reason,
      refused.detail,
      refused.verdict === null ? null : JSON.stringify(refused.verdict.report),
      delivery.trace ?? null,
    ],
  );
}
