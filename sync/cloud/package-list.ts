import { z } from 'zod';
import { isoTime } from '../../signing/clock.ts';
import type { ErasureRecord } from '../../signing/container/erasure-record.ts';
import type { Sha256 } from '../../signing/digest.ts';
import {
  BASELINE_LEVELS,
  type BaselineLevel,
  type VerificationReport,
} from '../../signing/verification/verification-report.ts';
import { isRefusalReason, type RefusalReason } from '../protocol/receipt.ts';
import type { ContinuityAlarm } from './audit-continuity.ts';
import type { Sql, SqlValue } from './database.ts';

/** One delivered package as the console lists it. */
export interface PackageSummary {
  readonly digest: string;
  readonly tenant: string;
  readonly kiosk: string;
  readonly branch: string;
  readonly transaction: string;
  readonly transactionName: string;
  readonly size: number;
  /** What the kiosk calls its delivery, 32 hexadecimal digits; null for one that came from an older kiosk. */
  readonly trace: string | null;
  readonly arrivedAt: string;
  /** 0 for a refused one: only what is stored has a place in the sequence. */
  readonly sequence: number;
  readonly state: 'stored' | 'refused';
  readonly reason: RefusalReason | null;
  readonly detail: string | null;
  readonly alarms: readonly ContinuityAlarm[];
  /** The lowest level of a signature on arrival; null for a refused one. */
  readonly arrivedLevel: BaselineLevel | null;
  /** Each document as far as its level was raised; empty when nobody has tried yet. */
  readonly longTerm: readonly DocumentLevel[];
  /** Pen data that was taken out, oldest first. */
  readonly erasures: readonly PackageErasure[];
  /** Where a further page of the list begins: `PackageFilter.after`. */
  readonly place: string;
}

/** From a signed erasure record. */
export type PackageErasure = Pick<ErasureRecord, 'request' | 'legalBasis' | 'carriedOutBy' | 'erasedAt' | 'captures'>;

/** What became of a document after arrival. */
export interface DocumentLevel {
  /** Its path in the package. */
  readonly document: string;
  readonly level: BaselineLevel;
  /** Since when it has this level here; RFC 3339 UTC, as all times of this list. */
  readonly since: string;
  /** Why the level is no higher; null when it is as high as was asked for. */
  readonly reason: string | null;
  readonly detail: string | null;
  readonly triedAt: string;
  /** When it is tried again, or evidence is due anew; null for never. */
  readonly dueAt: string | null;
  /** Of the raised document, an object of its own; null when it is as it came. */
  readonly digest: string | null;
}

export interface PackageFilter {
  /** Only what belongs to this tenant; null for all of them. */
  readonly tenant?: string | null;
  readonly state?: 'stored' | 'refused';
  readonly branch?: string;
  readonly kiosk?: string;
  /** The lowest level in the package now. */
  readonly level?: BaselineLevel;
  /** RFC 3339: arrived then or later, and before then. */
  readonly from?: string;
  readonly until?: string;
  /** Part of a name, kiosk or branch (case does not matter), the beginning of a digest, an id of a transaction, part of a trace, or the code on a customer's copy. */
  readonly text?: string;
  /** `place` of the last one of the page before. */
  readonly after?: string;
  /** Default 100, at most 1000. */
  readonly limit?: number;
}

/** Levels that signatures had on arrival, as the kept report says. */
export const ARRIVED_LEVELS = `jsonb_path_query_array(report, '$.documents[*].signatures[*] ? (@.kind == "signature").level')`;

/** Those that are shown: not one that an erased package has taken the place of, or that was destroyed. */
const SHOWN = 'superseded_by is null and destroyed_at is null';
/** Nor a refusal that was made good by a later delivery. */
const STANDS = 'not exists (select 1 from packages p where p.digest = r.digest and p.kiosk = r.kiosk)';
const MICROSECONDS = `(extract(epoch from page.arrived_at) * 1000000)::bigint::text`;

