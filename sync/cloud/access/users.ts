import { z } from 'zod';
import { fitsTenant, grantableRoles, type CloudRole } from '../../../signing/access/cloud-roles.ts';
import { checkNewSecret, hashSecret, verifySecret, type SecretFault } from '../../../signing/access/password.ts';
import { tokenDigest, type RandomBytes } from '../../../signing/access/session.ts';
import { isoTime, type Clock } from '../../../signing/clock.ts';
import type { NewId } from '../../../signing/ids.ts';
import { err, ok, type Result } from '../../../signing/result.ts';
import { appendAudit, type CloudAuditEvent } from '../audit/audit-trail.ts';
import type { Database, Sql } from '../database.ts';
import { nameKey, type CloudStaffMember } from '../staff.ts';
import { charge, closedUntil, forgetName, forgive } from './attempts.ts';
import { newOneTimeSecret, ONE_TIME_SECRET } from './one-time-secret.ts';

export interface CloudUser {
  readonly id: string;
  readonly name: string;
  readonly role: CloudRole;
  readonly tenant: string | null;
  readonly state: 'open' | 'invited' | 'closed';
  /** RFC 3339: until when wrong sign-ins keep it closed, at least from one address. */
  readonly lockedUntil: string | null;
  /** Whether the one who asks may change it. */
  readonly changeable: boolean;
}
export type UserRefusal =
  | 'not-allowed'
  | 'not-found'
  | 'invalid'
  /** Names are the whole cloud's; one of a closed account stays taken. */
  | 'name-taken'
  /** Nobody closes or changes his own account. */
  | 'own-account'
  | 'last-admin';
/** Told once, to whoever hands it over. */
export interface OneTimeSecret {
  readonly id: string;
  readonly secret: string;
  readonly endsAt: string;
}
export interface NewUser {
  readonly name: string;
  readonly role: CloudRole;
  /** Of a new account of a tenant made by whoever runs the cloud; else that of its maker. */
  readonly tenant?: string | null | undefined;
}
export type SecretRefusal =
  'wrong-credentials' | 'too-many-tries' | 'secret-too-short' | 'secret-too-long' | 'secret-trivial' | 'secret-same';

/** Accounts of the console. `by` was let in for `users.read` or `users.manage`; whose accounts he may touch is judged here. */
export interface UserDesk {
  list(by: CloudStaffMember): Promise<readonly CloudUser[]>;
  invite(user: NewUser, by: CloudStaffMember): Promise<Result<OneTimeSecret, UserRefusal>>;
  changeRole(id: string, role: CloudRole, by: CloudStaffMember): Promise<Result<null, UserRefusal>>;
  /** For good; its sessions end at once, in every process. */
  close(id: string, by: CloudStaffMember): Promise<Result<null, UserRefusal>>;
  /** Forgets wrong sign-ins. */
  unlock(id: string, by: CloudStaffMember): Promise<Result<null, UserRefusal>>;
  /** A new one-time secret, for who has forgotten his own; its sessions end. */
  renew(id: string, by: CloudStaffMember): Promise<Result<OneTimeSecret, UserRefusal>>;
  /** The person's own. Every session ends but the one that asks. */
  changeSecret(
    of: CloudStaffMember,
    change: { readonly present: string; readonly next: string },
    token: string,
  ): Promise<Result<null, SecretRefusal>>;
}

export interface UserPorts {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly random: RandomBytes;
}

const userRow = z.object({
  id: z.string(),
  name: z.string(),
  name_key: z.string(),
  role: z.custom<CloudRole>((value) => typeof value === 'string'),
  tenant: z.string().nullable(),
  secret_ends_at: z.date().nullable(),
  closed_at: z.date().nullable(),
});
type UserRow = z.infer<typeof userRow>;
const SECRET_FAULTS = {
  'too-short': 'secret-too-short',
  'too-long': 'secret-too-long',
  trivial: 'secret-trivial',
} as const satisfies Readonly<Record<SecretFault, SecretRefusal>>;
const COLUMNS = 'id, name, name_key, role, tenant, secret_ends_at, closed_at';

