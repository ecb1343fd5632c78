import type { Migration } from './migration.ts';

const der = (column: string): string =>
  `decode(substring(${column} from '-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----'), 'base64')`;

/** Device identity: codes, every certificate of every kiosk, who did what to a kiosk, the cloud's own name, receipt keys to come. */
export const ENROL_MIGRATION: Migration = {
  version: 5,
  statements: [
    'alter table tenants add column new_kiosks jsonb',
    'alter table kiosks add column revoked_at timestamptz',
    'alter table kiosks add column revoked_reason text',
    `create table kiosk_certificates (
      kiosk text not null references kiosks (id),
      use text not null,
      digest text not null,
      chain text not null,
      issued_at timestamptz,
      ended_at timestamptz,
      request text,
      primary key (kiosk, use, digest)
    )`,
    ...['device', 'seal'].map(
      (use) => `insert into kiosk_certificates (digest, kiosk, use, chain)
        select encode(sha256(${der(`${use}_certificate`)}), 'hex'), id, '${use}', ${use}_certificate from kiosks
        where ${use}_certificate like '%-----BEGIN CERTIFICATE-----%'`,
    ),
    `create table enrolment_codes (
      id text primary key,
      lookup text not null unique,
      public_key text not null,
      tenant text not null references tenants (id),
      branch text not null,
      branch_name text not null,
      kiosk text not null,
      made_by text not null,
      made_at timestamptz not null,
      expires_at timestamptz not null,
      receipt_key text not null,
      attempts integer not null default 0,
      withdrawn_at timestamptz,
      used_at timestamptz,
      request text
    )`,
    `create table enrolment_attempts (
      source text primary key,
      since timestamptz not null,
      failures integer not null
    )`,
    `create table device_events (
      number bigint generated always as identity primary key,
      at timestamptz not null,
      tenant text not null,
      kiosk text not null,
      event text not null,
      account text,
      detail jsonb not null
    )`,
    'create index device_events_by_kiosk on device_events (kiosk, number)',
    'create table cloud_name (only_one boolean primary key check (only_one), name text not null)',
    `insert into cloud_name (only_one, name) values (true, 'urn:uuid:' || gen_random_uuid()::text)`,
    `create table receipt_key_statements (
      kid text primary key,
      successor text not null,
      statement text not null,
      takes_over_at timestamptz not null
    )`,
  ],
};
