import { X509Certificate, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { equalBytes } from '../../signing/bytes.ts';
import { parseCertificatesPem } from '../../signing/cms/pem.ts';
import { err, ok, type Result } from '../../signing/result.ts';
import type { Database, Sql } from './database.ts';
import { certificatesOf, insertCertificate, type KioskCertificate } from './devices/kiosk-certificates.ts';

/** A kiosk the cloud knows, as it stands in the database now (so a revocation counts at the next request). */
export interface EnrolledKiosk {
  readonly id: string;
  readonly tenant: string;
  readonly branch: string;
  readonly active: boolean;
  /** Every one it ever had, newest first. */
  readonly certificates: readonly KioskCertificate[];
  /** DER roots of the tenant. */
  readonly roots: readonly Uint8Array[];
}

const pem = z.string().includes('-----BEGIN CERTIFICATE-----').max(100_000);
const name = z.string().min(1).max(200);
/** What kiosks to come are given beside their certificates; `facts` are for the kiosk to understand. */
const newKiosksSchema = z.strictObject({
  /** PEM: the escrow holder's, then its backup's. */
  escrow: pem,
  /** PEM: to which identity and ceremony records are enveloped. */
  records: pem,
  facts: z.record(z.string(), z.unknown()),
});
const enrolmentSchema = z.strictObject({
  version: z.literal(1),
  tenants: z.array(
    z.strictObject({
      id: name,
      name,
      /** PEM, one or more. */
      roots: pem,
      /** Absent: this cloud enrols no kiosks for the tenant. */
      newKiosks: newKiosksSchema.exactOptional(),
      kiosks: z.array(z.strictObject({ id: name, branch: name, deviceCertificate: pem, sealCertificate: pem })),
    }),
  ),
});
/** `tenants.json`: what provisioning hands to a new cloud; later enrolment writes the same rows. */
export type Enrolment = z.infer<typeof enrolmentSchema>;

export function parseEnrolment(value: unknown): Result<Enrolment, string> {
  const parsed = enrolmentSchema.safeParse(value);
  return parsed.success ? ok(parsed.data) : err(z.prettifyError(parsed.error));
}

/** Adds what is not there; what is known stays as it is. */
export async function enrol(database: Database, enrolment: Enrolment): Promise<void> {
  await database.transaction(async (sql) => {
    for (const tenant of enrolment.tenants) {
      await sql.query('insert into tenants (id, name, roots) values ($1, $2, $3) on conflict (id) do nothing', [
        tenant.id,
        tenant.name,
        tenant.roots,
      ]);
      if (tenant.newKiosks !== undefined) {
        await sql.query('update tenants set new_kiosks = $2 where id = $1 and new_kiosks is null', [
          tenant.id,
          JSON.stringify(tenant.newKiosks),
        ]);
      }
      for (const kiosk of tenant.kiosks) {
        const added = await sql.query(
          `insert into kiosks (id, tenant, branch, device_certificate, seal_certificate) values ($1, $2, $3, $4, $5)
           on conflict (id) do nothing returning id`,
          [kiosk.id, tenant.id, kiosk.branch, kiosk.deviceCertificate, kiosk.sealCertificate],
        );
        if (added.length === 0) continue;
        for (const [use, text] of [
          ['device', kiosk.deviceCertificate],
          ['seal', kiosk.sealCertificate],
        ] as const) {
          const chain = parseCertificatesPem(text);
          await insertCertificate(sql, { kiosk: kiosk.id, use, chain, at: null, request: null });
        }
      }
    }
  });
}

const kioskRow = z.object({
  id: z.string(),
  tenant: z.string(),
  branch: z.string(),
  active: z.boolean(),
  roots: z.string(),
});

export async function findKiosk(sql: Sql, id: string): Promise<EnrolledKiosk | null> {
  const [found] = await sql.query(
    `select k.id, k.tenant, k.branch, k.active, t.roots
     from kiosks k join tenants t on t.id = k.tenant where k.id = $1`,
    [id],
  );
  if (found === undefined) return null;
  const row = kioskRow.parse(found);
  return {
    id: row.id,
    tenant: row.tenant,
    branch: row.branch,
    active: row.active,
    certificates: await certificatesOf(sql, id),
    roots: rootsIn(row.roots),
  };
}

/** DER roots of every tenant. */
export async function rootsOfTenants(sql: Sql): Promise<ReadonlyMap<string, readonly Uint8Array[]>> {
  const tenant = z.object({ id: z.string(), roots: z.string() });
  const rows = (await sql.query('select id, roots from tenants')).map((row) => tenant.parse(row));
  return new Map(rows.map(({ id, roots }) => [id, rootsIn(roots)]));
}

function rootsIn(text: string): readonly Uint8Array[] {
  return parseCertificatesPem(text).map((der) => new Uint8Array(new X509Certificate(der).raw));
}

/** Whether this kiosk had that certificate (DER) for sealing at that moment (RFC 3339). */
export function sealedByKiosk({ certificates }: EnrolledKiosk, sealedBy: Uint8Array, at: string): boolean {
  const then = Date.parse(at);
  return certificates.some(
    ({ use, chain: [own], from, until }) =>
      use === 'seal' && own !== undefined && equalBytes(own, sealedBy) && from <= then && then <= until,
  );
}

/** Keys that prove this kiosk at `now`, newest first. */
export function deviceKeys({ certificates }: EnrolledKiosk, now: number): readonly KeyObject[] {
  return certificates
    .filter(({ use, from, until }) => use === 'device' && from <= now && now < until)
    .map(({ certificate }) => certificate.publicKey);
}
