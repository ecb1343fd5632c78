import { z } from 'zod';
import { fromUtf8 } from '../bytes.ts';
import { isCanonicalForm } from '../canonical-json.ts';
import { sha256Schema } from '../audit/parse-entry.ts';
import { err, ok, type Result } from '../result.ts';
import type { Sha256 } from '../digest.ts';

/**
 * The package (design.md 5): ASiC-E with CAdES. Two manifests, so that captures can be erased together with
 * theirs and what is left still verifies whole.
 */
export const PACKAGE_MIME_TYPE = 'application/vnd.etsi.asic-e+zip';
export const PACKAGE_PATHS = {
  mimetype: 'mimetype',
  header: 'countersign.json',
  audit: 'audit.json',
  /** Identity and ceremony records, enveloped to the tenant. */
  ceremony: 'ceremony.p7m',
  contentManifest: 'META-INF/ASiCManifest001.xml',
  contentSignature: 'META-INF/signature001.p7s',
  captureManifest: 'META-INF/ASiCManifest002.xml',
  captureSignature: 'META-INF/signature002.p7s',
} as const;

/** `countersign.json`: what is in the package. Canonical JSON; covered by the first manifest. */
export interface PackageHeader {
  readonly type: 'countersign.package';
  readonly version: 1;
  readonly tenant: string;
  readonly branch: string;
  readonly kiosk: string;
  readonly transaction: string;
  readonly transactionName: string;
  /** RFC 3339 UTC, milliseconds. */
  readonly completedAt: string;
  readonly documents: readonly PackageDocument[];
  readonly signatures: readonly PackageSignature[];
  /** Head of the kiosk's chain: what the audit excerpt recomputes to. */
  readonly auditHead: Sha256;
}

export interface PackageDocument {
  readonly id: string;
  readonly name: string;
  /** Entry name of the final PDF. */
  readonly path: string;
  readonly digest: Sha256;
  readonly length: number;
  /** As received. */
  readonly original: Sha256;
  /** After tags became fields; equals `original` when nothing had to be prepared. */
  readonly prepared: Sha256;
  /** Prepared, then after each appended revision; each is the prefix of the final file of its length. */
  readonly revisions: readonly { readonly digest: Sha256; readonly length: number }[];
}

export interface PackageSignature {
  /** Document id. */
  readonly document: string;
  /** Fully qualified field name. */
  readonly field: string;
  readonly ceremony: string;
  readonly signatory: string;
  readonly role: string;
  /** Entry name of the binding statement. */
  readonly binding: string;
  /** Entry name of the sealed capture; null on the picture-only path, and where it is in the document itself. */
  readonly capture: string | null;
  /** Null on the picture-only path only. */
  readonly sealedCapture: Sha256 | null;
}

export type PackageHeaderProblem = 'not-json' | 'not-canonical' | 'wrong-shape' | 'inconsistent';

const text = z.string().min(1).max(1000);
const document = z.strictObject({
  id: text,
  name: text,
  path: z.string().regex(/^documents\/\d{3}\.pdf$/),
  digest: sha256Schema,
  length: z.int().min(1),
  original: sha256Schema,
  prepared: sha256Schema,
  revisions: z
    .array(z.strictObject({ digest: sha256Schema, length: z.int().min(1) }))
    .min(1)
    .max(10_000),
});
const signature = z.strictObject({
  document: text,
  field: text,
  ceremony: text,
  signatory: text,
  role: text,
  binding: z.string().regex(/^bindings\/\d{3,}\.json$/),
  capture: z
    .string()
    .regex(/^captures\/\d{3,}\.p7m$/)
    .nullable(),
  sealedCapture: sha256Schema.nullable(),
});
const header = z.strictObject({
  type: z.literal('countersign.package'),
  version: z.literal(1),
  tenant: text,
  branch: text,
  kiosk: text,
  transaction: text,
  transactionName: text,
  completedAt: z.iso.datetime({ precision: 3 }),
  documents: z.array(document).min(1).max(50),
  signatures: z.array(signature).max(10_000),
  auditHead: sha256Schema,
});

/** Strict: canonical bytes, known members only, every cross reference resolving within the header. */
export function parsePackageHeader(bytes: Uint8Array): Result<PackageHeader, PackageHeaderProblem> {
  let value: unknown;
  try {
    value = JSON.parse(fromUtf8(bytes));
  } catch {
    return err('not-json');
  }
  const parsed = header.safeParse(value);
  if (!parsed.success) return err('wrong-shape');
  if (!isCanonicalForm(parsed.data, bytes)) return err('not-canonical');
  return isConsistent(parsed.data) ? ok(parsed.data) : err('inconsistent');
}

function isConsistent({ documents, signatures }: PackageHeader): boolean {
  const ids = documents.map(({ id }) => id);
  const paths = [
    ...documents.map(({ path }) => path),
    ...signatures.flatMap(({ binding, capture }) => (capture === null ? [binding] : [binding, capture])),
  ];
  return (
    new Set(ids).size === ids.length &&
    new Set(paths).size === paths.length &&
    signatures.every(({ document: of, capture, sealedCapture }) => {
      return ids.includes(of) && (capture === null || sealedCapture !== null);
    }) &&
    documents.every(({ digest, length, prepared, revisions }) => {
      const [first] = revisions;
      const last = revisions.at(-1);
      const growing = revisions.every(({ length: own }, i) => own > (revisions[i - 1]?.length ?? 0));
      return first?.digest === prepared && last?.digest === digest && last.length === length && growing;
    })
  );
}
