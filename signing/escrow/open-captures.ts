import { X509Certificate, createPublicKey, type KeyObject } from 'node:crypto';
import { parseCaptureContent, recomputeCommitment, type CaptureContent } from '../capture/sealed-content.ts';
import { EnvelopeError, openEnveloped } from '../cms/open-enveloped.ts';
import { PACKAGE_LIMITS, readZip } from '../container/zip.ts';
import { PACKAGE_PATHS, parsePackageHeader } from '../container/package-format.ts';
import { sha256, type Sha256 } from '../digest.ts';
import { embeddedCaptures } from '../pdf/embedded-captures.ts';
import { err, ok, type Result } from '../result.ts';
import { parseStatement, type Statement } from '../verification/binding.ts';
import { absent, Fault } from '../verification/checks.ts';
import type {
  Check,
  DocumentReport,
  SignatureReport,
  VerificationReport,
} from '../verification/verification-report.ts';
import { verifyPackage } from '../verification/verify-package.ts';
import { verifyPdf } from '../verification/verify-pdf.ts';

/** Who may open: the escrow holder's key, with its certificate where several recipients have to be told apart. */
export interface OpenWith {
  readonly key: KeyObject;
  /** DER; must be of `key`. */
  readonly certificate?: Uint8Array;
  /** DER roots for the verification report of a package. */
  readonly roots: readonly Uint8Array[];
}

export interface OpenedMaterial {
  readonly kind: 'package' | 'pdf' | 'capture';
  /** Of the file that was given. */
  readonly digest: Sha256;
  /** Null for a capture on its own. */
  readonly report: VerificationReport | null;
  readonly captures: readonly OpenedCapture[];
  /** What could not be opened. */
  readonly closed: readonly { readonly source: string; readonly code: string }[];
}

export interface OpenedCapture {
  /** Entry name in the package, field name in a PDF that has captures inside, or 'capture' for one on its own. */
  readonly source: string;
  readonly sealedDigest: Sha256;
  readonly content: CaptureContent;
  readonly statement: Statement;
  /** H1 and H2 recomputed, and what the document's signature says of them. */
  readonly checks: CommitmentChecks;
  /** The signature in the document that commits to this capture; null for a capture on its own. */
  readonly signature: SignatureReport | null;
}

/**
 * `h2`: SHA-256 of H1, salt and record against the one in the statement. The others are judged in the document, and null
 * when there is none: `binding` that H1 is the digest of a revision in it, `commitment` that its signature names this
 * sealed capture, `opened` that both digests in the signature are those of what was opened.
 */
export interface CommitmentChecks {
  readonly h2: Check;
  readonly binding: Check | null;
  readonly commitment: Check | null;
  readonly opened: Check | null;
}

export type OpenProblem =
  | 'key-not-of-certificate'
  /** Neither a package, a PDF nor a sealed capture. */
  | 'not-understood'
  | 'package-unreadable'
  /** The package holds no capture: picture only, or erased. */
  | 'no-captures'
  /** Not one could be opened with this key. */
  | 'none-opened';

/** Opens every capture of a package or of a PDF that has them inside, or one on its own. What was opened is plain pen data: the caller looks after it. */
export async function openCaptures(bytes: Uint8Array, use: OpenWith): Promise<Result<OpenedMaterial, OpenProblem>> {
  if (use.certificate !== undefined && !isKeyOf(use.certificate, use.key)) return err('key-not-of-certificate');
  const material = await read(bytes, use);
  if (!material.ok) return material;
  if (material.value.captures.length + material.value.closed.length === 0) return err('no-captures');
  return material.value.captures.length === 0 ? err(whyNone(material.value)) : material;
}

async function read(bytes: Uint8Array, use: OpenWith): Promise<Result<OpenedMaterial, OpenProblem>> {
  const begins = (text: string): boolean => Buffer.from(bytes.subarray(0, text.length)).toString('latin1') === text;
  if (begins('PK')) return fromPackage(bytes, use);
  return begins('%PDF-') ? ok(await fromPdf(bytes, use)) : fromCapture(bytes, use);
}

function isKeyOf(certificate: Uint8Array, key: KeyObject): boolean {
  return new X509Certificate(certificate).publicKey.equals(createPublicKey(key));
}

function whyNone({ kind, closed }: OpenedMaterial): OpenProblem {
  return kind === 'capture' && closed.some(({ code }) => FOREIGN.has(code)) ? 'not-understood' : 'none-opened';
}

/** Not an envelope at all: somebody gave another file. */
const FOREIGN: ReadonlySet<string> = new Set(['not-der', 'not-auth-enveloped']);

function fromCapture(bytes: Uint8Array, use: OpenWith): Result<OpenedMaterial, OpenProblem> {
  const opened = openOne('capture', bytes, use);
  return ok({
    kind: 'capture',
    digest: sha256(bytes),
    report: null,
    captures: opened.ok ? [{ ...opened.value, checks: { ...NO_DOCUMENT, h2: opened.value.h2 }, signature: null }] : [],
    closed: opened.ok ? [] : [{ source: 'capture', code: opened.error }],
  });
}

