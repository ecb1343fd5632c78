import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  appendAudit,
  auditRows,
  emptyAudit,
  verifyAuditRows,
  type CloudAuditDraft,
} from '../../sync/cloud/audit/audit-trail.ts';
import type { Database } from '../../sync/cloud/database.ts';
import { testTime, type TestTime } from './support/clock.ts';
import { databaseKinds, type DatabaseServer } from './support/databases.ts';

const opened: CloudAuditDraft = {
  tenant: 'bank',
  event: 'package.opened',
  by: 'ana',
  about: { package: 'a'.repeat(64) },
};

describe.each(databaseKinds())("the cloud's audit trail on $name", (kind) => {
  let server: DatabaseServer;
  let database: Database;
  let time: TestTime;
  beforeAll(async () => {
    server = await kind.start();
  }, 60_000);
  afterAll(() => server.end());
  beforeEach(async () => {
    database = await server.open();
    time = testTime();
  }, 60_000);
  afterEach(() => database.close());
  const append = (draft: CloudAuditDraft) => database.transaction((sql) => appendAudit(sql, time, draft));

  it('keeps one unbroken chain per tenant, whoever writes at once', async () => {
    await Promise.all(Array.from({ length: 20 }, () => append(opened)));
    await append({ ...opened, tenant: null });
    const rows = await auditRows(database, 'bank');
    expect(rows).toHaveLength(20);
    expect(verifyAuditRows(rows)).toMatchObject({ ok: true, value: { sequence: 20 } });
    expect(await auditRows(database, null)).toMatchObject([{ sequence: 1, entry: { by: 'ana' } }]);
    expect(await auditRows(database, 'bank', { after: 18 })).toMatchObject([{ sequence: 19 }, { sequence: 20 }]);
  });

  it('has no entry of what was rolled back', async () => {
    const undone = database.transaction(async (sql) => {
      await appendAudit(sql, time, opened);
      throw new Error('rolled back');
    });
    await expect(undone).rejects.toThrow('rolled back');
    expect(await append(opened)).toMatchObject({ sequence: 1 });
  });

  it('lets nobody change, delete or empty rows, and sees it where somebody did', async () => {
    await append(opened);
    await append(opened);
    for (const change of [
      `update audit_trail set event = 'report.saved'`,
      `update audit_trail set entry = '{}'`,
      `update audit_trail set entry = null, at = now()`,
      'delete from audit_trail',
      'truncate audit_trail',
    ])
      await expect(database.query(change)).rejects.toThrow('append-only');
    const [first, second] = await auditRows(database, 'bank');
    if (!first?.entry || second === undefined) throw new Error('two entries were written');
    const changed = { ...first, entry: { ...first.entry, by: 'bojan' } };
    expect(verifyAuditRows([changed, second])).toMatchObject({ ok: false, error: { sequence: 1 } });
    expect(verifyAuditRows([second])).toMatchObject({ ok: false, error: { code: 'sequence-gap' } });
  });

  it('loses the contents of old entries and not their place', async () => {
    await append(opened);
    time.advance(86_400_000);
    await append(opened);
    const before = new Date(time.now() - 1000).toISOString();
    expect(await database.transaction((sql) => emptyAudit(sql, time, 'bank', before))).toBe(1);
    expect(await database.transaction((sql) => emptyAudit(sql, time, 'bank', before))).toBe(0);
    const rows = await auditRows(database, 'bank');
    expect(rows.map(({ entry }) => entry?.event ?? null)).toEqual([null, 'package.opened', 'audit.emptied']);
    expect(verifyAuditRows(rows)).toMatchObject({ ok: true, value: { sequence: 3 } });
  });
});
