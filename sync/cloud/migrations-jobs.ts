import type { Migration } from './migrations.ts';

/** The cloud's own audit trail: rows are only added; what may go later is an entry's contents, never its place in the chain. */
export const JOBS_MIGRATION: Migration = {
  version: 5,
  statements: [
    `create table audit_heads (
      tenant text primary key,
      sequence bigint not null,
      link text not null
    )`,
    `create table audit_trail (
      tenant text not null,
      sequence bigint not null,
      at timestamptz not null,
      event text not null,
      entry jsonb,
      body text not null,
      link text not null,
      primary key (tenant, sequence)
    )`,
    'create index audit_trail_by_time on audit_trail (at)',
    `create function audit_trail_is_append_only() returns trigger language plpgsql as $$
    begin
      if tg_op = 'UPDATE' and new.entry is null
        and (new.tenant, new.sequence, new.at, new.event, new.body, new.link)
          is not distinct from (old.tenant, old.sequence, old.at, old.event, old.body, old.link) then
        return new;
      end if;
      raise exception 'the audit trail is append-only';
    end $$`,
    `create trigger audit_trail_append_only before update or delete on audit_trail
      for each row execute function audit_trail_is_append_only()`,
    `create trigger audit_trail_not_emptied before truncate on audit_trail
      for each statement execute function audit_trail_is_append_only()`,
  ],
};
