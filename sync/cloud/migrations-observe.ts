import type { Migration } from './migration.ts';

/** What the kiosk calls a delivery; and what is counted at every look is found without reading every package. */
export const OBSERVE_MIGRATION: Migration = {
  version: 9,
  statements: [
    'alter table uploads add column trace text',
    'alter table packages add column trace text',
    'alter table refusals add column trace text',
    `create index packages_with_alarms on packages (digest) where alarms <> '[]'::jsonb and destroyed_at is null`,
  ],
};
