import type { Migration } from './migration.ts';

/** What each kiosk last said of itself: one row, which the newest report replaces. Codes for kiosks that are known already. */
export const KIOSK_MIGRATION: Migration = {
  version: 11,
  statements: [
    `create table kiosk_status (
      kiosk text primary key references kiosks (id),
      reported_at timestamptz not null,
      report jsonb not null
    )`,
    'alter table enrolment_codes add column again boolean not null default false',
  ],
};
