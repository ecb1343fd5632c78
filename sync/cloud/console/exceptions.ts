import { z } from 'zod';
import { isoTime, type Clock } from '../../../signing/clock.ts';
import { err, ok, type Result } from '../../../signing/result.ts';
import { appendAudit } from '../audit/audit-trail.ts';
import type { Database, Sql } from '../database.ts';
import type { Jobs } from '../jobs/queue.ts';
import { listKiosks, type KioskTrouble, type ListedKiosk } from '../kiosk-status.ts';
import { endingCertificates } from './certificates.ts';

/** By consequence, the worst first: a document that is not safe, a trail in doubt, a counter that stands, what ends, what is tried again. */
export const EXCEPTION_KINDS = [
  'package-refused',
  'audit-fork',
  'audit-replay',
  'archive-lied',
  'kiosk-set-aside',
  'kiosk-revoked',
  'kiosk-clock',
  'kiosk-waiting-long',
  'kiosk-silent',
  'kiosk-disk',
  'certificate-ending',
  'archive-waits',
  'level-stays',
  'job-failed',
  'audit-gap',
] as const;
export type ExceptionKind = (typeof EXCEPTION_KINDS)[number];

/** One thing that a person should know of. No names of people or documents: the list is not a way to read them. */
export interface CloudException {
  /** The same as long as it is the same occurrence. */
  readonly key: string;
  readonly kind: ExceptionKind;
  /** Null for what concerns the whole cloud. */
  readonly tenant: string | null;
  /** RFC 3339 UTC. */
  readonly since: string;
  /** What its sentence needs: ids, digests, codes, times. */
  readonly about: Readonly<Record<string, string>>;
}

/** One that somebody has seen to. */
export interface NotedException extends CloudException {
  readonly by: string;
  readonly at: string;
}

/** Who does it; `tenant` null for whoever runs the cloud. */
export interface ConsoleActor {
  readonly id: string;
  readonly name: string;
  readonly tenant: string | null;
}

export interface ExceptionPorts {
  readonly database: Database;
  readonly clock: Clock;
  readonly jobs: () => Pick<Jobs, 'troubled' | 'retry'> | null;
}

/** A kiosk that worked is not expected to be away for longer: over a weekend branches are closed. */
export const SILENT_HOURS = 72;
/** After so many attempts a level is not only late: from then on it is tried once in some hours. */
const MANY_ATTEMPTS = 8;
/** An archive that was away for an hour is nobody's work. */
const SOME_ATTEMPTS = 4;
/** Of each kind; more of one kind is one trouble. */
const MOST = 100;

/** $1 tenant or null. Columns: kind, key, tenant, since, about. */
const FROM_ROWS = `
  (select 'package-refused' as kind, 'package-refused/' || r.digest || '/' || r.kiosk as key, r.tenant, r.refused_at as since,
      jsonb_build_object('package', r.digest, 'kiosk', r.kiosk, 'branch', r.branch, 'reason', r.reason) as about
    from refusals r where ($1::text is null or r.tenant = $1)
      and not exists (select 1 from packages p where p.digest = r.digest and p.kiosk = r.kiosk)
    order by r.refused_at desc limit ${MOST})
  union all
  (select 'audit-' || (alarm ->> 'code'), 'audit-' || (alarm ->> 'code') || '/' || p.digest, p.tenant, p.arrived_at,
      jsonb_build_object('package', p.digest, 'kiosk', p.kiosk, 'branch', p.branch)
    from packages p cross join jsonb_array_elements(p.alarms) alarm
    where p.superseded_by is null and (p.alarms @> '[{"code": "fork"}]' or p.alarms @> '[{"code": "replay"}]')
      and alarm ->> 'code' in ('fork', 'replay') and ($1::text is null or p.tenant = $1)
    order by p.arrived_at desc limit ${MOST})
  union all
  (select 'audit-gap', 'audit-gap/' || k.id || '/' || to_char(gap.arrived_at at time zone 'UTC', 'YYYY-MM'), k.tenant, gap.arrived_at,
      jsonb_build_object('package', gap.digest, 'kiosk', k.id, 'branch', k.branch)
    from kiosks k cross join lateral (select p.digest, p.arrived_at from packages p
      where p.kiosk = k.id and p.superseded_by is null and p.alarms @> '[{"code": "gap"}]'
      order by p.arrived_at desc limit 1) gap
    where $1::text is null or k.tenant = $1 order by gap.arrived_at desc limit ${MOST})
  union all
  (select 'level-stays', 'level-stays/' || l.package || '/' || l.document || '/' || l.reason, p.tenant, l.tried_at,
      jsonb_build_object('package', l.package, 'document', l.document, 'branch', p.branch, 'level', l.level, 'reason', l.reason,
        'final', (l.due_at is null)::text)
    from long_term l join packages p on p.digest = l.package
    where l.reason is not null and (l.due_at is null or l.attempts >= ${MANY_ATTEMPTS})
      and p.superseded_by is null and p.destroyed_at is null and ($1::text is null or p.tenant = $1)
    order by l.tried_at desc limit ${MOST})
  union all
  (select case a.reason when 'archive-lied' then 'archive-lied' else 'archive-waits' end,
      'archive/' || a.package || '/' || a.reason || '/' || a.attempts / ${MANY_ATTEMPTS}, p.tenant, a.tried_at,
      jsonb_build_object('package', a.package, 'branch', p.branch, 'archive', a.archive, 'reason', a.reason)
    from archive_exports a join packages p on p.digest = a.package
    where a.archived_at is null and a.reason is not null and (a.reason = 'archive-lied' or a.attempts >= ${SOME_ATTEMPTS})
      and p.superseded_by is null and p.destroyed_at is null and ($1::text is null or p.tenant = $1)
    order by a.tried_at desc limit ${MOST})`;

