import type { Sha256 } from '../../signing/digest.ts';

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
] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

export const PROTOCOL_VERSION = 1;
