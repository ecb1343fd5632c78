import type { AuditExcerpt } from '../audit/excerpt.ts';
import { utf8 } from '../bytes.ts';
import { canonicalBytes, type Json } from '../canonical-json.ts';
import { encryptFor, type RandomBytes } from '../cms/enveloped-data.ts';
import {
  PACKAGE_MIME_TYPE,
  PACKAGE_PATHS,
  type PackageDocument,
  type PackageHeader,
  type PackageSignature,
} from '../container/package-format.ts';
import { writeZip, type ZipEntry } from '../container/zip-writer.ts';
import { sha256, type Sha256 } from '../digest.ts';
import { embeddedCaptures } from '../pdf/embedded-captures.ts';
import { coveringManifest } from './covering-manifest.ts';
import type { Signer } from './signer.ts';

/** Everything that leaves the counter with a completed transaction. */
export interface PackageInput {
  readonly tenant: string;
  readonly branch: string;
  readonly kiosk: string;
  readonly transaction: string;
  readonly transactionName: string;
  readonly completedAt: Date;
  readonly documents: readonly PackagedDocument[];
  readonly signatures: readonly PackagedSignature[];
  /** Identity checks and ceremony facts: personal data, sealed for the tenant. */
  readonly ceremonyRecords: Json;
  /** DER certificates of the tenant's record keys, one or more. */
  readonly recordRecipients: readonly Uint8Array[];
  readonly audit: AuditExcerpt;
  /** The kiosk's device key. */
  readonly signer: Signer;
  readonly signedAt: Date;
  readonly random?: RandomBytes;
}

export interface PackagedDocument {
  readonly id: string;
  readonly name: string;
  /** The final PDF. */
  readonly bytes: Uint8Array;
  readonly original: Sha256;
  readonly prepared: Sha256;
  /** Prepared first, final last. */
  readonly revisions: PackageDocument['revisions'];
}

export interface PackagedSignature {
  readonly document: string;
  readonly field: string;
  readonly ceremony: string;
  readonly signatory: string;
  readonly role: string;
  /** Canonical binding statement, as sealed. */
  readonly statement: Uint8Array;
  /** Not written a second time when the document has it inside. */
  readonly sealedCapture: Uint8Array | null;
}

export interface BuiltPackage {
  readonly bytes: Uint8Array;
  /** SHA-256 of `bytes`: the package's name from here on. */
  readonly digest: Sha256;
  readonly header: PackageHeader;
}

interface Listed extends ZipEntry {
  readonly mimeType: string;
  readonly digest: Sha256;
}

/**
 * ASiC-E with CAdES (ETSI EN 319 162-1), deterministic but for encryption and ECDSA. Captures get a manifest and a
 * signature of their own: taking both out with the captures leaves a package that verifies.
 */
export async function buildPackage(input: PackageInput): Promise<BuiltPackage> {
  const documents = input.documents.map(({ bytes }, i) =>
    listed(`documents/${number(i)}.pdf`, 'application/pdf', bytes),
  );
  const bindings = input.signatures.map(({ statement }, i) =>
    listed(`bindings/${number(i)}.json`, 'application/json', statement),
  );
  const captures = input.signatures.map(({ sealedCapture }, i) =>
    sealedCapture === null ? null : listed(`captures/${number(i)}.p7m`, 'application/pkcs7-mime', sealedCapture),
  );
  const embedded = new Set(
    input.documents.flatMap(({ bytes }) => embeddedCaptures(bytes).map(({ sealedCapture }) => sealedCapture)),
  );
  const header = headerOf(input, documents, captures, embedded);
  const records = encryptFor(
    canonicalBytes({ ...RECORDS, records: input.ceremonyRecords }),
    input.recordRecipients,
    input.random,
  );
  const content = [
    listed(PACKAGE_PATHS.header, 'application/json', canonicalBytes(header)),
    ...documents,
    ...bindings,
    listed(PACKAGE_PATHS.ceremony, 'application/pkcs7-mime', records),
    listed(PACKAGE_PATHS.audit, 'application/json', canonicalBytes(input.audit)),
  ];
  const kept = captures.filter((entry) => entry !== null).filter(({ digest }) => !embedded.has(digest));
  const { contentManifest, contentSignature, captureManifest, captureSignature, mimetype } = PACKAGE_PATHS;
  const bytes = writeZip([
    { name: mimetype, bytes: utf8(PACKAGE_MIME_TYPE) },
    ...content,
    ...(await coveringManifest(content, { manifest: contentManifest, signature: contentSignature }, input)),
    ...kept,
    ...(kept.length === 0
      ? []
      : await coveringManifest(kept, { manifest: captureManifest, signature: captureSignature }, input)),
  ]);
  return { bytes, digest: sha256(bytes), header };
}

/** Kind and version inside the envelope: one statement never passes for another. */
const RECORDS = { type: 'countersign.ceremony-records', version: 1 } as const;

function headerOf(
  input: PackageInput,
  documents: readonly Listed[],
  captures: readonly (Listed | null)[],
  embedded: ReadonlySet<Sha256>,
): PackageHeader {
  const { tenant, branch, kiosk, transaction, transactionName, completedAt, audit } = input;
  return {
    type: 'countersign.package',
    version: 1,
    ...{ tenant, branch, kiosk, transaction, transactionName },
    completedAt: completedAt.toISOString(),
    documents: input.documents.map(({ id, name, bytes, original, prepared, revisions }, i): PackageDocument => {
      const entry = documents[i];
      if (entry === undefined || revisions.at(-1)?.digest !== entry.digest) {
        throw new RangeError('the last revision is not the document');
      }
      return { id, name, path: entry.name, digest: entry.digest, length: bytes.length, original, prepared, revisions };
    }),
    signatures: input.signatures.map(({ document, field, ceremony, signatory, role }, i): PackageSignature => {
      const capture = captures[i] ?? null;
      return {
        ...{ document, field, ceremony, signatory, role },
        binding: `bindings/${number(i)}.json`,
        capture: capture === null || embedded.has(capture.digest) ? null : capture.name,
        sealedCapture: capture?.digest ?? null,
      };
    }),
    auditHead: audit.head.digest,
  };
}

function listed(name: string, mimeType: string, bytes: Uint8Array): Listed {
  return { name, mimeType, bytes, digest: sha256(bytes) };
}

/** From 1, three digits or more. */
function number(index: number): string {
  return String(index + 1).padStart(3, '0');
}
