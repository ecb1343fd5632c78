import type { KeyObject } from 'node:crypto';
import type { Sha256 } from '../digest.ts';
import { checkBinding, readBindingEntry, type BindingEntry } from './binding.ts';
import { certificationPath, checkChain, type Strangers } from './chain.ts';
import { absent, checking, checkOf, combine, failed, indeterminate, passed } from './checks.ts';
import { judgeChanges } from './judge-changes.ts';
import type { RevisionStep } from './later-changes.ts';
import {
  earliest,
  levelAbove,
  revocationCheck,
  statesToAsk,
  timestampCheck,
  trustStamp,
  type TrustedStamp,
} from './long-term.ts';
import type { JudgedTrust } from './long-term-state.ts';
import { permissionsOf } from './permissions.ts';
import { endsRevision, type Revision } from './revisions.ts';
import { checkCommitment, checkOpened } from './sealed-capture.ts';
import { checkIntegrity, type SignatureFacts } from './signature-integrity.ts';
import type { SignatureValue } from './signature-values.ts';
import type { ValidationData } from './validation-data.ts';
import type { BaselineLevel, Check, SignatureReport } from './verification-report.ts';

export interface VerifyOptions {
  /** What the report calls the document. */
  readonly name: string;
  /** DER certificates; with none the chain is 'indeterminate'. */
  readonly roots: readonly Uint8Array[];
  /** Judge certificates at this time instead of the proved or claimed one. */
  readonly at?: Date;
  readonly strangers?: Strangers;
  /** 'required': missing revocation data makes a verdict 'indeterminate'. Default 'when-present'. */
  readonly revocation?: 'when-present' | 'required';
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

/** Document time-stamps judged before, because they came after. */
export interface LaterStamps {
  readonly trusted: readonly TrustedStamp[];
  readonly untrusted: number;
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
  const trust = trustOf(document, value, facts, later, options);
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

interface Trust {
  readonly chain: Check;
  readonly timestamp: SignatureReport['timestamp'];
  readonly revocation: Check;
  readonly level: BaselineLevel;
  readonly path: JudgedTrust['path'];
  readonly proof: TrustedStamp | null;
  readonly toAsk: JudgedTrust['toAsk'];
}

/** Who signed and when: certificates are judged at the time that is proved, else at the one that is claimed. */
function trustOf(
  { longTerm }: OpenedDocument,
  value: SignatureValue,
  facts: SignatureFacts,
  later: LaterStamps,
  options: VerifyOptions,
): Trust {
  const { cms } = facts;
  const isStamp = value.kind === 'document-timestamp';
  const inside = (facts.stamps ?? []).flatMap(
    (stamp) => trustStamp(stamp, null, longTerm, later.trusted, options) ?? [],
  );
  const proof = isStamp ? null : earliest([...inside, ...later.trusted]);
  const timestamp = isStamp
    ? { ...absent('own-time', 'It is a time-stamp itself.'), time: null }
    : timestampCheck(facts, later.untrusted > 0, proof);
  const at = options.at ?? proof?.time ?? facts.time;
  const nothing = { timestamp, level: 'B-B', path: null, proof, toAsk: [] } as const;
  const revocationOf = (path: Parameters<typeof revocationCheck>[0]): Check =>
    revocationCheck(path, { at, isProved: isStamp || proof !== null }, longTerm, options);
  if (cms === undefined) {
    const chain = indeterminate('no-certificate', 'The certificate of the signer could not be read.');
    return { ...nothing, chain, revocation: revocationOf(null) };
  }
  if (at === undefined) {
    const chain = indeterminate('no-time', 'The signature claims no time to judge its certificates at.');
    return { ...nothing, chain, revocation: revocationOf(null) };
  }
  const helpers = options.roots.length === 0 ? [] : longTerm.certificates;
  const purpose = isStamp ? 'timestamp' : 'document-signature';
  const { roots, strangers = 'failed' } = options;
  const chain = checking(() => checkChain(cms.signer, cms.certificates, { roots, at, purpose, helpers, strangers }));
  const pool = [...cms.certificates, ...helpers];
  const path = chain.outcome === 'passed' ? certificationPath(cms.signer, pool, options.roots) : null;
  const paths = [...(path === null ? [] : [path]), ...(proof === null ? [] : [proof.path])];
  return {
    chain,
    timestamp,
    revocation: revocationOf(path),
    level: levelAbove({ path, proof, later: later.trusted, newest: longTerm }),
    path,
    proof,
    toAsk: isStamp ? [] : paths.flatMap((one) => statesToAsk(one, at, longTerm)),
  };
}
