import { PACKAGE_LIMITS, readZip } from '../container/zip.ts';
import type { ZipEntry } from '../container/zip-writer.ts';
import {
  PACKAGE_MIME_TYPE,
  PACKAGE_PATHS,
  parsePackageHeader,
  type PackageHeader,
  type PackageHeaderProblem,
} from '../container/package-format.ts';
import { err, type Result } from '../result.ts';
import { checkAudit } from './audit-excerpt.ts';
import { parseStatement } from './binding.ts';
import { parseCanonical } from './canonical-form.ts';
import { absent, checking, combine, failed, Fault, passed } from './checks.ts';
import { checkCoverage, checkManifests } from './container-manifests.ts';
import { checkErasures, type Erasures } from './erasures.ts';
import { checkCaptures, verifyDocuments, type PackageFiles } from './package-documents.ts';
import { checkSigners, ownManifests } from './package-signers.ts';
import { verifyForeignContainer } from './verify-container.ts';
import type { VerifyOptions } from './verify-pdf.ts';
import type { Check, VerificationReport } from './verification-report.ts';

export type PackageOptions = Omit<VerifyOptions, 'bindings' | 'captures'>;

/**
 * Judges a package of ours, or as far as it goes any ASiC container (formats 4.5). Bad input never throws. Ours
 * must be in the one canonical form, so that no bit of it is free; a package without the captures that its
 * header names is 'indeterminate', unless a signed record says that they were erased.
 */
export async function verifyPackage(bytes: Uint8Array, options: PackageOptions): Promise<VerificationReport> {
  return Promise.resolve(judge(bytes, options));
}

function judge(bytes: Uint8Array, options: PackageOptions): VerificationReport {
  const read = readZip(bytes, PACKAGE_LIMITS);
  if (!read.ok) {
    const where = read.error.entry === null ? '' : ` at entry ${read.error.entry + 1}`;
    return unreadable(failed(`container-${read.error.code}`, `The container is refused${where}: ${read.error.code}.`));
  }
  const { entries, canonical } = read.value;
  const { roots, at, now, strangers = 'failed' } = options;
  const times = { ...(at === undefined ? {} : { at }), ...(now === undefined ? {} : { now }) };
  const trust = { roots, strangers, ...times };
  const headerBytes = entries.find(({ name }) => name === PACKAGE_PATHS.header)?.bytes;
  if (headerBytes === undefined) return verifyForeignContainer(entries, trust);

  const findings = checkManifests(entries, trust);
  const header = readHeader(headerBytes);
  const container = [formOf(entries, canonical), ...findings.checks, ...checkCoverage(entries, findings)];
  if (!header.ok) {
    return unreadable(
      ...container,
      failed('header-invalid', `The package header is not acceptable (${header.error}).`),
    );
  }
  const erasures = checkErasures(header.value, filesOf(entries), findings.covered);
  const contents = contentsOf(entries, header.value, erasures);
  const layout = layoutOf(contents, erasures.records.length);
  const documents = verifyDocuments(contents, options);
  const audit = auditOf(contents);
  const signers = checkSigners(findings.signers, erasures.records.length);
  const checks = [...container, layout, signers, ...erasures.checks, checkCaptures(contents)];
  const verdict = combine([
    ...checks.map(({ outcome }) => outcome),
    // A package is about signed documents: one without a signature says nothing.
    ...documents.map((document) => (document.verdict === 'absent' ? 'failed' : document.verdict)),
    audit.outcome === 'absent' ? 'failed' : audit.outcome,
  ]);
  return { kind: 'package', verdict, documents, container: checks, audit };
}

function readHeader(bytes: Uint8Array): Result<PackageHeader, PackageHeaderProblem> {
  return parseCanonical(bytes) === null ? err('not-canonical') : parsePackageHeader(bytes);
}

function unreadable(...container: readonly Check[]): VerificationReport {
  const audit = absent('not-reached', 'The audit trail was not reached.');
  return {
    kind: 'package',
    verdict: combine(container.map(({ outcome }) => outcome)),
    documents: [],
    container,
    audit,
  };
}

function formOf(entries: readonly ZipEntry[], canonical: boolean): Check {
  const [first] = entries;
  const typed = first?.name === 'mimetype' && Buffer.from(first.bytes).toString('latin1') === PACKAGE_MIME_TYPE;
  if (!canonical || !typed) return failed('container-form', 'The container is not in the form a kiosk writes.');
  return passed('The container is in the one form a kiosk writes; no byte of it is unaccounted for.');
}

function filesOf(entries: readonly ZipEntry[]): ReadonlyMap<string, Uint8Array> {
  return new Map(entries.map(({ name, bytes }) => [name, bytes]));
}

function contentsOf(entries: readonly ZipEntry[], header: PackageHeader, { erased }: Erasures): PackageFiles {
  const files = filesOf(entries);
  const unexplained =
    !files.has(PACKAGE_PATHS.captureManifest) &&
    !files.has(PACKAGE_PATHS.captureSignature) &&
    !entries.some(({ name }) => name.startsWith('captures/')) &&
    header.signatures.some(
      ({ capture, sealedCapture }) => capture !== null && sealedCapture !== null && !erased.has(sealedCapture),
    );
  return { header, files, erased, unexplained };
}

/** Exactly the files that the header calls for; what a manifest covers but nothing names is not ours. */
function layoutOf({ header, files, erased, unexplained }: PackageFiles, erasures: number): Check {
  const { mimetype, header: own, audit, ceremony } = PACKAGE_PATHS;
  const captures = header.signatures.flatMap(({ capture, sealedCapture }) =>
    capture === null || unexplained || (sealedCapture !== null && erased.has(sealedCapture)) ? [] : [capture],
  );
  const named = [
    ...[mimetype, own, audit, ceremony],
    ...header.documents.map(({ path }) => path),
    ...header.signatures.map(({ binding }) => binding),
    ...captures,
    ...ownManifests(captures.length > 0, erasures),
  ];
  const missing = named.find((name) => !files.has(name));
  if (missing !== undefined) return failed('file-missing', `${missing} belongs in the package and is missing.`);
  const extra = [...files.keys()].find((name) => !named.includes(name));
  if (extra !== undefined) return failed('file-unknown', `${extra} does not belong in the package.`);
  return passed('The package holds exactly the files that its header names.');
}

function auditOf({ header, files }: PackageFiles): Check {
  const bytes = files.get(PACKAGE_PATHS.audit);
  if (bytes === undefined) return failed('audit-missing', 'The audit trail is missing.');
  return checking(() => {
    const heads = header.signatures.map(({ binding }) => {
      const statement = files.get(binding);
      if (statement === undefined) throw new Fault('binding-statement-missing', 'A binding statement is missing.');
      return parseStatement(statement).auditHead;
    });
    return checkAudit(bytes, header, heads);
  });
}