export function createUserDesk(ports: UserPorts): UserDesk {
  const { database, clock } = ports;

  /** One change of one account and its entry in the trail, with all accounts of its tenant held still. */
  const change = <T>(
    id: string,
    by: CloudStaffMember,
    event: CloudAuditEvent,
    act: (sql: Sql, user: UserRow) => Promise<Result<{ value: T; about?: Record<string, string> }, UserRefusal>>,
  ): Promise<Result<T, UserRefusal>> =>
    database.transaction(async (sql): Promise<Result<T, UserRefusal>> => {
      const user = await userForChange(sql, id, by);
      if (!user.ok) return user;
      const done = await act(sql, user.value);
      if (!done.ok) return done;
      const { tenant } = user.value;
      await appendAudit(sql, clock, { tenant, event, by: by.id, about: { account: id, ...done.value.about } });
      return ok(done.value.value);
    });

  return {
    async list(by) {
      const rows = await database.query(
        `select ${COLUMNS} from staff where $1::text is null or tenant = $1 order by closed_at nulls first, tenant nulls first, name_key`,
        [by.tenant],
      );
      const now = clock.now();
      return Promise.all(
        rows.map(async (row): Promise<CloudUser> => {
          const user = userRow.parse(row);
          const until = await closedUntil(database, user.name_key, now);
          return {
            ...{ id: user.id, name: user.name, role: user.role, tenant: user.tenant },
            state: user.closed_at !== null ? 'closed' : user.secret_ends_at !== null ? 'invited' : 'open',
            lockedUntil: until === null ? null : isoTime(until),
            changeable: user.closed_at === null && refusalFor(user, by) === null,
          };
        }),
      );
    },

    async invite({ name, role, tenant: wanted }, by) {
      const tenant = by.tenant ?? wanted ?? null;
      if (!isGrantable(role, by)) return err('not-allowed');
      if (!fitsTenant(role, tenant) || nameKey(name) === '') return err('invalid');
      const { secret, verifier, endsAt } = await oneTime(ports);
      const id = ports.newId();
      return database.transaction(async (sql): Promise<Result<OneTimeSecret, UserRefusal>> => {
        if (tenant !== null && (await sql.query('select 1 from tenants where id = $1', [tenant])).length === 0)
          return err('invalid');
        const added = await sql.query(
          `insert into staff (id, name, name_key, role, verifier, tenant, secret_ends_at)
           values ($1, $2, $3, $4, $5, $6, $7) on conflict (name_key) do nothing returning id`,
          [id, name.trim(), nameKey(name), role, verifier, tenant, endsAt],
        );
        if (added.length === 0) return err('name-taken');
        await appendAudit(sql, clock, { tenant, event: 'user.invited', by: by.id, about: { account: id, role } });
        return ok({ id, secret, endsAt });
      });
    },

    async changeRole(id, role, by) {
      if (!isGrantable(role, by)) return err('not-allowed');
      return change(id, by, 'user.role-changed', async (sql, user) => {
        if (!fitsTenant(role, user.tenant)) return err('invalid');
        if (role !== user.role && (await isLast(sql, user))) return err('last-admin');
        await sql.query('update staff set role = $2 where id = $1', [id, role]);
        return ok({ value: null, about: { from: user.role, to: role } });
      });
    },

    close: (id, by) =>
      change(id, by, 'user.closed', async (sql, user) => {
        if (await isLast(sql, user)) return err('last-admin');
        await sql.query('update staff set closed_at = $2 where id = $1', [id, isoTime(clock.now())]);
        await sql.query('delete from sessions where staff = $1', [id]);
        return ok({ value: null });
      }),

    unlock: (id, by) =>
      change(id, by, 'user.unlocked', async (sql, user) => {
        await forgetName(sql, user.name_key);
        return ok({ value: null });
      }),

    async renew(id, by) {
      const { secret, verifier, endsAt } = await oneTime(ports);
      return change(id, by, 'user.secret-renewed', async (sql) => {
        await sql.query('update staff set verifier = $2, secret_ends_at = $3 where id = $1', [id, verifier, endsAt]);
        await sql.query('delete from sessions where staff = $1', [id]);
        return ok({ value: { id, secret, endsAt } });
      });
    },

    async changeSecret(of, { present, next }, token) {
      const fault = checkNewSecret(next);
      if (!fault.ok) return err(SECRET_FAULTS[fault.error]);
      // A session that was taken over is no place to guess from either.
      const attempt = { nameKey: nameKey(of.name), source: `session of ${of.id}`, at: clock.now() };
      if ((await charge(database, attempt)).before !== null) return err('too-many-tries');
      const [row] = await database.query('select verifier from staff where id = $1 and closed_at is null', [of.id]);
      const verifier = z.string().safeParse(row?.['verifier']);
      if (!verifier.success || !(await verifySecret(present, verifier.data))) return err('wrong-credentials');
      if (await verifySecret(next, verifier.data)) return err('secret-same');
      const renewed = await hashSecret(next, ports.random);
      return database.transaction(async (sql): Promise<Result<null, SecretRefusal>> => {
        const changed = await sql.query(
          `update staff set verifier = $2, secret_ends_at = null
           where id = $1 and verifier = $3 and closed_at is null returning id`,
          [of.id, renewed, verifier.data],
        );
        // Somebody gave it another one while this one was being checked.
        if (changed.length === 0) return err('wrong-credentials');
        await forgive(sql, attempt, of.id);
        await sql.query('delete from sessions where staff = $1 and token_digest <> $2', [of.id, tokenDigest(token)]);
        const { tenant, id } = of;
        await appendAudit(sql, clock, { tenant, event: 'user.secret-changed', by: id, about: {} });
        return ok(null);
      });
    },
  };
}

