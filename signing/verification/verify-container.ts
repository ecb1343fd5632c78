import type { ZipEntry } from '../container/zip-writer.ts';
import { absent, combine, failed, passed } from './checks.ts';
import { checkCoverage, checkManifests, type TrustOptions } from './container-manifests.ts';
import { checkDetached } from './detached-signature.ts';
import type { Check, VerificationReport } from './verification-report.ts';

const ASIC_E = 'application/vnd.etsi.asic-e+zip';
const ASIC_S = 'application/vnd.etsi.asic-s+zip';
const NO_AUDIT = absent('no-audit', 'The container is of another product and carries no audit trail of ours.');

/**
 * A container of another product, or one made for an archive: ASiC-E with CAdES or with a time-stamp, and the simple ASiC-S form with
 * one file. XAdES, archive manifests and evidence records are not judged.
 */
export function verifyForeignContainer(entries: readonly ZipEntry[], options: TrustOptions): VerificationReport {
  const checks = [mimetypeOf(entries), ...contentOf(entries, options)];
  const verdict = combine(checks.map(({ outcome }) => outcome));
  return { kind: 'package', verdict, documents: [], container: checks, audit: NO_AUDIT };
}

/** Real files have it last or with a line break: read tolerantly, say so (formats 4.1). */
function mimetypeOf(entries: readonly ZipEntry[]): Check {
  const index = entries.findIndex(({ name }) => name === 'mimetype');
  const text = Buffer.from(entries[index]?.bytes ?? []).toString('latin1');
  if (index < 0) return failed('mimetype-missing', 'The container does not say what it is.');
  if (text !== ASIC_E && text !== ASIC_S && text.trim() !== ASIC_E && text.trim() !== ASIC_S) {
    return failed('mimetype', 'The container says it is something other than ASiC.');
  }
  if (text !== text.trim())
    return passed('The container is ASiC; its type is followed by a line break.', 'mimetype-tolerated');
  if (index > 0) return passed('The container is ASiC; its type should come first but does not.', 'mimetype-tolerated');
  return passed('The container says that it is ASiC.');
}

function contentOf(entries: readonly ZipEntry[], options: TrustOptions): readonly Check[] {
  const simple = entries.find(({ name }) => name === 'META-INF/signature.p7s');
  const data = entries.filter(({ name }) => name !== 'mimetype' && !name.startsWith('META-INF/'));
  const findings = checkManifests(entries, options, true);
  if (simple === undefined || findings.accounted.size > 0) {
    const coverage = checkCoverage(entries, findings);
    if (findings.checks.length > 0) return [...findings.checks, ...coverage];
    return [failed('no-signature', 'The container holds no signature that can be judged.'), ...coverage];
  }
  const [only] = data;
  if (only === undefined || data.length > 1) {
    return [failed('data-object-count', 'A simple container holds exactly one file beside its signature.')];
  }
  const signed = checkDetached(simple.bytes, only.bytes, { ...options, signature: simple.name, content: only.name });
  const covered = new Set(signed[0]?.outcome === 'failed' ? [] : [only.name]);
  return [...signed, ...checkCoverage(entries, { covered, accounted: new Set([simple.name]) })];
}
