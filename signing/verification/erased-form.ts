import { erasurePaths, parseErasureRecord, type ErasureRecord } from '../container/erasure-record.ts';
import { PACKAGE_PATHS } from '../container/package-format.ts';
import { PACKAGE_LIMITS, readZip } from '../container/zip.ts';
import { sha256 } from '../digest.ts';
import { err, ok, type Result } from '../result.ts';

/**
 * Whether `after` is `before` with captures taken out and nothing else: every other file byte for byte, and exactly the
 * captures gone that the new records name, the first of which is about `before`. Gives the new records, else what is
 * different. Does not judge signatures: `verifyPackage` does.
 */
export function erasedForm(before: Uint8Array, after: Uint8Array): Result<readonly ErasureRecord[], string> {
  const [old, own] = [filesOf(before), filesOf(after)];
  if (old === null || own === null) return err('one of the packages cannot be read');
  const records = newRecords(old, own);
  if (records === null) return err('no record says what was erased');
  if (records[0]?.package !== sha256(before)) return err('the record is about another package');

  const { captureManifest, captureSignature } = PACKAGE_PATHS;
  const anew = new Set<string>([captureManifest, captureSignature]);
  const erased = new Map(records.flatMap(({ captures }) => captures.map((one) => [one.path, one.sealedCapture])));
  const added = new Set(records.flatMap((_, i) => Object.values(erasurePaths(recordsIn(old) + i + 1))));
  for (const [name, bytes] of own) {
    const same = old.get(name);
    if (same === undefined ? !added.has(name) : !anew.has(name) && Buffer.compare(same, bytes) !== 0)
      return err(`${name} is not what it was`);
  }
  for (const [name, bytes] of old) {
    if (own.has(name) || anew.has(name)) continue;
    if (erased.get(name) !== sha256(bytes)) return err(`${name} is gone without a record`);
  }
  const back = [...erased.keys()].find((path) => own.has(path) || !old.has(path));
  return back === undefined ? ok(records) : err(`${back} was not there, or still is`);
}

function filesOf(bytes: Uint8Array): ReadonlyMap<string, Uint8Array> | null {
  const read = readZip(bytes, PACKAGE_LIMITS);
  return read.ok ? new Map(read.value.entries.map((entry) => [entry.name, entry.bytes])) : null;
}

function recordsIn(files: ReadonlyMap<string, Uint8Array>): number {
  return [...files.keys()].filter((name) => name.startsWith('erasures/')).length;
}

function newRecords(
  old: ReadonlyMap<string, Uint8Array>,
  own: ReadonlyMap<string, Uint8Array>,
): readonly ErasureRecord[] | null {
  const records: ErasureRecord[] = [];
  for (let number = recordsIn(old) + 1; number <= recordsIn(own); number += 1) {
    const bytes = own.get(erasurePaths(number).record);
    const parsed = bytes === undefined ? null : parseErasureRecord(bytes);
    if (parsed?.ok !== true) return null;
    records.push(parsed.value);
  }
  return records.length === 0 ? null : records;
}
