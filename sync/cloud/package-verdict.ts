import type { AuditExcerpt } from '../../signing/audit/excerpt.ts';
import type { Check, SignatureReport, VerificationReport } from '../../signing/verification/verification-report.ts';
import type { RefusalReason } from '../protocol/receipt.ts';

/** What a package says of itself, read from its signed contents. */
export interface PackageFacts {
  readonly tenant: string;
  readonly branch: string;
  readonly kiosk: string;
  readonly transaction: string;
  readonly transactionName: string;
  readonly audit: AuditExcerpt;
  /** DER certificate that signed the package's manifest. */
  readonly sealedBy: Uint8Array;
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

/** First refusal that a report calls for, widest first: container, then seals, bindings, commitments, audit. */
export function refusalOf(report: VerificationReport): Refusal | null {
  const signatures = report.documents.flatMap((document) => document.signatures);
  const faults: readonly (readonly [RefusalReason, readonly Check[]])[] = [
    ['container-invalid', report.container.filter((check) => !isSignatureCode(check.code))],
    ['package-signature-invalid', report.container.filter((check) => isSignatureCode(check.code))],
    ['seal-invalid', [...report.documents.map((document) => document.structure), ...signatures.flatMap(sealChecks)]],
    ['binding-invalid', signatures.map((signature) => signature.binding)],
    ['commitment-invalid', signatures.map((signature) => signature.commitment)],
    ['audit-invalid', [report.audit]],
  ];
  for (const [reason, checks] of faults) {
    const failed = checks.find((check) => check.outcome === 'failed');
    if (failed !== undefined) return { reason, detail: `${failed.code}: ${failed.detail}` };
  }
  // Roots were given, so a chain that cannot be judged is a chain that does not lead to them.
  const unsure = signatures.find((signature) => signature.chain.outcome === 'indeterminate');
  if (unsure !== undefined) return { reason: 'seal-invalid', detail: `${unsure.chain.code}: ${unsure.chain.detail}` };
  if (report.audit.outcome !== 'passed') return { reason: 'audit-invalid', detail: `${report.audit.code}: no trail` };
  return report.verdict === 'passed'
    ? null
    : { reason: 'container-invalid', detail: `verification ended ${report.verdict}` };
}

function sealChecks(signature: SignatureReport): readonly Check[] {
  return [signature.integrity, signature.chain, signature.coverage, signature.laterChanges];
}

function isSignatureCode(code: string): boolean {
  return /signature|signer|chain|certificate/.test(code);
}
