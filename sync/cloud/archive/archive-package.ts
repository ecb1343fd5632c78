import { utf8 } from '../../../signing/bytes.ts';
import { TIMESTAMP_MIME_TYPE, writeAsicManifest } from '../../../signing/container/asic-manifest.ts';
import { PACKAGE_MIME_TYPE } from '../../../signing/container/package-format.ts';
import { writeZip, type ZipEntry } from '../../../signing/container/zip-writer.ts';
import { sha256, sha256Apart, type Sha256 } from '../../../signing/digest.ts';
import type { VerificationReport } from '../../../signing/verification/verification-report.ts';
import type { PackageSummary } from '../package-list.ts';

const MANIFEST = 'META-INF/ASiCManifest001.xml';
const TIMESTAMP = 'META-INF/timestamp001.tst';

export interface ArchiveContents {
  readonly summary: PackageSummary;
  readonly report: VerificationReport | null;
  /** JWS. */
  readonly receipt: string;
  /** The package as it came. */
  readonly container: Uint8Array;
  /** Each at the level reached, under its name in the package. */
  readonly documents: readonly { readonly path: string; readonly name: string; readonly bytes: Uint8Array }[];
}

/** All but the time-stamp, which is over the manifest. */
export interface UnstampedArchive {
  readonly entries: readonly ZipEntry[];
  /** SHA-256 of the manifest. */
  readonly content: Sha256;
}

/**
 * What is archived of one transaction: an ASiC-E with time assertion (EN 319 162-1 4.4.4) over the package as it came, the documents
 * at the level reached, the receipt, the report of the check on arrival, and `metadata.json`. The same contents give the same bytes.
 */
export async function unstampedArchive(contents: ArchiveContents): Promise<UnstampedArchive> {
  const files = [
    { name: 'package.asice', mimeType: PACKAGE_MIME_TYPE, bytes: contents.container },
    ...contents.documents.map(({ path, bytes }) => ({ name: path, mimeType: 'application/pdf', bytes })),
    { name: 'receipt.jws', mimeType: 'application/jose', bytes: utf8(contents.receipt) },
    { name: 'report.json', mimeType: 'application/json', bytes: json(contents.report) },
    { name: 'metadata.json', mimeType: 'application/json', bytes: json(await metadataOf(contents)) },
  ];
  const references = [];
  for (const { name, mimeType, bytes } of files) references.push({ name, mimeType, digest: await sha256Apart(bytes) });
  const manifest = writeAsicManifest({ signature: TIMESTAMP, signatureType: TIMESTAMP_MIME_TYPE, references });
  const mimetype = { name: 'mimetype', bytes: utf8(PACKAGE_MIME_TYPE) };
  return { entries: [mimetype, ...files, { name: MANIFEST, bytes: manifest }], content: sha256(manifest) };
}

/** @param token RFC 3161, over the manifest */
export function stampedArchive({ entries }: UnstampedArchive, token: Uint8Array): Uint8Array {
  return writeZip([...entries.map(({ name, bytes }) => ({ name, bytes })), { name: TIMESTAMP, bytes: token }]);
}

/** What an archive files it by. Version 1; times are RFC 3339 UTC, digests SHA-256 in hex. */
async function metadataOf({ summary, report, documents }: ArchiveContents): Promise<object> {
  const described = [];
  for (const { path, name, bytes } of documents) {
    const raised = summary.longTerm.find(({ document }) => document === path);
    described.push({
      ...{ path, name, digest: await sha256Apart(bytes), level: raised?.level ?? summary.arrivedLevel },
      levelSince: raised?.since ?? summary.arrivedAt,
    });
  }
  const { tenant, branch, kiosk, transaction, transactionName, digest, size, arrivedAt, sequence, erasures } = summary;
  return {
    ...{ type: 'countersign.archive', version: 1, tenant, branch, kiosk, transaction, transactionName },
    package: { digest, size, arrivedAt, sequence },
    ...{ verdictOnArrival: report?.verdict ?? null, documents: described, erasures },
  };
}

function json(value: unknown): Uint8Array {
  return utf8(`${JSON.stringify(value, null, 1)}\n`);
}
