import { canonicalBytes } from '../canonical-json.ts';
import {
  erasurePaths,
  parseErasureRecord,
  type ErasedCapture,
  type ErasureRecord,
} from '../container/erasure-record.ts';
import { PACKAGE_PATHS, parsePackageHeader, type PackageHeader } from '../container/package-format.ts';
import { PACKAGE_LIMITS, readZip } from '../container/zip.ts';
import { writeZip, type ZipEntry } from '../container/zip-writer.ts';
import { sha256, type Sha256 } from '../digest.ts';
import { err, ok, type Result } from '../result.ts';
import { coveringManifest } from './covering-manifest.ts';
import type { Signer } from './signer.ts';

export interface ErasureInput {
  /** The package as it is now. */
  readonly bytes: Uint8Array;
  /** Digests of the sealed captures to take out; 'all' that are still there. */
  readonly captures: 'all' | readonly Sha256[];
  readonly request: ErasureRecord['request'];
  readonly legalBasis: string;
  readonly carriedOutBy: string;
  readonly at: Date;
  /** A key whose chain ends at the tenant's root: the kiosk's or the cloud's. */
  readonly signer: Signer;
}

export interface ErasedPackage {
  readonly bytes: Uint8Array;
  /** Of the new package. Its receipt is about `record.package`. */
  readonly digest: Sha256;
  readonly record: ErasureRecord;
}

export type ErasureRefusal =
  /** No package of ours in its one form: what is in it would not be what its reader sees. */
  | 'package-unreadable'
  /** A capture asked for is not in the package: never was, or was erased before. */
  | 'no-such-capture'
  /** There is none (any more). */
  | 'nothing-to-erase'
  /** It is inside a signed revision of the document: taking it out would break the signatures. */
  | 'captures-in-document'
  /** Empty or overlong texts. */
  | 'request-incomplete';

/**
 * Takes sealed captures out of a package and says so in it, signed. Documents, their signatures, binding statements and
 * the audit trail stay byte for byte; captures that stay get a manifest anew, signed by the same key as the record. Does
 * not judge the package: the caller verifies it before and after.
 */
export async function eraseCaptures(input: ErasureInput): Promise<Result<ErasedPackage, ErasureRefusal>> {
  const read = readZip(input.bytes, PACKAGE_LIMITS);
  if (!read.ok || !read.value.canonical) return err('package-unreadable');
  const { entries } = read.value;
  const header = parsePackageHeader(bytesOf(entries, PACKAGE_PATHS.header));
  if (!header.ok) return err('package-unreadable');
  const present = presentCaptures(header.value, entries);
  const asked = input.captures;
  const erased = asked === 'all' ? present : present.filter(({ sealedCapture }) => asked.includes(sealedCapture));
  const inside = header.value.signatures.flatMap(({ capture, sealedCapture }) =>
    capture === null && sealedCapture !== null ? [sealedCapture] : [],
  );
  if (inside.length > 0 && (asked === 'all' ? present.length === 0 : inside.some((one) => asked.includes(one))))
    return err('captures-in-document');
  if (asked !== 'all' && new Set(asked).size !== erased.length) return err('no-such-capture');
  if (erased.length === 0) return err('nothing-to-erase');

  const record = recordOf(input, header.value, erased);
  const recordBytes = canonicalBytes(record);
  if (!parseErasureRecord(recordBytes).ok) return err('request-incomplete');
  const number = erasuresIn(entries) + 1;
  const names = erasurePaths(number);
  const by = { signer: input.signer, signedAt: input.at };
  const staying = present.filter((capture) => !erased.includes(capture));
  const { captureManifest, captureSignature } = PACKAGE_PATHS;
  const gone = new Set<string>([captureManifest, captureSignature, ...present.map(({ path }) => path)]);
  const kept = entries.filter(({ name }) => staying.some(({ path }) => path === name));
  const references = staying.map(({ path, sealedCapture }) => ({
    name: path,
    mimeType: 'application/pkcs7-mime',
    digest: sealedCapture,
  }));
  const own = { name: names.record, mimeType: 'application/json', digest: sha256(recordBytes) };
  const bytes = writeZip([
    ...entries.filter(({ name }) => !gone.has(name)),
    ...kept,
    ...(kept.length === 0
      ? []
      : await coveringManifest(references, { manifest: captureManifest, signature: captureSignature }, by)),
    { name: names.record, bytes: recordBytes },
    ...(await coveringManifest([own], names, by)),
  ]);
  return ok({ bytes, digest: sha256(bytes), record });
}

function recordOf(input: ErasureInput, header: PackageHeader, captures: readonly ErasedCapture[]): ErasureRecord {
  const { request, legalBasis, carriedOutBy, at } = input;
  return {
    type: 'countersign.erasure',
    version: 1,
    tenant: header.tenant,
    transaction: header.transaction,
    package: sha256(input.bytes),
    ...{ request, legalBasis, carriedOutBy },
    erasedAt: at.toISOString(),
    captures,
  };
}

/** In the order of the header. */
function presentCaptures({ signatures }: PackageHeader, entries: readonly ZipEntry[]): readonly ErasedCapture[] {
  const names = new Set(entries.map(({ name }) => name));
  return signatures.flatMap(({ capture, sealedCapture }) =>
    capture === null || sealedCapture === null || !names.has(capture) ? [] : [{ path: capture, sealedCapture }],
  );
}

function erasuresIn(entries: readonly ZipEntry[]): number {
  return entries.filter(({ name }) => name.startsWith('erasures/')).length;
}

function bytesOf(entries: readonly ZipEntry[], name: string): Uint8Array {
  return entries.find((entry) => entry.name === name)?.bytes ?? new Uint8Array();
}
