import type { KeyObject } from 'node:crypto';
import { certificateFacts, type CertificateFacts } from '../cms/certificate-facts.ts';
import { DerError } from '../cms/der-reader.ts';
import type { Sha256 } from '../digest.ts';
import { isArray, isDict, isStream } from '../pdf/objects.ts';
import type { PdfFile } from '../pdf/pdf-file.ts';
import { checkBinding, readBindingEntry, type BindingEntry } from './binding.ts';
import { checkChain } from './chain.ts';
import { absent, checking, checkOf, combine, failed, indeterminate, passed } from './checks.ts';
import { judgeChanges } from './judge-changes.ts';
import type { RevisionStep } from './later-changes.ts';
import { permissionsOf } from './permissions.ts';
import { endsRevision, type Revision } from './revisions.ts';
import { checkCommitment, checkOpened } from './sealed-capture.ts';
import { checkIntegrity, type SignatureFacts } from './signature-integrity.ts';
import type { SignatureValue } from './signature-values.ts';
import type { BaselineLevel, Check, SignatureReport } from './verification-report.ts';

export interface VerifyOptions {
  /** What the report calls the document. */
  readonly name: string;
  /** DER certificates; with none the chain is 'indeterminate'. */
  readonly roots: readonly Uint8Array[];
  /** Judge certificates at this time instead of the claimed one. */
  readonly at?: Date;
  /** Binding statements by their digest. Given at all, each binding must find its own here. */
  readonly bindings?: ReadonlyMap<Sha256, Uint8Array>;
  /** Sealed captures by their digest. Given at all, each commitment must find its own here. */
  readonly captures?: ReadonlyMap<Sha256, Uint8Array>;
  /** Private key of an escrow holder: captures are opened and recomputed. */
  readonly escrowKey?: KeyObject;
}

/** The file cut into revisions and compared, once for all its signatures. */
export interface OpenedDocument {
  readonly bytes: Uint8Array;
  readonly revisions: readonly Revision[];
  readonly steps: readonly RevisionStep[];
}

export interface JudgedSignature {
  readonly report: SignatureReport;
  /** Null for another product's signature or a malformed binding. */
  readonly entry: BindingEntry | null;
}

/** Every check on one signature, each with its own verdict. Never throws for bad input. */
export function verifySignature(
  document: OpenedDocument,
  value: SignatureValue,
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
  const chain = chainOf(value, facts, document, options);
  const timestamp = timestampOf(value, facts, document, options);
  const revocation = absent('revocation-not-asked', 'Whether a certificate was revoked was not asked.');
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
    level: levelOf(value, integrity, facts, timestamp),
    verdict: combine(checks.map(({ outcome }) => outcome)),
  };
  return { report, entry: found };
}

function levelOf(value: SignatureValue, integrity: Check, facts: SignatureFacts, timestamp: Check): BaselineLevel {
  const isBaseline = value.kind === 'signature' && integrity.outcome === 'passed' && facts.belowBaseline.length === 0;
  if (!isBaseline) return 'not-baseline';
  return timestamp.outcome === 'passed' ? 'B-T' : 'B-B';
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
      value.dictionary === null ? { certification: null, locks: () => false } : permissionsOf(file, value.dictionary);
    return judgeChanges(steps.slice(number - 1), trailing, permissions);
  } catch (error) {
    return { ...checkOf(error), level: 'other' };
  }
}

function chainOf(
  value: SignatureValue,
  facts: SignatureFacts,
  document: OpenedDocument,
  options: VerifyOptions,
): Check {
  const { cms } = facts;
  if (cms === undefined) return indeterminate('no-certificate', 'The certificate of the signer could not be read.');
  const at = options.at ?? facts.time;
  if (at === undefined) return indeterminate('no-time', 'The signature claims no time to judge its certificates at.');
  return checking(() =>
    checkChain(cms.signer, cms.certificates, {
      roots: options.roots,
      at,
      purpose: value.kind === 'signature' ? 'document-signature' : 'timestamp',
      helpers: options.roots.length === 0 ? [] : longTermCertificates(document.revisions.at(-1)?.file),
    }),
  );
}

/** A token of an authority that nobody vouches for proves no time: it is as if it were not there. */
function timestampOf(
  value: SignatureValue,
  { stamps = [] }: SignatureFacts,
  document: OpenedDocument,
  { roots }: VerifyOptions,
): SignatureReport['timestamp'] {
  if (value.kind === 'document-timestamp') return { ...absent('own-time', 'It is a time-stamp itself.'), time: null };
  if (stamps.length === 0) {
    return { ...absent('no-timestamp', 'Only the signer says when it was signed.'), time: null };
  }
  const helpers = roots.length === 0 ? [] : longTermCertificates(document.revisions.at(-1)?.file);
  const trusted = stamps.find(({ cms, time }) => {
    const chain = checkChain(cms.signer, cms.certificates, { roots, at: time, purpose: 'timestamp', helpers });
    return chain.outcome === 'passed';
  });
  if (trusted === undefined) {
    const words = 'It carries a time-stamp, but nobody given as trusted vouches for the authority that issued it.';
    return { ...absent('timestamp-untrusted', words), time: null };
  }
  const time = trusted.time.toISOString();
  return { ...passed(`A time-stamp authority confirms that the signature existed at ${time}.`), time };
}

/** Certificates of the DSS may stand between signer and root: each proves itself by its issuer's signature. */
function longTermCertificates(file: PdfFile | undefined): readonly CertificateFacts[] {
  const dss = file?.resolve(file.catalog.entries.get('DSS')) ?? null;
  const list = isDict(dss) ? file?.resolve(dss.entries.get('Certs')) : null;
  const found: CertificateFacts[] = [];
  for (const item of isArray(list ?? null) && isArray(list) ? list.items.slice(0, 100) : []) {
    const stream = file?.resolve(item) ?? null;
    if (!isStream(stream) || file === undefined) continue;
    try {
      found.push(certificateFacts(file.decode(stream, 64 * 1024)));
    } catch (error) {
      if (!(error instanceof DerError)) throw error;
    }
  }
  return found;
}
