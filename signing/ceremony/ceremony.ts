import type { InkDoubt } from '../capture/capture-record.ts';
import type { CeremonyId, DocumentId, PlacementId, SignatoryId, StaffId, TransactionId } from '../ids.ts';
import type { Sha256 } from '../digest.ts';

/** One sitting of one signatory. Facts that stay, beside the state that moves. */
export interface Ceremony {
  readonly id: CeremonyId;
  readonly transaction: TransactionId;
  readonly signatory: SignatoryId;
  readonly clerk: StaffId;
  readonly startedAt: number;
  /** Every signature and initials field of this signatory, in reading order over all documents. Never empty. */
  readonly turns: readonly TurnTarget[];
  readonly state: CeremonyState;
}

/** A field to be signed. */
export interface TurnTarget {
  readonly document: DocumentId;
  readonly placement: PlacementId;
}

/** A state's members hold only what is true then. Times are wall milliseconds. */
export type CeremonyState =
  | { readonly kind: 'identity' }
  | { readonly kind: 'review'; readonly identity: Sha256; readonly shown: readonly ShownDocument[] }
  | { readonly kind: 'consent'; readonly identity: Sha256; readonly shown: readonly ShownDocument[] }
  | (Agreed & {
      readonly kind: 'capture';
      readonly turn: FieldTurn;
      readonly cleared: number;
      /** The signatory was asked about this ink and keeps it: it is not questioned again. */
      readonly kept?: InkDoubt;
    })
  | (Agreed & {
      readonly kind: 'questioned';
      readonly turn: FieldTurn;
      readonly cleared: number;
      readonly doubt: InkDoubt;
    })
  | (Agreed & { readonly kind: 'completed'; readonly at: number })
  | { readonly kind: 'declined'; readonly at: number; readonly during: 'review' | 'consent' | 'capture' }
  | { readonly kind: 'cancelled'; readonly at: number; readonly reason: string };

export interface Agreed {
  readonly identity: Sha256;
  readonly shown: readonly ShownDocument[];
  readonly consent: ConsentAnswer;
  /** What this signatory has signed so far, oldest first. */
  readonly sealed: readonly SealedTurn[];
}

/** The exact revision that was put before the signatory, and how it was looked at. */
export interface ShownDocument {
  readonly document: DocumentId;
  readonly digest: Sha256;
  readonly length: number;
  readonly pageCount: number;
  /** Dwell per 0-based page, milliseconds; a page that was never rendered has no entry. */
  readonly pages: Readonly<Record<number, number>>;
}

export interface ConsentAnswer {
  readonly answer: 'biometric' | 'picture-only';
  readonly notice: Sha256;
  readonly noticeVersion: string;
  readonly language: string;
  readonly at: number;
}

/** Which signature or initials field is being signed: `index` of `count`, 0-based. */
export interface FieldTurn {
  readonly document: DocumentId;
  readonly placement: PlacementId;
  readonly index: number;
  readonly count: number;
}

/** A field that was signed, and the revision its seal made. */
export interface SealedTurn extends TurnTarget {
  readonly digest: Sha256;
  readonly length: number;
  /** Wall milliseconds. */
  readonly at: number;
}