const NO_DOCUMENT = { binding: null, commitment: null, opened: null } as const;

async function fromPackage(bytes: Uint8Array, use: OpenWith): Promise<Result<OpenedMaterial, OpenProblem>> {
  const zip = readZip(bytes, PACKAGE_LIMITS);
  if (!zip.ok) return err('package-unreadable');
  const files = new Map(zip.value.entries.map((entry) => [entry.name, entry.bytes]));
  const header = parsePackageHeader(files.get(PACKAGE_PATHS.header) ?? new Uint8Array());
  if (!header.ok) return err('package-unreadable');
  const { documents, signatures } = header.value;
  const report = await verifyPackage(bytes, { name: 'package', roots: use.roots, escrowKey: use.key });
  const inside = new Map(
    documents.flatMap(({ path }) =>
      embeddedCaptures(files.get(path) ?? new Uint8Array()).map((one) => [one.sealedCapture, one.bytes] as const),
    ),
  );
  const found = signatures.flatMap(({ document, field, capture, sealedCapture }): Found[] => {
    const path = documents.find(({ id }) => id === document)?.path ?? '';
    const sealed = capture === null ? inside.get(sealedCapture ?? ('' as Sha256)) : files.get(capture);
    return sealed === undefined ? [] : [{ source: capture ?? `${path}: ${field}`, sealed, path, field }];
  });
  return ok({ kind: 'package', digest: sha256(bytes), report, ...openAll(found, report.documents, use) });
}

async function fromPdf(bytes: Uint8Array, use: OpenWith): Promise<OpenedMaterial> {
  const name = 'document';
  const document = await verifyPdf(bytes, { name, roots: use.roots, escrowKey: use.key });
  const found = embeddedCaptures(bytes).map((one): Found => ({
    source: one.fieldName,
    sealed: one.bytes,
    path: name,
    field: one.fieldName,
  }));
  const audit = absent('no-audit', 'A PDF carries no audit trail.');
  const report = { kind: 'pdf', verdict: document.verdict, documents: [document], container: [], audit } as const;
  return { kind: 'pdf', digest: sha256(bytes), report, ...openAll(found, [document], use) };
}

/** A sealed capture and the signature that should commit to it: document as the report names it, and field. */
interface Found {
  readonly source: string;
  readonly sealed: Uint8Array;
  readonly path: string;
  readonly field: string;
}

function openAll(
  found: readonly Found[],
  documents: readonly DocumentReport[],
  use: OpenWith,
): Pick<OpenedMaterial, 'captures' | 'closed'> {
  const captures: OpenedCapture[] = [];
  const closed: { source: string; code: string }[] = [];
  for (const { source, sealed, path, field } of found) {
    const opened = openOne(source, sealed, use);
    if (!opened.ok) {
      closed.push({ source, code: opened.error });
      continue;
    }
    const { signatures = [] } = documents.find(({ name }) => name === path) ?? {};
    const signature = signatures.find(({ fieldName }) => fieldName === field) ?? null;
    const checks: CommitmentChecks = {
      h2: opened.value.h2,
      binding: signature?.binding ?? null,
      commitment: signature?.commitment ?? null,
      opened: signature?.opened ?? null,
    };
    captures.push({ ...opened.value, checks, signature });
  }
  return { captures, closed };
}

type Opened = Pick<OpenedCapture, 'source' | 'sealedDigest' | 'content' | 'statement'> & { readonly h2: Check };

/** One word for both: whether a key fits a message that somebody made is nobody's to learn. */
const UNDECIPHERED: ReadonlySet<string> = new Set(['no-recipient-for-key', 'authentication-failed']);

function openOne(source: string, sealed: Uint8Array, { key, certificate }: OpenWith): Result<Opened, string> {
  let plain: Uint8Array;
  try {
    plain = openEnveloped(sealed, key, certificate);
  } catch (error) {
    if (error instanceof EnvelopeError) return err(UNDECIPHERED.has(error.code) ? 'not-opened' : error.code);
    throw error;
  }
  const content = parseCaptureContent(plain);
  plain.fill(0);
  if (!content.ok) return err(content.error);
  const statement = statementOf(content.value);
  if (statement === null) return err('statement-malformed');
  const h2 = recomputeCommitment(statement.shown.digest, content.value);
  return ok({
    source,
    sealedDigest: sha256(sealed),
    content: content.value,
    statement,
    h2:
      h2 === statement.h2
        ? {
            outcome: 'passed',
            code: 'ok',
            detail: 'The record is the one that the statement sealed with it commits to.',
          }
        : {
            outcome: 'failed',
            code: 'capture-digest',
            detail: 'The record is not the one that its statement commits to.',
          },
  });
}

function statementOf(content: CaptureContent): Statement | null {
  try {
    return parseStatement(content.statement);
  } catch (error) {
    if (error instanceof Fault) return null;
    throw error;
  }
}
