import { createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { err, ok, type Result } from '../../signing/result.ts';
import type { Database, Sql } from './database.ts';

/** A kiosk the cloud knows, as it stands in the database now (so a revocation counts at the next request). */
export interface EnrolledKiosk {
  readonly id: string;
  readonly tenant: string;
  readonly branch: string;
  readonly active: boolean;
  readonly deviceKey: KeyObject;
  /** DER. */
  readonly sealCertificate: Uint8Array;
  /** DER roots of the tenant. */
  readonly roots: readonly Uint8Array[];
}

const pem = z.string().includes('-----BEGIN CERTIFICATE-----').max(100_000);
const name = z.string().min(1).max(200);
const enrolmentSchema = z.strictObject({
  version: z.literal(1),
  tenants: z.array(
    z.strictObject({
      id: name,
      name,
      /** PEM, one or more. */
      roots: pem,
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
      for (const kiosk of tenant.kiosks) {
        await sql.query(
          `insert into kiosks (id, tenant, branch, device_certificate, seal_certificate) values ($1, $2, $3, $4, $5)
           on conflict (id) do nothing`,
          [kiosk.id, tenant.id, kiosk.branch, kiosk.deviceCertificate, kiosk.sealCertificate],
        );
      }
    }
  });
}

const kioskRow = z.object({
  id: z.string(),
  tenant: z.string(),
  branch: z.string(),
  active: z.boolean(),
  device_certificate: z.string(),
  seal_certificate: z.string(),
  roots: z.string(),
});

export async function findKiosk(sql: Sql, id: string): Promise<EnrolledKiosk | null> {
  const [found] = await sql.query(
    `select k.id, k.tenant, k.branch, k.active, k.device_certificate, k.seal_certificate, t.roots
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
    deviceKey: createPublicKey(row.device_certificate),
    sealCertificate: new Uint8Array(new X509Certificate(row.seal_certificate).raw),
    roots: splitPem(row.roots).map((text) => new Uint8Array(new X509Certificate(text).raw)),
  };
}

function splitPem(text: string): readonly string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}
