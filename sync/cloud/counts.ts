import { z } from 'zod';
import { isoTime, type Clock } from '../../signing/clock.ts';
import type { Database } from './database.ts';

/** How much of what there is now. */
export interface CloudCounts {
  /** Begun and not settled. */
  readonly uploads: number;
  /** Packages whose audit chain is in doubt. */
  readonly alarms: number;
  /** Documents whose level is due to be raised. */
  readonly levelsDue: number;
  readonly kiosks: { readonly active: number; readonly shutOut: number };
  readonly jobs: readonly { readonly queue: string; readonly state: string; readonly count: number }[];
  /** How long the oldest job that is due has waited, by the database's clock; 0 for none. */
  readonly oldestJobSeconds: number;
  /** Of this process; null where the database is embedded. */
  readonly connections: { readonly open: number; readonly idle: number; readonly waiting: number } | null;
}

const row = z.object({
  uploads: z.number(),
  alarms: z.number(),
  levels: z.number(),
  active: z.number(),
  shut_out: z.number(),
});
const jobRow = z.object({ queue: z.string(), state: z.string(), count: z.number(), waits: z.number() });

/** Reads indexes and small tables only. */
export async function countCloud(database: Database, clock: Clock): Promise<CloudCounts> {
  const [found] = await database.query(
    `select (select count(*)::float8 from uploads) as uploads,
       (select count(*)::float8 from packages where alarms <> '[]'::jsonb and destroyed_at is null) as alarms,
       (select count(*)::float8 from long_term where due_at <= $1) as levels,
       (select count(*)::float8 from kiosks where active) as active,
       (select count(*)::float8 from kiosks where not active) as shut_out`,
    [isoTime(clock.now())],
  );
  const { uploads, alarms, levels, active, shut_out } = row.parse(found);
  const jobs = (await jobRows(database)).map((each) => jobRow.parse(each));
  return {
    ...{ uploads, alarms, levelsDue: levels, kiosks: { active, shutOut: shut_out } },
    jobs: jobs.map(({ queue, state, count }) => ({ queue, state, count })),
    oldestJobSeconds: Math.max(0, ...jobs.map(({ waits }) => waits)),
    connections: database.connections?.() ?? null,
  };
}

/** Internal queues of the job library (`__pgboss__…`) are left out. */
async function jobRows(database: Database): ReturnType<Database['query']> {
  const [there] = await database.query(`select to_regclass('jobs.job') is not null as there`);
  if (there?.['there'] !== true) return [];
  return database.query(
    `select name as queue, state::text as state, count(*)::float8 as count,
       coalesce(max(extract(epoch from now() - start_after)) filter (where state in ('created', 'retry')), 0)::float8 as waits
     from jobs.job where state in ('created', 'retry', 'active', 'failed') and name not like '\\_\\_%'
     group by name, state order by name, state`,
  );
}
