/** Taking pen data out of what is signed: what a manager asks for, and what a transaction shows of it. */
import type { ErasureRequester, LegalBasis } from '../../signing/container/erasure-record.ts';

export interface ErasureOrder {
  readonly askedBy: ErasureRequester;
  /** Number under which the request is kept; 1 to 500 characters, as `other`. */
  readonly reference: string;
  readonly basis: { readonly kind: LegalBasis } | { readonly kind: 'other'; readonly text: string };
  /** Whose pen data goes: ids, one or more. */
  readonly signatories: readonly string[];
}

export interface PenDataView {
  /** Signatories whose pen data can be taken out now. */
  readonly there: readonly string[];
  /** It is inside the signed documents, for good: the tenant's choice. */
  readonly inDocument: boolean;
  /** Oldest first. */
  readonly erasures: readonly {
    readonly at: string;
    readonly askedBy: ErasureRequester;
    readonly reference: string;
    readonly legalBasis: string;
    readonly carriedOutBy: string;
    readonly signatories: readonly string[];
  }[];
}
