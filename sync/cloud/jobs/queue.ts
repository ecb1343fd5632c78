import { PgBoss, type Db, type Job } from 'pg-boss';
import { z } from 'zod';
import type { Database, Sql, SqlRow, SqlValue } from '../database.ts';

/** JSON that says what a job is about: ids and digests, never personal data, for it lies in the queue's tables for days. */
export type JobData = Readonly<Record<string, string | number | boolean | null>>;

export interface JobDefinition {
  /** Letters, digits, hyphens. */
  readonly name: string;
  /** Has to be safe to run twice and to end at any moment. A throw is tried again, later each time. */
  readonly run: (data: JobData) => Promise<unknown>;
  /** Sent by itself once in so many seconds, by all processes together; absent: only when sent. */
  readonly everySeconds?: number;
}

/** A job that failed, for the console. */
export interface TroubledJob {
  readonly id: string;
  readonly name: string;
  /** RFC 3339 UTC. */
  readonly since: string;
  /** Name and message of the last error. */
  readonly why: string;
  readonly attempts: number;
  /** When it is tried next; null: not by itself, only by `retry`. */
  readonly nextAt: string | null;
}

export interface Jobs {
  register(definition: JobDefinition): Promise<void>;
  /**
   * One job for `key`; one more while that one is at work, so that what happened since is not missed; no further ones.
   * @param sql the transaction that the job belongs to: there is a job exactly if it commits. Null: at once.
   */
  send(sql: Sql | null, name: string, data: JobData, key: string): Promise<void>;
  /** Looks at every queue now rather than in a few seconds; resolves when nothing is due. Gives the number of jobs run here. */
  runDue(): Promise<number>;
  /** Takes jobs from processes that died; otherwise done once a minute. */
  supervise(): Promise<void>;
  /** Newest first, at most 200. */
  troubled(): Promise<readonly TroubledJob[]>;
  /** False when there is no such job that ended in failure. */
  retry(id: string): Promise<boolean>;
  /** Waits for jobs under way; the database stays open. */
  close(): Promise<void>;
}

const SCHEMA = 'jobs';
const LOOK_EVERY_MS = 5_000;
/** A process that said nothing for so long is dead to the queue, and another does its job. */
const HEARTBEAT_SECONDS = 60;
const TOUCH_EVERY_MS = 20_000;
const RULES = {
  policy: 'stately',
  retryLimit: 10,
  retryDelay: 30,
  retryBackoff: true,
  retryDelayMax: 6 * 3600,
  expireInSeconds: 3600,
  heartbeatSeconds: HEARTBEAT_SECONDS,
  deleteAfterSeconds: 7 * 24 * 3600,
} as const;

const troubledRow = z.object({
  id: z.string(),
  name: z.string(),
  state: z.string(),
  since: z.date(),
  next: z.date(),
  attempts: z.number(),
  why: z.string().nullable(),
});

/**
 * Background work on pg-boss, in the cloud's own database. Time here is the database's: all processes share it.
 *
 * @param onFault told of each failure; with 'look' false nothing is done but by `runDue` and `supervise`
 */
export async function openJobs(
  database: Database,
  options: { readonly onFault: (error: unknown) => void; readonly look?: boolean },
): Promise<Jobs> {
  const { onFault, look = true } = options;
  const boss = new PgBoss({
    db: adapter((text, values) => database.execute(text, values)),
    backend: database.kind,
    schema: SCHEMA,
    schedule: false,
    supervise: look,
  });
  boss.on('error', onFault);
  await boss.start();
  const definitions = new Map<string, JobDefinition>();
  const running = new Map<string, Promise<number>>();
  const timers: NodeJS.Timeout[] = [];
  let closed = false;

  /** One job of a queue at a time in this process. */
  function work(definition: JobDefinition): Promise<number> {
    const already = running.get(definition.name);
    if (already !== undefined) return already;
    const run = drain(definition).finally(() => running.delete(definition.name));
    running.set(definition.name, run);
    return run;
  }

  async function drain(definition: JobDefinition): Promise<number> {
    await sendRecurring(definition);
    for (let done = 0; ; done += 1) {
      const [job] = closed ? [] : await boss.fetch<JobData>(definition.name);
      if (job === undefined) return done;
      await runOne(definition, job);
    }
  }

  async function runOne({ name, run }: JobDefinition, job: Job<JobData>): Promise<void> {
    const touching = setInterval(() => void boss.touch(name, job).catch(onFault), TOUCH_EVERY_MS);
    touching.unref();
    try {
      await run(job.data);
      await boss.complete(name, job);
    } catch (error) {
      onFault(error);
      await boss.fail(name, job, { why: describe(error) });
    } finally {
      clearInterval(touching);
    }
  }

  /** Every process asks for it; the database takes one in each span of time. */
  async function sendRecurring({ name, everySeconds }: JobDefinition): Promise<void> {
    if (everySeconds === undefined || closed) return;
    await boss.send(name, {}, { singletonKey: 'recurring', singletonSeconds: everySeconds });
  }

  return {
    async register(definition) {
      await boss.createQueue(definition.name, RULES);
      definitions.set(definition.name, definition);
      if (!look) return;
      const timer = setInterval(() => void work(definition).catch(onFault), LOOK_EVERY_MS);
      timer.unref();
      timers.push(timer);
    },
    async send(sql, name, data, key) {
      const db = sql === null ? {} : { db: adapter((text, values) => sql.query(text, values as SqlValue[])) };
      await boss.send(name, data, { singletonKey: key, ...db });
    },
    async runDue() {
      let done = 0;
      for (const definition of definitions.values()) done += await work(definition);
      return done;
    },
    supervise: async () => {
      for (const name of definitions.keys()) await boss.supervise(name);
    },
    async troubled() {
      const rows = await database.query(
        `select id::text as id, name, state::text as state, created_on as since, start_after as next,
           retry_count + 1 as attempts, output->>'why' as why
         from ${SCHEMA}.job where state in ('failed', 'retry') order by created_on desc limit 200`,
      );
      return rows.map((each) => {
        const { state, since, next, why, ...row } = troubledRow.parse(each);
        return {
          ...row,
          since: since.toISOString(),
          why: why ?? 'The process that did it ended.',
          nextAt: state === 'retry' ? next.toISOString() : null,
        };
      });
    },
    async retry(id) {
      const [row] = await database.query(
        `select name from ${SCHEMA}.job where id::text = $1 and state in ('failed', 'retry')`,
        [id],
      );
      if (row === undefined) return false;
      const [again] = await database.query(
        `update ${SCHEMA}.job set start_after = now() where id::text = $1 and state = 'retry' returning id`,
        [id],
      );
      if (again === undefined) await boss.retry(String(row['name']), id);
      return true;
    },
    async close() {
      closed = true;
      for (const timer of timers) clearInterval(timer);
      await Promise.allSettled(running.values());
      await boss.stop({ graceful: false, close: false });
    },
  };
}

function adapter(execute: (text: string, values: readonly unknown[]) => Promise<readonly SqlRow[]>): Db {
  return { executeSql: async (text, values = []) => ({ rows: [...(await execute(text, values))] }) };
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 500) : 'unknown fault';
}
