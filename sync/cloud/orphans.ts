import { z } from 'zod';
import type { Clock } from '../../signing/clock.ts';
import { isSha256, type Sha256 } from '../../signing/digest.ts';
import type { Database, Sql } from './database.ts';
import type { ObjectStore } from './object-store.ts';
import { StoreFault } from './store-fault.ts';

/** Every column that names an object. What is named in none is nobody's: a table that names objects has to stand here. */
const NAMING = ['packages', 'long_term', 'branch_job_documents'] as const;
const NAMED = NAMING.map((table) => `select digest from ${table}`).join(' union all ');
/** A delivery takes minutes from object to row: younger objects are left alone, which only spares work. */
const GRACE_MS = 24 * 3600_000;
/** Longer than any request to a store can last: whoever set the mark is dead. */
const DEAD_AFTER = "interval '1 hour'";
const MARK_HOLDS_MICROS = 60_000_000;

/**
 * To be called in the transaction that names an object, before it commits: either it is named, and no sweep takes it, or
 * a sweep has it already, and the delivery begins anew.
 * @throws Error when the object is being swept.
 */
export async function keepObject(sql: Sql, digest: Sha256): Promise<void> {
  await lockName(sql, digest);
  const [row] = await sql.query('select 1 from swept_objects where digest = $1', [digest]);
  if (row !== undefined) throw new Error('the object is being swept just now: deliver again');
}

/**
 * Removes objects that no row names: a crash, or a refusal, came between object and row. Safe beside other processes at
 * any age of the object: the mark is set, and rows are looked for, under a lock that whoever names the object takes too
 * (`keepObject`), so one of the two sees the other. Gives the number removed.
 */
export async function sweepOrphans(ports: {
  readonly database: Database;
  readonly objects: ObjectStore;
  readonly clock: Clock;
}): Promise<number> {
  const { database, objects, clock } = ports;
  let removed = 0;
  const sweep = async (digest: Sha256): Promise<void> => {
    const began = clock.monotonicMicros();
    if (!(await mark(database, digest))) return;
    // A process that slept meanwhile has lost its mark to another one.
    if (clock.monotonicMicros() - began > MARK_HOLDS_MICROS) return;
    try {
      await objects.remove(digest);
      removed += 1;
    } catch (error) {
      if (!(error instanceof StoreFault && error.reason === 'held')) throw error;
    }
    await database.query('delete from swept_objects where digest = $1', [digest]);
  };

  let last: Sha256 | null = null;
  for (;;) {
    const page = await objects.list(last);
    const end = page.at(-1);
    if (end === undefined) break;
    last = end.digest;
    const old = page.filter(({ modifiedAt }) => clock.now() - modifiedAt.getTime() > GRACE_MS);
    for (const digest of await unnamed(
      database,
      old.map((each) => each.digest),
    ))
      await sweep(digest);
  }
  // A process may have died between key and object.
  const keys = `select digest from object_keys k where ${isOld('used_at')}
    and not exists (select 1 from (${NAMED}) named where named.digest = k.digest)`;
  for (const row of await database.query(
    `select digest from swept_objects where ${isDead('marked_at')} union ${keys}`,
  )) {
    await sweep(z.custom<Sha256>(isSha256).parse(row['digest']));
  }
  return removed;
}

async function unnamed(sql: Sql, digests: readonly Sha256[]): Promise<readonly Sha256[]> {
  if (digests.length === 0) return [];
  const rows = await sql.query(
    `select digest from (${NAMED}) named where digest in (select jsonb_array_elements_text($1::jsonb))`,
    [JSON.stringify(digests)],
  );
  const named = new Set(rows.map((row) => row['digest']));
  return digests.filter((digest) => !named.has(digest));
}

/** False when a row names it after all, somebody is about to, or another process has it. */
async function mark(database: Database, digest: Sha256): Promise<boolean> {
  return database.transaction(async (sql) => {
    await lockName(sql, digest);
    if ((await unnamed(sql, [digest])).length === 0) return false;
    const [used] = await sql.query(`select 1 from object_keys where digest = $1 and not ${isOld('used_at')}`, [digest]);
    if (used !== undefined) return false;
    const rows = await sql.query(
      `insert into swept_objects (digest, marked_at) values ($1, clock_timestamp())
       on conflict (digest) do update set marked_at = excluded.marked_at where ${isDead('swept_objects.marked_at')}
       returning digest`,
      [digest],
    );
    return rows.length > 0;
  });
}

/** Until the end of the transaction. */
async function lockName(sql: Sql, digest: Sha256): Promise<void> {
  await sql.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [digest]);
}

/** Nobody is about to name it any more. */
function isOld(column: string): string {
  return `${column} < clock_timestamp() - interval '24 hours'`;
}

function isDead(column: string): string {
  return `${column} < clock_timestamp() - ${DEAD_AFTER}`;
}
