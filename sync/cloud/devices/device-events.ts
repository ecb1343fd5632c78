import { z } from 'zod';
import { isoTime } from '../../../signing/clock.ts';
import type { Sql } from '../database.ts';

/** What happened to a kiosk's identity: written in the transaction of what it tells, and never changed. */
export type DeviceEventName =
  | 'code-made'
  | 'code-withdrawn'
  | 'enrolled'
  | 'enrolment-refused'
  | 'renewed'
  | 'revoked'
  | 'reinstated'
  | 'receipt-key-announced';

export interface DeviceEvent {
  readonly at: string;
  readonly tenant: string;
  readonly kiosk: string;
  readonly event: DeviceEventName;
  /** Name of the account; null for what the kiosk did itself. */
  readonly account: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

export async function recordEvent(
  sql: Sql,
  now: number,
  { tenant, kiosk, event, account, detail }: Omit<DeviceEvent, 'at'>,
): Promise<void> {
  await sql.query(
    'insert into device_events (at, tenant, kiosk, event, account, detail) values ($1, $2, $3, $4, $5, $6)',
    [isoTime(now), tenant, kiosk, event, account, JSON.stringify(detail)],
  );
}

const row = z.object({
  at: z.date(),
  tenant: z.string(),
  kiosk: z.string(),
  event: z.custom<DeviceEventName>((value) => typeof value === 'string'),
  account: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()),
});

/** Oldest first. */
export async function eventsOf(sql: Sql, kiosk: string): Promise<readonly DeviceEvent[]> {
  const rows = await sql.query(
    'select at, tenant, kiosk, event, account, detail from device_events where kiosk = $1 order by number limit 1000',
    [kiosk],
  );
  return rows.map((found) => {
    const { at, ...event } = row.parse(found);
    return { ...event, at: isoTime(at.getTime()) };
  });
}
