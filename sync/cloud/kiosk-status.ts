import { z } from 'zod';
import { isoTime, type Clock } from '../../signing/clock.ts';
import { MAX_STATUS, parseKioskStatus, type KioskStatus } from '../protocol/status.ts';
import { json, notFound } from './answers.ts';
import type { Database, Sql } from './database.ts';
import type { EnrolledKiosk } from './enrolment.ts';

interface Ports {
  readonly database: Database;
  readonly clock: Clock;
}

/** A kiosk that says how it is: kept over what it said before, whichever process heard that. */
export async function answerStatus(
  { database, clock }: Ports,
  request: Request,
  kiosk: EnrolledKiosk,
): Promise<Response> {
  if (request.method !== 'POST') return notFound();
  const report = await readReport(request);
  if (report === null) return json(400, { detail: 'not a report of this version' });
  const now = isoTime(clock.now());
  await database.transaction(async (sql) => {
    await sql.query('update kiosks set last_contact = $2 where id = $1', [kiosk.id, now]);
    await sql.query(
      `insert into kiosk_status (kiosk, reported_at, report) values ($1, $2, $3)
       on conflict (kiosk) do update set reported_at = excluded.reported_at, report = excluded.report
       where kiosk_status.reported_at <= excluded.reported_at`,
      [kiosk.id, now, JSON.stringify(report)],
    );
  });
  return json(200, {});
}

async function readReport(request: Request): Promise<KioskStatus | null> {
  if (Number(request.headers.get('content-length') ?? 0) > MAX_STATUS) return null;
  const text = await request.text();
  if (text.length > MAX_STATUS) return null;
  try {
    return parseKioskStatus(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Three reports that did not come, and as much again for a line that comes and goes. */
export const SILENT_AFTER_MS = 6 * 60_000;
/** Tokens bear two minutes: from half of that on somebody should look. */
export const CLOCK_DOUBT_MS = 60_000;
/** A kiosk renews by itself in the second half of a year: who comes this near could not. */
const CERTIFICATE_DAYS = 30;
const LOW_DISK_BYTES = 2 * 1024 ** 3;
const WAITING_LONG_MS = 60 * 60_000;
const DAY_MS = 86_400_000;

/** What somebody should look at. */
export type KioskTrouble = 'pad' | 'set-aside' | 'waiting-long' | 'disk' | 'clock' | 'certificates';

export interface ListedKiosk {
  readonly id: string;
  readonly tenant: string;
  readonly branch: string;
  /** 'silent' also for one that never said anything; 'trouble' when `troubles` has some. */
  readonly state: 'ok' | 'silent' | 'revoked' | 'trouble';
  readonly troubles: readonly KioskTrouble[];
  /** RFC 3339 UTC, as all times here. */
  readonly lastContact: string | null;
  readonly revoked: { readonly at: string; readonly reason: string } | null;
  /** What it said last, and when; null for one that never said anything. */
  readonly reportedAt: string | null;
  readonly report: KioskStatus | null;
}

const row = z.object({
  id: z.string(),
  tenant: z.string(),
  branch: z.string(),
  active: z.boolean(),
  last_contact: z.date().nullable(),
  revoked_at: z.date().nullable(),
  revoked_reason: z.string().nullable(),
  reported_at: z.date().nullable(),
  report: z.unknown(),
});

/** By name. @param tenant null for those of every tenant */
export async function listKiosks(sql: Sql, tenant: string | null, now: number): Promise<readonly ListedKiosk[]> {
  const rows = await sql.query(
    `select k.id, k.tenant, k.branch, k.active, k.last_contact, k.revoked_at, k.revoked_reason, s.reported_at, s.report
     from kiosks k left join kiosk_status s on s.kiosk = k.id
     where $1::text is null or k.tenant = $1 order by k.id`,
    [tenant],
  );
  return rows.map((found) => listed(row.parse(found), now));
}

function listed(found: z.infer<typeof row>, now: number): ListedKiosk {
  const { id, tenant, branch, active } = found;
  // What an older version of the cloud kept may have another form.
  const report = parseKioskStatus(found.report);
  const lastContact = found.last_contact?.getTime() ?? null;
  const troubles = report === null ? [] : troublesOf(report, now);
  const silent = lastContact === null || now - lastContact > SILENT_AFTER_MS;
  const time = (date: Date | null): string | null => (date === null ? null : isoTime(date.getTime()));
  const revokedAt = time(found.revoked_at);
  return {
    ...{ id, tenant, branch, troubles, report },
    state: !active ? 'revoked' : silent ? 'silent' : troubles.length > 0 ? 'trouble' : 'ok',
    lastContact: time(found.last_contact),
    revoked: active || revokedAt === null ? null : { at: revokedAt, reason: found.revoked_reason ?? '' },
    reportedAt: time(found.reported_at),
  };
}

function troublesOf(report: KioskStatus, now: number): readonly KioskTrouble[] {
  const { clock, oldestWaiting } = report;
  const found: readonly (readonly [KioskTrouble, boolean])[] = [
    ['pad', report.pads.some(({ state }) => state === 'trouble')],
    ['set-aside', report.setAside > 0],
    ['waiting-long', oldestWaiting !== null && now - Date.parse(oldestWaiting) > WAITING_LONG_MS],
    ['disk', report.diskFreeBytes < LOW_DISK_BYTES],
    ['clock', clock !== null && Math.abs(clock.offsetMs) - clock.uncertaintyMs > CLOCK_DOUBT_MS],
    ['certificates', Date.parse(report.certificatesEnd) - now < CERTIFICATE_DAYS * DAY_MS],
  ];
  return found.filter(([, holds]) => holds).map(([trouble]) => trouble);
}
