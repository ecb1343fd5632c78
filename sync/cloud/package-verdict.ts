import type { AuditExcerpt } from '../../signing/audit/excerpt.ts';
import type { ErasureRecord } from '../../signing/container/erasure-record.ts';
import type { Sha256 } from '../../signing/digest.ts';
import type { Check, SignatureReport, VerificationReport } from '../../signing/verification/verification-report.ts';
import type { RefusalReason } from '../protocol/receipt.ts';

/** What a package says of itself, read from its signed contents. */
export interface PackageFacts {
  readonly tenant: string;
  readonly branch: string;
  readonly kiosk: string;
  readonly transaction: string;
  readonly transactionName: string;
  /** RFC 3339: when the last signature was there, and soon after it the package; by the kiosk's clock. */
  readonly completedAt: string;
  readonly audit: AuditExcerpt;
  /** DER certificate that signed the package's manifest. */
  readonly sealedBy: Uint8Array;
  /** Digests of the sealed captures that are in it. */
  readonly captures: readonly Sha256[];
  /** What was erased from it, oldest first, and by whose certificate (DER) that is signed. */
  readonly erasures: readonly { readonly record: ErasureRecord; readonly sealedBy: Uint8Array }[];
}

export interface PackageVerdict {
  readonly report: VerificationReport;
  /** Null when the container could not be read that far. */
  readonly facts: PackageFacts | null;
}

/** Checks everything a package carries against the tenant's roots (DER). Injected: `signing/verification` fits it. */
export type VerifyPackage = (
  bytes: Uint8Array,
  trust: { readonly roots: readonly Uint8Array[] },
) => Promise<PackageVerdict>;

export interface Refusal {
  readonly reason: RefusalReason;
  /** For the log and the console: codes and sentences of the failing check, no personal data. */
  readonly detail: string;
}

/**
 * The refusal a report calls for, or null when everything holds. Within the container the first failing check names
 * the cause (what follows from it fails as well); then come seals, bindings, commitments and the audit trail.
 */
export function refusalOf(report: VerificationReport): Refusal | null {
  const container = report.container.find(isBad);
  if (container !== undefined) return because(containerReason(container.code), container);
  const signatures = report.documents.flatMap((document) => document.signatures);
  const groups: readonly (readonly [RefusalReason, readonly Check[]])[] = [
    ['seal-invalid', [...report.documents.map((document) => document.structure), ...signatures.flatMap(sealChecks)]],
    ['binding-invalid', signatures.map((signature) => signature.binding)],
    ['commitment-invalid', signatures.map((signature) => signature.commitment)],
    ['audit-invalid', [report.audit]],
  ];
  for (const [reason, checks] of groups) {
    const bad = checks.find(isBad);
    if (bad !== undefined) return because(reason, bad);
  }
  if (report.audit.outcome !== 'passed') return because('audit-invalid', report.audit);
  if (signatures.length === 0) return { reason: 'seal-invalid', detail: 'the package holds no sealed document' };
  return report.verdict === 'passed'
    ? null
    : { reason: 'container-invalid', detail: `verification ended ${report.verdict}` };
}

function sealChecks(signature: SignatureReport): readonly Check[] {
  return [signature.integrity, signature.chain, signature.coverage, signature.laterChanges];
}

/** Roots were given, so what cannot be judged does not lead to them. */
function isBad(check: Check): boolean {
  return check.outcome === 'failed' || check.outcome === 'indeterminate';
}

function because(reason: RefusalReason, check: Check): Refusal {
  return { reason, detail: `${check.code}: ${check.detail}` };
}

/** Codes of `verify-package.ts` about form and files; the rest of its container checks are about signatures. */
function containerReason(code: string): RefusalReason {
  if (code.startsWith('capture-')) return 'commitment-invalid';
  return /^(container|mimetype|manifest|file|header|data|archive)(-|$)/.test(code)
    ? 'container-invalid'
    : 'package-signature-invalid';
}
