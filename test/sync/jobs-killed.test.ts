import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { openJobs } from '../../sync/cloud/jobs/queue.ts';
import { openPostgresDatabase } from '../../sync/cloud/postgres-database.ts';
import { postgresBinaries, startPostgres } from '../support/postgres.ts';
import { requireTool } from '../support/tools.ts';

it('does the job of a process that was killed in the midst of it in another process', async (ctx) => {
  if (postgresBinaries() === null) requireTool(ctx, 'initdb');
  const folder = mkdtempSync(path.join(tmpdir(), 'countersign-jobs-'));
  const server = await startPostgres();
  try {
    const address = server.newDatabase();
    writeFileSync(path.join(folder, 'database.json'), JSON.stringify(address), { mode: 0o600 });
    const database = await openPostgresDatabase(address);
    const jobs = await openJobs(database, { onFault: () => undefined, look: false });
    const done: unknown[] = [];
    await jobs.register({ name: 'export', run: (data) => Promise.resolve(done.push(data['of'])) });
    await jobs.send(null, 'export', { of: 'package' }, 'package');

    const script = path.join(import.meta.dirname, 'support', 'jobs-process.ts');
    const child = spawn(process.execPath, [script, path.join(folder, 'database.json')], { stdio: 'ignore' });
    expect(await new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)))).toBe('SIGKILL');

    await jobs.supervise();
    expect(await jobs.runDue()).toBe(0);
    // In place of waiting: a minute without a sign of life, then the time until it is tried again.
    await database.query(
      `update jobs.job set started_on = started_on - interval '2 minutes', heartbeat_on = heartbeat_on - interval '2 minutes'`,
    );
    await database.query('update jobs.queue set monitor_on = null, monitor_claim_on = null');
    await jobs.supervise();
    expect(await jobs.troubled()).toMatchObject([{ name: 'export', attempts: 1 }]);
    await database.query('update jobs.job set start_after = now()');
    expect(await jobs.runDue()).toBe(1);
    expect(done).toEqual(['package']);
    expect(await jobs.troubled()).toEqual([]);
    await jobs.close();
    await database.close();
  } finally {
    await server.end();
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);
