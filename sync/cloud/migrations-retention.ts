import type { Migration } from './migration.ts';

/**
 * A key for each object: whoever deletes the row has destroyed every copy of the object. And what the trail says of one
 * transaction is found without reading all of it.
 */
export const RETENTION_MIGRATION: Migration = {
  version: 14,
  statements: [
    `create table object_keys (
      digest text primary key,
      key bytea not null,
      used_at timestamptz not null
    )`,
    `create index audit_trail_by_transaction on audit_trail (tenant, (entry -> 'about' ->> 'transaction'))`,
    `create index audit_trail_by_package on audit_trail (tenant, (entry -> 'about' ->> 'package'))`,
  ],
};
