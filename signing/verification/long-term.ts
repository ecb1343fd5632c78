import type { KeyObject } from 'node:crypto';
import type { CertificateFacts } from '../cms/certificate-facts.ts';
import type { PdfFile } from '../pdf/pdf-file.ts';
import { certificationPath, checkChain } from './chain.ts';
import { absent, failed, indeterminate, passed } from './checks.ts';
import { publicKeyOf } from './public-key.ts';
import { revocationOf, type RevocationState } from './revocation.ts';
import type { SignatureFacts } from './signature-integrity.ts';
import type { Timestamp } from './timestamp.ts';
import { readValidationData, type ValidationData } from './validation-data.ts';
import type { BaselineLevel, Check, SignatureReport } from './verification-report.ts';

/**
 * When a signature existed, whether its certificates were withdrawn by then, and which PAdES level that makes
 * (EN 319 142-1; EN 319 102-1 5.5 and 5.6 for the order). Each judgement rests on trusted roots alone: without them
 * nothing is proved.
 */
export interface TrustOptions {
  /** DER certificates; with none the chain is 'indeterminate'. */
  readonly roots: readonly Uint8Array[];
  /** Judge certificates at this time instead of the proved or claimed one. */
  readonly at?: Date;
  /** 'required': a chain without revocation data is 'indeterminate', not merely below B-LT. Default 'when-present'. */
  readonly revocation?: 'when-present' | 'required';
}

/** A certificate whose state has to be asked, and who issued it. */
export interface StateToAsk {
  readonly subject: CertificateFacts;
  readonly issuer: CertificateFacts;
}

/** A time-stamp by an authority that leads to a trusted root. */
export interface TrustedStamp {
  readonly time: Date;
  readonly path: readonly CertificateFacts[];
  /** What the document held when a document time-stamp was made, which it covers; null for one inside the signature. */
  readonly covered: ValidationData | null;
  /** Names of the algorithms it rests on: 'sha256', 'rsa-3072', 'ec-prime256v1'. */
  readonly algorithms: readonly string[];
}

/**
 * Null when the authority does not lead to a trusted root, or was withdrawn. `later` are trusted stamps over this one.
 */
export function trustStamp(
  { cms, time }: Pick<Timestamp, 'cms' | 'time'>,
  covering: PdfFile | null,
  newest: ValidationData,
  later: readonly Pick<TrustedStamp, 'time'>[],
  { roots }: TrustOptions,
): TrustedStamp | null {
  const helpers = newest.certificates;
  const chain = checkChain(cms.signer, cms.certificates, { roots, at: time, purpose: 'timestamp', helpers });
  const path = certificationPath(cms.signer, [...cms.certificates, ...helpers], roots);
  if (chain.outcome !== 'passed' || path === null) return null;
  if (askAll(path, time, newest).some((state) => isWithdrawn(state, time, later))) return null;
  const algorithms = [...new Set([cms.digest, ...path.map((certificate) => keyName(publicKeyOf(certificate)))])];
  return { time, path, covered: covering === null ? null : readValidationData(covering), algorithms };
}

/** CRLReason unspecified, affiliationChanged, superseded, cessationOfOperation: the key was good until then. */
const ORDERLY: readonly (number | null)[] = [0, 3, 4, 5];

/**
 * Whether a stamp of `time` counts no more (RFC 3161 4): withdrawn by then, or later for a reason that lets whoever has the
 * key put any time into a stamp, unless a later stamp proves that this one was there before.
 */
function isWithdrawn(state: RevocationState, time: Date, later: readonly Pick<TrustedStamp, 'time'>[]): boolean {
  if (state.state !== 'revoked') return false;
  if (state.since <= time) return true;
  return !ORDERLY.includes(state.reason) && !later.some((stamp) => stamp.time < state.since);
}

