import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { certificateFacts } from '../../../signing/cms/certificate-facts.ts';
import { certificatePem, parseCertificatesPem } from '../../../signing/cms/pem.ts';
import { isoTime } from '../../../signing/clock.ts';
import { sha256, type Sha256 } from '../../../signing/digest.ts';
import type { Sql } from '../database.ts';

export type CertificateUse = 'device' | 'seal';

/** One certificate that a kiosk has or had; none is ever forgotten, as packages sealed with an old one may still arrive. */
export interface KioskCertificate {
  readonly use: CertificateUse;
  /** DER, its own first, without the root. */
  readonly chain: readonly Uint8Array[];
  readonly certificate: X509Certificate;
  /** Wall milliseconds: its own dates, and earlier when another took its place or the kiosk was shut out. */
  readonly from: number;
  readonly until: number;
  /** The request that it was issued for; null where provisioning brought it. */
  readonly request: string | null;
}

export async function insertCertificate(
  sql: Sql,
  issued: {
    readonly kiosk: string;
    readonly use: CertificateUse;
    readonly chain: readonly Uint8Array[];
    readonly at: number | null;
    readonly request: Sha256 | null;
  },
): Promise<void> {
  const [own] = issued.chain;
  if (own === undefined) throw new TypeError('a chain has a certificate');
  await sql.query(
    `insert into kiosk_certificates (digest, kiosk, use, chain, issued_at, request) values ($1, $2, $3, $4, $5, $6)
     on conflict (kiosk, use, digest) do nothing`,
    [
      sha256(own),
      issued.kiosk,
      issued.use,
      certificatePem(...issued.chain),
      issued.at === null ? null : isoTime(issued.at),
      issued.request,
    ],
  );
}

const row = z.object({
  use: z.enum(['device', 'seal']),
  chain: z.string(),
  ended_at: z.date().nullable(),
  request: z.string().nullable(),
});

/** Newest first. */
export async function certificatesOf(sql: Sql, kiosk: string): Promise<readonly KioskCertificate[]> {
  const rows = await sql.query(
    `select use, chain, ended_at, request from kiosk_certificates where kiosk = $1
     order by issued_at desc nulls last, digest`,
    [kiosk],
  );
  return rows.map((found) => {
    const { use, chain: pem, ended_at: ended, request } = row.parse(found);
    const chain = parseCertificatesPem(pem).map((der) => Uint8Array.from(der));
    const [own] = chain;
    if (own === undefined) throw new TypeError(`a certificate of kiosk ${kiosk} cannot be read`);
    const facts = certificateFacts(own);
    const until = Math.min(facts.notAfter.getTime(), ended?.getTime() ?? Infinity);
    return { use, chain, certificate: new X509Certificate(own), from: facts.notBefore.getTime(), until, request };
  });
}

/** The older ones of a use end at `at`, unless they end before. */
export async function endOlder(
  sql: Sql,
  kiosk: string,
  use: CertificateUse,
  newest: Uint8Array,
  at: number,
): Promise<void> {
  await sql.query(
    `update kiosk_certificates set ended_at = least(coalesce(ended_at, $4), $4)
     where kiosk = $1 and use = $2 and digest <> $3`,
    [kiosk, use, sha256(newest), isoTime(at)],
  );
}
