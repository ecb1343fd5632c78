import type { Migration } from './migration.ts';

/**
 * What other programs hand in: transactions to be signed at a branch, with their documents (objects, as long as they are
 * wanted), and who may hand in.
 */
export const INTEGRATION_MIGRATION: Migration = {
  version: 10,
  statements: [
    `create table branch_jobs (
      id text primary key,
      tenant text not null references tenants (id),
      branch text not null,
      name text not null,
      state text not null,
      reason text,
      kiosk text references kiosks (id),
      claim_ends_at timestamptz,
      withdraw_asked text,
      created_by text not null,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      changed_at timestamptz not null,
      documents_removed_at timestamptz
    )`,
    `create index branch_jobs_to_do on branch_jobs (tenant, branch, created_at)
      where state in ('offered', 'taken', 'opened', 'signed')`,
    'create index branch_jobs_by_time on branch_jobs (tenant, created_at desc, id)',
    'create index branch_jobs_to_clear on branch_jobs (changed_at) where documents_removed_at is null',
    `create table branch_job_documents (
      job text not null references branch_jobs (id),
      position integer not null,
      name text not null,
      original text not null,
      digest text,
      size bigint not null,
      primary key (job, position)
    )`,
    'create index branch_job_documents_by_object on branch_job_documents (digest)',
    `create table api_keys (
      id text primary key,
      tenant text not null references tenants (id),
      name text not null,
      digest text not null unique,
      scopes jsonb not null,
      made_by text not null,
      made_at timestamptz not null,
      expires_at timestamptz not null,
      last_used_at timestamptz,
      revoked_at timestamptz,
      revoked_by text,
      minute timestamptz,
      requests integer not null default 0
    )`,
    `create table idempotency_keys (
      api_key text not null references api_keys (id),
      key text not null,
      body text not null,
      job text not null,
      made_at timestamptz not null,
      primary key (api_key, key)
    )`,
    `create table webhook_endpoints (
      id text primary key,
      tenant text not null references tenants (id),
      url text not null,
      events jsonb not null,
      made_by text not null,
      made_at timestamptz not null,
      secret integer not null default 1,
      earlier_secret_until timestamptz,
      removed_at timestamptz
    )`,
    `create table webhook_messages (
      id text primary key,
      endpoint text not null references webhook_endpoints (id),
      body text not null,
      made_at timestamptz not null,
      attempts integer not null default 0,
      due_at timestamptz,
      problem text,
      delivered_at timestamptz
    )`,
    'create index webhook_messages_due on webhook_messages (due_at) where due_at is not null',
    'create index webhook_messages_by_endpoint on webhook_messages (endpoint, made_at)',
  ],
};
