import { z } from 'zod';
import type { RandomBytes } from '../../../signing/access/session.ts';
import { isoTime, type Clock } from '../../../signing/clock.ts';
import type { NewId } from '../../../signing/ids.ts';
import { err, ok, type Result } from '../../../signing/result.ts';
import { CODE_SECRET_BYTES, codePublicKey, makeEnrolmentCode } from '../../protocol/enrolment-code.ts';
import type { Database } from '../database.ts';
import type { TenantAuthorities } from './authority.ts';
import { recordEvent } from './device-events.ts';

export interface CodePorts {
  readonly database: Database;
  readonly authorities: TenantAuthorities;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly random: RandomBytes;
  /** Thumbprint of the key that receipts are signed with now. */
  readonly receiptKeyId: () => Promise<string>;
}

/** Who does it; `tenant` null for whoever runs the cloud. */
export interface DeviceActor {
  readonly name: string;
  readonly tenant: string | null;
}

export interface NewCode {
  readonly tenant: string;
  readonly branch: { readonly id: string; readonly name: string };
  /** Id of the kiosk; a new one is unique in this cloud. */
  readonly kiosk: string;
  /** Hours until it ends; 24 by default, 168 at most. */
  readonly hours?: number;
  /** For a kiosk of this name that is enrolled already, in this branch: it gets new keys, and the ones before end with that. */
  readonly again?: boolean;
}

export type NewCodeRefusal =
  | 'unknown-tenant'
  /** The tenant has no issuing authority here, or does not say what new kiosks are given. */
  | 'no-authority'
  /** The branch or kiosk is not named in a way that goes into a certificate. */
  | 'invalid'
  | 'kiosk-exists'
  /** Asked for one that is enrolled, and there is none of this name in this branch. */
  | 'no-such-kiosk';

const CODE_HOURS = { usual: 24, most: 168 } as const;
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,62}$/u;

/** The text is given here and nowhere else: the cloud keeps a public key. */
export async function makeCode(
  ports: CodePorts,
  wanted: NewCode,
  by: DeviceActor,
): Promise<Result<{ readonly id: string; readonly code: string; readonly expiresAt: string }, NewCodeRefusal>> {
  const { database, clock } = ports;
  if (by.tenant !== null && by.tenant !== wanted.tenant) return err('unknown-tenant');
  const hours = wanted.hours ?? CODE_HOURS.usual;
  const names = [wanted.kiosk, wanted.branch.id, wanted.branch.name];
  if (!names.every((name) => NAME.test(name)) || !(hours > 0 && hours <= CODE_HOURS.most)) return err('invalid');
  const [tenant] = await database.query('select new_kiosks is not null as ready from tenants where id = $1', [
    wanted.tenant,
  ]);
  if (tenant === undefined) return err('unknown-tenant');
  if (tenant['ready'] !== true || !ports.authorities.has(wanted.tenant)) return err('no-authority');
  const receiptKey = await ports.receiptKeyId();
  const code = makeEnrolmentCode(ports.random(CODE_SECRET_BYTES), receiptKey);
  const id = ports.newId();
  const now = clock.now();
  const expiresAt = isoTime(now + hours * 3600_000);
  return database.transaction(async (sql) => {
    const again = wanted.again === true;
    const [known] = await sql.query('select tenant, branch from kiosks where id = $1', [wanted.kiosk]);
    if (!again && known !== undefined) return err('kiosk-exists' as const);
    if (again && (known?.['tenant'] !== wanted.tenant || known['branch'] !== wanted.branch.id)) {
      return err('no-such-kiosk' as const);
    }
    await sql.query(
      `insert into enrolment_codes (id, lookup, public_key, tenant, branch, branch_name, kiosk, made_by, made_at,
         expires_at, receipt_key, again) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [
        ...[id, code.lookup, codePublicKey(code), wanted.tenant, wanted.branch.id, wanted.branch.name, wanted.kiosk],
        ...[by.name, isoTime(now), expiresAt, receiptKey, again],
      ],
    );
    const detail = { code: id, branch: wanted.branch.id, expiresAt, again };
    await recordEvent(sql, now, {
      ...{ tenant: wanted.tenant, kiosk: wanted.kiosk, event: 'code-made', account: by.name, detail },
    });
    return ok({ id, code: code.text, expiresAt });
  });
}

/** A code as lists show it; its text is not known any more. */
export interface ListedCode {
  readonly id: string;
  readonly tenant: string;
  readonly branch: string;
  readonly kiosk: string;
  readonly madeBy: string;
  readonly madeAt: string;
  readonly expiresAt: string;
  readonly state: 'open' | 'used' | 'expired' | 'withdrawn';
}

const listedRow = z.object({
  id: z.string(),
  tenant: z.string(),
  branch: z.string(),
  kiosk: z.string(),
  made_by: z.string(),
  made_at: z.date(),
  expires_at: z.date(),
  withdrawn_at: z.date().nullable(),
  used_at: z.date().nullable(),
});

/** Newest first. @param tenant null for those of every tenant */
export async function listCodes(
  { database, clock }: Pick<CodePorts, 'database' | 'clock'>,
  tenant: string | null,
): Promise<readonly ListedCode[]> {
  const rows = await database.query(
    `select id, tenant, branch, kiosk, made_by, made_at, expires_at, withdrawn_at, used_at from enrolment_codes
     where $1::text is null or tenant = $1 order by made_at desc, id limit 200`,
    [tenant],
  );
  return rows.map((found) => {
    const row = listedRow.parse(found);
    const ended = row.expires_at.getTime() <= clock.now() ? 'expired' : 'open';
    return {
      ...{ id: row.id, tenant: row.tenant, branch: row.branch, kiosk: row.kiosk, madeBy: row.made_by },
      ...{ madeAt: isoTime(row.made_at.getTime()), expiresAt: isoTime(row.expires_at.getTime()) },
      state: row.used_at !== null ? 'used' : row.withdrawn_at !== null ? 'withdrawn' : ended,
    };
  });
}

/** False when there is no such code that is still open. */
export async function withdrawCode(
  { database, clock }: Pick<CodePorts, 'database' | 'clock'>,
  id: string,
  by: DeviceActor,
): Promise<boolean> {
  const now = clock.now();
  return database.transaction(async (sql) => {
    const [row] = await sql.query(
      `update enrolment_codes set withdrawn_at = $2
       where id = $1 and used_at is null and withdrawn_at is null and ($3::text is null or tenant = $3)
       returning tenant, kiosk`,
      [id, isoTime(now), by.tenant],
    );
    if (row === undefined) return false;
    const { tenant, kiosk } = z.object({ tenant: z.string(), kiosk: z.string() }).parse(row);
    await recordEvent(sql, now, { tenant, kiosk, event: 'code-withdrawn', account: by.name, detail: { code: id } });
    return true;
  });
}
