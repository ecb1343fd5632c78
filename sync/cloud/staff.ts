import { z } from 'zod';
import { cloudMay, type CloudAct, type CloudRole } from '../../signing/access/cloud-roles.ts';
import { spendCheck, verifySecret } from '../../signing/access/password.ts';
import {
  newToken,
  SESSION,
  sessionEnds,
  sessionState,
  tokenDigest,
  worthTouching,
  type SessionTimes,
} from '../../signing/access/session.ts';
import { isoTime, type Clock } from '../../signing/clock.ts';
import { err, ok, type Result } from '../../signing/result.ts';
import { charge, forgive } from './access/attempts.ts';
import { appendAudit } from './audit/audit-trail.ts';
import type { Database, Sql } from './database.ts';

/** An account of the cloud console. */
export interface CloudStaffMember {
  readonly id: string;
  readonly name: string;
  readonly role: CloudRole;
  /** To whose rows this person is kept; null for those of every tenant. */
  readonly tenant: string | null;
  /** Somebody else chose the secret: nothing but choosing an own one is open. */
  readonly mustChangeSecret: boolean;
}
export type CloudSignInRefusal =
  | { readonly code: 'wrong-credentials' }
  | { readonly code: 'locked'; readonly until: string }
  /** The one-time secret was right, but its days are over. */
  | { readonly code: 'secret-ended' };
export interface CloudSignIn {
  readonly token: string;
  readonly staff: CloudStaffMember;
  readonly expiresAt: string;
}

export interface CloudStaffDesk {
  /** @param source address that it comes from; null where it is not known */
  signIn(name: string, secret: string, source: string | null): Promise<Result<CloudSignIn, CloudSignInRefusal>>;
  /** Touches the session; null when it is over, or the account is closed. */
  byToken(token: string): Promise<CloudStaffMember | null>;
  signOut(token: string): Promise<void>;
  /** Whether this person may; a refusal of something that would have changed the cloud is written down. */
  allows(staff: CloudStaffMember, act: CloudAct, changes: boolean): Promise<boolean>;
  /** Does nothing when the name is taken. `verifier` is the PHC string of `signing/access/password.ts`. */
  add(member: {
    readonly id: string;
    readonly name: string;
    readonly verifier: string;
    readonly role?: CloudRole | undefined;
    readonly tenant?: string | null | undefined;
  }): Promise<void>;
}

const member = {
  id: z.string(),
  name: z.string(),
  role: z.custom<CloudRole>((value) => typeof value === 'string'),
  tenant: z.string().nullable(),
  secret_ends_at: z.date().nullable(),
};
const accountRow = z.object({ ...member, verifier: z.string() });
const sessionRow = z.object({ ...member, created_at: z.date(), last_seen_at: z.date() });

export function createStaffDesk(ports: { readonly database: Database; readonly clock: Clock }): CloudStaffDesk {
  const { database, clock } = ports;
  return {
    async signIn(name, secret, source) {
      const now = clock.now();
      const attempt = { nameKey: nameKey(name), source, at: now };
      const { before, after } = await charge(database, attempt);
      if (before !== null) return err({ code: 'locked', until: isoTime(before) });
      const account = await openAccount(database, attempt.nameKey);
      if (account === null) await spendCheck(secret);
      if (account === null || !(await verifySecret(secret, account.verifier))) {
        if (after === null) return err({ code: 'wrong-credentials' });
        if (account !== null) await recordLockout(ports, account);
        return err({ code: 'locked', until: isoTime(after) });
      }
      if (account.secret_ends_at !== null && account.secret_ends_at.getTime() <= now)
        return err({ code: 'secret-ended' });

      const token = newToken();
      const times: SessionTimes = { createdAt: now, lastSeenAt: now };
      const opened = await database.transaction(async (sql) => {
        await forgive(sql, attempt, account.id);
        // Closed, or given another secret, while this one was being checked.
        const [still] = await sql.query(
          'select 1 from staff where id = $1 and verifier = $2 and closed_at is null for share',
          [account.id, account.verifier],
        );
        if (still === undefined) return false;
        await sql.query('delete from sessions where created_at < $1', [isoTime(now - SESSION.absoluteMs)]);
        await sql.query(
          'insert into sessions (token_digest, staff, created_at, last_seen_at) values ($1, $2, $3, $3)',
          [tokenDigest(token), account.id, isoTime(now)],
        );
        return true;
      });
      if (!opened) return err({ code: 'wrong-credentials' });
      return ok({ token, staff: memberOf(account), expiresAt: isoTime(sessionEnds(times)) });
    },

    async byToken(token) {
      const digest = tokenDigest(token);
      const [found] = await database.query(
        `select s.id, s.name, s.role, s.tenant, s.secret_ends_at, t.created_at, t.last_seen_at
         from sessions t join staff s on s.id = t.staff where t.token_digest = $1 and s.closed_at is null`,
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
      return memberOf(row);
    },

    async signOut(token) {
      await database.query('delete from sessions where token_digest = $1', [tokenDigest(token)]);
    },

    async allows(staff, act, changes) {
      const may = cloudMay(staff, act);
      if (!may && changes) {
        const { tenant, id } = staff;
        await database.transaction((sql) =>
          appendAudit(sql, clock, { tenant, event: 'access.refused', by: id, about: { act } }),
        );
      }
      return may;
    },

    async add({ id, name, verifier, role, tenant }) {
      await database.query(
        `insert into staff (id, name, name_key, role, verifier, tenant) values ($1, $2, $3, $4, $5, $6)
         on conflict (name_key) do nothing`,
        [id, name, nameKey(name), role ?? 'owner', verifier, tenant ?? null],
      );
    },
  };
}

async function openAccount(sql: Sql, key: string): Promise<z.infer<typeof accountRow> | null> {
  const [row] = await sql.query(
    'select id, name, role, tenant, secret_ends_at, verifier from staff where name_key = $1 and closed_at is null',
    [key],
  );
  return row === undefined ? null : accountRow.parse(row);
}

async function recordLockout(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  { id, tenant }: { readonly id: string; readonly tenant: string | null },
): Promise<void> {
  await database.transaction((sql) => appendAudit(sql, clock, { tenant, event: 'user.locked', by: id, about: {} }));
}

function memberOf(row: Omit<z.infer<typeof accountRow>, 'verifier'>): CloudStaffMember {
  const { id, name, role, tenant, secret_ends_at: ends } = row;
  return { id, name, role, tenant, mustChangeSecret: ends !== null };
}

/** How sign-in names are compared. */
export function nameKey(name: string): string {
  return name.normalize('NFKC').trim().replace(/\s+/gu, ' ').toLowerCase();
}
