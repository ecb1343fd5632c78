import { BASELINE_LEVELS } from '../../signing/verification/verification-report.ts';
import type { Migration } from './migration.ts';

const LEVELS = `array['${BASELINE_LEVELS.join("', '")}']`;

/**
 * What the console searches by, so that it stays quick: the lowest level of a package (of raised documents once there are
 * any), codes on customers' copies, indexes in the order of its lists. And who saw to which exception.
 */
export const CONSOLE_MIGRATION: Migration = {
  version: 13,
  statements: [
    'alter table packages add column level text',
    `alter table packages add column short_codes text not null default ''`,
    `update packages p set level = (
      select name from unnest(${LEVELS}) with ordinality as known (name, place)
      where exists (select 1 from long_term l where l.package = p.digest and l.level = name)
        or (not exists (select 1 from long_term l where l.package = p.digest)
          and jsonb_path_query_array(p.report, '$.documents[*].signatures[*] ? (@.kind == "signature").level') ? name)
      order by place limit 1)`,
    `create function lowest_level_of_package() returns trigger language plpgsql as $$
    begin
      update packages set level = (
        select name from unnest(${LEVELS}) with ordinality as known (name, place)
        where exists (select 1 from long_term l where l.package = new.package and l.level = name)
        order by place limit 1)
      where digest = new.package;
      return null;
    end $$`,
    `create trigger long_term_lowest_level after insert or update on long_term
      for each row execute function lowest_level_of_package()`,
    `create index packages_of_tenant on packages (tenant, arrived_at desc, sequence desc, digest desc)
      where superseded_by is null and destroyed_at is null`,
    `create index packages_of_kiosk on packages (kiosk, arrived_at desc, sequence desc, digest desc)
      where superseded_by is null and destroyed_at is null`,
    `create index packages_of_branch on packages (branch, arrived_at desc, sequence desc, digest desc)
      where superseded_by is null and destroyed_at is null`,
    `create index packages_of_level on packages (level, arrived_at desc, sequence desc, digest desc)
      where superseded_by is null and destroyed_at is null`,
    'create index packages_by_transaction_id on packages (transaction_id)',
    'create index refusals_by_time on refusals (refused_at desc, digest desc)',
    `create index packages_out_of_line on packages (arrived_at desc) where superseded_by is null
      and (alarms @> '[{"code": "fork"}]' or alarms @> '[{"code": "replay"}]')`,
    `create index packages_after_gap on packages (kiosk, arrived_at desc) where superseded_by is null
      and alarms @> '[{"code": "gap"}]'`,
    'create index long_term_kept on long_term (package) where reason is not null',
    `create index audit_trail_by_package on audit_trail (tenant, (entry -> 'about' ->> 'package'))
      where entry -> 'about' ? 'package'`,
    `create index audit_trail_by_transaction on audit_trail (tenant, (entry -> 'about' ->> 'transaction'))
      where entry -> 'about' ? 'transaction'`,
    `create table exception_notes (
      key text primary key,
      tenant text,
      kind text not null,
      since timestamptz not null,
      about jsonb not null,
      account text not null,
      account_name text not null,
      at timestamptz not null
    )`,
    'create index exception_notes_by_time on exception_notes (at desc)',
  ],
};
