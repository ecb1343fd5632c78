/**
 * Audit trail: rows are only added; what may go later is an entry's contents, never its place in the chain. Legal holds, what
 * tenants decided about retention, and a tombstone for each package that was destroyed.
 */
export const JOBS_MIGRATION = {
  version: 8,
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
    `create table legal_holds (
      id text primary key,
      tenant text not null references tenants (id),
      transaction_id text,
      arrived_from timestamptz,
      arrived_until timestamptz,
      reason text not null,
      placed_by text not null,
      placed_at timestamptz not null,
      ends_at timestamptz,
      lifted_by text,
      lifted_at timestamptz
    )`,
    'create index legal_holds_in_force on legal_holds (tenant) where lifted_at is null',
    `create table retention_rules (
      tenant text not null references tenants (id),
      class text not null,
      days integer not null,
      reason text,
      primary key (tenant, class)
    )`,
    `create table tombstones (
      digest text primary key references packages (digest),
      tenant text not null references tenants (id),
      proof text not null,
      objects jsonb not null,
      objects_removed_at timestamptz
    )`,
    'create index tombstones_to_finish on tombstones (digest) where objects_removed_at is null',
  ],
};