/** All columns of the keys in `page`. */
const DETAILS = `
  select p.digest, p.tenant, p.kiosk, p.branch, p.transaction_id, p.transaction_name, p.size::float8 as size, p.arrived_at, p.trace,
    p.sequence::float8 as sequence, 'stored' as state, null as reason, null as detail, p.alarms, p.report,
    ${ARRIVED_LEVELS} as levels, p.erasures,
    ${MICROSECONDS} || '.' || p.sequence || '.' || p.digest as place,
    coalesce((select jsonb_agg(jsonb_build_object('document', l.document, 'level', l.level, 'reason', l.reason,
      'detail', l.detail, 'digest', l.digest, 'reached', l.reached_at, 'tried', l.tried_at, 'due', l.due_at) order by l.document) from long_term l
      where l.package = p.digest), '[]'::jsonb) as long_term
  from page join packages p on page.state = 'stored' and p.digest = page.digest
  union all
  select r.digest, r.tenant, r.kiosk, r.branch, r.transaction_id, r.transaction_name, r.size::float8, r.refused_at, r.trace,
    0, 'refused', r.reason, r.detail, '[]'::jsonb, r.report, '[]'::jsonb, '[]'::jsonb,
    ${MICROSECONDS} || '.0.' || r.digest, '[]'::jsonb
  from page join refusals r on page.state = 'refused' and r.digest = page.digest and r.kiosk = page.kiosk
  order by arrived_at desc, sequence desc, digest desc`;

/** As PostgreSQL writes a time inside JSON. */
const time = z.string().transform((text) => isoTime(Date.parse(text)));
const row = z
  .object({
    digest: z.string(),
    tenant: z.string(),
    kiosk: z.string(),
    branch: z.string(),
    transaction_id: z.string(),
    transaction_name: z.string(),
    size: z.number(),
    trace: z.string().nullable(),
    arrived_at: z.date(),
    sequence: z.number(),
    state: z.enum(['stored', 'refused']),
    reason: z.custom<RefusalReason>(isRefusalReason).nullable(),
    detail: z.string().nullable(),
    alarms: z.custom<readonly ContinuityAlarm[]>(Array.isArray),
    levels: z.array(z.enum(BASELINE_LEVELS)),
    erasures: z.custom<readonly PackageErasure[]>(Array.isArray),
    place: z.string(),
    long_term: z.array(
      z.object({
        document: z.string(),
        level: z.enum(BASELINE_LEVELS),
        reason: z.string().nullable(),
        detail: z.string().nullable(),
        digest: z.string().nullable(),
        reached: time.nullable(),
        tried: time,
        due: time.nullable(),
      }),
    ),
  })
  .transform(({ transaction_id, transaction_name, arrived_at, levels, long_term, ...rest }): PackageSummary => ({
    ...rest,
    arrivedLevel: lowestLevel(levels),
    longTerm: long_term.map(({ reached, tried, due, ...document }) => ({
      ...document,
      since: reached ?? isoTime(arrived_at.getTime()),
      triedAt: tried,
      dueAt: due,
    })),
    transaction: transaction_id,
    transactionName: transaction_name,
    arrivedAt: isoTime(arrived_at.getTime()),
  }));

/** The keys of one page ($1 rows at most), so that only its rows are read whole. */
function page(stored: readonly string[], refused: readonly string[]): string {
  return `with page as (
    (select 'stored' as state, digest, kiosk, arrived_at, sequence from packages where ${stored.join(' and ')}
      order by arrived_at desc, sequence desc, digest desc limit $1)
    union all
    (select 'refused', digest, kiosk, refused_at, 0 from refusals r where ${refused.join(' and ')}
      order by refused_at desc, digest desc limit $1)
    order by arrived_at desc, sequence desc, digest desc limit $1)`;
}

