import { z } from 'zod';
import { afterFailure, lockedUntil, NO_FAILURES, type LockoutState } from '../../signing/access/lockout.ts';
import { spendCheck, verifySecret } from '../../signing/access/password.ts';
import {
  newToken,
  sessionEnds,
  sessionState,
  tokenDigest,
  worthTouching,
  type SessionTimes,
} from '../../signing/access/session.ts';
import { isoTime, type Clock } from '../../signing/clock.ts';
import { err, ok, type Result } from '../../signing/result.ts';
import type { Database, Sql } from './database.ts';

/** Accounts of the cloud console. One role to begin with. */
export interface CloudStaffMember {
  readonly id: string;
  readonly name: string;
  readonly role: 'cloud';
  /** Whose packages this person may see; null for those of every tenant. */
  readonly tenant: string | null;
}
export type CloudSignInRefusal =
  { readonly code: 'wrong-credentials' } | { readonly code: 'locked'; readonly until: string };
export interface CloudSignIn {
  readonly token: string;
  readonly staff: CloudStaffMember;
  readonly expiresAt: string;
}

export interface CloudStaffDesk {
  signIn(name: string, secret: string): Promise<Result<CloudSignIn, CloudSignInRefusal>>;
  /** Touches the session; null when it is over. */
  byToken(token: string): Promise<CloudStaffMember | null>;
  signOut(token: string): Promise<void>;
  /** Does nothing when the name is taken. `verifier` is the PHC string of `signing/access/password.ts`. */
  add(member: {
    readonly id: string;
    readonly name: string;
    readonly verifier: string;
    readonly tenant?: string | null | undefined;
  }): Promise<void>;
}

const member = { id: z.string(), name: z.string(), role: z.literal('cloud'), tenant: z.string().nullable() };
const accountRow = z.object({
  ...member,
  verifier: z.string(),
  lockout: z.custom<LockoutState>((value) => typeof value === 'object' && value !== null && 'failures' in value),
});
const sessionRow = z.object({ ...member, created_at: z.date(), last_seen_at: z.date() });

export function createStaffDesk(ports: { readonly database: Database; readonly clock: Clock }): CloudStaffDesk {
  const { database, clock } = ports;
  return {
    async signIn(name, secret) {
      const now = clock.now();
      const account = await accountByName(database, name);
      if (account === null) {
        await spendCheck(secret);
        return err({ code: 'wrong-credentials' });
      }
      const charged = await chargeAttempt(database, account.id, now);
      if (charged.before !== null) return err({ code: 'locked', until: isoTime(charged.before) });
      if (!(await verifySecret(secret, account.verifier))) {
        const { after } = charged;
        return err(after === null ? { code: 'wrong-credentials' } : { code: 'locked', until: isoTime(after) });
      }

      const token = newToken();
      const times: SessionTimes = { createdAt: now, lastSeenAt: now };
      await database.transaction(async (sql) => {
        await sql.query('update staff set lockout = $2 where id = $1', [account.id, JSON.stringify(NO_FAILURES)]);
        await sql.query(
          'insert into sessions (token_digest, staff, created_at, last_seen_at) values ($1, $2, $3, $3)',
          [tokenDigest(token), account.id, isoTime(now)],
        );
      });
      const { id, role, tenant } = account;
      return ok({ token, staff: { id, name: account.name, role, tenant }, expiresAt: isoTime(sessionEnds(times)) });
    },

    async byToken(token) {
      const digest = tokenDigest(token);
      const [found] = await database.query(
        `select s.id, s.name, s.role, s.tenant, t.created_at, t.last_seen_at
         from sessions t join staff s on s.id = t.staff where t.token_digest = $1`,
        [digest],
      );
      if (found === undefined) return null;
      const row = sessionRow.parse(found);
      const times = { createdAt: row.created_at.getTime(), lastSeenAt: row.last_seen_at.getTime() };
      const now = clock.now();
      if (sessionState(times, now) !== 'live') {
        await database.query('delete from sessions where token_digest = $1', [digest]);
        return null;
      }
      if (worthTouching(times, now)) {
        await database.query('update sessions set last_seen_at = $2 where token_digest = $1', [digest, isoTime(now)]);
      }
      return { id: row.id, name: row.name, role: row.role, tenant: row.tenant };
    },

    async signOut(token) {
      await database.query('delete from sessions where token_digest = $1', [tokenDigest(token)]);
    },

    async add({ id, name, verifier, tenant }) {
      await database.query(
        `insert into staff (id, name, name_key, role, verifier, lockout, tenant) values ($1, $2, $3, 'cloud', $4, $5, $6)
         on conflict (name_key) do nothing`,
        [id, name, nameKey(name), verifier, JSON.stringify(NO_FAILURES), tenant ?? null],
      );
    },
  };
}

async function accountByName(sql: Sql, name: string): Promise<z.infer<typeof accountRow> | null> {
  const [row] = await sql.query('select id, name, role, tenant, verifier, lockout from staff where name_key = $1', [
    nameKey(name),
  ]);
  return row === undefined ? null : accountRow.parse(row);
}

/**
 * Counts the attempt as wrong before the secret is looked at (a right one takes it back): so guesses made at the same
 * moment all count. Until when the account was locked before, and is after.
 */
async function chargeAttempt(
  database: Database,
  id: string,
  now: number,
): Promise<{ readonly before: number | null; readonly after: number | null }> {
  return database.transaction(async (sql) => {
    const [row] = await sql.query(
      'select id, name, role, tenant, verifier, lockout from staff where id = $1 for update',
      [id],
    );
    const { lockout } = accountRow.parse(row);
    const before = lockedUntil(lockout, now);
    if (before !== null) return { before, after: before };
    const next = afterFailure(lockout, now);
    await sql.query('update staff set lockout = $2 where id = $1', [id, JSON.stringify(next)]);
    return { before: null, after: lockedUntil(next, now) };
  });
}

function nameKey(name: string): string {
  return name.normalize('NFKC').trim().replace(/\s+/gu, ' ').toLowerCase();
}
