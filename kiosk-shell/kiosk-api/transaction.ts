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
  /** Another program handed it in at the cloud: it is a job of this branch. */
  readonly fromCloud: boolean;
}

export interface JobView {
  /** Nobody begins to sign after that. */
  readonly expiresAt: string;
  /** Nobody has begun to sign here: it may be given back to the other counters of the branch. */
  readonly returnable: boolean;
  /** How it was voided without anybody here: taken back in time, given back, or gone to another counter. */
  readonly ended: 'withdrawn' | 'returned' | 'lost' | null;
}

export interface TransactionDetail extends TransactionSummary {
  readonly documentList: readonly DocumentView[];
  readonly signatoryList: readonly SignatoryView[];
  /** The ceremony under way, if any. */
  readonly ceremony: CeremonyView | null;
  readonly voidedReason: string | null;
  readonly job: JobView | null;
  readonly penData: PenDataView;
  readonly packageDigest: string | null;
  /** One number for the package's delivery here and in the cloud (`sync/protocol/trace.ts`). */
  readonly trace: string | null;
  readonly deliveryProblem: string | null;
  readonly devices: DevicesView;
}
