/** Documents of a transaction, their boxes, and what their types ask of devices. */
import type { CaptureCompleteness } from '../../signing/capture/capture-record.ts';
import type { DocumentFacts } from '../../signing/documents/document.ts';
import type { Placement, PlacementBox, PlacementKind } from '../../signing/documents/placement.ts';
import type { DevicePolicy, DeviceProblem } from '../device-policy.ts';

/** What the tenant's rules ask of this transaction's devices; the strictest of its documents counts. */
export interface DevicesView {
  /** Id of the type all its documents have; null when they differ or have none. */
  readonly type: string | null;
  readonly policy: DevicePolicy;
  /** Of the pads that are plugged in now: to be said before the customer sits down. */
  readonly problem: DeviceProblem | null;
  /** Types a clerk can choose from; empty when the tenant has made none. */
  readonly types: readonly DocumentTypeView[];
}

export interface DocumentTypeView {
  readonly id: string;
  readonly name: Readonly<Record<'sl' | 'en', string>>;
}

export interface DocumentView {
  readonly id: string;
  readonly name: string;
  readonly originalDigest: string;
  /** Digest of the newest revision; revision 0 is the original, 1 the prepared one. */
  readonly digest: string;
  readonly revision: number;
  readonly byteLength: number;
  /** Id of its document type; null when the tenant's rules know none for it. */
  readonly type: string | null;
  readonly facts: Pick<
    DocumentFacts,
    'pages' | 'pdfVersion' | 'pdfa' | 'existingSignatures' | 'warnings' | 'unassigned'
  >;
  readonly placements: readonly PlacementView[];
}

export interface PlacementView extends Placement {
  readonly signatory: string | null;
  readonly signedAt: string | null;
  readonly value: string | null;
  /** Of the capture behind it, once signed; absent where nothing was measured. */
  readonly completeness?: CaptureCompleteness | null;
}

export interface NewPlacement {
  readonly kind: PlacementKind;
  readonly role: string;
  readonly order: number;
  readonly label: string;
  readonly required: boolean;
  readonly page: number;
  readonly box: PlacementBox;
}
