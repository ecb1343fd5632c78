import { z } from 'zod';
import { isSha256, type Sha256 } from '../../signing/digest.ts';
import { err, ok, type Result } from '../../signing/result.ts';

/** Claims of the JWS (compact, `typ: countersign-receipt+jwt`) the cloud answers a stored package with. */
export interface ReceiptClaims {
  readonly type: 'countersign.receipt';
  readonly version: 1;
  readonly package: { readonly algorithm: 'sha-256'; readonly digest: Sha256; readonly size: number };
  readonly tenant: string;
  readonly kiosk: string;
  readonly transaction: string;
  /** RFC 3339 UTC arrival at the cloud. */
  readonly arrivedAt: string;
  /** Head of the kiosk's audit chain the package carried: countersigned here. */
  readonly auditHead: Sha256;
  /** Position in the cloud's own sequence for this tenant. */
  readonly sequence: number;
}

/** Closed reasons for refusal; their meaning never changes. */
export const REFUSAL_REASONS = [
  'protocol-too-old',
  'unauthorized',
  'unknown-kiosk',
  'wrong-tenant',
  'digest-mismatch',
  'size-mismatch',
  'too-large',
  'container-invalid',
  'package-signature-invalid',
  'seal-invalid',
  'binding-invalid',
  'commitment-invalid',
  'audit-invalid',
  'captures-erased',
  'revoked',
  'certificate-ended',
] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

export const PROTOCOL_VERSION = 1;

/** `typ` header of the JWS: no other statement of ours can pass for a receipt. */
export const RECEIPT_TYPE = 'countersign-receipt+jwt';

const digest = z.custom<Sha256>(isSha256, 'not a SHA-256 digest');
const id = z.string().min(1).max(200);
const claims = z.object({
  type: z.literal('countersign.receipt'),
  version: z.literal(1),
  package: z.object({ algorithm: z.literal('sha-256'), digest, size: z.int().positive() }),
  tenant: id,
  kiosk: id,
  transaction: id,
  arrivedAt: z.iso.datetime({ precision: 3 }),
  auditHead: digest,
  sequence: z.int().positive(),
});

/** Claims as they stand in a payload whose signature has been checked; anything unexpected is a fault by name. */
export function parseReceiptClaims(value: unknown): Result<ReceiptClaims, string> {
  const parsed = claims.safeParse(value);
  return parsed.success ? ok(parsed.data) : err(z.prettifyError(parsed.error));
}

export function isRefusalReason(value: unknown): value is RefusalReason {
  return (REFUSAL_REASONS as readonly unknown[]).includes(value);
}
