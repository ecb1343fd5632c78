import { packagedDocuments, type PackagedDocumentFile } from '../../signing/container/packaged-documents.ts';
import { isSha256, type Sha256 } from '../../signing/digest.ts';
import type { Sql } from './database.ts';
import type { ObjectStore } from './object-store.ts';
import { findPackage, type PackageSummary } from './package-list.ts';

/** A document as far as its level was raised, for somebody who may have it. */
export interface DocumentCopy {
  /** A plain file name, the level in it: 'Pogodba B-LTA.pdf'. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** @param number of the document in the package, from 1. Null when there is no such one, or it is another tenant's. */
export async function documentCopy(
  { database, objects }: { readonly database: Sql; readonly objects: ObjectStore },
  digest: Sha256,
  number: number,
  tenant: string | null,
): Promise<DocumentCopy | null> {
  const found = await findPackage(database, digest, tenant);
  if (found?.summary.state !== 'stored') return null;
  const container = await objects.get(digest);
  const document = (container === null ? null : packagedDocuments(container))?.[number - 1];
  return document === undefined ? null : copyOf(objects, found.summary, document);
}

/** Of a document that was taken out of a package. Null when the raised one is gone. */
export async function copyOf(
  objects: ObjectStore,
  { arrivedLevel, longTerm }: PackageSummary,
  document: PackagedDocumentFile,
): Promise<DocumentCopy | null> {
  const raised = longTerm.find((one) => one.document === document.path);
  const name = fileName(document.name, raised?.level ?? arrivedLevel);
  if (raised === undefined || !isSha256(raised.digest)) return { name, bytes: document.bytes };
  const bytes = await objects.get(raised.digest);
  return bytes === null ? null : { name, bytes };
}

/** Without what file systems and headers read something else into; the level tells it from the customer's copy. */
function fileName(name: string, level: string | null): string {
  const plain = name.replace(/\.pdf$/i, '').replace(/[\u0000-\u001f\u007f/\\:*?"<>|]/g, '_');
  return level === null || level === 'not-baseline' ? `${plain}.pdf` : `${plain} ${level}.pdf`;
}
