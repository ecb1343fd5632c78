import type { Migration } from './migration.ts';

/** Several processes on one database and one object store. */
export const STORES_MIGRATION: Migration = {
  version: 7,
  statements: [
    `create table upload_locks (
      upload text primary key,
      owner text not null,
      expires_at timestamptz not null,
      wanted boolean not null default false
    )`,
    `create table swept_objects (
      digest text primary key,
      marked_at timestamptz not null
    )`,
    'create index long_term_by_object on long_term (digest)',
  ],
};
