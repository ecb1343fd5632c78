import type { Migration } from './migration.ts';

/**
 * What kiosks are told. A part holds for a whole tenant (branch '') or for one branch, which then counts instead. A part
 * taken back keeps its row, so that its revision goes on. `content` is canonical JSON, for equality of texts.
 */
export const CONFIG_MIGRATION: Migration = {
  version: 6,
  statements: [
    `create table configuration_parts (
      tenant text not null references tenants (id),
      branch text not null,
      part text not null,
      value jsonb,
      revision integer not null,
      primary key (tenant, branch, part)
    )`,
    `create table configuration_changes (
      number bigint generated always as identity primary key,
      at timestamptz not null,
      tenant text not null references tenants (id),
      branch text not null,
      part text not null,
      revision integer not null,
      digest text,
      account text not null
    )`,
    `create table kiosk_configurations (
      kiosk text primary key references kiosks (id),
      number integer not null,
      content text not null,
      published_at timestamptz not null,
      taken_number integer,
      taken_at timestamptz
    )`,
  ],
};