const about = z.record(z.string(), z.string());
const row = z
  .object({ kind: z.enum(EXCEPTION_KINDS), key: z.string(), tenant: z.string().nullable(), since: z.date(), about })
  .transform(({ since, ...rest }): CloudException => ({ ...rest, since: isoTime(since.getTime()) }));
const noteRow = z
  .object({ account_name: z.string(), at: z.date() })
  .transform(({ account_name: by, at }) => ({ by, at: isoTime(at.getTime()) }));

/** What nobody has seen to yet, the worst consequence first, then the newest; and the last hundred that were seen to. */
export async function listExceptions(
  ports: ExceptionPorts,
  tenant: string | null,
): Promise<{ readonly open: readonly CloudException[]; readonly noted: readonly NotedException[] }> {
  const { database, clock } = ports;
  const found = (await database.query(FROM_ROWS, [tenant])).map((each) => row.parse(each));
  const all = [
    ...found,
    ...(await listKiosks(database, tenant, clock.now())).flatMap((kiosk) => kioskExceptions(kiosk, clock.now())),
    ...(await endingCertificates(database, clock, tenant)).map(certificateException),
    ...(tenant === null ? await failedJobs(ports) : []),
  ];
  const seen = await notedKeys(database, all);
  const open = all
    .filter(({ key }) => !seen.has(key))
    .sort((a, b) => place(a) - place(b) || b.since.localeCompare(a.since));
  const notes = await database.query(
    `select key, kind, tenant, since, about, account_name, at from exception_notes
     where $1::text is null or tenant = $1 order by at desc limit 100`,
    [tenant],
  );
  return { open, noted: notes.map((each) => ({ ...row.parse(each), ...noteRow.parse(each) })) };
}

export type NoteRefusal = 'exception-unknown';

/**
 * Does the one thing there is to do about an exception: what failed is tried again now, and everything else is noted as
 * seen to. Kept with who and when, and audited.
 */
