import type { Sha256 } from '../../signing/digest.ts';

/** `typ` header of the JWS: no other statement of ours can pass for one. */
export const DESTRUCTION_TYPE = 'countersign-destruction+jwt';

/** Claims of the JWS by which the cloud says that it destroyed a package. No personal data: it is kept for good. */
export interface DestructionClaims {
  readonly type: 'countersign.destruction';
  readonly version: 1;
  readonly package: { readonly algorithm: 'sha-256'; readonly digest: Sha256 };
  readonly tenant: string;
  readonly transaction: string;
  /** RFC 3339 UTC. */
  readonly arrivedAt: string;
  readonly destroyedAt: string;
  /** Days from receipt after which it was due. */
  readonly rule: { readonly class: 'package'; readonly days: number };
}
