import type { Migration } from './migration.ts';

/**
 * Roles: who had an account until now could do everything and keeps it. A secret that somebody else chose has a day on which it
 * ends (`secret_ends_at`; null: the person's own). Wrong answers are counted by account and address.
 */
export const ACCESS_MIGRATION: Migration = {
  version: 12,
  statements: [
    `update staff set role = 'owner'`,
    'alter table staff add column closed_at timestamptz',
    'alter table staff add column secret_ends_at timestamptz',
    'alter table staff drop column lockout',
    'create index staff_by_tenant on staff (tenant)',
    'create index sessions_by_staff on sessions (staff)',
    `create table sign_in_attempts (
      counted text primary key,
      account text,
      source text,
      state jsonb not null,
      last_at timestamptz not null
    )`,
    'create index sign_in_attempts_by_account on sign_in_attempts (account)',
    'create index sign_in_attempts_by_time on sign_in_attempts (last_at)',
    `create table sign_in_sources (
      staff text not null references staff (id),
      source text not null,
      seen_at timestamptz not null,
      primary key (staff, source)
    )`,
  ],
};
