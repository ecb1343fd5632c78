import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openPostgresDatabase } from '../../sync/cloud/postgres-database.ts';
import { round, type BenchResult } from './bench.ts';
import { deliverAll, fleetWorld } from './fleet-clouds.ts';

const PROCESSES = [1, 2, 4] as const;
const LOAD = { packages: 400, size: 20_000, atOnce: 16 } as const;
const KIOSKS = 400;
const PGBENCH_SECONDS = 10;

/**
 * Packages per second that one, two and four cloud processes take in on one PostgreSQL, beside what pgbench writes to the same server
 * with as many connections: a row as long as ours, and a counter raised, in one durable transaction.
 */
export async function benchIngest(): Promise<BenchResult> {
  const world = await fleetWorld(KIOSKS);
  const rows: Record<string, string | number>[] = [];
  try {
    let rowBytes = 0;
    for (const processes of PROCESSES) {
      const clouds = await world.startClouds(processes);
      const began = performance.now();
      await deliverAll(world.kiosks, clouds.urls, LOAD);
      const perSecond = LOAD.packages / ((performance.now() - began) / 1000);
      rows.push({ what: `cloud, ${processes} processes`, 'packages/s': round(perSecond, 1) });
      await clouds.end();
      rowBytes = await rowLength(world.postgres.newestDatabase());
    }
    const bare = pgbench(world.postgres, rowBytes);
    rows.push({ what: 'pgbench', 'packages/s': round(bare, 1) });
    for (const row of rows) row['x pgbench'] = round(Number(row['packages/s']) / bare, 3);
    return {
      name: 'ingest',
      rows,
      notes: [
        `${LOAD.packages} packages of ${LOAD.size} bytes of ${KIOSKS} kiosks, ${LOAD.atOnce} at once: question, upload, check, object, row, receipt, question.`,
        `pgbench: ${LOAD.atOnce} connections, rows of ${rowBytes} bytes. Clouds, kiosks and PostgreSQL share this machine's cores.`,
      ],
    };
  } finally {
    await world.end();
  }
}

async function rowLength(address: Parameters<typeof openPostgresDatabase>[0]): Promise<number> {
  const database = await openPostgresDatabase(address);
  try {
    const [row] = await database.query('select avg(pg_column_size(packages.*))::float8 as bytes from packages');
    return Math.round(Number(row?.['bytes']));
  } finally {
    await database.close();
  }
}

/** Transactions per second. */
function pgbench(
  {
    binaries,
    newDatabase,
  }: { readonly binaries: string; readonly newDatabase: () => Parameters<typeof openPostgresDatabase>[0] },
  rowBytes: number,
): number {
  const folder = mkdtempSync(path.join(tmpdir(), 'countersign-bench-pgbench-'));
  try {
    const { host, port, user, database, password } = newDatabase();
    const env = { ...process.env, PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password };
    const run = (program: string, ...args: readonly string[]): string => {
      const ended = spawnSync(path.join(binaries, program), [...args], { env, encoding: 'utf8', cwd: folder });
      if (ended.status !== 0) throw new Error(`${program}: ${ended.stderr}`);
      return ended.stdout;
    };
    const tables = `create table counters (id int primary key, n bigint not null);
      insert into counters select i, 0 from generate_series(1, 4) i;
      create table rows (digest text primary key, body bytea not null);
      alter table rows alter column body set storage plain`;
    run('psql', '-q', '-d', database, '-c', tables);
    writeFileSync(
      path.join(folder, 'one.sql'),
      `\\set counter random(1, 4)
begin;
update counters set n = n + 1 where id = :counter;
insert into rows values (gen_random_uuid()::text, decode(repeat('ab', ${rowBytes}), 'hex'));
commit;
`,
    );
    const clients = String(LOAD.atOnce);
    const said = run(
      ...([
        'pgbench',
        '-n',
        '-c',
        clients,
        '-j',
        '2',
        '-T',
        String(PGBENCH_SECONDS),
        '-f',
        'one.sql',
        database,
      ] as const),
    );
    return Number(/tps = ([\d.]+)/.exec(said)?.[1]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
