import { parseAsicManifest, TIMESTAMP_MIME_TYPE } from '../container/asic-manifest.ts';
import type { ZipEntry } from '../container/zip-writer.ts';
import { sha256 } from '../digest.ts';
import type { Strangers } from './chain.ts';
import { failed, indeterminate, passed } from './checks.ts';
import { readCms } from './cms-structure.ts';
import { checkDetached } from './detached-signature.ts';
import { checkTimeAssertion } from './time-assertion.ts';
import type { Check } from './verification-report.ts';

export interface TrustOptions {
  readonly roots: readonly Uint8Array[];
  readonly at?: Date;
  /** When this is judged, as for a signature in a PDF. */
  readonly now?: Date;
  readonly strangers?: Strangers;
}

export interface ManifestFindings {
  readonly checks: readonly Check[];
  /** Data objects and other files that a manifest with a good signature speaks for, by digest. */
  readonly covered: ReadonlySet<string>;
  /** Manifests and the signatures that they name. */
  readonly accounted: ReadonlySet<string>;
  /** Certificate (DER) of the signer by manifest, where the signature holds. */
  readonly signers: ReadonlyMap<string, Uint8Array>;
}

/**
 * Every ASiCManifest: its signature over its exact bytes, then the digest of each file it lists (formats 4.5).
 * @param timeAssertions whether a time-stamp may stand in the place of a signature; it says when, not who
 */
export function checkManifests(
  entries: readonly ZipEntry[],
  options: TrustOptions,
  timeAssertions = false,
): ManifestFindings {
  const byName = new Map(entries.map(({ name, bytes }) => [name, bytes]));
  const checks: Check[] = [];
  const covered = new Set<string>();
  const accounted = new Set<string>();
  const signers = new Map<string, Uint8Array>();
  for (const { name, bytes } of entries) {
    if (!/^META-INF\/ASiCManifest[^/]*\.xml$/.test(name)) continue;
    accounted.add(name);
    const parsed = parseAsicManifest(bytes);
    if (!parsed.ok) {
      checks.push(failed('manifest-invalid', `${name} is not an acceptable manifest (${parsed.error}).`));
      continue;
    }
    const { signature, signatureType, references } = parsed.value;
    const cms = byName.get(signature);
    if (cms === undefined || accounted.has(signature)) {
      checks.push(failed('signature-missing', `${name} names a signature that is missing or belongs to another.`));
      continue;
    }
    accounted.add(signature);
    const over = { ...options, signature, content: name };
    const isStamp = timeAssertions && signatureType === TIMESTAMP_MIME_TYPE;
    const signed = isStamp ? checkTimeAssertion(cms, bytes, over) : checkDetached(cms, bytes, over);
    checks.push(...signed);
    if (!isStamp && signed[0]?.outcome === 'passed') signers.set(name, readCms(cms).signer.der);
    for (const reference of references) {
      const target = byName.get(reference.name);
      if (target === undefined)
        checks.push(failed('file-missing', `${reference.name}, listed in ${name}, is missing.`));
      else if (sha256(target) !== reference.digest) {
        checks.push(failed('file-altered', `${reference.name} is not the file that ${name} lists.`));
      } else if (signed[0]?.outcome !== 'failed') covered.add(reference.name);
    }
    if (references.every((reference) => covered.has(reference.name))) {
      checks.push(
        passed(`All ${references.length} files listed in ${name} are there and unchanged.`, 'files-unchanged'),
      );
    }
  }
  return { checks, covered, accounted, signers };
}

/** Files nothing signs. Archive manifests and time-stamps are not judged, and said so. */
export function checkCoverage(
  entries: readonly ZipEntry[],
  { covered, accounted }: Pick<ManifestFindings, 'covered' | 'accounted'>,
): readonly Check[] {
  const checks: Check[] = [];
  for (const { name } of entries) {
    if (name === 'mimetype' || covered.has(name) || accounted.has(name)) continue;
    if (
      /^META-INF\/(ASiCArchiveManifest[^/]*\.xml|ASiCEvidenceRecordManifest[^/]*\.xml|[^/]+\.(tst|ers))$/.test(name)
    ) {
      checks.push(indeterminate('archive-data', `${name} is archive data, which is not judged here.`));
    } else checks.push(failed('file-unsigned', `${name} is in the container, but no valid signature covers it.`));
  }
  return checks;
}
