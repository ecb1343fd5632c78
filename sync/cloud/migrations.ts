import type { Migration } from './migration.ts';
import { ENROL_MIGRATION } from './migrations-enrol.ts';
import { CONFIG_MIGRATION } from './migrations-config.ts';
import { STORES_MIGRATION } from './migrations-stores.ts';
import { JOBS_MIGRATION } from './migrations-jobs.ts';
import { OBSERVE_MIGRATION } from './migrations-observe.ts';
import { INTEGRATION_MIGRATION } from './migrations-integration.ts';
import { KIOSK_MIGRATION } from './migrations-kiosk.ts';
import { CONSOLE_MIGRATION } from './migrations-console.ts';
import { ACCESS_MIGRATION } from './migrations-access.ts';
import { ARCHIVE_MIGRATION } from './migrations-archive.ts';
import { RETENTION_MIGRATION } from './migrations-retention.ts';

/** Numbered, forward only. What is here has run somewhere: add, never change. */
export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    statements: [
      `create table tenants (
        id text primary key,
        name text not null,
        roots text not null,
        last_sequence bigint not null default 0
      )`,
      `create table kiosks (
        id text primary key,
        tenant text not null references tenants (id),
        branch text not null,
        device_certificate text not null,
        seal_certificate text not null,
        active boolean not null default true,
        audit_sequence bigint not null default 0,
        audit_head text,
        last_contact timestamptz
      )`,
      `create table packages (
        digest text primary key,
        tenant text not null references tenants (id),
        kiosk text not null references kiosks (id),
        branch text not null,
        transaction_id text not null,
        transaction_name text not null,
        size bigint not null,
        arrived_at timestamptz not null,
        sequence bigint not null,
        receipt text not null,
        report jsonb not null,
        audit_first bigint not null,
        audit_last bigint not null,
        audit_previous text not null,
        audit_head text not null,
        alarms jsonb not null,
        unique (tenant, sequence)
      )`,
      'create index packages_by_arrival on packages (arrived_at desc)',
      'create index packages_by_chain on packages (kiosk, audit_last)',
      'create index packages_by_transaction on packages (kiosk, transaction_id)',
      `create table refusals (
        digest text not null,
        kiosk text not null references kiosks (id),
        tenant text not null,
        branch text not null,
        transaction_id text not null,
        transaction_name text not null,
        size bigint not null,
        refused_at timestamptz not null,
        reason text not null,
        detail text not null,
        report jsonb,
        primary key (digest, kiosk)
      )`,
      `create table uploads (
        id text primary key,
        kiosk text not null references kiosks (id),
        digest text not null,
        transaction_id text not null,
        size bigint not null,
        created_at timestamptz not null
      )`,
      'create index uploads_by_digest on uploads (digest, kiosk)',
      `create table staff (
        id text primary key,
        name text not null,
        name_key text not null unique,
        role text not null,
        verifier text not null,
        lockout jsonb not null
      )`,
      `create table sessions (
        token_digest text primary key,
        staff text not null references staff (id),
        created_at timestamptz not null,
        last_seen_at timestamptz not null
      )`,
    ],
  },
  {
    version: 2,
    statements: [
      `create table long_term (
        package text not null references packages (digest),
        document text not null,
        digest text,
        level text not null,
        reason text,
        detail text,
        attempts integer not null,
        tried_at timestamptz not null,
        due_at timestamptz,
        primary key (package, document)
      )`,
      'create index long_term_by_due on long_term (due_at)',
    ],
  },
  {
    version: 3,
    statements: [
      'alter table long_term add column reached_at timestamptz',
      'update long_term set reached_at = tried_at where digest is not null',
      'alter table staff add column tenant text references tenants (id)',
    ],
  },
  {
    version: 4,
    statements: [
      `alter table packages add column erasures jsonb not null default '[]'`,
      'alter table packages add column superseded_by text references packages (digest)',
      'alter table packages add column destroyed_at timestamptz',
      'create index packages_to_destroy on packages (digest) where superseded_by is not null and destroyed_at is null',
    ],
  },
  ENROL_MIGRATION,
  CONFIG_MIGRATION,
  STORES_MIGRATION,
  JOBS_MIGRATION,
  OBSERVE_MIGRATION,
  INTEGRATION_MIGRATION,
  KIOSK_MIGRATION,
  ACCESS_MIGRATION,
  CONSOLE_MIGRATION,
  RETENTION_MIGRATION,
  ARCHIVE_MIGRATION,
];
