import { X509Certificate, createPublicKey, type KeyObject } from 'node:crypto';
import { parseCaptureContent, recomputeCommitment, type CaptureContent } from '../capture/sealed-content.ts';
import { EnvelopeError, openEnveloped } from '../cms/open-enveloped.ts';
import { PACKAGE_LIMITS, readZip } from '../container/zip.ts';
import { PACKAGE_PATHS, parsePackageHeader, type PackageSignature } from '../container/package-format.ts';
import { sha256, type Sha256 } from '../digest.ts';
import { err, ok, type Result } from '../result.ts';
import { parseStatement, type Statement } from '../verification/binding.ts';
import { Fault } from '../verification/checks.ts';
import type { Check, SignatureReport, VerificationReport } from '../verification/verification-report.ts';
import { verifyPackage } from '../verification/verify-package.ts';

/** Who may open: the escrow holder's key, with its certificate where several recipients have to be told apart. */
export interface OpenWith {
  readonly key: KeyObject;
  /** DER; must be of `key`. */
  readonly certificate?: Uint8Array;
  /** DER roots for the verification report of a package. */
  readonly roots: readonly Uint8Array[];
}

export interface OpenedMaterial {
  readonly kind: 'package' | 'capture';
  /** Of the file that was given. */
  readonly digest: Sha256;
  /** Null for a capture on its own. */
  readonly report: VerificationReport | null;
  readonly captures: readonly OpenedCapture[];
  /** What could not be opened. */
  readonly closed: readonly { readonly source: string; readonly code: string }[];
}

export interface OpenedCapture {
  /** Entry name in the package, or 'capture' for one on its own. */
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
  /** Neither a package nor a sealed capture. */
  | 'not-understood'
  | 'package-unreadable'
  /** The package holds no capture: picture only, or erased. */
  | 'no-captures'
  /** Not one could be opened with this key. */
  | 'none-opened';

/** Opens every capture of a package, or one on its own. What was opened is plain pen data: the caller looks after it. */
export async function openCaptures(bytes: Uint8Array, use: OpenWith): Promise<Result<OpenedMaterial, OpenProblem>> {
  if (use.certificate !== undefined && !isKeyOf(use.certificate, use.key)) return err('key-not-of-certificate');
  const material = bytes[0] === 0x50 && bytes[1] === 0x4b ? await fromPackage(bytes, use) : fromCapture(bytes, use);
  if (!material.ok) return material;
  if (material.value.captures.length + material.value.closed.length === 0) return err('no-captures');
  return material.value.captures.length === 0 ? err(whyNone(material.value)) : material;
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
  const read = readZip(bytes, PACKAGE_LIMITS);
  if (!read.ok) return err('package-unreadable');
  const files = new Map(read.value.entries.map((entry) => [entry.name, entry.bytes]));
  const header = parsePackageHeader(files.get(PACKAGE_PATHS.header) ?? new Uint8Array());
  if (!header.ok) return err('package-unreadable');
  const report = await verifyPackage(bytes, { name: 'package', roots: use.roots, escrowKey: use.key });
  const captures: OpenedCapture[] = [];
  const closed: { source: string; code: string }[] = [];
  for (const signature of header.value.signatures) {
    if (signature.capture === null) continue;
    const sealed = files.get(signature.capture);
    if (sealed === undefined) continue;
    const opened = openOne(signature.capture, sealed, use);
    if (!opened.ok) {
      closed.push({ source: signature.capture, code: opened.error });
      continue;
    }
    const path = header.value.documents.find(({ id }) => id === signature.document)?.path;
    const judged = judgedSignature(report, path, signature);
    const checks: CommitmentChecks = {
      h2: opened.value.h2,
      binding: judged?.binding ?? null,
      commitment: judged?.commitment ?? null,
      opened: judged?.opened ?? null,
    };
    captures.push({ ...opened.value, checks, signature: judged });
  }
  return ok({ kind: 'package', digest: sha256(bytes), report, captures, closed });
}

function judgedSignature(
  report: VerificationReport,
  path: string | undefined,
  { field }: PackageSignature,
): SignatureReport | null {
  const document = report.documents.find(({ name }) => name === path);
  return document?.signatures.find(({ fieldName }) => fieldName === field) ?? null;
}

type Opened = Pick<OpenedCapture, 'source' | 'sealedDigest' | 'content' | 'statement'> & { readonly h2: Check };

function openOne(source: string, sealed: Uint8Array, { key, certificate }: OpenWith): Result<Opened, string> {
  let plain: Uint8Array;
  try {
    plain = openEnveloped(sealed, key, certificate);
  } catch (error) {
    if (error instanceof EnvelopeError) return err(error.code);
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
