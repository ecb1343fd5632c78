import { PGlite, type Transaction } from '@electric-sql/pglite';
import { migrate, type Database, type SqlRow, type SqlValue } from './database.ts';

/**
 * Opens the embedded database in `folder` (null: in memory) and brings it to the newest schema.
 * One process at a time may have a folder open.
 */
export async function openEmbeddedDatabase(folder: string | null): Promise<Database> {
  const lite = await PGlite.create(folder === null ? {} : { dataDir: folder });
  const database: Database = {
    query: (text, parameters = []) => rows(lite, text, parameters),
    transaction: (work) => lite.transaction((tx) => work({ query: (text, given = []) => rows(tx, text, given) })),
    kind: 'pglite',
    execute: (text, parameters) => execute(lite, text, parameters),
    close: () => lite.close(),
  };
  await migrate(database);
  return database;
}

async function rows(
  on: PGlite | Transaction,
  text: string,
  parameters: readonly SqlValue[],
): Promise<readonly SqlRow[]> {
  const result = await on.query<SqlRow>(text, [...parameters]);
  return result.rows;
}

async function execute(lite: PGlite, text: string, parameters: readonly unknown[]): Promise<readonly SqlRow[]> {
  try {
    if (parameters.length > 0) return (await lite.query<SqlRow>(text, [...parameters])).rows;
    return (await lite.exec(text)).flatMap((result) => result.rows as SqlRow[]);
  } catch (error) {
    // There is one connection: a `begin` among several statements that failed would stay open for whoever comes next.
    await lite.exec('rollback').catch(() => undefined);
    throw error;
  }
}
