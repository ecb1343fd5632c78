import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hashSecret } from '../../signing/access/password.ts';
import { migrate, type Database } from '../../sync/cloud/database.ts';
import { SIGN_IN_RULES } from '../../sync/cloud/access/attempts.ts';
import { auditRows } from '../../sync/cloud/audit/audit-trail.ts';
import { createStaffDesk, type CloudStaffDesk } from '../../sync/cloud/staff.ts';
import { testTime } from './support/clock.ts';
import { databaseKinds, type DatabaseServer } from './support/databases.ts';

const SECRET = '471102';
const HOME = '192.0.2.1';
const FOE = '198.51.100.7';

describe.each(databaseKinds())('wrong sign-ins on $name', (kind) => {
  let server: DatabaseServer;
  let database: Database;
  let time: ReturnType<typeof testTime>;
  /** Two processes of one cloud. */
  let here: CloudStaffDesk;
  let there: CloudStaffDesk;
  let verifier: string;

  beforeAll(async () => {
    server = await kind.start();
    database = await server.open();
    await migrate(database);
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
    here = createStaffDesk({ database, clock: time });
    there = createStaffDesk({ database, clock: time });
    for (const name of ['Ana', 'Bor']) await here.add({ id: name, name, verifier });
  });
  const codeOf = async (answer: ReturnType<CloudStaffDesk['signIn']>): Promise<string> => {
    const result = await answer;
    return result.ok ? 'in' : result.error.code;
  };

  it('close an account for the address they come from, in every process, and for nobody else', async () => {
    for (let i = 0; i < SIGN_IN_RULES.pair.attempts - 1; i += 1)
      expect(await codeOf(here.signIn('Ana', 'wrong', FOE))).toBe('wrong-credentials');
    expect(await codeOf(there.signIn('ana ', 'wrong', FOE))).toBe('locked');
    expect(await codeOf(here.signIn('Ana', SECRET, FOE))).toBe('locked');
    expect(await codeOf(here.signIn('Ana', SECRET, HOME))).toBe('in');
    expect(await codeOf(here.signIn('Bor', SECRET, FOE))).toBe('in');
    time.advance(SIGN_IN_RULES.pair.firstLockMs);
    expect(await codeOf(here.signIn('Ana', SECRET, FOE))).toBe('in');
    const events = (await auditRows(database, null)).map(({ entry }) => entry?.event);
    expect(events).toEqual(['user.locked']);
  });

  it('tell no difference between names that are known and names that are not', async () => {
    const told = async (name: string): Promise<string[]> => {
      const answers: string[] = [];
      for (let i = 0; i < 6; i += 1) answers.push(await codeOf(here.signIn(name, 'wrong', FOE)));
      return answers;
    };
    expect(await told('Nobody')).toEqual(await told('Ana'));
  });

  it('over many names close everything for one address, IPv6 lines counted as one', async () => {
    for (let i = 0; i < SIGN_IN_RULES.source.attempts; i += 1)
      await here.signIn(`name ${String(i)}`, 'wrong', `2001:db8:1:2::${String(i)}`);
    expect(await codeOf(there.signIn('Bor', SECRET, '2001:db8:1:2:ffff::1'))).toBe('locked');
    expect(await codeOf(there.signIn('Bor', SECRET, '2001:db8:1:3::1'))).toBe('in');
  });

  it('from everywhere close an account for a minute, but not where its person is at home', async () => {
    expect(await codeOf(here.signIn('Ana', SECRET, HOME))).toBe('in');
    for (let i = 0; i < SIGN_IN_RULES.account.attempts; i += 1)
      await here.signIn('Ana', 'wrong', `203.0.113.${String(i)}`);
    expect(await codeOf(there.signIn('Ana', SECRET, FOE))).toBe('locked');
    expect(await codeOf(there.signIn('Ana', SECRET, HOME))).toBe('in');
    expect(await codeOf(there.signIn('Bor', SECRET, FOE))).toBe('in');
  });

  it('do not count when they were right', async () => {
    for (let i = 0; i < SIGN_IN_RULES.source.attempts + 5; i += 1)
      expect(await codeOf(here.signIn(i % 2 === 0 ? 'Ana' : 'Bor', SECRET, FOE))).toBe('in');
  });

  it('leave neither names nor addresses in the table', async () => {
    await here.signIn('Ana', 'wrong', FOE);
    const rows = JSON.stringify(await database.query('select * from sign_in_attempts'));
    expect(rows).toContain('pair');
    expect(rows).not.toMatch(/ana|198\.51/i);
  });
});
