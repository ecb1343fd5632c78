import { isoTime, type Clock } from '../../../signing/clock.ts';
import { sha256 } from '../../../signing/digest.ts';
import { utf8 } from '../../../signing/bytes.ts';
import type { Sql } from '../database.ts';

/** So many wrong codes from one address, then none is looked at for the rest of the time. */
export const WRONG_CODES = { most: 10, withinMs: 15 * 60_000 } as const;

/** Guesses from one address, counted in the database, so that several processes count together. Only its digest is kept. */
export async function isShutOut(sql: Sql, source: string, clock: Clock): Promise<boolean> {
  const [row] = await sql.query(
    'select 1 from enrolment_attempts where source = $1 and failures >= $2 and since > $3',
    [nameOf(source), WRONG_CODES.most, isoTime(clock.now() - WRONG_CODES.withinMs)],
  );
  return row !== undefined;
}

export async function countWrong(sql: Sql, source: string, clock: Clock): Promise<void> {
  await sql.query(
    `insert into enrolment_attempts (source, since, failures) values ($1, $2, 1)
     on conflict (source) do update set
       failures = case when enrolment_attempts.since > $3 then enrolment_attempts.failures + 1 else 1 end,
       since = case when enrolment_attempts.since > $3 then enrolment_attempts.since else $2 end`,
    [nameOf(source), isoTime(clock.now()), isoTime(clock.now() - WRONG_CODES.withinMs)],
  );
}

/** Those whose time is over are of no use to anybody. */
export async function forgetAttempts(sql: Sql, clock: Clock): Promise<void> {
  await sql.query('delete from enrolment_attempts where since <= $1', [isoTime(clock.now() - WRONG_CODES.withinMs)]);
}

function nameOf(source: string): string {
  return sha256(utf8('countersign.enrolment-source/1\n'), utf8(source));
}