/** Null for none, and for what is no place. */
function placeOf(
  text: string | undefined,
): { readonly microseconds: string; readonly sequence: string; readonly digest: string } | null {
  const [, microseconds, sequence, digest] = /^(\d{1,18})\.(\d{1,15})\.([0-9a-f]{64})$/.exec(text ?? '') ?? [];
  if (microseconds === undefined || sequence === undefined || digest === undefined) return null;
  return { microseconds, sequence, digest };
}

/** Newest first, stored packages and refusals in one list. */
export async function listPackages(sql: Sql, filter: PackageFilter = {}): Promise<readonly PackageSummary[]> {
  const limit = Math.min(Math.max(Math.trunc(filter.limit ?? 100), 1), 1000);
  const parameters: SqlValue[] = [limit];
  const value = (one: SqlValue): string => `$${parameters.push(one)}`;
  const stored = [SHOWN];
  const refused = [STANDS];
  const both = (condition: string): void => {
    stored.push(condition);
    refused.push(condition.replaceAll('arrived_at', 'refused_at').replaceAll('sequence', '0::bigint'));
  };
  if (filter.state === 'refused') stored.push('false');
  if (filter.state === 'stored' || filter.level !== undefined) refused.push('false');
  if (filter.level !== undefined) stored.push(`level = ${value(filter.level)}`);
  for (const column of ['tenant', 'branch', 'kiosk'] as const) {
    const wanted = filter[column] ?? null;
    if (wanted !== null) both(`${column} = ${value(wanted)}`);
  }
  if (filter.from !== undefined) both(`arrived_at >= ${value(filter.from)}::timestamptz`);
  if (filter.until !== undefined) both(`arrived_at < ${value(filter.until)}::timestamptz`);
  const after = placeOf(filter.after);
  if (after !== null) {
    const [at, sequence, digest] = [value(after.microseconds), value(after.sequence), value(after.digest)];
    both(
      `(arrived_at, sequence, digest) < ('epoch'::timestamptz + ${at}::bigint * interval '1 microsecond', ${sequence}::bigint, ${digest})`,
    );
  }
  const text = filter.text?.trim() ?? '';
  if (text !== '') {
    const [part, start, whole] = [`%${escapeLike(text)}%`, `${escapeLike(text.toLowerCase())}%`, text].map(value);
    const either = `transaction_name ilike ${part} or digest like ${start} or transaction_id = ${whole}
      or kiosk ilike ${part} or branch ilike ${part} or trace ilike ${part}`;
    const [, first, second] = /^([0-9A-Z]{4})[- ]?([0-9A-Z]{4})$/.exec(text.toUpperCase()) ?? [];
    const code = second === undefined ? '' : ` or short_codes like ${value(`%${first}-${second}%`)}`;
    stored.push(`(${either}${code})`);
    refused.push(`(${either})`);
  }
  const found = await sql.query(`${page(stored, refused)} ${DETAILS}`, parameters);
  return found.map((each) => row.parse(each));
}
/** A stored one goes before a refusal. @param tenant whose package it has to be; null for anybody's */
export async function findPackage(
  sql: Sql,
  digest: Sha256,
  tenant: string | null = null,
): Promise<{ readonly summary: PackageSummary; readonly report: VerificationReport | null } | null> {
  const mine = 'digest = $2 and ($3::text is null or tenant = $3)';
  const rows = await sql.query(`${page([SHOWN, mine], [STANDS, mine])} ${DETAILS}`, [2, digest, tenant]);
  const found = rows.find(({ state }) => state === 'stored') ?? rows[0];
  if (found === undefined) return null;
  return { summary: row.parse(found), report: (found['report'] ?? null) as VerificationReport | null };
}

/** Null for none. */
export function lowestLevel(levels: readonly BaselineLevel[]): BaselineLevel | null {
  return BASELINE_LEVELS.find((level) => levels.includes(level)) ?? null;
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, (character) => `\\${character}`);
}
