import type { Check, DocumentReport, Outcome, SignatureReport, VerificationReport } from './verification-report.ts';

/**
 * A report in the words of ETSI EN 319 102-1, 5.1.3 (tables 5 and 6). They are worked out from the checks, never stored, so
 * that the two cannot differ. Our own verdict says what to do with a document; these words say why, as other validators would:
 * a signer nobody vouches for is 'failed' for us where roots were given, and INDETERMINATE there.
 */
export type Indication = 'TOTAL-PASSED' | 'INDETERMINATE' | 'TOTAL-FAILED';

const FAILED = ['FORMAT_FAILURE', 'HASH_FAILURE', 'SIG_CRYPTO_FAILURE', 'REVOKED', 'EXPIRED', 'NOT_YET_VALID'] as const;
const UNDECIDED = [
  'SIG_CONSTRAINTS_FAILURE',
  'CHAIN_CONSTRAINTS_FAILURE',
  'CERTIFICATE_CHAIN_GENERAL_FAILURE',
  'CRYPTO_CONSTRAINTS_FAILURE',
  'CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
  'TIMESTAMP_ORDER_FAILURE',
  'NO_SIGNING_CERTIFICATE_FOUND',
  'NO_CERTIFICATE_CHAIN_FOUND',
  'REVOKED_NO_POE',
  'REVOKED_CA_NO_POE',
  'OUT_OF_BOUNDS_NO_POE',
  'OUT_OF_BOUNDS_NOT_REVOKED',
  'NO_POE',
  'TRY_LATER',
  'SIGNED_DATA_NOT_FOUND',
] as const;
export type SubIndication = (typeof FAILED)[number] | (typeof UNDECIDED)[number];
export const SUB_INDICATIONS: readonly SubIndication[] = [...FAILED, ...UNDECIDED];

export interface EtsiWords {
  readonly indication: Indication;
  /** Null exactly for TOTAL-PASSED. */
  readonly subIndication: SubIndication | null;
  /** Code of the check that decided. */
  readonly because: string | null;
}

const PASSED: EtsiWords = { indication: 'TOTAL-PASSED', subIndication: null, because: null };
const ORDER: readonly Indication[] = ['TOTAL-PASSED', 'INDETERMINATE', 'TOTAL-FAILED'];

/** Parts of a report in the order in which the standard goes through them (5.1.4). */
type Area = 'format' | 'cryptography' | 'changes' | 'chain' | 'revocation' | 'timestamp' | 'evidence';

/** What a failing check of an area means where its code says nothing more. */
const BY_AREA: Readonly<Record<Area, SubIndication>> = {
  format: 'FORMAT_FAILURE',
  cryptography: 'FORMAT_FAILURE',
  // ISO 32000-2 12.8.2: a change that is not permitted makes the signature invalid, by the format's own rules.
  changes: 'FORMAT_FAILURE',
  chain: 'CERTIFICATE_CHAIN_GENERAL_FAILURE',
  revocation: 'TRY_LATER',
  timestamp: 'SIG_CONSTRAINTS_FAILURE',
  evidence: 'SIG_CONSTRAINTS_FAILURE',
};

