import { it } from 'vitest';
import type { Database } from '../../../sync/cloud/database.ts';
import { openEmbeddedDatabase } from '../../../sync/cloud/embedded-database.ts';
import { openPostgresDatabase } from '../../../sync/cloud/postgres-database.ts';
import { postgresBinaries, startPostgres } from '../../support/postgres.ts';
import { requireTool } from '../../support/tools.ts';

/** What a cloud's rows live in. Each that a test runs on gives empty databases until it is ended. */
export interface DatabaseServer {
  open(): Promise<Database>;
  end(): Promise<void>;
}
export interface DatabaseKind {
  readonly name: 'PGlite' | 'PostgreSQL';
  readonly start: () => Promise<DatabaseServer>;
}

const embedded: DatabaseKind = {
  name: 'PGlite',
  start: () => Promise.resolve({ open: () => openEmbeddedDatabase(null), end: () => Promise.resolve() }),
};
const postgres: DatabaseKind = {
  name: 'PostgreSQL',
  start: async () => {
    const server = await startPostgres();
    return { open: () => openPostgresDatabase(server.newDatabase()), end: () => server.end() };
  },
};

/** For `describe.each`: both, or the embedded one and a test that says what is missing. */
export function databaseKinds(): readonly DatabaseKind[] {
  if (postgresBinaries() !== null) return [embedded, postgres];
  it('runs on PostgreSQL too', (ctx) => requireTool(ctx, 'initdb'));
  return [embedded];
}
