import { z } from 'zod';
import { isoTime, type Clock } from '../../../signing/clock.ts';
import { isSha256, type Sha256 } from '../../../signing/digest.ts';
import { appendAudit, emptyAudit } from '../audit/audit-trail.ts';
import type { Database, Sql } from '../database.ts';
import type { ObjectStore } from '../object-store.ts';
import type { ReceiptDesk } from '../receipts.ts';
import { IS_HELD, lockTenant } from './legal-holds.ts';
import { retentionDays } from './retention-rules.ts';

export interface RetentionPorts {
  readonly database: Database;
  readonly objects: ObjectStore;
  readonly receipts: Pick<ReceiptDesk, 'signDestruction'>;
  readonly clock: Clock;
}

const DAY_MS = 86_400_000;
const digest = z.custom<Sha256>(isSha256);

/**
 * Destroys what is due and under no legal hold. Of each package the row is emptied, and tombstone, signed proof and audit entry
 * are written in one transaction; only then are its objects removed, by the next run if a crash comes between. Safe to
 * run twice, or in several processes at once. Gives the number of packages.
 */
export async function destroyDue(ports: RetentionPorts): Promise<number> {
  const { database, clock } = ports;
  let destroyed = 0;
  for (const row of await database.query('select id from tenants order by id')) {
    const tenant = z.string().parse(row['id']);
    const now = isoTime(clock.now());
    const days = await retentionDays(database, tenant, 'package');
    const due = isoTime(clock.now() - days * DAY_MS);
    const packages = await database.query(
      `select p.digest from packages p where p.tenant = $2 and p.arrived_at <= $3 and not ${IS_HELD}
         and not exists (select 1 from tombstones t where t.digest = p.digest) order by p.arrived_at`,
      [now, tenant, due],
    );
    for (const each of packages) {
      const found = digest.parse(each['digest']);
      if (await database.transaction((sql) => bury(ports, sql, tenant, found, days))) destroyed += 1;
    }
    await database.query(
      `delete from refusals r where r.tenant = $2 and r.refused_at <= $3 and not exists (
         select 1 from (select r.tenant, r.transaction_id, r.refused_at as arrived_at) p where ${IS_HELD})`,
      [now, tenant, due],
    );
    const kept = await retentionDays(database, tenant, 'audit');
    await database.transaction((sql) => emptyAudit(sql, clock, tenant, isoTime(clock.now() - kept * DAY_MS)));
  }
  await removeObjects(ports);
  return destroyed;
}

const buriedRow = z.object({ transaction_id: z.string(), arrived_at: z.date() });

/** False when another process did it, or a hold came meanwhile. */
async function bury(ports: RetentionPorts, sql: Sql, tenant: string, of: Sha256, days: number): Promise<boolean> {
  await lockTenant(sql, tenant);
  const now = isoTime(ports.clock.now());
  const [row] = await sql.query(
    `select p.transaction_id, p.arrived_at from packages p where p.digest = $2 and not ${IS_HELD}
       and not exists (select 1 from tombstones t where t.digest = p.digest) for update`,
    [now, of],
  );
  if (row === undefined) return false;
  const { transaction_id: transaction, arrived_at: arrived } = buriedRow.parse(row);
  const raised = await sql.query('delete from long_term where package = $1 returning digest', [of]);
  const objects = [of, ...raised.flatMap((each) => (each['digest'] === null ? [] : [digest.parse(each['digest'])]))];
  const proof = await ports.receipts.signDestruction(
    {
      type: 'countersign.destruction',
      version: 1,
      package: { algorithm: 'sha-256', digest: of },
      tenant,
      transaction,
      arrivedAt: isoTime(arrived.getTime()),
      destroyedAt: now,
      rule: { class: 'package', days },
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
    [of, now],
  );
  const about = { package: of, transaction, class: 'package', days };
  await appendAudit(sql, ports.clock, { tenant, event: 'package.destroyed', by: 'system', about });
  return true;
}

async function removeObjects({ database, objects, clock }: RetentionPorts): Promise<void> {
  const rows = await database.query('select digest, objects from tombstones where objects_removed_at is null');
  for (const row of rows) {
    for (const object of z.array(digest).parse(row['objects'])) await objects.remove(object);
    await database.query('update tombstones set objects_removed_at = $2 where digest = $1', [
      digest.parse(row['digest']),
      isoTime(clock.now()),
    ]);
  }
}

/** The signed proof of a package's destruction; null when it was not destroyed by retention. */
export async function destructionProof(sql: Sql, of: Sha256): Promise<string | null> {
  const [row] = await sql.query('select proof from tombstones where digest = $1', [of]);
  return row === undefined ? null : z.string().parse(row['proof']);
}
