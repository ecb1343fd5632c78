import { erasurePaths } from '../container/erasure-record.ts';
import { PACKAGE_PATHS } from '../container/package-format.ts';
import { equalBytes } from '../bytes.ts';
import { failed, passed } from './checks.ts';
import type { Check } from './verification-report.ts';

/**
 * Who signed which manifest: that of the captures is by whoever signed the package, or, once captures were erased, by whoever
 * signed the newest record of it. A second key of the tenant has no say in what the first one packed.
 * @param signers certificates (DER) by manifest, of signatures that hold
 */
export function checkSigners(signers: ReadonlyMap<string, Uint8Array>, erasures: number): Check {
  const packer = signers.get(erasures === 0 ? PACKAGE_PATHS.contentManifest : erasurePaths(erasures).manifest);
  const captures = signers.get(PACKAGE_PATHS.captureManifest);
  // Signatures that are missing or do not hold are said elsewhere.
  if (packer !== undefined && captures !== undefined && !equalBytes(packer, captures)) {
    return failed(
      'signer-differs',
      'The manifest of the captures is not signed by whoever signed what they belong to.',
    );
  }
  return passed('The manifests are signed by whom they should be.');
}

/** Manifests and signatures that a package of ours has; any more would be somebody's own. */
export function ownManifests(hasCaptures: boolean, erasures: number): readonly string[] {
  const { contentManifest, contentSignature, captureManifest, captureSignature } = PACKAGE_PATHS;
  const records = Array.from({ length: erasures }, (_, i) => erasurePaths(i + 1));
  return [
    ...[contentManifest, contentSignature],
    ...(hasCaptures ? [captureManifest, captureSignature] : []),
    ...records.flatMap(({ record, manifest, signature }) => [record, manifest, signature]),
  ];
}
