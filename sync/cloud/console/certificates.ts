import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { parseCertificatesPem } from '../../../signing/cms/pem.ts';
import { isoTime, type Clock } from '../../../signing/clock.ts';
import type { Sql } from '../database.ts';

/** 'issuing' stands below the root and above the kiosks' own. */
export type CertificatePlace = 'root' | 'issuing' | 'device' | 'seal' | 'escrow' | 'record';

/** A certificate that something depends on now. */
export interface ListedCertificate {
  /** SHA-256 of its DER, hex. */
  readonly digest: string;
  readonly tenant: string;
  readonly use: CertificatePlace;
  /** Id of the kiosk; else the subject's common name. */
  readonly of: string;
  readonly begins: string;
  readonly ends: string;
  /** From when on the console warns: a month ahead, or when a tenth of a short life is left. */
  readonly warnedSince: string;
  readonly state: 'good' | 'ending' | 'ended';
}

const WARN_MS = 30 * 86_400_000;

/** Soonest end first, each once per use. Kiosks that are shut out are left out, and certificates that newer ones took the place of. */
export async function listCertificates(
  sql: Sql,
  clock: Clock,
  tenant: string | null,
): Promise<readonly ListedCertificate[]> {
  const now = clock.now();
  const found = [...(await ofTenants(sql, tenant)), ...(await ofKiosks(sql, tenant)), ...(await ofParts(sql, tenant))];
  const listed = found.map(({ certificate, of, ...rest }) =>
    list({ ...rest, of: of ?? nameIn(certificate) }, certificate, now),
  );
  const once = new Map(listed.map((one) => [`${one.tenant} ${one.use} ${one.digest}`, one]));
  return [...once.values()].sort((a, b) => a.ends.localeCompare(b.ends) || a.of.localeCompare(b.of));
}

export async function endingCertificates(
  sql: Sql,
  clock: Clock,
  tenant: string | null,
): Promise<readonly ListedCertificate[]> {
  return (await listCertificates(sql, clock, tenant)).filter(({ state }) => state !== 'good');
}

interface Found {
  readonly tenant: string;
  readonly use: CertificatePlace;
  readonly of: string | null;
  readonly certificate: X509Certificate;
}

async function ofTenants(sql: Sql, tenant: string | null): Promise<readonly Found[]> {
  const shape = z.object({
    id: z.string(),
    roots: z.string(),
    escrow: z.string().nullable(),
    records: z.string().nullable(),
  });
  const rows = await sql.query(
    `select id, roots, new_kiosks ->> 'escrow' as escrow, new_kiosks ->> 'records' as records from tenants
     where $1::text is null or id = $1`,
    [tenant],
  );
  return rows.flatMap((each) => {
    const { id, roots, escrow, records } = shape.parse(each);
    const of = (use: CertificatePlace, pem: string | null): readonly Found[] =>
      parseCertificatesPem(pem ?? '').map((der) => ({
        tenant: id,
        use,
        of: null,
        certificate: new X509Certificate(der),
      }));
    return [...of('root', roots), ...of('escrow', escrow), ...of('record', records)];
  });
}

/** The newest of each use, and what stands above it. */
async function ofKiosks(sql: Sql, tenant: string | null): Promise<readonly Found[]> {
  const shape = z.object({ kiosk: z.string(), tenant: z.string(), use: z.enum(['device', 'seal']), chain: z.string() });
  const rows = await sql.query(
    `select distinct on (c.kiosk, c.use) c.kiosk, k.tenant, c.use, c.chain
     from kiosk_certificates c join kiosks k on k.id = c.kiosk
     where k.active and ($1::text is null or k.tenant = $1)
     order by c.kiosk, c.use, c.issued_at desc nulls last, c.digest`,
    [tenant],
  );
  const above = new Map<string, Found>();
  const own = rows.flatMap((each) => {
    const { kiosk, tenant: whose, use, chain } = shape.parse(each);
    const [first, ...rest] = parseCertificatesPem(chain);
    for (const der of rest) {
      const key = `${whose} ${Buffer.from(der).toString('base64')}`;
      if (!above.has(key))
        above.set(key, { tenant: whose, use: 'issuing', of: null, certificate: new X509Certificate(der) });
    }
    return first === undefined ? [] : [{ tenant: whose, use, of: kiosk, certificate: new X509Certificate(first) }];
  });
  return [...above.values(), ...own];
}

/** Those that the configuration names instead of the enrolled ones. */
async function ofParts(sql: Sql, tenant: string | null): Promise<readonly Found[]> {
  const shape = z.object({
    tenant: z.string(),
    value: z.object({ escrow: z.array(z.string()), record: z.array(z.string()) }),
  });
  const rows = await sql.query(
    `select tenant, value from configuration_parts
     where part = 'certificates' and value is not null and ($1::text is null or tenant = $1)`,
    [tenant],
  );
  return rows.flatMap((each) => {
    const { tenant: whose, value } = shape.parse(each);
    return (['escrow', 'record'] as const).flatMap((use) =>
      value[use].map((der) => ({
        ...{ tenant: whose, use, of: null },
        certificate: new X509Certificate(Buffer.from(der, 'base64')),
      })),
    );
  });
}

function list(
  about: Pick<ListedCertificate, 'tenant' | 'use' | 'of'>,
  certificate: X509Certificate,
  now: number,
): ListedCertificate {
  const [begins, ends] = [certificate.validFromDate.getTime(), certificate.validToDate.getTime()];
  const warned = ends - Math.min(WARN_MS, (ends - begins) / 10);
  return {
    ...about,
    digest: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    begins: isoTime(begins),
    ends: isoTime(ends),
    warnedSince: isoTime(warned),
    state: ends <= now ? 'ended' : warned <= now ? 'ending' : 'good',
  };
}

function nameIn({ subject }: X509Certificate): string {
  return /(?:^|\n)CN=([^\n]+)/.exec(subject)?.[1] ?? subject.replaceAll('\n', ', ');
}
