import { z } from 'zod';
import { isoTime, type Clock } from '../../../signing/clock.ts';
import {
  CONFIGURATION_LIFE_DAYS,
  CONFIGURATION_MEDIA_TYPE,
  parseConfigurationClaims,
  type ConfigurationClaims,
} from '../../protocol/configuration.ts';
import type { Database, Sql } from '../database.ts';
import type { EnrolledKiosk } from '../enrolment.ts';
import { hold, type HoldPorts } from '../held.ts';
import { publishTenant } from './publish.ts';

export interface ConfigurationPorts extends HoldPorts {
  readonly database: Database;
  readonly clock: Clock;
  /** Compact JWS over the claims. */
  readonly sign: (claims: ConfigurationClaims) => Promise<string>;
}

const LOOK_EVERY_MS = 1000;
const DAY_MS = 86_400_000;

const row = z.object({ number: z.number(), content: z.string() });

/**
 * The newest configuration of this kiosk, and of no other. Held while there is nothing newer: the database is looked at,
 * so that it does not matter which process a change was made in.
 */
export async function answerConfiguration(
  ports: ConfigurationPorts,
  request: Request,
  kiosk: EnrolledKiosk,
): Promise<Response> {
  const { database, clock } = ports;
  const has = readTag(request.headers.get('if-none-match'));
  await noteTaken(database, kiosk.id, has, isoTime(clock.now()));
  if ((await newest(database, kiosk.id)) === null) await publishFirst(database, kiosk, isoTime(clock.now()));
  const news = await hold(ports, request.signal, LOOK_EVERY_MS, async () => {
    const found = await newest(database, kiosk.id);
    // Claims of one day are the same in every process: the same number with a later end comes once a day.
    const day = isoTime(clock.now()).slice(0, 10);
    const isNew = found !== null && (has === null || has.number !== found.number || has.day < day);
    return isNew ? { found, day } : null;
  });
  if (news !== null) return signed(ports, kiosk, news.found, news.day);
  return new Response(null, { status: has === null ? 204 : 304, headers: { 'cache-control': 'no-store' } });
}

async function signed(
  { sign }: ConfigurationPorts,
  kiosk: EnrolledKiosk,
  { number, content }: z.infer<typeof row>,
  day: string,
): Promise<Response> {
  const claims = parseConfigurationClaims({
    type: 'countersign.configuration',
    version: 1,
    tenant: kiosk.tenant,
    branch: kiosk.branch,
    kiosk: kiosk.id,
    number,
    notAfter: isoTime(Date.parse(day) + CONFIGURATION_LIFE_DAYS * DAY_MS),
    content: JSON.parse(content) as unknown,
  });
  if (!claims.ok) throw new Error(`configuration ${String(number)} of ${kiosk.id}: ${claims.error}`);
  return new Response(await sign(claims.value), {
    headers: {
      'content-type': CONFIGURATION_MEDIA_TYPE,
      'cache-control': 'no-store',
      etag: `"${String(number)}.${day}"`,
    },
  });
}

async function newest(sql: Sql, kiosk: string): Promise<z.infer<typeof row> | null> {
  const [found] = await sql.query('select number, content from kiosk_configurations where kiosk = $1', [kiosk]);
  return found === undefined ? null : row.parse(found);
}

/** A kiosk that was enrolled after the last change. */
async function publishFirst(database: Database, kiosk: EnrolledKiosk, at: string): Promise<void> {
  await database.transaction(async (sql) => {
    await sql.query('select id from tenants where id = $1 for update', [kiosk.tenant]);
    await publishTenant(sql, kiosk.tenant, at);
  });
}

/** What it asks on top of is what it took. */
async function noteTaken(sql: Sql, kiosk: string, has: Tag | null, at: string): Promise<void> {
  if (has === null) return;
  await sql.query(
    `update kiosk_configurations set taken_number = $2, taken_at = $3
     where kiosk = $1 and number >= $2 and taken_number is distinct from $2`,
    [kiosk, has.number, at],
  );
}

interface Tag {
  readonly number: number;
  readonly day: string;
}

function readTag(header: string | null): Tag | null {
  const [, number, day] = /^(?:W\/)?"(\d{1,9})\.(\d{4}-\d{2}-\d{2})"$/.exec(header ?? '') ?? [];
  return number === undefined || day === undefined ? null : { number: Number(number), day };
}
