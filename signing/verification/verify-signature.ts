import type { KeyObject } from 'node:crypto';
import type { Sha256 } from '../digest.ts';
import { checkBinding, readBindingEntry, type BindingEntry } from './binding.ts';
import { checking, checkOf, combine, failed, passed } from './checks.ts';
import { judgeChanges } from './judge-changes.ts';
import type { RevisionStep } from './later-changes.ts';
import { trustStamp, type TrustedStamp } from './long-term.ts';
import type { JudgedTrust } from './long-term-state.ts';
import { permissionsOf } from './permissions.ts';
import { endsRevision, type Revision } from './revisions.ts';
import { checkCommitment, checkOpened } from './sealed-capture.ts';
import { checkIntegrity, type SignatureFacts } from './signature-integrity.ts';
import { trustOf, type JudgingOptions, type LaterStamps } from './signature-trust.ts';
import type { SignatureValue } from './signature-values.ts';
import type { ValidationData } from './validation-data.ts';
import type { Check, SignatureReport } from './verification-report.ts';

export interface VerifyOptions extends JudgingOptions {
  /** What the report calls the document. */
  readonly name: string;
  /** Binding statements by their digest. Given at all, each binding must find its own here. */
  readonly bindings?: ReadonlyMap<Sha256, Uint8Array>;
  /** Sealed captures by their digest, null where one was erased. Given at all, each commitment must find its own here. */
  readonly captures?: ReadonlyMap<Sha256, Uint8Array | null>;
  /** Private key of an escrow holder: captures are opened and recomputed. */
  readonly escrowKey?: KeyObject;
}

/** The file cut into revisions and compared, once for all its signatures. */
export interface OpenedDocument {
  readonly bytes: Uint8Array;
  readonly revisions: readonly Revision[];
  readonly steps: readonly RevisionStep[];
  /** The DSS of the newest revision. */
  readonly longTerm: ValidationData;
}

export interface JudgedSignature extends JudgedTrust {
  /** Null for another product's signature or a malformed binding. */
  readonly entry: BindingEntry | null;
  /** For a document time-stamp that holds: null when nobody trusted vouches for its authority. */
  readonly stamp?: TrustedStamp | null;
}

/** Every check on one signature, each with its own verdict. Never throws for bad input. */
export function verifySignature(
  document: OpenedDocument,
  value: SignatureValue,
  later: LaterStamps,
  options: VerifyOptions,
): JudgedSignature {
  const { bytes, revisions, steps } = document;
  const own = value.revision;
  const facts: SignatureFacts = { belowBaseline: [] };
  const integrity = checking(() => {
    checkIntegrity(bytes, value, facts);
    return passed(integrityWords(value, facts));
  });
  const coverage = coverageOf(document, own, facts);
  const laterChanges = laterChangesOf(document, value);
  let entry: BindingEntry | null = null;
  const binding = checking(() => {
    entry = value.dictionary === null ? null : readBindingEntry(own.file, value.dictionary);
    return checkBinding(entry, {
      bytes,
      fieldName: value.fieldName,
      revisions,
      own,
      steps,
      statements: options.bindings,
    });
  });
  const found: BindingEntry | null = entry;
  const commitment = checking(() => checkCommitment(found, options.captures));
  const opened = checking(() => checkOpened(found, options.captures, options.escrowKey));
  const trust = trustOf(document.longTerm, value.kind, facts, later, options);
  const { chain, timestamp, revocation } = trust;
  const checks: readonly Check[] = [
    ...[integrity, chain, revocation, timestamp, coverage, laterChanges],
    ...[binding, commitment, opened],
  ];
  const report: SignatureReport = {
    fieldName: value.fieldName,
    kind: value.kind,
    signerName: facts.cms?.signer.commonName ?? null,
    claimedTime: facts.time?.toISOString() ?? null,
    revision: own.number,
    integrity,
    chain,
    revocation,
    timestamp,
    coverage,
    laterChanges,
    binding,
    commitment,
    opened,
    level: isBaseline(value, integrity, facts) ? trust.level : 'not-baseline',
    verdict: combine(checks.map(({ outcome }) => outcome)),
  };
  const stamp = stampOf(document, value, facts, { integrity, coverage }, later, options);
  const { path, proof, toAsk } = trust;
  return { report, entry: found, path, proof, toAsk, ...(stamp === undefined ? {} : { stamp }) };
}

function isBaseline(value: SignatureValue, integrity: Check, facts: SignatureFacts): boolean {
  return value.kind === 'signature' && integrity.outcome === 'passed' && facts.belowBaseline.length === 0;
}

function integrityWords(value: SignatureValue, { belowBaseline }: SignatureFacts): string {
  if (value.kind === 'document-timestamp')
    return 'The time-stamp is over exactly these bytes, and its signature verifies.';
  const words = 'The signed bytes are unchanged and the signature over them verifies.';
  return belowBaseline.length === 0 ? words : `${words} Below PAdES B-B: ${belowBaseline.join('; ')}.`;
}

function coverageOf(
  { bytes, revisions }: OpenedDocument,
  own: Revision,
  { ranges }: SignatureFacts,
): SignatureReport['coverage'] {
  if (ranges === undefined) {
    return { ...failed('coverage-unclear', 'Which bytes are signed cannot be told.'), covers: 'unclear' };
  }
  if (!endsRevision(own, ranges.end)) {
    const words = 'The signed bytes do not end where the revision of the signature ends.';
    return { ...failed('coverage-unclear', words), covers: 'unclear' };
  }
  if (own === revisions.at(-1) && ranges.end === bytes.length) {
    return { ...passed('The signature covers the whole file.'), covers: 'whole-file' };
  }
  return { ...passed('The signature covers its whole revision; later ones were appended.'), covers: 'revision' };
}

function laterChangesOf(
  { bytes, revisions, steps }: OpenedDocument,
  value: SignatureValue,
): SignatureReport['laterChanges'] {
  try {
    const { file, number } = value.revision;
    const trailing = (revisions.at(-1)?.endWithLine ?? 0) < bytes.length;
    const permissions =
      value.dictionary === null
        ? { certification: null, locks: () => false }
        : permissionsOf(file, value.dictionary, value.fieldName);
    return judgeChanges(steps.slice(number - 1), trailing, permissions);
  } catch (error) {
    return { ...checkOf(error), level: 'other' };
  }
}

/** Undefined for what is no document time-stamp, or none that holds. */
function stampOf(
  { longTerm }: OpenedDocument,
  { kind, revision }: SignatureValue,
  { cms, time }: SignatureFacts,
  { integrity, coverage }: Pick<SignatureReport, 'integrity' | 'coverage'>,
  later: LaterStamps,
  options: VerifyOptions,
): TrustedStamp | null | undefined {
  const holds = kind === 'document-timestamp' && integrity.outcome === 'passed' && coverage.outcome === 'passed';
  if (!holds || cms === undefined || time === undefined) return undefined;
  return trustStamp({ cms, time }, revision.file, longTerm, later.trusted, options);
}
