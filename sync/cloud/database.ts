import { MIGRATIONS } from './migrations.ts';

export type SqlValue = string | number | boolean | null | Uint8Array;
/** A row as the database gives it: parsed by whoever asked, at this edge. */
export type SqlRow = Readonly<Record<string, unknown>>;

/** PostgreSQL dialect with `$1` parameters; jsonb parameters are passed as JSON text. */
export interface Sql {
  query(text: string, parameters?: readonly SqlValue[]): Promise<readonly SqlRow[]>;
}

/** The cloud's database (a port): PGlite (`embedded-database.ts`) or PostgreSQL (`postgres-database.ts`). */
export interface Database extends Sql {
  /** Commits when `work` resolves (durable when this resolves), rolls back when it throws. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  readonly kind: 'pglite' | 'postgres';
  /** How many this process has, where there are any: open, of these idle, and how many wait for one. */
  connections?(): { readonly open: number; readonly idle: number; readonly waiting: number };
  /** For the job queue, whose text is its own: several statements when there are no parameters, arrays as parameters. */
  execute(text: string, parameters: readonly unknown[]): Promise<readonly SqlRow[]>;
  close(): Promise<void>;
}

/** Any number that means "Countersign migrates": two processes starting on one PostgreSQL take turns. */
const MIGRATION_LOCK = 20_261_123;

/** Forward only: a number once used keeps its text. @throws Error when the schema is newer than this program. */
export async function migrate(database: Database): Promise<void> {
  await database.transaction(async (sql) => {
    await sql.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await sql.query('create table if not exists schema_version (version integer primary key)');
    const [row] = await sql.query('select coalesce(max(version), 0) as version from schema_version');
    const current = Number(row?.['version']);
    const newest = MIGRATIONS.at(-1)?.version ?? 0;
    if (current > newest)
      throw new Error(`database has schema ${String(current)}, this program knows ${String(newest)}`);
    for (const migration of MIGRATIONS.filter((each) => each.version > current)) {
      for (const statement of migration.statements) await sql.query(statement);
      await sql.query('insert into schema_version (version) values ($1)', [migration.version]);
    }
  });
}
