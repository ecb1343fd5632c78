/** A transaction: in lists, and whole. */
import type { CeremonyView, SignatoryView } from './ceremony.ts';
import type { PenDataView } from './erasure.ts';
import type { DevicesView, DocumentView } from './documents.ts';

export type TransactionState = 'placing' | 'open' | 'signing' | 'complete' | 'declined' | 'voided';

export type DeliveryState = 'none' | 'waiting' | 'sending' | 'delivered' | 'refused' | 'set-aside';

export type ReviewState = 'to-review' | 'approved' | 'returned';

export interface TransactionSummary {
  readonly id: string;
  readonly name: string;
  readonly state: TransactionState;
  readonly delivery: DeliveryState;
  readonly review: ReviewState;
  readonly createdAt: string;
  readonly changedAt: string;
  readonly documents: number;
  readonly signatoriesDone: number;
  readonly signatories: number;
  readonly returnedReason: string | null;
}

export interface TransactionDetail extends TransactionSummary {
  readonly documentList: readonly DocumentView[];
  readonly signatoryList: readonly SignatoryView[];
  /** The ceremony under way, if any. */
  readonly ceremony: CeremonyView | null;
  readonly voidedReason: string | null;
  readonly penData: PenDataView;
  readonly packageDigest: string | null;
  /** One number for the package's delivery here and in the cloud (`sync/protocol/trace.ts`). */
  readonly trace: string | null;
  readonly deliveryProblem: string | null;
  readonly devices: DevicesView;
}