async function oneTime({ random, clock }: UserPorts): Promise<{ secret: string; verifier: string; endsAt: string }> {
  const secret = newOneTimeSecret(random);
  const endsAt = isoTime(clock.now() + ONE_TIME_SECRET.lifeMs);
  return { secret, verifier: await hashSecret(secret, random), endsAt };
}

/** Holds all accounts of the tenant until the end of the transaction: of two who close each other, one is last. */
async function userForChange(sql: Sql, id: string, by: CloudStaffMember): Promise<Result<UserRow, UserRefusal>> {
  const rows = await sql.query(
    `select ${COLUMNS} from staff
     where tenant is not distinct from (select tenant from staff where id = $1) order by id for update`,
    [id],
  );
  const user = rows.map((row) => userRow.parse(row)).find((one) => one.id === id);
  if (user === undefined || user.closed_at !== null || (by.tenant !== null && user.tenant !== by.tenant))
    return err('not-found');
  const refused = refusalFor(user, by);
  return refused === null ? ok(user) : err(refused);
}

function refusalFor(user: UserRow, by: CloudStaffMember): 'own-account' | 'not-allowed' | null {
  if (user.id === by.id) return 'own-account';
  return isGrantable(user.role, by) ? null : 'not-allowed';
}

function isGrantable(role: CloudRole, by: CloudStaffMember): boolean {
  return grantableRoles(by).some((one) => one === role);
}

/** Whether nobody would be left to make accounts here. An invited person may never come. */
async function isLast(sql: Sql, user: UserRow): Promise<boolean> {
  const makers: readonly CloudRole[] = [user.tenant === null ? 'operator' : 'admin', 'owner'];
  if (!makers.includes(user.role)) return false;
  const others = await sql.query(
    `select 1 from staff where id <> $1 and tenant is not distinct from $2 and closed_at is null
     and secret_ends_at is null and role in ($3, $4)`,
    [user.id, user.tenant, ...makers],
  );
  return others.length === 0;
}
