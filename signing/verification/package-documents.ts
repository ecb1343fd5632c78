import type { PackageDocument, PackageHeader, PackageSignature } from '../container/package-format.ts';
import { sha256, type Sha256 } from '../digest.ts';
import { parseStatement } from './binding.ts';
import { combine, failed, Fault, indeterminate, passed } from './checks.ts';
import { endsRevision } from './revisions.ts';
import { inspectPdf, type InspectedPdf, type VerifyOptions } from './verify-pdf.ts';
import type { Check, DocumentReport } from './verification-report.ts';

export interface PackageFiles {
  readonly header: PackageHeader;
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Captures that a signed record says were erased. */
  readonly erased: ReadonlySet<Sha256>;
  /** All captures and their manifest are gone, and no record says why. */
  readonly unexplained: boolean;
}

/** One report a document, the package's own statements about it held against what it is. */
export function verifyDocuments(
  contents: PackageFiles,
  options: Omit<VerifyOptions, 'name' | 'bindings' | 'captures'>,
): readonly DocumentReport[] {
  const { header, files, erased, unexplained } = contents;
  const bindings = byDigest(header.signatures.map(({ binding }) => files.get(binding)));
  const present = byDigest(header.signatures.map(({ capture }) => files.get(capture ?? '')));
  const captures = unexplained
    ? undefined
    : new Map<Sha256, Uint8Array | null>([...[...erased].map((digest) => [digest, null] as const), ...present]);
  return header.documents.map((document) => {
    const bytes = files.get(document.path) ?? new Uint8Array();
    const name = document.path;
    const inspected = inspectPdf(bytes, {
      ...options,
      name,
      bindings,
      ...(captures === undefined ? {} : { captures }),
    });
    const faults = [...documentFaults(document, bytes, inspected), ...signatureFaults(contents, document, inspected)];
    const [fault] = faults;
    if (fault === undefined) return inspected.report;
    return { ...inspected.report, structure: fault, verdict: combine(['failed']) };
  });
}

function byDigest(files: readonly (Uint8Array | undefined)[]): ReadonlyMap<Sha256, Uint8Array> {
  return new Map(files.filter((file) => file !== undefined).map((file) => [sha256(file), file]));
}

/** Digest and length of the file and of each revision, which must be a prefix that ends where a revision ends. */
function documentFaults(document: PackageDocument, bytes: Uint8Array, { revisions }: InspectedPdf): readonly Check[] {
  if (bytes.length !== document.length || sha256(bytes) !== document.digest) {
    return [failed('document-digest', 'The document is not the one that the package names.')];
  }
  const wrong = document.revisions.filter(({ digest, length }) => {
    const ends = revisions.some((revision) => endsRevision(revision, length));
    return !ends || sha256(bytes.subarray(0, length)) !== digest;
  });
  return [
    ...(wrong.length === 0
      ? []
      : [failed('revision-digest', 'A revision that the package lists is not the beginning of the document.')]),
    ...(beginsWithOriginal(document, bytes, revisions)
      ? []
      : [failed('original-digest', 'The document does not begin with what is said to have been received.')]),
  ];
}

/** What was received is the document up to a revision before the prepared one, or the prepared one itself. */
function beginsWithOriginal(
  { original, prepared, revisions: listed }: PackageDocument,
  bytes: Uint8Array,
  revisions: InspectedPdf['revisions'],
): boolean {
  if (original === prepared) return true;
  const ends = new Set(revisions.flatMap(({ end, endWithLine }) => [end, endWithLine]));
  return [...ends].some((end) => end < (listed[0]?.length ?? 0) && sha256(bytes.subarray(0, end)) === original);
}

/** Our signatures in the document and the package's list of them are the same, one for one. */
function signatureFaults(
  { header, files }: PackageFiles,
  document: PackageDocument,
  { report, bindings }: InspectedPdf,
): readonly Check[] {
  if (report.structure.outcome !== 'passed') return [];
  if (report.signatures.length === 0) return [failed('document-unsigned', 'The document holds no signature.')];
  const listed = header.signatures.filter((signature) => signature.document === document.id);
  const ours = bindings.flatMap(({ fieldName, entry }) => (entry === null ? [] : [{ fieldName, entry }]));
  const faults = listed
    .filter((signature) => {
      const statement = files.get(signature.binding) ?? new Uint8Array();
      const found = ours.find(({ fieldName }) => fieldName === signature.field);
      return (
        found === undefined ||
        found.entry.binding !== sha256(statement) ||
        found.entry.sealedCapture !== signature.sealedCapture ||
        // Beside the document or in it, never both: what is in both could not be erased.
        (signature.sealedCapture !== null && (signature.capture === null) !== (found.entry.embedded !== null)) ||
        !document.revisions.some(({ digest }) => digest === found.entry.h1) ||
        !fitsStatement(statement, signature, header)
      );
    })
    .map(() => failed('signature-list', 'A signature that the package lists is not in the document as listed.'));
  if (new Set(listed.map(({ field }) => field)).size < listed.length) {
    return [...faults, failed('signature-list', 'The package lists a signature of the document twice.')];
  }
  const unlisted = ours.filter(({ fieldName }) => !listed.some(({ field }) => field === fieldName));
  return unlisted.length === 0
    ? faults
    : [...faults, failed('signature-list', 'The document has a signature that the package does not list.')];
}

function fitsStatement(bytes: Uint8Array, signature: PackageSignature, header: PackageHeader): boolean {
  try {
    const statement = parseStatement(bytes);
    return (
      statement.document === signature.document &&
      statement.ceremony === signature.ceremony &&
      statement.signatory === signature.signatory &&
      statement.role === signature.role &&
      statement.transaction === header.transaction &&
      statement.tenant === header.tenant &&
      statement.kiosk === header.kiosk
    );
  } catch (error) {
    if (error instanceof Fault) return false;
    throw error;
  }
}

/**
 * Captures that the header names are there with the digest it names, or a signed record says that they were erased. Where
 * all are gone with their manifest and without a record, somebody may have erased them, or just taken them out.
 */
export function checkCaptures({ header, files, erased, unexplained }: PackageFiles): Check {
  const recorded = header.signatures.filter(({ sealedCapture }) => sealedCapture !== null);
  if (recorded.length === 0) return passed('No pen data was recorded for this transaction.', 'no-captures');
  const all = recorded.filter(({ capture }) => capture !== null);
  if (all.length === 0) return passed('The sealed captures are in the documents themselves.', 'captures-embedded');
  const named = all.filter(({ sealedCapture }) => sealedCapture === null || !erased.has(sealedCapture));
  if (named.length === 0) {
    return passed('The sealed captures were erased; a signed record says so.', 'captures-erased');
  }
  if (unexplained) return indeterminate('captures-missing', 'Captures are missing and no erasure record says why.');
  const missing = named.filter(({ capture, sealedCapture }) => {
    const bytes = files.get(capture ?? '');
    return bytes === undefined || sha256(bytes) !== sealedCapture;
  });
  return missing.length === 0
    ? passed(
        named.length === all.length
          ? 'Every sealed capture that the package names is there.'
          : 'Every sealed capture that the package names is there, or was erased as a signed record says.',
      )
    : failed('capture-mismatch', 'A sealed capture is missing or is not the one that the package names.');
}
