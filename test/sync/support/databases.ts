import { it } from 'vitest';
import type { Database } from '../../../sync/cloud/database.ts';
import { openEmbeddedDatabase } from '../../../sync/cloud/embedded-database.ts';
import { openS3Bucket } from '../../../sync/cloud/s3-bucket.ts';
import { s3ObjectStore } from '../../../sync/cloud/s3-object-store.ts';
import { s3Uploads } from '../../../sync/cloud/s3-uploads.ts';
import type { UploadStore } from '../../../sync/cloud/upload-store.ts';
import type { ObjectStore } from '../../../sync/cloud/object-store.ts';
import { openPostgresDatabase } from '../../../sync/cloud/postgres-database.ts';
import { systemClock } from '../../../signing/clock.ts';
import { cephIsHere, startCeph } from '../../support/ceph.ts';
import { postgresBinaries, startPostgres } from '../../support/postgres.ts';
import { requireTool } from '../../support/tools.ts';

/** What a cloud's rows live in. Each that a test runs on gives empty databases until it is ended. */
export interface DatabaseServer {
  open(): Promise<Database>;
  /** Empty ones; absent: folders are used. */
  readonly stores?: () => Promise<{ readonly objects: ObjectStore; readonly uploadStore: UploadStore }>;
  end(): Promise<void>;
}
export interface DatabaseKind {
  readonly name: 'PGlite' | 'PostgreSQL' | 'PostgreSQL and S3';
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

/** As in production with several processes. */
const postgresAndS3: DatabaseKind = {
  name: 'PostgreSQL and S3',
  start: async () => {
    const [server, ceph] = await Promise.all([postgres.start(), startCeph()]);
    return {
      open: () => server.open(),
      async stores() {
        const { endpoint, user } = ceph;
        const bucket = await openS3Bucket({
          ...{ endpoint, region: 'default', bucket: await ceph.newBucket(), lockDays: null },
          ...user,
        });
        return { objects: s3ObjectStore(bucket, systemClock), uploadStore: s3Uploads(bucket) };
      },
      end: async () => {
        await Promise.all([server.end(), ceph.end()]);
      },
    };
  },
};

/** For `describe.each`: the kinds of database, and PostgreSQL with objects and uploads in a real S3. */
export function cloudKinds(): readonly DatabaseKind[] {
  const kinds = databaseKinds();
  if (cephIsHere() && postgresBinaries() !== null) return [...kinds, postgresAndS3];
  it('runs on PostgreSQL and S3 too', (ctx) => requireTool(ctx, 'initdb', 'radosgw'));
  return kinds;
}

/** For `describe.each`: both, or the embedded one and a test that says what is missing. */
export function databaseKinds(): readonly DatabaseKind[] {
  if (postgresBinaries() !== null) return [embedded, postgres];
  it('runs on PostgreSQL too', (ctx) => requireTool(ctx, 'initdb'));
  return [embedded];
}