const BY_CODE: Readonly<Record<string, SubIndication>> = {
  'digest-mismatch': 'HASH_FAILURE',
  'shown-digest': 'HASH_FAILURE',
  'document-digest': 'HASH_FAILURE',
  'revision-digest': 'HASH_FAILURE',
  'capture-mismatch': 'HASH_FAILURE',
  'capture-digest': 'HASH_FAILURE',
  'file-altered': 'HASH_FAILURE',
  'nobody-signed': 'SIG_CONSTRAINTS_FAILURE',
  'file-missing': 'SIGNED_DATA_NOT_FOUND',
  'captures-missing': 'SIGNED_DATA_NOT_FOUND',
  'signature-value': 'SIG_CRYPTO_FAILURE',
  'signature-algorithm': 'CRYPTO_CONSTRAINTS_FAILURE',
  'digest-algorithm': 'CRYPTO_CONSTRAINTS_FAILURE',
  'key-too-weak': 'CRYPTO_CONSTRAINTS_FAILURE',
  'signer-certificate-missing': 'NO_SIGNING_CERTIFICATE_FOUND',
  'no-certificate': 'NO_SIGNING_CERTIFICATE_FOUND',
  'signing-certificate': 'SIG_CONSTRAINTS_FAILURE',
  'signing-certificate-missing': 'SIG_CONSTRAINTS_FAILURE',
  'unsigned-attribute': 'SIG_CONSTRAINTS_FAILURE',
  'cms-revocation-inside': 'SIG_CONSTRAINTS_FAILURE',
  'no-trust-root': 'NO_CERTIFICATE_CHAIN_FOUND',
  'chain-untrusted': 'NO_CERTIFICATE_CHAIN_FOUND',
  'certificate-expired': 'OUT_OF_BOUNDS_NO_POE',
  'certificate-ended-no-poe': 'OUT_OF_BOUNDS_NO_POE',
  'certificate-ended-not-revoked': 'OUT_OF_BOUNDS_NOT_REVOKED',
  'no-time': 'NO_POE',
  'key-usage': 'CHAIN_CONSTRAINTS_FAILURE',
  'issuer-not-authority': 'CHAIN_CONSTRAINTS_FAILURE',
  'path-length': 'CHAIN_CONSTRAINTS_FAILURE',
  'critical-extension': 'CHAIN_CONSTRAINTS_FAILURE',
  'certificate-revoked': 'REVOKED',
  'certificate-revoked-no-poe': 'REVOKED_NO_POE',
  'authority-revoked': 'REVOKED_CA_NO_POE',
  'timestamp-order': 'TIMESTAMP_ORDER_FAILURE',
  'timestamp-imprint': 'HASH_FAILURE',
  'timestamp-structure': 'FORMAT_FAILURE',
  'timestamp-authority-unnamed': 'SIG_CONSTRAINTS_FAILURE',
};

export function wordsOfSignature(signature: SignatureReport): EtsiWords {
  const { integrity, coverage, laterChanges, chain, revocation, timestamp, binding, commitment, opened } = signature;
  return worst([
    words(integrity, 'cryptography'),
    words(coverage, 'format'),
    words(laterChanges, 'changes'),
    words(chain, 'chain'),
    words(revocation, 'revocation'),
    words(timestamp, 'timestamp'),
    ...[binding, commitment, opened].map((check) => words(check, 'evidence')),
  ]);
}

/** Null for a file in which nothing is signed: the standard has no word for it. */
export function wordsOfDocument({ structure, signatures }: DocumentReport): EtsiWords | null {
  const all = [words(structure, 'format'), ...signatures.map(wordsOfSignature)];
  return signatures.length === 0 && structure.outcome === 'passed' ? null : worst(all);
}

export function wordsOfReport(report: Omit<VerificationReport, 'kind'>): EtsiWords | null {
  const documents = report.documents.map(wordsOfDocument).filter((one) => one !== null);
  const checks = [...report.container, report.audit].map((check) => words(check, 'evidence'));
  const all = worst([...documents, ...checks]);
  // What the parts do not show stands in the verdict, as for a package without a signature.
  if (all.indication === 'TOTAL-PASSED') return fallback(report.verdict);
  return all;
}

function fallback(verdict: Outcome): EtsiWords | null {
  if (verdict === 'passed') return PASSED;
  if (verdict === 'absent') return null;
  return { indication: 'INDETERMINATE', subIndication: 'SIG_CONSTRAINTS_FAILURE', because: null };
}

function words({ outcome, code }: Check, area: Area): EtsiWords {
  if (outcome === 'passed' || outcome === 'absent') return PASSED;
  const subIndication = BY_CODE[code] ?? BY_AREA[area];
  const indication = outcome === 'failed' && isFailure(subIndication) ? 'TOTAL-FAILED' : 'INDETERMINATE';
  // What could not be judged is no proof that a format or a digest is wrong.
  const kept = indication === 'INDETERMINATE' && isFailure(subIndication) ? 'SIG_CONSTRAINTS_FAILURE' : subIndication;
  return { indication, subIndication: kept, because: code };
}

function isFailure(subIndication: SubIndication): boolean {
  return FAILED.some((one) => one === subIndication);
}

/** The gravest; of equally grave ones the first. */
function worst(all: readonly EtsiWords[]): EtsiWords {
  return all.reduce(
    (gravest, one) => (ORDER.indexOf(one.indication) > ORDER.indexOf(gravest.indication) ? one : gravest),
    PASSED,
  );
}
