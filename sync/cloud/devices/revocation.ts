import { z } from 'zod';
import { isoTime, type Clock } from '../../../signing/clock.ts';
import type { Database } from '../database.ts';
import type { DeviceActor } from './codes.ts';
import { recordEvent } from './device-events.ts';

interface Ports {
  readonly database: Database;
  readonly clock: Clock;
}
const changed = z.object({ tenant: z.string() });

/**
 * Shuts one kiosk out: every process asks the database at each request, so the next one is refused. Nothing that it delivered
 * is touched, and no other kiosk notices.
 */
export function revokeKiosk(
  { database, clock }: Ports,
  kiosk: string,
  reason: string,
  by: DeviceActor,
): Promise<boolean> {
  const now = clock.now();
  return database.transaction(async (sql) => {
    const [row] = await sql.query(
      `update kiosks set active = false, revoked_at = $2, revoked_reason = $3
       where id = $1 and active and ($4::text is null or tenant = $4) returning tenant`,
      [kiosk, isoTime(now), reason, by.tenant],
    );
    if (row === undefined) return false;
    const { tenant } = changed.parse(row);
    await recordEvent(sql, now, { tenant, kiosk, event: 'revoked', account: by.name, detail: { reason } });
    return true;
  });
}

export function reinstateKiosk(
  { database, clock }: Ports,
  kiosk: string,
  reason: string,
  by: DeviceActor,
): Promise<boolean> {
  return database.transaction(async (sql) => {
    const [row] = await sql.query(
      `update kiosks set active = true, revoked_at = null, revoked_reason = null
       where id = $1 and not active and ($2::text is null or tenant = $2) returning tenant`,
      [kiosk, by.tenant],
    );
    if (row === undefined) return false;
    const { tenant } = changed.parse(row);
    await recordEvent(sql, clock.now(), { tenant, kiosk, event: 'reinstated', account: by.name, detail: { reason } });
    return true;
  });
}
