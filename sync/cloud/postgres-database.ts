import { Pool, TypeOverrides, types, type PoolClient, type QueryResult } from 'pg';
import { migrate, type Database, type SqlRow, type SqlValue } from './database.ts';

export interface PostgresOptions {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  /** PEM of the authority that signed the server's certificate; null: no TLS, for a server on this machine. */
  readonly tlsRoots: string | null;
  /** Connections of this process; PostgreSQL's own default allows 100 in all. */
  readonly connections: number;
}

/** A server that is away is told soon: kiosks keep what they have, and come again. */
const CONNECT_TIMEOUT_MS = 10_000;
/** A statement or an open transaction longer than this holds others up and is ended by the server. */
const STATEMENT_TIMEOUT_MS = 60_000;

/**
 * Opens a PostgreSQL 15 or newer and brings it to the newest schema; any number of processes may.
 * @throws Error when the server cannot be reached, or is set up so that a commit is not durable.
 */
export async function openPostgresDatabase(options: PostgresOptions): Promise<Database> {
  const { tlsRoots, connections, ...server } = options;
  const pool = new Pool({
    ...server,
    ssl: tlsRoots === null ? false : { ca: tlsRoots, rejectUnauthorized: true },
    max: connections,
    application_name: 'countersign',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    keepAlive: true,
    // A receipt says "stored": a database whose default is otherwise does not make it a lie.
    options: '-c synchronous_commit=on',
    types: withNumbers(),
  });
  // Of a connection that breaks while nobody uses it; the next query opens another.
  pool.on('error', () => undefined);
  const database: Database = {
    query: (text, parameters) => rows(pool, text, parameters),
    transaction: async (work) => {
      const client = await pool.connect();
      let broken: Error | undefined;
      try {
        await client.query('begin');
        const value = await work({ query: (text, parameters) => rows(client, text, parameters) });
        await client.query('commit');
        return value;
      } catch (error) {
        await client
          .query('rollback')
          .catch((problem: unknown) => (broken = new Error('rollback failed', { cause: problem })));
        throw error;
      } finally {
        client.release(broken);
      }
    },
    kind: 'postgres',
    connections: () => ({ open: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    execute: (text, parameters) => execute(pool, text, parameters),
    close: () => pool.end(),
  };
  try {
    await assertDurable(database);
    await migrate(database);
  } catch (error) {
    await pool.end();
    throw error;
  }
  return database;
}

async function rows(
  on: Pool | PoolClient,
  text: string,
  parameters: readonly SqlValue[] = [],
): Promise<readonly SqlRow[]> {
  const values = parameters.map((value) => (value instanceof Uint8Array ? Buffer.from(value) : value));
  return (await on.query<SqlRow>(text, values)).rows;
}

async function execute(pool: Pool, text: string, parameters: readonly unknown[]): Promise<readonly SqlRow[]> {
  // Of several statements there are several results, which the types of pg do not say.
  const results: unknown = await pool.query<SqlRow>(text, [...parameters]);
  return (Array.isArray(results) ? results : [results]).flatMap((result: QueryResult<SqlRow>) => result.rows);
}

async function assertDurable(database: Database): Promise<void> {
  for (const setting of ['fsync', 'full_page_writes']) {
    const [row] = await database.query('select current_setting($1) as value', [setting]);
    if (row?.['value'] !== 'on')
      throw new Error(`PostgreSQL has ${setting} off: a power cut would lose what has a receipt`);
  }
}

/** Counts and sizes come as numbers, as from the embedded database; none here is beyond 2^53. */
function withNumbers(): TypeOverrides {
  const overrides = new TypeOverrides();
  overrides.setTypeParser(types.builtins.INT8, Number);
  return overrides;
}
