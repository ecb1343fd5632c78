/** What a kiosk and a cloud say to each other when the kiosk gets its certificates, and later new ones. */
import { z } from 'zod';
import { isSha256, sha256, type Sha256 } from '../../signing/digest.ts';
import { canonicalBytes } from '../../signing/canonical-json.ts';

export const ENROLMENT_PATH = '/api/cloud/v1/enrolment';
export const RENEWAL_PATH = '/api/cloud/v1/renewal';

/** A branch clock may be off by this much: device tokens bear no more. */
export const ENROLMENT_SKEW_MS = 120_000;

const der64 = z
  .string()
  .max(16_384)
  .regex(/^[A-Za-z0-9+/]+={0,2}$/);
const digest = z.custom<Sha256>(isSha256);

/** What the code's key signs. Both requests are PKCS#10 in DER, base64. */
export interface EnrolmentStatement {
  readonly type: 'countersign.enrolment-request';
  readonly version: 1;
  readonly code: Sha256;
  readonly device: string;
  readonly seal: string;
}
const enrolmentRequest = z.strictObject({
  code: digest,
  device: der64,
  seal: der64,
  /** Ed25519 over the canonical statement, base64. */
  signature: z.string().length(88),
  /** The kiosk's own clock; not signed, as it only serves to find out that it is wrong. */
  time: z.iso.datetime({ precision: 3 }),
});
export type EnrolmentRequest = z.infer<typeof enrolmentRequest>;

export function statementBytes({
  code,
  device,
  seal,
}: Pick<EnrolmentStatement, 'code' | 'device' | 'seal'>): Uint8Array {
  const statement: EnrolmentStatement = { type: 'countersign.enrolment-request', version: 1, code, device, seal };
  return canonicalBytes(statement);
}

/** Names a request: the same keys and the same code are the same request, whenever it is sent. */
export function requestDigest(request: Pick<EnrolmentStatement, 'code' | 'device' | 'seal'>): Sha256 {
  return sha256(statementBytes(request));
}

export function parseEnrolmentRequest(value: unknown): EnrolmentRequest | null {
  const parsed = enrolmentRequest.safeParse(value);
  return parsed.success ? parsed.data : null;
}

/** Closed; the meaning of each never changes. */
export const ENROLMENT_REFUSALS = [
  'malformed',
  'code-unknown',
  'code-used',
  'code-expired',
  'code-withdrawn',
  'too-many-attempts',
  'clock-wrong',
  'key-weak',
  'proof-invalid',
  'wrong-name',
  'no-authority',
  'too-early',
] as const;
export type EnrolmentRefusalReason = (typeof ENROLMENT_REFUSALS)[number];
const refusal = z.object({
  reason: z.enum(ENROLMENT_REFUSALS),
  detail: z.string().max(2000),
  /** The cloud's clock, so that a wrong one is known by its offset. */
  time: z.iso.datetime({ precision: 3 }),
});
export type EnrolmentRefusal = z.infer<typeof refusal>;

export function parseEnrolmentRefusal(value: unknown): EnrolmentRefusal | null {
  const parsed = refusal.safeParse(value);
  return parsed.success ? parsed.data : null;
}

/** Type of the JWS by which the cloud answers, signed with its receipt key; the key is in the header. */
export const ENROLMENT_TYPE = 'countersign-enrolment+jwt';

const chain = z.array(der64).min(1).max(4);
const enrolmentAnswer = z.object({
  type: z.literal('countersign.enrolment'),
  version: z.literal(1),
  /** Digest of the request that this answers. */
  request: digest,
  time: z.iso.datetime({ precision: 3 }),
  tenant: z.object({ id: z.string().min(1), name: z.string().min(1) }),
  branch: z.object({ id: z.string().min(1), name: z.string().min(1) }),
  kiosk: z.string().min(1),
  /** The cloud's own name, to which device tokens are addressed whatever address it has. */
  cloud: z.string().min(1).max(200),
  /** DER in base64, the kiosk's own first, then those who issued it, without the root. */
  deviceChain: chain,
  sealChain: chain,
  tenantRoot: der64,
  escrowCertificates: z.array(der64).min(2).max(10),
  recordCertificates: z.array(der64).min(1).max(10),
  receiptKeys: z.array(z.record(z.string(), z.unknown())).min(1).max(10),
  /** The rest of the kiosk's configuration as the tenant has it; the kiosk knows its form. */
  facts: z.record(z.string(), z.unknown()),
});
export type EnrolmentAnswer = z.infer<typeof enrolmentAnswer>;

export function parseEnrolmentAnswer(value: unknown): EnrolmentAnswer | null {
  const parsed = enrolmentAnswer.safeParse(value);
  return parsed.success ? parsed.data : null;
}

/** New certificates for the same or new keys; the device token says who asks. */
const renewalRequest = z.strictObject({ device: der64, seal: der64 });
export type RenewalRequest = z.infer<typeof renewalRequest>;

export function parseRenewalRequest(value: unknown): RenewalRequest | null {
  const parsed = renewalRequest.safeParse(value);
  return parsed.success ? parsed.data : null;
}

const renewalAnswer = z.object({ deviceChain: chain, sealChain: chain });
export type RenewalAnswer = z.infer<typeof renewalAnswer>;

export function parseRenewalAnswer(value: unknown): RenewalAnswer | null {
  const parsed = renewalAnswer.safeParse(value);
  return parsed.success ? parsed.data : null;
}
