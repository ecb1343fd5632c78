/** A verdict is a report, never one green flag (formats 6, "Verifier order"). */
export type Outcome = 'passed' | 'failed' | 'indeterminate' | 'absent';

export interface Check {
  readonly outcome: Outcome;
  /** Stable code: 'digest-mismatch', 'chain-untrusted', 'later-content-change' ... or 'ok'. */
  readonly code: string;
  /** English sentence; no personal data. */
  readonly detail: string;
}

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
  readonly coverage: Check & { readonly covers: 'whole-file' | 'revision' | 'unclear' };
  readonly laterChanges: Check & { readonly level: 'none' | 'signing' | 'form-filling' | 'other' };
  /** Digest of the shown revision recomputed from the prefix. 'absent' for other products' signatures. */
  readonly binding: Check;
  /** Sealed capture digest in the signature against the capture in the package. */
  readonly commitment: Check;
  /** Only with an escrow key: H1/H2 recomputed from the opened capture. */
  readonly opened: Check;
  /** PAdES baseline level or why not. */
  readonly level: 'B-B' | 'not-baseline';
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
