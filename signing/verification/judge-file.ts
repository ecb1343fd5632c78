import { absent } from './checks.ts';
import type { DocumentReport, VerificationReport } from './verification-report.ts';
import { verifyPackage, type PackageOptions } from './verify-package.ts';
import { verifyPdf } from './verify-pdf.ts';

/** By the first bytes: a ZIP begins with a local header, or is empty and nothing but an end record; all else is read as a PDF. */
export function isPackage(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b;
}

/** Any signed file as it lies on a disk, a PDF or a package. */
export async function judgeFile(bytes: Uint8Array, options: PackageOptions): Promise<VerificationReport> {
  return isPackage(bytes) ? verifyPackage(bytes, options) : onOnePdf(await verifyPdf(bytes, options));
}

function onOnePdf(document: DocumentReport): VerificationReport {
  const audit = absent('no-audit', 'A PDF carries no audit trail.');
  return { kind: 'pdf', verdict: document.verdict, documents: [document], container: [], audit };
}
