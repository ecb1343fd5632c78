import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CloudRole } from '../../signing/access/cloud-roles.ts';
import { hashSecret } from '../../signing/access/password.ts';
import { systemRandom } from '../../signing/access/session.ts';
import { ONE_TIME_SECRET } from '../../sync/cloud/access/one-time-secret.ts';
import { createUserDesk, type UserDesk } from '../../sync/cloud/access/users.ts';
import { auditRows } from '../../sync/cloud/audit/audit-trail.ts';
import { migrate, type Database } from '../../sync/cloud/database.ts';
import { createStaffDesk, type CloudStaffDesk, type CloudStaffMember } from '../../sync/cloud/staff.ts';
import { testTime } from './support/clock.ts';
import { databaseKinds, type DatabaseServer } from './support/databases.ts';

const SECRET = 'lipa zelenela je';
const BANK = 'bank';

describe.each(databaseKinds())('accounts of the console on $name', (kind) => {
  let server: DatabaseServer;
  let database: Database;
  let time: ReturnType<typeof testTime>;
  let staff: CloudStaffDesk;
  let users: UserDesk;
  let verifier: string;

  beforeAll(async () => {
    server = await kind.start();
    database = await server.open();
    await migrate(database);
    for (const id of [BANK, 'other'])
      await database.query("insert into tenants (id, name, roots) values ($1, $1, '')", [id]);
    verifier = await hashSecret(SECRET, undefined, { memory: 64, passes: 1, parallelism: 1 });
  });
  afterAll(async () => {
    await database.close();
    await server.end();
  });
  beforeEach(async () => {
    time = testTime();
    for (const table of ['sign_in_attempts', 'sign_in_sources', 'sessions', 'staff'])
      await database.query(`delete from ${table}`);
    staff = createStaffDesk({ database, clock: time });
    users = createUserDesk({ database, clock: time, newId: randomUUID, random: systemRandom });
  });

  async function account(name: string, role: CloudRole, tenant: string | null = BANK): Promise<CloudStaffMember> {
    await staff.add({ id: name, name, verifier, role, tenant });
    return { id: name, name, role, tenant, mustChangeSecret: false };
  }
  async function session(name: string, secret = SECRET): Promise<string> {
    const result = await staff.signIn(name, secret, null);
    if (!result.ok) throw new Error(result.error.code);
    return result.value.token;
  }
  const lastEvent = async (tenant: string | null): Promise<unknown> => {
    const { event, by } = (await auditRows(database, tenant)).at(-1)?.entry ?? {};
    return { event, by };
  };

  it('begin with a secret for one use, which has to be changed, and ends by itself', async () => {
    const admin = await account('Ana', 'admin');
    const made = await users.invite({ name: 'Bor', role: 'manager' }, admin);
    if (!made.ok) throw new Error(made.error);
    expect(await lastEvent(BANK)).toEqual({ event: 'user.invited', by: 'Ana' });
    const { secret } = made.value;
    const token = await session('Bor', secret);
    const bor = (await staff.byToken(token))!;
    expect(bor).toMatchObject({ role: 'manager', tenant: BANK, mustChangeSecret: true });
    const other = await session('Bor', secret);

    const changed = (next: string, present = secret): ReturnType<UserDesk['changeSecret']> =>
      users.changeSecret(bor, { present, next }, token);
    expect(await changed('1234567')).toMatchObject({ error: 'secret-trivial' });
    expect(await changed(secret)).toMatchObject({ error: 'secret-same' });
    expect(await changed(SECRET, 'guess')).toMatchObject({ error: 'wrong-credentials' });
    expect(await changed(SECRET)).toEqual({ ok: true, value: null });
    expect(await staff.byToken(token)).toMatchObject({ mustChangeSecret: false });
    expect(await staff.byToken(other)).toBe(null);
    await expect(session('Bor', secret)).rejects.toThrow('wrong-credentials');
    await session('Bor');

    const late = await users.renew(bor.id, admin);
    if (!late.ok) throw new Error(late.error);
    expect(await staff.byToken(token)).toBe(null);
    time.advance(ONE_TIME_SECRET.lifeMs);
    await expect(session('Bor', late.value.secret)).rejects.toThrow('secret-ended');
  });

  it('that are closed are signed out at once, in every process, and never open again', async () => {
    const admin = await account('Ana', 'admin');
    await account('Bor', 'manager');
    const token = await session('Bor');
    const elsewhere = createStaffDesk({ database, clock: time });
    expect(await elsewhere.byToken(token)).not.toBe(null);
    expect(await users.close('Bor', admin)).toMatchObject({ ok: true });
    expect(await elsewhere.byToken(token)).toBe(null);
    await expect(session('Bor')).rejects.toThrow('wrong-credentials');
    await account('Bor', 'manager');
    await expect(session('Bor')).rejects.toThrow('wrong-credentials');
    expect(await users.invite({ name: ' BOR', role: 'manager' }, admin)).toEqual({ ok: false, error: 'name-taken' });
    expect(await users.unlock('Bor', admin)).toEqual({ ok: false, error: 'not-found' });
  });

  it('never lose the last admin, also when two close each other at once', async () => {
    const [ana, bor] = [await account('Ana', 'admin'), await account('Bor', 'admin')];
    const invited = await users.invite({ name: 'Cene', role: 'admin' }, ana);
    expect(invited.ok).toBe(true);
    const outcomes = await Promise.all([users.close('Bor', ana), users.close('Ana', bor)]);
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    const operator = await account('Oto', 'operator', null);
    const left = outcomes[0].ok ? 'Ana' : 'Bor';
    expect(await users.close(left, operator)).toEqual({ ok: false, error: 'last-admin' });
    expect(await users.changeRole(left, 'operator', operator)).toEqual({ ok: false, error: 'invalid' });
  });

  it('cannot be raised above who raises them, nor by anybody himself', async () => {
    const admin = await account('Ana', 'admin');
    const operator = await account('Oto', 'operator', null);
    await account('Bor', 'manager');
    await account('Vid', 'owner');
    const refused = async (answer: Promise<{ ok: boolean; error?: unknown }>): Promise<unknown> => (await answer).error;
    expect(await refused(users.changeRole('Ana', 'manager', admin))).toBe('own-account');
    expect(await refused(users.close('Ana', admin))).toBe('own-account');
    expect(await refused(users.changeRole('Bor', 'owner', admin))).toBe('not-allowed');
    expect(await refused(users.changeRole('Bor', 'operator', admin))).toBe('not-allowed');
    expect(await refused(users.close('Vid', admin))).toBe('not-allowed');
    expect(await refused(users.renew('Vid', admin))).toBe('not-allowed');
    expect(await refused(users.renew('Bor', operator))).toBe('not-allowed');
    expect(await refused(users.invite({ name: 'Spy', role: 'auditor', tenant: BANK }, operator))).toBe('not-allowed');
    expect(await refused(users.invite({ name: 'Spy', role: 'admin', tenant: 'nowhere' }, operator))).toBe('invalid');
    expect(await users.changeRole('Bor', 'auditor', admin)).toMatchObject({ ok: true });
    expect((await users.list(admin)).find(({ id }) => id === 'Bor')).toMatchObject({
      role: 'auditor',
      changeable: true,
    });
  });

  it('of another tenant are not there, and an invitation stays in the tenant of who makes it', async () => {
    const admin = await account('Ana', 'admin');
    await account('Eva', 'manager', 'other');
    for (const answer of [users.close('Eva', admin), users.unlock('Eva', admin), users.renew('Eva', admin)])
      expect(await answer).toEqual({ ok: false, error: 'not-found' });
    expect((await users.list(admin)).map(({ id }) => id)).toEqual(['Ana']);
    await users.invite({ name: 'Bor', role: 'manager', tenant: 'other' }, admin);
    expect((await users.list(admin)).map(({ name, tenant }) => [name, tenant])).toEqual([
      ['Ana', BANK],
      ['Bor', BANK],
    ]);
  });

  it('are opened again by an admin before the time is over', async () => {
    const admin = await account('Ana', 'admin');
    await account('Bor', 'manager');
    for (let i = 0; i < 5; i += 1) await staff.signIn('Bor', 'wrong', '192.0.2.1');
    const bor = async (): Promise<unknown> => (await users.list(admin)).find(({ id }) => id === 'Bor')?.lockedUntil;
    expect(await bor()).not.toBe(null);
    expect(await users.unlock('Bor', admin)).toMatchObject({ ok: true });
    expect(await bor()).toBe(null);
    expect(await staff.signIn('Bor', SECRET, '192.0.2.1')).toMatchObject({ ok: true });
    expect(await lastEvent(BANK)).toEqual({ event: 'user.unlocked', by: 'Ana' });
  });
});
