import { z } from 'zod';
import { isoTime } from '../../../signing/clock.ts';
import { isSha256, type Sha256 } from '../../../signing/digest.ts';
import { emptyAudit } from '../audit/audit-trail.ts';
import type { Sql } from '../database.ts';
import { bury, removeBuried, type RetentionPorts } from './bury.ts';
import { IS_HELD } from './legal-holds.ts';
import { retentionDays } from './retention-rules.ts';

const DAY_MS = 86_400_000;
const digest = z.custom<Sha256>(isSha256);

/**
 * Destroys what is due and under no legal hold, package by package (`bury`), then removes their objects. Safe to run twice, or
 * in several processes at once. Gives the number of packages.
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
    const rule = { class: 'package', days } as const;
    for (const each of packages) {
      const burial = { tenant, package: digest.parse(each['digest']), rule, by: 'system', about: rule };
      if ((await database.transaction((sql) => bury(ports, sql, burial))) !== null) destroyed += 1;
    }
    await database.query(
      `delete from refusals r where r.tenant = $2 and r.refused_at <= $3 and not exists (
         select 1 from (select r.tenant, r.transaction_id, r.refused_at as arrived_at) p where ${IS_HELD})`,
      [now, tenant, due],
    );
    const kept = await retentionDays(database, tenant, 'audit');
    await database.transaction((sql) => emptyAudit(sql, clock, tenant, isoTime(clock.now() - kept * DAY_MS)));
  }
  await removeBuried(ports);
  return destroyed;
}

/** The signed proof of a package's destruction; null when it was not destroyed. */
export async function destructionProof(sql: Sql, of: Sha256): Promise<string | null> {
  const [row] = await sql.query('select proof from tombstones where digest = $1', [of]);
  return row === undefined ? null : z.string().parse(row['proof']);
}
