import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest';
import type { Database } from '../../sync/cloud/database.ts';
import { openJobs, type Jobs } from '../../sync/cloud/jobs/queue.ts';
import { databaseKinds, type DatabaseServer } from './support/databases.ts';

describe.each(databaseKinds())('the job queue on $name', (kind) => {
  let server: DatabaseServer;
  let database: Database;
  let jobs: Jobs;
  let faults: unknown[];
  beforeAll(async () => {
    server = await kind.start();
  }, 60_000);
  afterAll(() => server.end());
  beforeEach(async () => {
    database = await server.open();
    faults = [];
    jobs = await open();
  }, 60_000);
  afterEach(async () => {
    await jobs.close();
    await database.close();
  });
  const open = () => openJobs(database, { onFault: (error) => faults.push(error), look: false });

  it('runs what was sent in a transaction exactly if it commits', async () => {
    const seen: unknown[] = [];
    await jobs.register({ name: 'mail', run: (data) => Promise.resolve(seen.push(data['id'])) });
    await database.transaction((sql) => jobs.send(sql, 'mail', { id: 'kept' }, 'kept'));
    const undone = database.transaction(async (sql) => {
      await jobs.send(sql, 'mail', { id: 'lost' }, 'lost');
      throw new Error('rolled back');
    });
    await expect(undone).rejects.toThrow('rolled back');
    expect(await jobs.runDue()).toBe(1);
    expect(seen).toEqual(['kept']);
    expect(await jobs.runDue()).toBe(0);
  });

  it('keeps one job for a key waiting, and one more while it is at work', async () => {
    let runs = 0;
    await jobs.register({
      name: 'raise',
      run: async () => {
        runs += 1;
        if (runs > 1) return;
        await jobs.send(null, 'raise', {}, 'package');
        await jobs.send(null, 'raise', {}, 'package');
      },
    });
    for (let i = 0; i < 3; i += 1) await jobs.send(null, 'raise', {}, 'package');
    expect(await jobs.runDue()).toBe(2);
  });

  it('does recurring work once in its time, however many processes ask', async () => {
    const other = await open();
    const runs: string[] = [];
    const named = (who: string) => ({
      name: 'sweep',
      everySeconds: 86_400,
      run: () => Promise.resolve(runs.push(who)),
    });
    await jobs.register(named('one'));
    await other.register(named('other'));
    await Promise.all([jobs.runDue(), other.runDue()]);
    await Promise.all([jobs.runDue(), other.runDue()]);
    expect(runs).toHaveLength(1);
    await other.close();
  });

  it('tries a failed job again later, shows it, and lets somebody retry it now', async () => {
    let well = false;
    await jobs.register({
      name: 'hook',
      run: () => (well ? Promise.resolve() : Promise.reject(new Error('service away'))),
    });
    await jobs.send(null, 'hook', {}, 'a');
    expect(await jobs.runDue()).toBe(1);
    expect(faults).toEqual([new Error('service away')]);
    const [shown] = await jobs.troubled();
    expect(shown).toMatchObject({ name: 'hook', why: 'Error: service away' });
    expect(Date.parse(shown?.nextAt ?? '')).toBeGreaterThan(Date.parse(shown?.since ?? ''));
    expect(await jobs.runDue()).toBe(0);
    await database.query(
      `update jobs.job set retry_count = retry_limit - 1, start_after = now() where state = 'retry'`,
    );
    expect(await jobs.runDue()).toBe(1);
    expect(await jobs.troubled()).toMatchObject([{ attempts: 11, nextAt: null }]);

    well = true;
    expect(await jobs.retry(shown?.id ?? '')).toBe(true);
    expect(await jobs.runDue()).toBe(1);
    expect(await jobs.troubled()).toEqual([]);
    expect(await jobs.retry(shown?.id ?? '')).toBe(false);
  });
});
