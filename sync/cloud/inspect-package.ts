import { parseExcerpt } from '../../signing/audit/excerpt.ts';
import { fromUtf8 } from '../../signing/bytes.ts';
import { PACKAGE_PATHS, parsePackageHeader } from '../../signing/container/package-format.ts';
import { erasurePaths, parseErasureRecord } from '../../signing/container/erasure-record.ts';
import { readZip } from '../../signing/container/zip.ts';
import { sha256 } from '../../signing/digest.ts';
import { readCms } from '../../signing/verification/cms-structure.ts';
import type { VerificationReport } from '../../signing/verification/verification-report.ts';
import type { PackageFacts, VerifyPackage } from './package-verdict.ts';

/** Judges a package; `signing/verification/verify-package.ts`, wherever it runs. */
export type ReportOnPackage = (
  bytes: Uint8Array,
  trust: { readonly roots: readonly Uint8Array[] },
) => Promise<VerificationReport>;

/** Facts are read only from a package that passed: nothing unverified is ever put in a row. */
export function inspectWith(report: ReportOnPackage): VerifyPackage {
  return async (bytes, trust) => {
    const verdict = await report(bytes, trust);
    return { report: verdict, facts: verdict.verdict === 'passed' ? readFacts(bytes) : null };
  };
}

/** Null when a member is missing, which a package that passed cannot be. */
export function readFacts(bytes: Uint8Array): PackageFacts | null {
  const zip = readZip(bytes);
  if (!zip.ok) return null;
  const file = (name: string): Uint8Array | undefined =>
    zip.value.entries.find((candidate) => candidate.name === name)?.bytes;
  const [headerBytes, auditBytes, signature] = [
    file(PACKAGE_PATHS.header),
    file(PACKAGE_PATHS.audit),
    file(PACKAGE_PATHS.contentSignature),
  ];
  if (headerBytes === undefined || auditBytes === undefined || signature === undefined) return null;
  const header = parsePackageHeader(headerBytes);
  const audit = parseExcerpt(JSON.parse(fromUtf8(auditBytes)));
  if (!header.ok || !audit.ok) return null;
  const { tenant, branch, kiosk, transaction, transactionName, completedAt } = header.value;
  const sealedBy = readCms(signature).signer.der;
  const captures = zip.value.entries.filter(({ name }) => name.startsWith('captures/'));
  return {
    ...{ tenant, branch, kiosk, transaction, transactionName, completedAt, sealedBy },
    audit: audit.value,
    captures: captures.map(({ bytes: own }) => sha256(own)),
    erasures: readErasures(file),
  };
}

/** By number: a package that passed has no hole among them. */
function readErasures(file: (name: string) => Uint8Array | undefined): PackageFacts['erasures'] {
  const erasures: PackageFacts['erasures'][number][] = [];
  for (let number = 1; ; number += 1) {
    const names = erasurePaths(number);
    const [bytes, signature] = [file(names.record), file(names.signature)];
    const record = bytes === undefined ? null : parseErasureRecord(bytes);
    if (record?.ok !== true || signature === undefined) return erasures;
    erasures.push({ record: record.value, sealedBy: readCms(signature).signer.der });
  }
}
