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
import type { Sql } from './database.ts';

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
  /** Part of a name, a digest, a kiosk, a branch or a trace; case does not matter. */
  readonly text?: string;
  /** Default 100, at most 1000. */
  readonly limit?: number;
}

/** Levels that signatures had on arrival, as the kept report says. */
export const ARRIVED_LEVELS = `jsonb_path_query_array(report, '$.documents[*].signatures[*] ? (@.kind == "signature").level')`;

/**
 * Stored packages and refusals in one list; one that an erased package has taken the place of, or that was destroyed, is not shown, nor a refusal
 * that was made good by a later delivery.
 */
const BOTH = `
  select digest, tenant, kiosk, branch, transaction_id, transaction_name, size::float8 as size, arrived_at, trace,
    sequence::float8 as sequence, 'stored' as state, null as reason, null as detail, alarms, report,
    ${ARRIVED_LEVELS} as levels, erasures,
    coalesce((select jsonb_agg(jsonb_build_object('document', l.document, 'level', l.level, 'reason', l.reason,
      'detail', l.detail, 'digest', l.digest, 'reached', l.reached_at, 'tried', l.tried_at, 'due', l.due_at) order by l.document) from long_term l
      where l.package = packages.digest), '[]'::jsonb) as long_term
  from packages where superseded_by is null and destroyed_at is null
  union all
  select r.digest, r.tenant, r.kiosk, r.branch, r.transaction_id, r.transaction_name, r.size::float8, r.refused_at, r.trace,
    0, 'refused', r.reason, r.detail, '[]'::jsonb, r.report, '[]'::jsonb, '[]'::jsonb, '[]'::jsonb
  from refusals r where not exists (select 1 from packages p where p.digest = r.digest and p.kiosk = r.kiosk)`;

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

/** Newest first. */
export async function listPackages(sql: Sql, filter: PackageFilter = {}): Promise<readonly PackageSummary[]> {
  const limit = Math.min(Math.max(Math.trunc(filter.limit ?? 100), 1), 1000);
  const text = filter.text === undefined || filter.text === '' ? null : `%${escapeLike(filter.text)}%`;
  const found = await sql.query(
    `select * from (${BOTH}) as both_kinds
     where ($1::text is null or state = $1)
       and ($2::text is null or transaction_name ilike $2 or digest ilike $2 or kiosk ilike $2 or branch ilike $2 or trace ilike $2)
       and ($4::text is null or tenant = $4)
     order by arrived_at desc, sequence desc, digest limit $3`,
    [filter.state ?? null, text, limit, filter.tenant ?? null],
  );
  return found.map((each) => row.parse(each));
}

/** @param tenant whose package it has to be; null for anybody's */
export async function findPackage(
  sql: Sql,
  digest: Sha256,
  tenant: string | null = null,
): Promise<{ readonly summary: PackageSummary; readonly report: VerificationReport | null } | null> {
  const [found] = await sql.query(
    `select * from (${BOTH}) as both_kinds where digest = $1 and ($2::text is null or tenant = $2)
     order by state desc, arrived_at desc limit 1`,
    [digest, tenant],
  );
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
