/**
 * The checks of intake on a PDF as such (design.md 6): refused in words a clerk can forward, or
 * opened with its facts. Nothing is changed, nothing is run. Left out: tags, and whether existing
 * signatures verify.
 */
import { createHash } from 'node:crypto';
import type { Sha256 } from '../digest.ts';
import { countSignatures, hasUsageRights, readCertification, readPermission } from '../pdf/certification.ts';
import { assertObjectsInPlace } from '../pdf/check-objects.ts';
import type { PermissionLevel } from '../pdf/field-lock.ts';
import { readAcroForm, readFields, type FormField } from '../pdf/form.ts';
import { findForbiddenChange } from '../pdf/later-changes.ts';
import { isDict } from '../pdf/objects.ts';
import { PdfSyntaxError, type PdfFile, type PdfPage } from '../pdf/pdf-file.ts';
import { readPdf } from '../pdf/read-pdf.ts';
import { readCoverage } from '../pdf/signature-coverage.ts';
import { err, ok, type Result } from '../result.ts';
import { countAttachments, findJavaScript } from './active-content.ts';
import {
  DOCUMENT_LIMITS,
  type DocumentFacts,
  type DocumentRefusal,
  type DocumentRefusalCode,
  type DocumentWarning,
  type PageFacts,
} from './document.ts';
import { readMetadata } from './metadata.ts';
import { readPdfa } from './pdfa.ts';

export interface Preflight {
  readonly file: PdfFile;
  readonly facts: Omit<DocumentFacts, 'placements' | 'unassigned'>;
  readonly fields: readonly FormField[];
  /** What certification and locks of signatures already there permit; null when they say nothing. */
  readonly permitted: PermissionLevel | null;
  /** SHA-256 of the file with this behind it: the file is not read a second time. */
  readonly digestWith: (increment: Uint8Array) => Sha256;
}

/** `bytes` are not copied and must not change while the result is in use. Never throws for what is in them. */
export function preflight(bytes: Uint8Array): Result<Preflight, DocumentRefusal> {
  if (bytes.length > DOCUMENT_LIMITS.bytes) {
    return refuse('too-large', `the file has ${bytes.length} bytes, the limit is ${DOCUMENT_LIMITS.bytes}`);
  }
  try {
    const file = readPdf(bytes);
    return checkKind(file) ?? checkContents(file);
  } catch (cause) {
    if (!(cause instanceof PdfSyntaxError)) throw cause;
    return refuse(cause.code === 'header-missing' ? 'not-a-pdf' : 'damaged', `${cause.code}: ${cause.message}`);
  }
}

function refuse(code: DocumentRefusalCode, detail: string): Result<never, DocumentRefusal> {
  return err({ code, detail });
}

/** What can be said before any page is read. */
function checkKind(file: PdfFile): Result<never, DocumentRefusal> | null {
  if (file.sections.some(({ trailer }) => trailer.entries.has('Encrypt'))) {
    return refuse('encrypted', 'the document is encrypted or protected; it is needed without protection');
  }
  if (file.hybrid) {
    return refuse('hybrid', 'the file has a hybrid cross-reference table, which readers see differently');
  }
  if (readAcroForm(file)?.entries.has('XFA') === true) {
    return refuse('xfa', 'the form is an XFA form, which does not look the same everywhere');
  }
  const root = file.resolve(file.catalog.entries.get('Pages'));
  const count = isDict(root) ? file.resolve(root.entries.get('Count')) : null;
  if (typeof count === 'number' && count > DOCUMENT_LIMITS.pages) {
    return refuse('too-many-pages', `the document has ${count} pages, the limit is ${DOCUMENT_LIMITS.pages}`);
  }
  return null;
}

function checkContents(file: PdfFile): Result<Preflight, DocumentRefusal> {
  const pages = file.pages();
  if (pages.length === 0) return refuse('no-pages', 'the document has no pages');
  const fields = readFields(file);
  const damage = findSignatureDamage(file, fields);
  if (damage !== null) return refuse('signatures-damaged', damage);
  const certified = readCertification(file, fields);
  const permitted = readPermission(file, fields);
  if (permitted === 1) {
    const by = certified === 1 ? 'the document is certified' : 'a signature locks the document';
    return refuse('certified-no-changes', `${by} against any change`);
  }
  assertObjectsInPlace(file);
  const hash = createHash('sha256').update(file.bytes);
  const digestWith = (increment: Uint8Array): Sha256 => hash.copy().update(increment).digest('hex') as Sha256;
  return ok({
    file,
    fields,
    permitted,
    digestWith,
    facts: {
      digest: digestWith(new Uint8Array(0)),
      byteLength: file.bytes.length,
      pdfVersion: file.version,
      pdfa: readPdfa(file),
      pages: pages.map(toPageFacts),
      existingSignatures: countSignatures(fields),
      certified,
      warnings: findWarnings(file, fields),
      metadata: readMetadata(file),
    },
  });
}

function findSignatureDamage(file: PdfFile, fields: readonly FormField[]): string | null {
  const claimed = new Set<number>();
  const ends: number[] = [];
  const signed = fields.filter((field) => field.signed);
  for (const [index, field] of signed.entries()) {
    const which = `signature ${index + 1} of ${signed.length} does not fit the file:`;
    const coverage = readCoverage(file, field);
    if (!coverage.ok) return `${which} ${coverage.error}`;
    const { ref, end } = coverage.value;
    if (claimed.has(ref.number)) return `${which} it belongs to two fields`;
    claimed.add(ref.number);
    ends.push(end);
  }
  if (ends.length === 0) return null;
  // What was changed since the first signed revision was changed since one of them.
  const change = findForbiddenChange(file, Math.min(...ends));
  return change === null ? null : `after a signature was made, ${change}`;
}

function toPageFacts(page: PdfPage): PageFacts {
  const [left, bottom, right, top] = page.cropBox;
  const width = (right - left) * page.userUnit;
  const height = (top - bottom) * page.userUnit;
  const sideways = page.rotate === 90 || page.rotate === 270;
  return {
    width: sideways ? height : width,
    height: sideways ? width : height,
    rotate: page.rotate,
    cropBox: page.cropBox,
    userUnit: page.userUnit,
  };
}

function findWarnings(file: PdfFile, fields: readonly FormField[]): readonly DocumentWarning[] {
  const warnings: DocumentWarning[] = [];
  const scripts = findJavaScript(file, fields);
  if (scripts.length > 0) warnings.push({ code: 'javascript', detail: `JavaScript at: ${scripts.join(', ')}` });
  const attachments = countAttachments(file);
  if (attachments > 0) warnings.push({ code: 'attachments', detail: `${attachments} attached` });
  if (hasUsageRights(file)) warnings.push({ code: 'usage-rights', detail: 'usage rights of Adobe Reader' });
  const size = file.trailer.entries.get('Size');
  if (size !== file.size) {
    const said = typeof size === 'number' ? String(size) : 'nothing';
    warnings.push({ code: 'size-entry-wrong', detail: `/Size says ${said}, the file has ${file.size}` });
  }
  return warnings;
}
