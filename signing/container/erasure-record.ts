import { z } from 'zod';
import { sha256Schema } from '../audit/parse-entry.ts';
import { fromUtf8 } from '../bytes.ts';
import { isCanonicalForm } from '../canonical-json.ts';
import type { Sha256 } from '../digest.ts';
import { err, ok, type Result } from '../result.ts';

/**
 * Why sealed captures are no longer in a package (design.md 5). Each erasure adds a record, a manifest over it alone and a
 * signature over that manifest; captures that stay get a new manifest of theirs.
 */
export interface ErasureRecord {
  readonly type: 'countersign.erasure';
  readonly version: 1;
  readonly tenant: string;
  readonly transaction: string;
  /** Digest of the package before: what its receipt is about. */
  readonly package: Sha256;
  /** Who asked, by role, and under which number their request is kept; no names, the package is not enveloped. */
  readonly request: { readonly by: ErasureRequester; readonly reference: string };
  /** As a lawyer would cite it: 'GDPR Art. 17(1)(b)'. */
  readonly legalBasis: string;
  /** Account that carried it out. */
  readonly carriedOutBy: string;
  /** RFC 3339 UTC, milliseconds. */
  readonly erasedAt: string;
  /** In the order of the package header; at least one. */
  readonly captures: readonly ErasedCapture[];
}
export type ErasureRequester = (typeof ERASURE_REQUESTERS)[number];
/** 'retention': the tenant's own deadline came. */
export const ERASURE_REQUESTERS = ['signatory', 'tenant', 'authority', 'retention'] as const;

/**
 * Grounds that come up again and again, as cited (Regulation (EU) 2016/679): consent to biometric data taken back, no longer
 * needed, ordered by a supervisory authority or by law.
 */
export const LEGAL_BASES = {
  'consent-withdrawn': 'GDPR Art. 17(1)(b), Art. 7(3), Art. 9(2)(a)',
  'retention-over': 'GDPR Art. 17(1)(a), Art. 5(1)(e)',
  'authority-order': 'GDPR Art. 17(1)(e), Art. 58(2)(g)',
} as const;
export type LegalBasis = keyof typeof LEGAL_BASES;

export interface ErasedCapture {
  /** Entry name it had. */
  readonly path: string;
  readonly sealedCapture: Sha256;
}

/** Names of the n-th erasure (from 1): record, manifest and signature. The first two manifests are the kiosk's. */
export function erasurePaths(number: number): {
  readonly record: string;
  readonly manifest: string;
  readonly signature: string;
} {
  const of = (value: number): string => String(value).padStart(3, '0');
  return {
    record: `erasures/${of(number)}.json`,
    manifest: `META-INF/ASiCManifest${of(number + 2)}.xml`,
    signature: `META-INF/signature${of(number + 2)}.p7s`,
  };
}

export type ErasureRecordProblem = 'not-json' | 'wrong-shape' | 'not-canonical';

const text = z.string().trim().min(1).max(500);
const schema = z.strictObject({
  type: z.literal('countersign.erasure'),
  version: z.literal(1),
  tenant: text,
  transaction: text,
  package: sha256Schema,
  request: z.strictObject({ by: z.enum(ERASURE_REQUESTERS), reference: text }),
  legalBasis: text,
  carriedOutBy: text,
  erasedAt: z.iso.datetime({ precision: 3 }),
  captures: z
    .array(z.strictObject({ path: z.string().regex(/^captures\/\d{3,}\.p7m$/), sealedCapture: sha256Schema }))
    .min(1)
    .max(10_000),
});

/** Only the canonical form is accepted. */
export function parseErasureRecord(bytes: Uint8Array): Result<ErasureRecord, ErasureRecordProblem> {
  let value: unknown;
  try {
    value = JSON.parse(fromUtf8(bytes));
  } catch {
    return err('not-json');
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) return err('wrong-shape');
  return isCanonicalForm(parsed.data, bytes) ? ok(parsed.data) : err('not-canonical');
}
