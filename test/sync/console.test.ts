import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { auditRows, verifyAuditRows } from '../../sync/cloud/audit/audit-trail.ts';
import { listExceptions, settleException, type ExceptionPorts } from '../../sync/cloud/console/exceptions.ts';
import type { Database } from '../../sync/cloud/database.ts';
import { enrol } from '../../sync/cloud/enrolment.ts';
import { listPackages, type PackageFilter } from '../../sync/cloud/package-list.ts';
import { testTime, type TestTime } from './support/clock.ts';
import { databaseKinds, type DatabaseServer } from './support/databases.ts';
import { enrolmentOf, newKiosk, TENANT } from './support/world.ts';

const ANA = { id: 'ana', name: 'Ana', tenant: TENANT };
const DAY = 86_400_000;
const digestOf = (number: number): string => number.toString(16).padStart(64, '0');

describe.each(databaseKinds())('the console on $name', (kind) => {
  let server: DatabaseServer;
  let database: Database;
  let time: TestTime;
  let ports: ExceptionPorts;
  const retried: string[] = [];
  beforeAll(async () => {
    server = await kind.start();
    database = await server.open();
    await enrol(database, enrolmentOf([newKiosk('bled-1'), newKiosk('bohinj-1'), newKiosk('other-1', 'druga-banka')]));
  }, 60_000);
  afterAll(async () => {
    await database.close();
    await server.end();
  });
  beforeEach(async () => {
    for (const table of ['exception_notes', 'long_term', 'packages', 'refusals'])
      await database.query(`delete from ${table}`);
    time = testTime();
    const troubled = [{ id: 'j', name: 'sweep', since: now(), why: 'Error: away', attempts: 11, nextAt: null }];
    const retry = (id: string): Promise<boolean> => Promise.resolve(retried.push(id) > 0);
    ports = { database, clock: time, jobs: () => ({ troubled: () => Promise.resolve(troubled), retry }) };
  });
  const now = (): string => new Date(time.now()).toISOString();
  const store = (number: number, more: { kiosk?: string; name?: string; level?: string; alarms?: object[] } = {}) => {
    const { kiosk = 'bled-1', name = `Pogodba ${number}`, level = 'B-B', alarms = [] } = more;
    const tenant = kiosk === 'other-1' ? 'druga-banka' : TENANT;
    return database.query(
      `insert into packages (digest, tenant, kiosk, branch, transaction_id, transaction_name, size, arrived_at, sequence,
         receipt, report, audit_first, audit_last, audit_previous, audit_head, alarms, level, short_codes)
       values ($1, $2, $3, 'Bled', $4, $5, 1, $6, $7, 'r', '{}', 1, 2, 'a', 'b', $8, $9, $10)`,
      [
        ...[digestOf(number), tenant, kiosk, `t-${number}`, name, now(), number, JSON.stringify(alarms), level],
        number === 7 ? 'ACDE-3467' : '',
      ],
    );
  };
  const refuse = (number: number): Promise<unknown> =>
    database.query(
      `insert into refusals (digest, kiosk, tenant, branch, transaction_id, transaction_name, size, refused_at, reason, detail)
       values ($1, 'bled-1', $2, 'Bled', $3, 'Skrivno ime', 1, $4, 'seal-invalid', 'd')`,
      [digestOf(number), TENANT, `t-${number}`, now()],
    );
  const found = async (filter: PackageFilter): Promise<readonly string[]> =>
    (await listPackages(database, filter)).map(({ transaction }) => transaction);

  it('has one list of what needs a person, by consequence, without names, and of one tenant only', async () => {
    await store(1, { alarms: [{ code: 'gap', from: 1, to: 2 }] });
    await store(2, { alarms: [{ code: 'fork', at: 1 }] });
    await store(3, { kiosk: 'other-1', alarms: [{ code: 'replay', of: digestOf(1) }] });
    await refuse(4);
    await database.query(
      `insert into long_term (package, document, level, reason, attempts, tried_at) values ($1, 'd', 'B-B', 'too-late', 1, $2)`,
      [digestOf(1), now()],
    );
    const { open } = await listExceptions(ports, TENANT);
    expect(open.map((one) => one.kind)).toEqual(['package-refused', 'audit-fork', 'level-stays', 'audit-gap']);
    expect(JSON.stringify(open)).not.toContain('Skrivno');
    const all = await listExceptions(ports, null);
    expect(all.open.map((one) => one.kind)).toEqual([
      ...['package-refused', 'audit-fork', 'audit-replay', 'level-stays', 'job-failed', 'audit-gap'],
    ]);
    await store(5);
    await database.query('update refusals set digest = $1', [digestOf(5)]);
    expect((await listExceptions(ports, TENANT)).open.map((one) => one.kind)).not.toContain('package-refused');
  });

  it('keeps who saw to what and when, in the trail too, and lists it again when it happens again', async () => {
    await refuse(4);
    const [refused] = (await listExceptions(ports, TENANT)).open;
    expect(await settleException(ports, refused?.key ?? '', { ...ANA, tenant: 'druga-banka' })).toEqual({
      ok: false,
      error: 'exception-unknown',
    });
    expect((await settleException(ports, refused?.key ?? '', ANA)).ok).toBe(true);
    expect((await settleException(ports, refused?.key ?? '', ANA)).ok).toBe(false);
    const after = await listExceptions(ports, TENANT);
    expect(after.open).toEqual([]);
    expect(after.noted).toEqual([{ ...refused, by: 'Ana', at: now() }]);
    expect((await listExceptions(ports, 'druga-banka')).noted).toEqual([]);
    const trail = await auditRows(database, TENANT);
    expect(trail.at(-1)?.entry).toMatchObject({ event: 'exception.noted', by: 'ana' });
    expect(verifyAuditRows(trail).ok).toBe(true);
    await refuse(6);
    expect((await listExceptions(ports, TENANT)).open).toHaveLength(1);
  });

  it('tries failed work and a late level again instead of noting them only', async () => {
    const root = { id: 'cene', name: 'Cene', tenant: null };
    const job = (await listExceptions(ports, null)).open.find((one) => one.kind === 'job-failed');
    expect((await settleException(ports, job?.key ?? '', root)).ok).toBe(true);
    expect(retried.splice(0)).toEqual(['j']);
    await store(1);
    await database.query(
      `insert into long_term (package, document, level, reason, attempts, tried_at, due_at)
       values ($1, 'd', 'B-B', 'service-timeout', 9, $2, $3)`,
      [digestOf(1), now(), new Date(time.now() + DAY).toISOString()],
    );
    const [level] = (await listExceptions(ports, TENANT)).open;
    expect((await settleException(ports, level?.key ?? '', ANA)).ok).toBe(true);
    const [row] = await database.query('select due_at from long_term');
    expect(row?.['due_at']).toEqual(new Date(time.now()));
  });

  it('says of a kiosk that it is silent or shut out, and of certificates that they end', async () => {
    await database.query(`update kiosks set last_contact = $1 where id = 'bled-1'`, [now()]);
    time.advance(73 * 3600_000);
    expect((await listExceptions(ports, TENANT)).open.map((one) => one.kind)).toEqual(['kiosk-silent']);
    await database.query(
      `update kiosks set active = false, revoked_at = $1, revoked_reason = 'stolen' where id = 'bled-1'`,
      [now()],
    );
    const { open } = await listExceptions(ports, TENANT);
    expect(open.map((one) => [one.kind, one.about['reason']])).toEqual([['kiosk-revoked', 'stolen']]);
    await database.query(`update kiosks set active = true, revoked_at = null, last_contact = null where id = 'bled-1'`);
    time.advance(Date.parse('2035-12-20T00:00:00Z') - time.now());
    const ending = (await listExceptions(ports, TENANT)).open;
    expect(new Set(ending.map((one) => one.kind))).toEqual(new Set(['certificate-ending']));
    expect(ending.map((one) => one.about['use']).sort()).toEqual(['device', 'device', 'root', 'seal', 'seal']);
  });

  it('finds packages by each filter, by the start of a digest and by the code on a copy, page after page', async () => {
    for (let number = 1; number <= 7; number += 1) {
      time.advance(1000);
      await store(
        number,
        number === 3 ? { kiosk: 'other-1' } : number === 4 ? { kiosk: 'bohinj-1', level: 'B-LTA' } : {},
      );
    }
    await refuse(9);
    const from = { tenant: TENANT };
    expect(await found({ ...from, state: 'refused' })).toEqual(['t-9']);
    expect(await found({ ...from, kiosk: 'bohinj-1' })).toEqual(['t-4']);
    expect(await found({ ...from, level: 'B-LTA' })).toEqual(['t-4']);
    expect(await found({ ...from, text: 'acde 3467' })).toEqual(['t-7']);
    expect(await found({ ...from, text: 'pogodba 2' })).toEqual(['t-2']);
    expect(await found({ ...from, text: digestOf(5) })).toEqual(['t-5']);
    expect(await found({ ...from, text: 't-6' })).toEqual(['t-6']);
    expect(await found({ ...from, text: '%' })).toEqual([]);
    const pages: string[] = [];
    for (let after: string | null = ''; after !== null;) {
      const page = await listPackages(database, { ...from, limit: 3, ...(after === '' ? {} : { after }) });
      pages.push(...page.map(({ transaction }) => transaction));
      after = page.length === 3 ? (page.at(-1)?.place ?? null) : null;
    }
    expect(pages).toEqual(['t-7', 't-9', 't-6', 't-5', 't-4', 't-2', 't-1']);
    await database.query(
      `insert into long_term (package, document, level, attempts, tried_at) values ($1, 'd', 'B-T', 0, $2)`,
      [digestOf(1), now()],
    );
    expect(await found({ ...from, level: 'B-T' })).toEqual(['t-1']);
  });
});
