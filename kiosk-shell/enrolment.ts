import { z } from 'zod';
import { CLOUD_ROLES, fitsTenant } from '../signing/access/cloud-roles.ts';
import { err, ok, type Result } from '../signing/result.ts';
import { documentTypeSchema } from '../sync/protocol/configuration.ts';

/** Who this counter is, as its keyring's configuration says (`<dataDir>/kiosk/keys/config.json`). */
const enrolmentFacts = z.strictObject({
  version: z.literal(1),
  /** Test keys are allowed, sign-ins may be printed. */
  demo: z.boolean(),
  tenant: z.strictObject({ id: z.string().min(1), name: z.string().min(1) }),
  branch: z.strictObject({ id: z.string().min(1), name: z.string().min(1) }),
  kiosk: z.string().min(1),
  /** Where the cloud was at the enrolment, and its own name, to which tokens are addressed. Absent: a demo's, known by address. */
  cloud: z.strictObject({ address: z.url(), name: z.string().min(1) }).exactOptional(),
  /** The escrow holder as customers read it. */
  keyHolder: z.string().min(1),
  /** IANA name: dates on documents are the branch's. */
  timeZone: z.string().min(1),
  /** Where sealed captures are kept: beside the PDF, where they can be erased, or inside it for good. */
  captures: z.enum(['package', 'document']).default('package'),
  /** Most bytes of packages sent per second; null: as fast as the line carries. */
  uploadBytesPerSecond: z.int().min(4096).nullable().default(null),
  /** Accounts to add when the vault does not know them; verifiers are PHC strings. */
  staff: z.array(
    z.strictObject({
      id: z.string().min(1),
      name: z.string().min(1),
      role: z.enum(['clerk', 'manager']),
      verifier: z.string().startsWith('$argon2id$'),
    }),
  ),
  /** Which devices may sign what (`device-policy.ts`); rules are tried in this order. */
  documentTypes: z.array(documentTypeSchema).max(100).default([]),
  /** The type of a document that no rule fits; null asks nothing of it. */
  defaultDocumentType: z.string().nullable().default(null),
});
const enrolmentSchema = enrolmentFacts.check((context) => {
  const { documentTypes, defaultDocumentType } = context.value;
  const ids = documentTypes.map(({ id }) => id);
  if (new Set(ids).size < ids.length) {
    context.issues.push({ code: 'custom', input: ids, path: ['documentTypes'], message: 'an id occurs twice' });
  }
  if (defaultDocumentType !== null && !ids.includes(defaultDocumentType)) {
    const path = ['defaultDocumentType'];
    context.issues.push({ code: 'custom', input: defaultDocumentType, path, message: 'no document type has this id' });
  }
});
export type KioskEnrolment = z.infer<typeof enrolmentSchema>;

export function parseKioskEnrolment(value: unknown): Result<KioskEnrolment, string> {
  const parsed = enrolmentSchema.safeParse(value);
  return parsed.success ? ok(parsed.data) : err(z.prettifyError(parsed.error));
}

/** Accounts of the cloud console to add when not known (`<dataDir>/cloud/keys/staff.json`). */
const cloudStaffSchema = z.array(
  z.strictObject({
    id: z.string().min(1),
    name: z.string().min(1),
    verifier: z.string().startsWith('$argon2id$'),
    /** Id of the tenant whose packages this person may see. Absent: of every tenant, for whoever runs the cloud. */
    tenant: z.string().min(1).exactOptional(),
    /** Absent: `owner`, who may do everything there. */
    role: z.enum(['owner', ...CLOUD_ROLES]).exactOptional(),
  }),
);
export type CloudStaffAccounts = z.infer<typeof cloudStaffSchema>;

export function parseCloudStaff(value: unknown): Result<CloudStaffAccounts, string> {
  const parsed = cloudStaffSchema.safeParse(value);
  if (!parsed.success) return err(z.prettifyError(parsed.error));
  const odd = parsed.data.find(({ role = 'owner', tenant = null }) => !fitsTenant(role, tenant));
  return odd === undefined
    ? ok(parsed.data)
    : err(`account ${odd.id}: an operator has no tenant, an admin, manager or auditor has one`);
}

/** File names below the data folder that provisioning writes and the runtimes read. */
export const DATA_LAYOUT = {
  /** A keyring (vault/keyring.ts). */
  kioskKeys: ['kiosk', 'keys'],
  /** Services for evidence that this kiosk adds itself (sync/evidence/evidence-config.ts); may be absent. */
  kioskEvidence: ['kiosk', 'keys', 'evidence.json'],
  /** Who may read the numbers (`observe/watch.ts`) proves it with what is in there. */
  kioskMetricsToken: ['kiosk', 'metrics.token'],
  cloudMetricsToken: ['cloud', 'metrics.token'],
  cloudKeys: ['cloud', 'keys'],
  cloudReceiptKey: 'receipt.key.pem',
  /** Those that came after it, by rotation. */
  cloudLaterReceiptKeys: 'receipt-keys',
  /** Issuing authorities of tenants (kiosk-shell/cloud-keys.ts); may be absent. */
  cloudAuthorities: 'authorities',
  cloudTenants: 'tenants.json',
  cloudStaff: 'staff.json',
  /** Services for long-term evidence (sync/evidence/evidence-config.ts); may be absent. */
  cloudEvidence: 'evidence.json',
  cloudStores: 'stores.json',
  /** Archives of tenants (sync/cloud/archive/archive-config.ts); may be absent. */
  cloudArchive: 'archive.json',
  /** What secrets of webhooks come out of; every process needs the same. */
  cloudWebhookKey: 'webhook.key',
  /** Keys that in earnest are other people's: escrow, backup, tenant record, authorities. */
  demo: ['demo'],
} as const;
