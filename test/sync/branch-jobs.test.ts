import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { utf8 } from '../../signing/bytes.ts';
import { isoTime } from '../../signing/clock.ts';
import { sha256 } from '../../signing/digest.ts';
import type { Database } from '../../sync/cloud/database.ts';
import { enrol } from '../../sync/cloud/enrolment.ts';
import {
  CLAIM_MS,
  claimJob,
  createJob,
  findJob,
  jobDelivered,
  jobDocument,
  jobsForKiosk,
  reportJob,
  withdrawJob,
} from '../../sync/cloud/integration/branch-jobs.ts';
import { afterReport, JOB_STATES } from '../../sync/cloud/integration/job-states.ts';
import { openFolderStore, type ObjectStore } from '../../sync/cloud/object-store.ts';
import { JOB_REPORTS } from '../../sync/protocol/jobs.ts';
import { testTime, type TestTime } from './support/clock.ts';
import { databaseKinds, type DatabaseServer } from './support/databases.ts';
import { enrolmentOf, newKiosk, TENANT } from './support/world.ts';

const HOUR = 3600_000;
const bytes = utf8('%PDF-1.7 a contract');
const document = { name: 'Pogodba.pdf', digest: sha256(bytes), size: bytes.length };

describe.each(databaseKinds())('jobs of a branch on $name', (kind) => {
  const first = newKiosk('bled-1');
  const second = newKiosk('bled-2');
  const elsewhere = { ...newKiosk('kranj-1'), branch: 'Kranj' };
  const stranger = newKiosk('other-1', 'other-tenant');
  let server: DatabaseServer;
  let database: Database;
  let folder: string;
  let objects: ObjectStore;
  let time: TestTime;
  let ports: { database: Database; clock: TestTime };
  beforeAll(async () => {
    server = await kind.start();
    database = await server.open();
    folder = mkdtempSync(path.join(tmpdir(), 'countersign-branch-jobs-'));
    objects = await openFolderStore(folder);
    await objects.put(document.digest, bytes);
    await enrol(database, enrolmentOf([first, second, elsewhere, stranger]));
  }, 60_000);
  afterAll(async () => {
    await database.close();
    await server.end();
    rmSync(folder, { recursive: true });
  });
  beforeEach(async () => {
    for (const table of ['branch_job_documents', 'branch_jobs']) await database.query(`delete from ${table}`);
    await database.query('update kiosks set active = true');
    time = testTime();
    ports = { database, clock: time };
  });

  async function offer(id = 'job-1'): Promise<string> {
    const expiresAt = isoTime(time.now() + 24 * HOUR);
    const job = { id, tenant: TENANT, branch: 'Bled', name: 'Pogodba', expiresAt, documents: [document], by: 'key-1' };
    await database.transaction((sql) => createJob(sql, time, job));
    return id;
  }
  const seenBy = async (kiosk: typeof first) => (await jobsForKiosk(database, time, kiosk)).map(({ id }) => id);
  const stateOf = async (id: string) => (await findJob(database, TENANT, id))?.state;
  async function taken(id = 'job-1'): Promise<string> {
    await offer(id);
    expect(await claimJob(ports, first, id)).toMatchObject({ ok: true });
    expect(await reportJob(ports, first, id, 'taken')).toMatchObject({ ok: true, value: { claimEndsAt: null } });
    return id;
  }

  it('are offered to the kiosks of their branch, and to no other', async () => {
    const id = await offer();
    expect([await seenBy(first), await seenBy(second)]).toEqual([[id], [id]]);
    expect([await seenBy(elsewhere), await seenBy(stranger)]).toEqual([[], []]);
    for (const other of [elsewhere, stranger]) {
      expect(await claimJob(ports, other, id)).toEqual({ ok: false, error: 'gone' });
      expect(await jobDocument({ database, objects }, other, id, 0)).toBe(null);
    }
    expect(await jobDocument({ database, objects }, first, id, 0)).toBe(null);
  });

  it('go to one kiosk when two reach out at the same moment, and only that one gets the documents', async () => {
    const id = await offer();
    const claims = await Promise.all([first, second].map((kiosk) => claimJob(ports, kiosk, id)));
    expect(claims.filter(({ ok }) => ok)).toHaveLength(1);
    const [winner, loser] = claims[0]?.ok === true ? [first, second] : [second, first];
    expect(await seenBy(loser)).toEqual([]);
    expect(await claimJob(ports, winner, id)).toMatchObject({ ok: true, value: { kiosk: winner.id } });
    expect((await jobDocument({ database, objects }, winner, id, 0))?.bytes).toEqual(bytes);
    expect(await jobDocument({ database, objects }, winner, id, 1)).toBe(null);
    expect(await jobDocument({ database, objects }, loser, id, 0)).toBe(null);
    expect(await reportJob(ports, loser, id, 'opened')).toEqual({ ok: false, error: 'gone' });
  });

  it('come back when a kiosk claimed them and died, but not when it has said that it took them', async () => {
    const id = await offer();
    await claimJob(ports, first, id);
    time.advance(CLAIM_MS - 1);
    expect(await claimJob(ports, second, id)).toEqual({ ok: false, error: 'gone' });
    time.advance(1);
    expect(await seenBy(second)).toEqual([id]);
    expect(await claimJob(ports, second, id)).toMatchObject({ ok: true });
    expect(await reportJob(ports, first, id, 'taken')).toEqual({ ok: false, error: 'gone' });

    expect(await reportJob(ports, second, id, 'taken')).toMatchObject({ ok: true });
    time.advance(2 * CLAIM_MS);
    expect(await seenBy(first)).toEqual([]);
    expect(await claimJob(ports, second, id)).toMatchObject({ ok: true });
    expect(await reportJob(ports, second, id, 'returned')).toMatchObject({ ok: true, value: { kiosk: null } });
    expect(await reportJob(ports, second, id, 'returned')).toMatchObject({ ok: true });
    expect(await claimJob(ports, first, id)).toMatchObject({ ok: true });
  });

  it('are withdrawn at once while nobody has them', async () => {
    const id = await offer();
    expect(await withdrawJob(ports, 'other-tenant', id)).toEqual({ ok: false, error: 'gone' });
    await claimJob(ports, first, id);
    expect(await withdrawJob(ports, TENANT, id)).toEqual({ ok: true, value: 'withdrawn' });
    expect(await withdrawJob(ports, TENANT, id)).toEqual({ ok: true, value: 'withdrawn' });
    expect(await reportJob(ports, first, id, 'taken')).toEqual({ ok: false, error: 'gone' });
    expect(await stateOf(id)).toBe('withdrawn');
  });

  it('that a kiosk has are let go by it, unless signing began there first', async () => {
    const id = await taken();
    expect(await withdrawJob(ports, TENANT, id)).toEqual({ ok: true, value: 'asked' });
    expect(await jobsForKiosk(database, time, first)).toMatchObject([{ id, withdrawAsked: 'cancelled' }]);
    expect(await reportJob(ports, first, id, 'withdrawn')).toMatchObject({ value: { state: 'withdrawn' } });
    expect(await reportJob(ports, first, id, 'withdrawn')).toMatchObject({ ok: true });

    const other = await taken('job-2');
    await withdrawJob(ports, TENANT, other);
    expect(await reportJob(ports, first, other, 'opened')).toMatchObject({
      value: { state: 'opened', withdrawAsked: null },
    });
    expect(await reportJob(ports, first, other, 'withdrawn')).toEqual({ ok: false, error: 'wrong-state' });
    expect(await withdrawJob(ports, TENANT, other)).toEqual({ ok: false, error: 'wrong-state' });
  });

  it('of a kiosk that was shut out are not waited for', async () => {
    const id = await taken();
    await database.query("update kiosks set active = false where id = 'bled-1'");
    expect(await withdrawJob(ports, TENANT, id)).toEqual({ ok: true, value: 'withdrawn' });
  });

  it('end with the package of the kiosk that has them, whatever was reported before', async () => {
    const id = await taken();
    await reportJob(ports, first, id, 'opened');
    const arrives = (kiosk: string) =>
      database.transaction((sql) => jobDelivered(sql, time, { tenant: TENANT, kiosk, transaction: id }));
    await arrives('bled-2');
    expect(await stateOf(id)).toBe('opened');
    await arrives('bled-1');
    expect(await stateOf(id)).toBe('delivered');
    expect(await reportJob(ports, first, id, 'signed')).toMatchObject({ ok: true, value: { state: 'delivered' } });
  });

  it('are no longer offered when their time is over', async () => {
    const id = await offer();
    time.advance(24 * HOUR);
    expect(await seenBy(first)).toEqual([]);
    expect(await claimJob(ports, first, id)).toEqual({ ok: false, error: 'gone' });
  });

  it('keep the code of a refusal at the counter', async () => {
    const id = await taken();
    await reportJob(ports, first, id, 'refused', 'no-tags');
    expect(await findJob(database, TENANT, id)).toMatchObject({ state: 'refused', reason: 'no-tags' });
  });
});

describe('reports about a job', () => {
  const states = JOB_STATES.map((state) => ({ state, withdrawAsked: null }));

  it('never lead back from where signing has begun', () => {
    for (const job of states.filter(({ state }) => state === 'opened' || state === 'signed')) {
      for (const report of JOB_REPORTS)
        expect(['offered', 'taken', 'withdrawn']).not.toContain(afterReport(job, report));
    }
  });

  it('said again change nothing', () => {
    for (const job of states) {
      for (const report of JOB_REPORTS) {
        const next = afterReport(job, report);
        if (next === null || next === 'same') continue;
        expect(afterReport({ state: next, withdrawAsked: null }, report)).toBe('same');
      }
    }
  });
});
