import { z } from 'zod';
import { isoTime } from '../../../signing/clock.ts';
import { LEGAL_BASES, type ErasureRequester, type LegalBasis } from '../../../signing/container/erasure-record.ts';
import { isSha256, type Sha256 } from '../../../signing/digest.ts';
import { err, ok, type Result } from '../../../signing/result.ts';
import { appendAudit } from '../audit/audit-trail.ts';
import { bury, type RetentionPorts } from './bury.ts';
import { holdOn, lockTenant } from './legal-holds.ts';

export interface DestructionDemand {
  /** Whose package it has to be; null for anybody's. */
  readonly tenant: string | null;
  readonly package: Sha256;
  readonly askedBy: ErasureRequester;
  /** Under which the tenant keeps the request; no names. */
  readonly reference: string;
  readonly basis: LegalBasis;
  /** Id of the account that carries it out. */
  readonly by: string;
}

export type DemandRefusal =
  | { readonly code: 'package-unknown' }
  /** Why the hold was placed, and until when; null: until it is lifted. */
  | { readonly code: 'held'; readonly reason: string; readonly until: string | null };

/** Several: what was received before captures were erased from it. */
export interface Destroyed {
  readonly proofs: readonly string[];
}

const digest = z.custom<Sha256>(isSha256);
const ownRow = z.object({ tenant: z.string(), kiosk: z.string(), transaction_id: z.string() });

/**
 * Destroys everything of a package's transaction before its time, on a recorded demand, as retention would later: signed proof,
 * tombstone, audit entry. What is left then is bytes without a key, for `removeBuried`. A legal hold refuses, and the refusal is
 * on record too.
 */
export async function destroyOnDemand(
  ports: RetentionPorts,
  demand: DestructionDemand,
): Promise<Result<Destroyed, DemandRefusal>> {
  const { database, clock } = ports;
  const { package: of, askedBy, reference, basis, by } = demand;
  return database.transaction(async (sql): Promise<Result<Destroyed, DemandRefusal>> => {
    const [found] = await sql.query(
      `select tenant, kiosk, transaction_id from packages
       where digest = $1 and ($2::text is null or tenant = $2) and destroyed_at is null`,
      [of, demand.tenant],
    );
    if (found === undefined) return err({ code: 'package-unknown' });
    const { tenant, kiosk, transaction_id: transaction } = ownRow.parse(found);
    await lockTenant(sql, tenant);
    const rows = await sql.query(
      `select digest from packages p where tenant = $1 and kiosk = $2 and transaction_id = $3
         and not exists (select 1 from tombstones t where t.digest = p.digest) order by sequence`,
      [tenant, kiosk, transaction],
    );
    const legalBasis = LEGAL_BASES[basis];
    const about = { askedBy, reference, legalBasis };
    const digests = rows.map((row) => digest.parse(row['digest']));
    for (const each of digests) {
      const hold = await holdOn(sql, each, isoTime(clock.now()));
      if (hold === null) continue;
      const refused = { package: of, transaction, hold: hold.id, ...about };
      await appendAudit(sql, clock, { tenant, event: 'erasure.refused', by, about: refused });
      return err({ code: 'held', reason: hold.reason, until: hold.endsAt });
    }
    const proofs: string[] = [];
    const rule = { class: 'package', demand: { by: askedBy, legalBasis } } as const;
    for (const each of digests) {
      const proof = await bury(ports, sql, { tenant, package: each, rule, by, about });
      if (proof !== null) proofs.push(proof);
    }
    await sql.query('delete from refusals where tenant = $1 and kiosk = $2 and transaction_id = $3', [
      tenant,
      kiosk,
      transaction,
    ]);
    return ok({ proofs });
  });
}
