import type { BindingEntry } from './binding.ts';
import { checkOf, combine, Fault, indeterminate, passed } from './checks.ts';
import { sha256 } from '../digest.ts';
import { revisionSteps } from './later-changes.ts';
import { splitRevisions, type Revision } from './revisions.ts';
import { signatureValues, type SignatureValue } from './signature-values.ts';
import { longTermState, type LongTermState } from './long-term-state.ts';
import type { LaterStamps } from './signature-trust.ts';
import { readValidationData } from './validation-data.ts';
import { verifySignature, type JudgedSignature, type OpenedDocument, type VerifyOptions } from './verify-signature.ts';
import type { Check, DocumentReport } from './verification-report.ts';

export type { VerifyOptions } from './verify-signature.ts';

/** A report, and what a package needs to hold against its own statements. */
export interface InspectedPdf {
  readonly report: DocumentReport;
  readonly revisions: readonly Revision[];
  /** In the order of `report.signatures`. */
  readonly bindings: readonly { readonly fieldName: string; readonly entry: BindingEntry | null }[];
  /** Null for a file that cannot be read, or without a signature. */
  readonly longTerm: LongTermState | null;
}

/**
 * Judges a PDF and each of its signatures (formats 6, "Verifier order"). Bad input never throws: it fails with
 * reasons. `bytes` must not change meanwhile. Without a root no verdict is better than 'indeterminate'; a file
 * without signatures is 'absent', one with nothing but time-stamps 'indeterminate'.
 */
export async function verifyPdf(bytes: Uint8Array, options: VerifyOptions): Promise<DocumentReport> {
  return Promise.resolve(inspectPdf(bytes, options).report);
}

export function inspectPdf(bytes: Uint8Array, options: VerifyOptions): InspectedPdf {
  const digest = sha256(bytes);
  try {
    const revisions = splitRevisions(bytes);
    if (revisions.some(({ file }) => file.trailer.entries.has('Encrypt'))) {
      throw new Fault('pdf-encrypted', 'The document is encrypted; what it shows cannot be judged.', 'indeterminate');
    }
    const values = signatureValues(revisions);
    const steps = values.length === 0 ? [] : revisionSteps(revisions);
    const longTerm = readValidationData(revisions.at(-1)?.file);
    const { judged, later } = judgeAll({ bytes, revisions, steps, longTerm }, values, options);
    const signatures = judged.map(({ report }) => report);
    const isSigned = signatures.some(({ kind }) => kind === 'signature');
    const structure = signatures.length > 0 && !isSigned ? NOBODY_SIGNED : strictly(revisions.length);
    // How the file reads is no verdict on signatures: a file without any stays 'absent'.
    const verdict = combine([
      ...(structure === NOBODY_SIGNED ? [structure.outcome] : []),
      ...signatures.map((one) => one.verdict),
    ]);
    return {
      report: { name: options.name, digest, signatures, structure, verdict },
      revisions,
      bindings: judged.map(({ report, entry }) => ({ fieldName: report.fieldName, entry })),
      longTerm: isSigned ? longTermState(judged, later.trusted, longTerm) : null,
    };
  } catch (error) {
    const structure = checkOf(error);
    const report = { name: options.name, digest, signatures: [], structure, verdict: structure.outcome };
    return { report, revisions: [], bindings: [], longTerm: null };
  }
}

/** A time-stamp says when, never who: whoever reads a green verdict would take it for a signature. */
const NOBODY_SIGNED = indeterminate(
  'nobody-signed',
  'Nobody has signed this file: it carries a time-stamp alone, which says that the file was there at that time, and not who stands behind it.',
);

function strictly(revisions: number): Check {
  return passed(`The file reads strictly, in ${revisions === 1 ? 'one revision' : `${String(revisions)} revisions`}.`);
}

/** The newest first: what a document time-stamp proves counts for everything before it. */
function judgeAll(
  document: OpenedDocument,
  values: readonly SignatureValue[],
  options: VerifyOptions,
): { readonly judged: readonly JudgedSignature[]; readonly later: LaterStamps } {
  let later: LaterStamps = { trusted: [], untrusted: 0 };
  const judged = values.toReversed().map((value) => {
    const before = later;
    const one = verifySignature(document, value, before, options);
    if (one.stamp !== undefined) {
      later =
        one.stamp === null
          ? { ...before, untrusted: before.untrusted + 1 }
          : { ...before, trusted: [...before.trusted, one.stamp] };
    }
    return one;
  });
  return { judged: judged.toReversed(), later };
}
