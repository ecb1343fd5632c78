import { readFileSync } from 'node:fs';
import { openPostgresDatabase, type PostgresOptions } from '../../../sync/cloud/postgres-database.ts';
import { openJobs } from '../../../sync/cloud/jobs/queue.ts';

/** A worker in a process of its own: `node jobs-process.ts FILE`, the file with the database's address. It dies by SIGKILL inside its first job. */
const [, , file] = process.argv;
if (file === undefined) throw new Error('which file?');
const database = await openPostgresDatabase(JSON.parse(readFileSync(file, 'utf8')) as PostgresOptions);
const jobs = await openJobs(database, { onFault: () => undefined, look: false });
await jobs.register({
  name: 'export',
  run: () => {
    process.kill(process.pid, 'SIGKILL');
    return Promise.resolve();
  },
});
await jobs.runDue();
