import {
  erasurePaths,
  parseErasureRecord,
  type ErasedCapture,
  type ErasureRecord,
} from '../container/erasure-record.ts';
import type { PackageHeader } from '../container/package-format.ts';
import type { Sha256 } from '../digest.ts';
import { failed, passed } from './checks.ts';
import type { Check } from './verification-report.ts';

export interface Erasures {
  /** One for each record. */
  readonly checks: readonly Check[];
  /** Entry names of the records, good or not. */
  readonly records: readonly string[];
  /** Digests of captures that a good record says were taken out. */
  readonly erased: ReadonlySet<Sha256>;
}

/**
 * The erasure records of a package. A record counts if a good signature covers it, if it is about this package, and if it
 * names captures that the header names and that are gone. `covered` are the files that a good signature speaks for.
 */
export function checkErasures(
  header: PackageHeader,
  files: ReadonlyMap<string, Uint8Array>,
  covered: ReadonlySet<string>,
): Erasures {
  const records = [...files.keys()].filter((name) => name.startsWith('erasures/'));
  const checks: Check[] = [];
  const erased = new Set<Sha256>();
  const before = new Set<Sha256>();
  for (const [i] of records.entries()) {
    // By number, not as they come: one left out would leave a hole.
    const name = erasurePaths(i + 1).record;
    const record = goodRecord(name, header, files, covered);
    // Each erasure makes another package: no two are about the same one.
    const again = record !== null && (before.has(record.package) || record.captures.some(isIn(erased)));
    if (record === null || again) {
      checks.push(failed('erasure-record', `${name} is no acceptable record of an erasure in this package.`));
      continue;
    }
    before.add(record.package);
    for (const { sealedCapture } of record.captures) erased.add(sealedCapture);
    const count = record.captures.length === 1 ? 'One capture was' : `${record.captures.length} captures were`;
    const words = `${count} erased at ${record.erasedAt} (asked by: ${record.request.by}); the signed record is there.`;
    checks.push(passed(words, 'captures-erased'));
  }
  return { checks, records, erased };
}

function isIn(erased: ReadonlySet<Sha256>): (capture: ErasedCapture) => boolean {
  return ({ sealedCapture }) => erased.has(sealedCapture);
}

function goodRecord(
  name: string,
  header: PackageHeader,
  files: ReadonlyMap<string, Uint8Array>,
  covered: ReadonlySet<string>,
): ErasureRecord | null {
  const bytes = files.get(name);
  const parsed = bytes === undefined || !covered.has(name) ? null : parseErasureRecord(bytes);
  if (parsed?.ok !== true) return null;
  const record = parsed.value;
  const known = record.captures.every(({ path, sealedCapture }) =>
    header.signatures.some((one) => one.capture === path && one.sealedCapture === sealedCapture),
  );
  const distinct = new Set(record.captures.map(({ path }) => path)).size === record.captures.length;
  const fits =
    record.tenant === header.tenant &&
    record.transaction === header.transaction &&
    Date.parse(record.erasedAt) >= Date.parse(header.completedAt);
  // What is said to be gone has to be gone.
  const gone = record.captures.every(({ path }) => !files.has(path));
  return known && distinct && fits && gone ? record : null;
}
