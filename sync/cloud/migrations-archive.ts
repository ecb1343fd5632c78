import type { Migration } from './migration.ts';

/** What was handed to an archive, or is to be: one row for each package. */
export const ARCHIVE_MIGRATION: Migration = {
  version: 15,
  statements: [
    `create table archive_exports (
      package text primary key references packages (digest),
      archive text not null,
      content text not null,
      token bytea not null,
      digest text,
      archive_id text,
      received_at text,
      archived_at timestamptz,
      reason text,
      detail text,
      attempts integer not null default 0,
      tried_at timestamptz not null,
      due_at timestamptz
    )`,
    'create index archive_exports_waiting on archive_exports (tried_at) where archived_at is null',
  ],
};
