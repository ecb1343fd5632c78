import { z } from 'zod';
import {
  afterFailure,
  lockedUntil,
  LOCKOUT,
  NO_FAILURES,
  type LockoutRule,
  type LockoutState,
} from '../../../signing/access/lockout.ts';
import { utf8 } from '../../../signing/bytes.ts';
import { isoTime } from '../../../signing/clock.ts';
import { sha256 } from '../../../signing/digest.ts';
import type { Database, Sql } from '../database.ts';

const MINUTE = 60_000;

/**
 * Wrong answers are counted three ways. Five from one address close one account for that address: the person elsewhere
 * notices nothing. Thirty from one address, whatever the accounts, close everything for it. Fifty for one account from
 * anywhere close it for a minute, but not for addresses from which its person has signed in before.
 */
export const SIGN_IN_RULES = {
  pair: { ...LOCKOUT, longestLockMs: 60 * MINUTE },
  source: { ...LOCKOUT, attempts: 30, longestLockMs: 60 * MINUTE },
  account: { ...LOCKOUT, attempts: 50, firstLockMs: MINUTE, longestLockMs: MINUTE },
} as const satisfies Readonly<Record<string, LockoutRule>>;
type Counted = keyof typeof SIGN_IN_RULES;

/** Addresses from which somebody has signed in are known for so long. */
const KNOWN_MS = 30 * 24 * 60 * MINUTE;
const UNKNOWN_SOURCE = 'unknown';

/** One attempt at one door: the account's name as it is compared, and the address; null where it is not known. */
export interface Attempt {
  readonly nameKey: string;
  readonly source: string | null;
  readonly at: number;
}

/**
 * Counts the attempt as wrong before the secret is looked at (`forgive` takes that back): so guesses made at the same moment,
 * in any process, all count. Names nobody has are counted alike, so that the answer does not tell which ones there are.
 *
 * @returns until when (wall milliseconds) it was closed before, and is after; null when open
 */
export async function charge(
  database: Database,
  attempt: Attempt,
): Promise<{ readonly before: number | null; readonly after: number | null }> {
  return database.transaction(async (sql) => {
    const isKnown = await isKnownSource(sql, attempt);
    const kinds: readonly Counted[] = isKnown ? ['pair', 'source'] : ['pair', 'source', 'account'];
    const states = new Map<Counted, LockoutState>();
    for (const kind of kinds) states.set(kind, await stateOf(sql, kind, attempt));
    const before = latest([...states.values()], attempt.at);
    if (before !== null) return { before, after: before };
    const next = kinds.map((kind) => afterFailure(states.get(kind) ?? NO_FAILURES, attempt.at, SIGN_IN_RULES[kind]));
    for (const [i, kind] of kinds.entries()) await keep(sql, kind, attempt, next[i] ?? NO_FAILURES);
    return { before: null, after: latest(next, attempt.at) };
  });
}

/** The secret was right: what the person got wrong before is over, the address keeps what it did to others. */
export async function forgive(sql: Sql, attempt: Attempt, staff: string): Promise<void> {
  const source = await stateOf(sql, 'source', attempt);
  await keep(sql, 'source', attempt, withoutOne(source, attempt.at));
  await forgetName(sql, attempt.nameKey, attempt.source);
  await sql.query(
    `insert into sign_in_sources (staff, source, seen_at) values ($1, $2, $3)
     on conflict (staff, source) do update set seen_at = excluded.seen_at`,
    [staff, sourceOf(attempt), isoTime(attempt.at)],
  );
  await sql.query('delete from sign_in_attempts where last_at < $1', [isoTime(attempt.at - LOCKOUT.forgetMs)]);
  await sql.query('delete from sign_in_sources where seen_at < $1', [isoTime(attempt.at - KNOWN_MS)]);
}

/** Opens an account again: for one address (null: one not known), or, left out, for all. */
export async function forgetName(sql: Sql, nameKey: string, source?: string | null): Promise<void> {
  await sql.query(
    'delete from sign_in_attempts where account = $1 and (source is null or source = coalesce($2, source))',
    [digestOf(nameKey), source === undefined ? null : sourceOf({ source })],
  );
}

/** Until when an account is closed for some address or for all; null when it is open for everybody. */
export async function closedUntil(sql: Sql, nameKey: string, now: number): Promise<number | null> {
  const rows = await sql.query('select state from sign_in_attempts where account = $1', [digestOf(nameKey)]);
  return latest(
    rows.map((row) => lockout.parse(row['state'])),
    now,
  );
}

const lockout = z.object({ failures: z.array(z.number()), lockedUntil: z.number().nullable(), locks: z.number() });

/** Locks the row until the end of the transaction; always in the order of `SIGN_IN_RULES`. */
async function stateOf(sql: Sql, kind: Counted, attempt: Attempt): Promise<LockoutState> {
  const { counted, account, source } = rowOf(kind, attempt);
  await sql.query(
    `insert into sign_in_attempts (counted, account, source, state, last_at) values ($1, $2, $3, $4, $5)
     on conflict do nothing`,
    [counted, account, source, JSON.stringify(NO_FAILURES), isoTime(attempt.at)],
  );
  const [row] = await sql.query('select state from sign_in_attempts where counted = $1 for update', [counted]);
  return lockout.parse(row?.['state']);
}

async function keep(sql: Sql, kind: Counted, attempt: Attempt, state: LockoutState): Promise<void> {
  await sql.query('update sign_in_attempts set state = $2, last_at = $3 where counted = $1', [
    rowOf(kind, attempt).counted,
    JSON.stringify(state),
    isoTime(attempt.at),
  ]);
}

async function isKnownSource(sql: Sql, attempt: Attempt): Promise<boolean> {
  const rows = await sql.query(
    `select 1 from sign_in_sources k join staff s on s.id = k.staff
     where s.name_key = $1 and k.source = $2 and k.seen_at > $3`,
    [attempt.nameKey, sourceOf(attempt), isoTime(attempt.at - KNOWN_MS)],
  );
  return rows.length > 0;
}

/** Without the attempt that was counted at this time, or the lock that it brought about. */
function withoutOne(state: LockoutState, at: number): LockoutState {
  const last = state.failures.lastIndexOf(at);
  if (last >= 0) return { ...state, failures: state.failures.toSpliced(last, 1) };
  return state.failures.length === 0 && state.locks > 0 ? { ...NO_FAILURES, locks: state.locks - 1 } : state;
}

function latest(states: readonly LockoutState[], now: number): number | null {
  const ends = states.map((state) => lockedUntil(state, now)).filter((end) => end !== null);
  return ends.length === 0 ? null : Math.max(...ends);
}

function rowOf(kind: Counted, attempt: Attempt): { counted: string; account: string | null; source: string | null } {
  const account = kind === 'source' ? null : digestOf(attempt.nameKey);
  const source = kind === 'account' ? null : sourceOf(attempt);
  return { counted: `${kind} ${account ?? ''} ${source ?? ''}`, account, source };
}

/** An IPv6 line has 2^64 addresses: they are counted as one. */
function sourceOf({ source }: Pick<Attempt, 'source'>): string {
  if (source === null) return UNKNOWN_SOURCE;
  return digestOf(source.includes(':') ? source.split(':').slice(0, 4).join(':') : source);
}

/** Neither names nor addresses are in the table. */
function digestOf(text: string): string {
  return sha256(utf8('countersign.sign-in/1\n'), utf8(text));
}
