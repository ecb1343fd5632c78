import { z } from 'zod';
import { isoTime, type Clock } from '../../../signing/clock.ts';
import { isSha256, type Sha256 } from '../../../signing/digest.ts';
import type { DestructionClaims } from '../../protocol/destruction.ts';
import { appendAudit, type CloudAuditDraft } from '../audit/audit-trail.ts';
import type { Database, Sql } from '../database.ts';
import type { ObjectStore } from '../object-store.ts';
import type { ReceiptDesk } from '../receipts.ts';
import { IS_HELD, lockTenant } from './legal-holds.ts';
import { statedDays } from './retention-rules.ts';

export interface RetentionPorts {
  readonly database: Database;
  readonly objects: ObjectStore;
  readonly receipts: Pick<ReceiptDesk, 'signDestruction'>;
  readonly clock: Clock;
}

export interface Burial {
  readonly tenant: string;
  readonly package: Sha256;
  readonly rule: DestructionClaims['rule'];
  /** Account, or 'system'. */
  readonly by: string;
  /** For the audit entry, beside package and transaction. */
  readonly about: CloudAuditDraft['about'];
}

const DAY_MS = 86_400_000;
const digest = z.custom<Sha256>(isSha256);
const buriedRow = z.object({ transaction_id: z.string(), arrived_at: z.date() });

/**
 * Destroys one package in the transaction `sql`: the keys of its objects are deleted, its row is emptied, tombstone, signed
 * proof and audit entry are written. What is left is bytes without a key, for `removeBuried`. Gives the proof; null when
 * another process did it, or a hold came meanwhile.
 */
export async function bury({ receipts, clock }: RetentionPorts, sql: Sql, burial: Burial): Promise<string | null> {
  const { tenant, package: of, rule, by, about } = burial;
  await lockTenant(sql, tenant);
  const now = clock.now();
  const [row] = await sql.query(
    `select p.transaction_id, p.arrived_at from packages p where p.digest = $2 and p.tenant = $3 and not ${IS_HELD}
       and not exists (select 1 from tombstones t where t.digest = p.digest) for update`,
    [isoTime(now), of, tenant],
  );
  if (row === undefined) return null;
  const { transaction_id: transaction, arrived_at: arrived } = buriedRow.parse(row);
  const raised = await sql.query('delete from long_term where package = $1 returning digest', [of]);
  const objects = [of, ...raised.flatMap((each) => (each['digest'] === null ? [] : [digest.parse(each['digest'])]))];
  const keys = await sql.query(
    'delete from object_keys where digest in (select jsonb_array_elements_text($1::jsonb)) returning digest',
    [JSON.stringify(objects)],
  );
  const backupDays = await statedDays(sql, tenant, 'backup');
  const proof = await receipts.signDestruction(
    {
      type: 'countersign.destruction',
      version: 1,
      package: { algorithm: 'sha-256', digest: of },
      tenant,
      transaction,
      arrivedAt: isoTime(arrived.getTime()),
      destroyedAt: isoTime(now),
      rule,
      how: keys.length === objects.length ? 'key-destroyed' : 'object-removed',
      backups: backupDays === null ? null : { days: backupDays, goneBy: isoTime(now + backupDays * DAY_MS) },
    },
    sql,
  );
  await sql.query('insert into tombstones (digest, tenant, proof, objects) values ($1, $2, $3, $4)', [
    of,
    tenant,
    proof,
    JSON.stringify(objects),
  ]);
  // Of erasures the digests stay: pen data that was erased is not taken in again.
  await sql.query(
    `update packages set transaction_name = '', report = '{}', destroyed_at = $2, erasures = coalesce((
       select jsonb_agg(jsonb_build_object('captures', (
         select coalesce(jsonb_agg(jsonb_build_object('sealedCapture', c -> 'sealedCapture')), '[]')
         from jsonb_array_elements(e -> 'captures') c))) from jsonb_array_elements(erasures) e), '[]')
     where digest = $1`,
    [of, isoTime(now)],
  );
  await appendAudit(sql, clock, {
    ...{ tenant, event: 'package.destroyed', by },
    about: { package: of, transaction, ...about },
  });
  return proof;
}

/** Removes the objects of what was buried; what a crash left is done the next time. */
export async function removeBuried({ database, objects, clock }: RetentionPorts): Promise<void> {
  const rows = await database.query('select digest, objects from tombstones where objects_removed_at is null');
  for (const row of rows) {
    for (const object of z.array(digest).parse(row['objects'])) await objects.remove(object);
    await database.query('update tombstones set objects_removed_at = $2 where digest = $1', [
      digest.parse(row['digest']),
      isoTime(clock.now()),
    ]);
  }
}
