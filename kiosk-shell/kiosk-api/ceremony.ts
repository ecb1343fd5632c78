/** One sitting: who signs, how they were identified, and how far they are. */
import type { CaptureCompleteness } from '../../signing/capture/capture-record.ts';
import type { CaptureView } from './capture.ts';

export interface SignatoryView {
  readonly id: string;
  readonly role: string;
  readonly order: number;
  readonly state: 'waiting' | 'next' | 'active' | 'signed' | 'declined' | 'cancelled';
  readonly fields: number;
  /** Short code printed on the customer's copy once signed: from the audit chain head. */
  readonly shortCode: string | null;
}

export interface CeremonyView {
  readonly id: string;
  readonly transaction: string;
  readonly signatory: SignatoryView;
  readonly clerk: string;
  readonly step: 'identity' | 'review' | 'consent' | 'capture' | 'questioned' | 'completed' | 'declined' | 'cancelled';
  /** Which human act is awaited, and whose. */
  readonly awaiting: { readonly who: 'clerk' | 'signatory' | 'nobody'; readonly act: string };
  readonly identity: IdentityView | null;
  readonly shown: readonly {
    readonly document: string;
    readonly digest: string;
    readonly revision: number;
    readonly pagesSeen: readonly number[];
    readonly pageCount: number;
  }[];
  /** Where the customer is looking now. */
  readonly looking: { readonly document: string; readonly page: number } | null;
  readonly consent: 'biometric' | 'picture-only' | null;
  readonly capture: CaptureView | null;
  readonly signed: readonly {
    readonly placement: string;
    readonly at: string;
    readonly completeness: CaptureCompleteness | null;
  }[];
}

export interface IdentityView {
  readonly documentKind: string;
  readonly numberEnding: string;
  readonly expiry: string;
  readonly name: string;
  readonly clerk: string;
  readonly at: string;
}

export interface IdentityInput {
  readonly documentKind: 'identity-card' | 'passport' | 'driving-licence' | 'residence-permit' | 'staff-account';
  /** Last 3-4 characters only. */
  readonly numberEnding: string;
  /** YYYY-MM-DD. */
  readonly expiry: string;
  readonly name: string;
  readonly picturesCompared: boolean;
}
