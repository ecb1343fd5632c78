import { z } from 'zod';
import { isoTime, type Clock } from '../../signing/clock.ts';
import { isSha256, type Sha256 } from '../../signing/digest.ts';
import { erasedForm } from '../../signing/verification/erased-form.ts';
import { err, ok, type Result } from '../../signing/result.ts';
import type { ContinuityAlarm } from './audit-continuity.ts';
import type { Database, Sql } from './database.ts';
import { sealedByKiosk, type EnrolledKiosk } from './enrolment.ts';
import type { ObjectStore } from './object-store.ts';
import { IS_HELD } from './retention/legal-holds.ts';
import type { PackageFacts, Refusal } from './package-verdict.ts';
import { StoreFault } from './store-fault.ts';

/** Whether pen data that was erased here would come back with this package, whatever package brings it. */
export async function bringsBackErased(sql: Sql, kiosk: string, facts: PackageFacts): Promise<Refusal | null> {
  if (facts.captures.length === 0) return null;
  const [row] = await sql.query(
    `select 1 from packages p, jsonb_array_elements(p.erasures) e, jsonb_array_elements(e -> 'captures') c
     where p.kiosk = $1 and p.transaction_id = $2
       and c ->> 'sealedCapture' in (select jsonb_array_elements_text($3::jsonb)) limit 1`,
    [kiosk, facts.transaction, JSON.stringify(facts.captures)],
  );
  if (row === undefined) return null;
  return { reason: 'captures-erased', detail: 'pen data in this package was erased on a recorded demand' };
}

const predecessorRow = z
  .object({
    digest: z.custom<Sha256>(isSha256),
    kiosk: z.string(),
    transaction_id: z.string(),
    alarms: z.custom<readonly ContinuityAlarm[]>(Array.isArray),
  })
  .transform(({ transaction_id, ...row }) => ({ ...row, transaction: transaction_id }));

/** What is stored under a digest that its erasure records name, and no other has taken the place of yet. */
export async function predecessorOf(sql: Sql, facts: PackageFacts): Promise<z.infer<typeof predecessorRow> | null> {
  if (facts.erasures.length === 0) return null;
  const [row] = await sql.query(
    `select digest, kiosk, transaction_id, alarms from packages
     where superseded_by is null and digest in (select jsonb_array_elements_text($1::jsonb))
     order by sequence limit 1`,
    [JSON.stringify(namedBy(facts))],
  );
  return row === undefined ? null : predecessorRow.parse(row);
}

/** Digests of the packages that its erasure records are about. */
export function namedBy({ erasures }: PackageFacts): readonly Sha256[] {
  return erasures.map(({ record }) => record.package);
}

/**
 * An erased package comes from the kiosk that delivered the whole one, and is that one but for the captures. Gives the
 * digest of the one whose place it takes; null when that one never came.
 */
export async function checkSuccession(
  sql: Sql,
  objects: ObjectStore,
  kiosk: EnrolledKiosk,
  facts: PackageFacts,
  bytes: Uint8Array,
): Promise<Result<Sha256 | null, Refusal>> {
  if (!facts.erasures.every(({ record, sealedBy }) => sealedByKiosk(kiosk, sealedBy, record.erasedAt)))
    return err({ reason: 'package-signature-invalid', detail: 'an erasure record is not signed by this kiosk' });
  const one = await predecessorOf(sql, facts);
  if (one === null) return ok(null);
  if (one.kiosk !== kiosk.id || one.transaction !== facts.transaction)
    return err({ reason: 'container-invalid', detail: 'an erasure record is about a package of another transaction' });
  const before = await objects.get(one.digest);
  const form = before === null ? null : erasedForm(before, bytes);
  if (form?.ok === false)
    return err({ reason: 'container-invalid', detail: `not the stored package without captures: ${form.error}` });
  return ok(one.digest);
}

/**
 * Puts a package that was just inserted in the place of another, in the same transaction: what is known of the documents,
 * which are the same, moves along. From its commit on the captures of the other are to be destroyed.
 */
export async function supersede(sql: Sql, predecessor: Sha256, successor: Sha256): Promise<void> {
  await sql.query('update packages set superseded_by = $2 where digest = $1', [predecessor, successor]);
  await sql.query('update long_term set package = $2 where package = $1', [predecessor, successor]);
}

/** The bytes of such a package, or of one destroyed, may have been written again by a delivery that began before: they go again. */
export async function removeIfSuperseded(
  { database, objects, clock }: DestructionPorts,
  digest: Sha256,
): Promise<void> {
  const [row] = await database.query(
    `select 1 from packages p where p.digest = $2
       and (p.destroyed_at is not null or (p.superseded_by is not null and not ${IS_HELD}))`,
    [isoTime(clock.now()), digest],
  );
  if (row !== undefined) await objects.remove(digest);
}

interface DestructionPorts {
  readonly database: Database;
  readonly objects: ObjectStore;
  readonly clock: Clock;
}

/**
 * Removes the bytes of packages that an erased one has taken the place of; what a crash left is done the next time, and
 * what a legal hold covers once that has ended.
 */
export async function destroySuperseded(ports: DestructionPorts): Promise<void> {
  const rows = await ports.database.query(
    `select p.digest from packages p where p.superseded_by is not null and p.destroyed_at is null and not ${IS_HELD}`,
    [isoTime(ports.clock.now())],
  );
  for (const row of rows) {
    const digest = z.custom<Sha256>(isSha256).parse(row['digest']);
    try {
      await ports.objects.remove(digest);
    } catch (error) {
      // A legal hold: it goes when the hold does, and holds up no other.
      if (error instanceof StoreFault && error.reason === 'held') continue;
      throw error;
    }
    const now = isoTime(ports.clock.now());
    await ports.database.query('update packages set destroyed_at = $2 where digest = $1', [digest, now]);
  }
}
