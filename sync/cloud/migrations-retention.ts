import type { Migration } from './migration.ts';

/** A key for each object: whoever deletes the row has destroyed every copy of the object. */
export const RETENTION_MIGRATION: Migration = {
  version: 14,
  statements: [
    `create table object_keys (
      digest text primary key,
      key bytea not null,
      used_at timestamptz not null
    )`,
  ],
};
