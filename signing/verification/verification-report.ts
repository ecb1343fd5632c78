/** A verdict is a report, never one green flag (formats 6, "Verifier order"). */
export type Outcome = 'passed' | 'failed' | 'indeterminate' | 'absent';

export interface Check {
  readonly outcome: Outcome;
  /** Stable code: 'digest-mismatch', 'chain-untrusted', 'later-content-change' ... or 'ok'. */
  readonly code: string;
  /** English sentence; no personal data. */
  readonly detail: string;
}

/**
 * What was done to a document after a signature, kinder ones first (formats 5.7): nothing; certificates, revocation data and
 * document time-stamps; further signatures; empty fields filled in; remarks that draw nothing of their own; anything else.
 */
export const CHANGE_LEVELS = ['none', 'long-term', 'signing', 'form-filling', 'annotation', 'other'] as const;
export type ChangeLevel = (typeof CHANGE_LEVELS)[number];

/** PAdES baseline levels (EN 319 142-1), lowest first. */
export const BASELINE_LEVELS = ['not-baseline', 'B-B', 'B-T', 'B-LT', 'B-LTA'] as const;
export type BaselineLevel = (typeof BASELINE_LEVELS)[number];

export interface SignatureReport {
  readonly fieldName: string;
  readonly kind: 'signature' | 'document-timestamp';
  readonly signerName: string | null;
  readonly claimedTime: string | null;
  readonly revision: number;
  /** ByteRange, Contents, CMS structure, digest, signature value. */
  readonly integrity: Check;
  /** To a given root; 'indeterminate' when no root was given. */
  readonly chain: Check;
  /** Whether signer and authorities were withdrawn at the time that is proved or claimed. 'absent' when nothing was asked. */
  readonly revocation: Check;
  /** A time-stamp of a third party over the signature; 'absent' when only the signer says when it was. */
  readonly timestamp: Check & { readonly time: string | null };
  readonly coverage: Check & { readonly covers: 'whole-file' | 'revision' | 'unclear' };
  readonly laterChanges: Check & { readonly level: ChangeLevel };
  /** Digest of the shown revision recomputed from the prefix. 'absent' for other products' signatures. */
  readonly binding: Check;
  /** Sealed capture digest in the signature against the capture in the package. */
  readonly commitment: Check;
  /** Only with an escrow key: H1/H2 recomputed from the opened capture. */
  readonly opened: Check;
  /** PAdES baseline level or why not. */
  readonly level: BaselineLevel;
  readonly verdict: Outcome;
}

export interface DocumentReport {
  readonly name: string;
  readonly digest: string;
  readonly signatures: readonly SignatureReport[];
  readonly structure: Check;
  readonly verdict: Outcome;
}

export interface VerificationReport {
  readonly kind: 'pdf' | 'package';
  readonly verdict: Outcome;
  readonly documents: readonly DocumentReport[];
  readonly container: readonly Check[];
  readonly audit: Check;
}
