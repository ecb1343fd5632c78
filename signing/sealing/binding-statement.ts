import type { CaptureCompleteness } from '../capture/capture-record.ts';
import type { PlacementBox } from '../documents/placement.ts';
import type { Sha256 } from '../digest.ts';

/**
 * What joins one signature to the revision that was shown (design.md 5). RFC 8785 canonical JSON;
 * `type` and `version` keep one statement from passing for another.
 */
export interface BindingStatement {
  readonly type: 'countersign.binding';
  readonly version: 1;
  readonly tenant: string;
  readonly branch: string;
  readonly kiosk: string;
  readonly transaction: string;
  readonly document: string;
  readonly ceremony: string;
  readonly signatory: string;
  readonly role: string;
  readonly field: { readonly name: string; readonly page: number; readonly box: PlacementBox };
  /** H1: the revision the signatory saw is the first `length` bytes of the final file. */
  readonly shown: { readonly algorithm: 'sha-256'; readonly digest: Sha256; readonly length: number };
  readonly consent: {
    readonly notice: Sha256;
    readonly noticeVersion: string;
    readonly answer: 'biometric' | 'picture-only';
  };
  /** Digest of the canonical identity check record. */
  readonly identity: Sha256;
  readonly device: {
    readonly kind: 'pad' | 'surface';
    readonly simulated: boolean;
    readonly model: string;
    readonly serial: string | null;
    readonly firmware: string | null;
  };
  readonly completeness: CaptureCompleteness | null;
  readonly clock: {
    readonly wall: string;
    readonly monotonicMicros: number;
    /** Last time the cloud told us, RFC 3339, or null when never. */
    readonly lastTrusted: string | null;
    /** How far this clock was ahead of the cloud's then, and what that may be wrong by, milliseconds. Absent: never measured. */
    readonly offset?: { readonly ms: number; readonly uncertaintyMs: number };
  };
  /** H2 = SHA-256(H1 bytes || salt || capture record); null on the picture-only path. */
  readonly h2: Sha256 | null;
  /** Head of the kiosk's audit chain when the seal was made. */
  readonly auditHead: Sha256;
}