function keyName({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string {
  const size = asymmetricKeyDetails?.namedCurve ?? asymmetricKeyDetails?.modulusLength ?? '';
  return `${asymmetricKeyType ?? 'unknown'}-${size}`;
}

/** The earliest time at which the signature is proved to have existed. */
export function earliest(stamps: readonly TrustedStamp[]): TrustedStamp | null {
  return stamps.reduce<TrustedStamp | null>(
    (first, stamp) => (first === null || stamp.time < first.time ? stamp : first),
    null,
  );
}

export function timestampCheck(
  { stamps = [] }: SignatureFacts,
  untrustedLater: boolean,
  proof: TrustedStamp | null,
): SignatureReport['timestamp'] {
  if (proof !== null) {
    const time = proof.time.toISOString();
    return { ...passed(`A time-stamp authority confirms that the signature existed at ${time}.`), time };
  }
  if (stamps.length === 0 && !untrustedLater) {
    return { ...absent('no-timestamp', 'Only the signer says when it was signed.'), time: null };
  }
  const words = 'It carries a time-stamp, but nobody given as trusted vouches for the authority that issued it.';
  return { ...absent('timestamp-untrusted', words), time: null };
}

/**
 * Whether a certificate of the path was withdrawn at `at`. With `isProved` the signature existed then; without, a
 * revocation at any time leaves open which came first.
 */
export function revocationCheck(
  path: readonly CertificateFacts[] | null,
  { at, isProved }: { readonly at: Date | undefined; readonly isProved: boolean },
  data: ValidationData,
  options: TrustOptions,
): Check {
  if (path === null || at === undefined) {
    return absent('revocation-not-asked', 'No chain to a trusted root, so nobody can say whether it was revoked.');
  }
  const states = askAll(path, at, data);
  for (const [index, state] of states.entries()) {
    if (state.state !== 'revoked' || (isProved && state.since > at)) continue;
    const since = state.since.toISOString();
    if (index > 0) {
      const words = `The certificate of an issuing authority was revoked on ${since}.`;
      return isProved ? failed('authority-revoked', words) : indeterminate('authority-revoked', words);
    }
    return isProved
      ? failed('certificate-revoked', `The certificate of the signer was revoked on ${since}, before the proved time.`)
      : indeterminate(
          'certificate-revoked-no-poe',
          `The certificate of the signer was revoked on ${since}, and nothing proves that it signed before.`,
        );
  }
  const open = states.filter((state) => state.state === 'open');
  const [first] = open;
  if (first === undefined) return passed('No certificate of the chain was revoked at the time that counts.');
  const missingOnly = open.every(({ reason }) => reason === 'no-data');
  if (missingOnly && options.revocation !== 'required') return absent('revocation-no-data', first.detail);
  const gravest = open.find(({ reason }) => reason !== 'no-data') ?? first;
  return indeterminate(`revocation-${gravest.reason}`, gravest.detail);
}

/** One state for each certificate of a path but the last, which is trusted as it is. */
function askAll(path: readonly CertificateFacts[], at: Date, data: ValidationData): readonly RevocationState[] {
  return pairs(path).map(({ subject, issuer }) => revocationOf(subject, issuer, { at, data }));
}

function pairs(path: readonly CertificateFacts[]): readonly StateToAsk[] {
  return path.slice(0, -1).flatMap((subject, index) => {
    const issuer = path[index + 1];
    return issuer === undefined ? [] : [{ subject, issuer }];
  });
}

/** Certificates of a path of which `data` does not say yet that they were good at `at`. */
export function statesToAsk(path: readonly CertificateFacts[], at: Date, data: ValidationData): readonly StateToAsk[] {
  return pairs(path).filter(({ subject, issuer }) => {
    const found = revocationOf(subject, issuer, { at, data });
    return !(found.state === 'good' || (found.state === 'revoked' && found.since > at));
  });
}

export interface LevelFacts {
  readonly path: readonly CertificateFacts[] | null;
  readonly proof: TrustedStamp | null;
  /** Trusted document time-stamps after the signature. */
  readonly later: readonly TrustedStamp[];
  readonly newest: ValidationData;
}

/**
 * The level above B-B. B-LT: the DSS settles signer and proof; a proof that itself covers the data for the signer needs none yet.
 * B-LTA: a document time-stamp covers what B-LT rests on.
 */
export function levelAbove({ path, proof, later, newest }: LevelFacts): BaselineLevel {
  if (proof === null) return 'B-B';
  if (path === null) return 'B-T';
  const settles = (whose: readonly CertificateFacts[], data: ValidationData | null): boolean =>
    data !== null && data.certificates.length > 0 && statesToAsk(whose, proof.time, data).length === 0;
  const isSettled = settles(path, newest) && (settles(proof.path, newest) || settles(path, proof.covered));
  if (!isSettled) return 'B-T';
  const isCovered = later.some(
    (stamp) => settles(path, stamp.covered) && (stamp === proof || settles(proof.path, stamp.covered)),
  );
  return isCovered ? 'B-LTA' : 'B-LT';
}
