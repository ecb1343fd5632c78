import type { Sha256 } from '../digest.ts';
import { parsePackageHeader, PACKAGE_PATHS } from './package-format.ts';
import { PACKAGE_LIMITS, readZip } from './zip.ts';

/** A document inside a package. */
export interface PackagedDocumentFile {
  /** Entry name in the package. */
  readonly path: string;
  /** What people call it. */
  readonly name: string;
  readonly digest: Sha256;
  readonly bytes: Uint8Array;
}

/** The documents of a package in its own order; null when it cannot be read. Nothing is verified here. */
export function packagedDocuments(bytes: Uint8Array): readonly PackagedDocumentFile[] | null {
  const zip = readZip(bytes, PACKAGE_LIMITS);
  if (!zip.ok) return null;
  const entries = new Map(zip.value.entries.map((entry) => [entry.name, entry.bytes]));
  const header = parsePackageHeader(entries.get(PACKAGE_PATHS.header) ?? new Uint8Array());
  if (!header.ok) return null;
  return header.value.documents.flatMap(({ path, name, digest }) => {
    const document = entries.get(path);
    return document === undefined ? [] : [{ path, name, digest, bytes: document }];
  });
}
