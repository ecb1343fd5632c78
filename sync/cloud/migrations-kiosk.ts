import type { Migration } from './migration.ts';

/** What each kiosk last said of itself: one row, which the newest report replaces. */
export const KIOSK_MIGRATION: Migration = {
  version: 9,
  statements: [
    `create table kiosk_status (
      kiosk text primary key references kiosks (id),
      reported_at timestamptz not null,
      report jsonb not null
    )`,
  ],
};