export async function settleException(
  ports: ExceptionPorts,
  key: string,
  by: ConsoleActor,
): Promise<Result<null, NoteRefusal>> {
  const { database, clock } = ports;
  const exception = (await listExceptions(ports, by.tenant)).open.find((one) => one.key === key);
  if (exception === undefined) return err('exception-unknown');
  const { kind, tenant, since, about: facts } = exception;
  if (kind === 'job-failed') {
    await ports.jobs()?.retry(facts['job'] ?? '');
    await database.transaction((sql) =>
      appendAudit(sql, clock, { tenant, event: 'job.retried', by: by.id, about: { job: facts['job'] ?? '' } }),
    );
    return ok(null);
  }
  const now = isoTime(clock.now());
  await database.transaction(async (sql) => {
    if (kind === 'level-stays' && facts['final'] === 'false')
      await sql.query('update long_term set due_at = $3 where package = $1 and document = $2 and due_at is not null', [
        facts['package'] ?? '',
        facts['document'] ?? '',
        now,
      ]);
    if (kind === 'archive-lied' || kind === 'archive-waits')
      await sql.query('update archive_exports set due_at = $2 where package = $1 and archived_at is null', [
        facts['package'] ?? '',
        now,
      ]);
    const noted = await sql.query(
      `insert into exception_notes (key, tenant, kind, since, about, account, account_name, at)
       values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (key) do nothing returning key`,
      [key, tenant, kind, since, JSON.stringify(facts), by.id, by.name, now],
    );
    if (noted.length > 0)
      await appendAudit(sql, clock, { tenant, event: 'exception.noted', by: by.id, about: { kind, exception: key } });
  });
  return ok(null);
}

async function notedKeys(sql: Sql, all: readonly CloudException[]): Promise<ReadonlySet<string>> {
  const keys = JSON.stringify(all.map(({ key }) => key));
  const rows = await sql.query(
    'select n.key from exception_notes n join jsonb_array_elements_text($1::jsonb) k (key) on n.key = k.key',
    [keys],
  );
  return new Set(rows.map((each) => z.string().parse(each['key'])));
}

/** Certificates have an exception of their own, and a pad that is unplugged is the branch's. */
const TOLD: readonly KioskTrouble[] = ['set-aside', 'clock', 'waiting-long', 'disk'];

function kioskExceptions(kiosk: ListedKiosk, now: number): readonly CloudException[] {
  const { id, tenant, branch, revoked, lastContact, reportedAt, report, troubles } = kiosk;
  const tell = (
    kind: ExceptionKind,
    since: string,
    occurrence: string,
    more: Readonly<Record<string, string>> = {},
  ): CloudException => ({
    key: `${kind}/${id}/${occurrence}`,
    kind,
    tenant,
    since,
    about: { kiosk: id, branch, ...more },
  });
  if (revoked !== null) return [tell('kiosk-revoked', revoked.at, revoked.at, { reason: revoked.reason })];
  if (lastContact !== null && now - Date.parse(lastContact) > SILENT_HOURS * 3600_000)
    return [tell('kiosk-silent', lastContact, lastContact)];
  if (report === null || reportedAt === null) return [];
  const month = reportedAt.slice(0, 7);
  return troubles.flatMap((trouble): readonly CloudException[] => {
    if (!TOLD.includes(trouble)) return [];
    const count = String(trouble === 'set-aside' ? report.setAside : report.waiting);
    if (trouble === 'set-aside') return [tell('kiosk-set-aside', reportedAt, `${month}/${count}`, { count })];
    if (trouble === 'waiting-long' && report.oldestWaiting !== null)
      return [tell('kiosk-waiting-long', report.oldestWaiting, report.oldestWaiting, { count })];
    if (trouble === 'clock') {
      const minutes = String(Math.round((report.clock?.offsetMs ?? 0) / 60_000));
      return [tell('kiosk-clock', reportedAt, month, { minutes })];
    }
    return trouble === 'disk' ? [tell('kiosk-disk', reportedAt, month)] : [];
  });
}

function certificateException(one: Awaited<ReturnType<typeof endingCertificates>>[number]): CloudException {
  const { digest, tenant, use, of, ends, warnedSince } = one;
  return {
    key: `certificate-ending/${digest}/${of}`,
    kind: 'certificate-ending',
    tenant,
    since: warnedSince,
    about: { use, of, ends },
  };
}

async function failedJobs({ jobs }: ExceptionPorts): Promise<readonly CloudException[]> {
  const troubled = (await jobs()?.troubled()) ?? [];
  return troubled.map(({ id, name, since, why, attempts, nextAt }) => ({
    key: `job-failed/${id}/${String(attempts)}`,
    kind: 'job-failed',
    tenant: null,
    since,
    about: { job: id, name, why, attempts: String(attempts), ...(nextAt === null ? {} : { nextAt }) },
  }));
}

function place({ kind }: CloudException): number {
  return EXCEPTION_KINDS.indexOf(kind);
}
