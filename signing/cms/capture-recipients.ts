import { X509Certificate } from 'node:crypto';
import { sha256 } from '../digest.ts';
import { err, ok, type Result } from '../result.ts';
import { certificateFacts } from './certificate-facts.ts';
import { DerError, expectOid, expectSequence, readDer } from './der-reader.ts';

/**
 * To whom captures are sealed: an escrow holder and a backup, always both. The list of certificates is one pair after
 * another, oldest first; a capture is sealed to the last pair that is valid at the time. So a new key is put at the end
 * with a certificate that begins at some date, and what was sealed before stays under the old pair, whose holder keeps
 * the old keys.
 */
export interface RecipientPair {
  readonly escrow: Uint8Array;
  readonly backup: Uint8Array;
}

/** Why nothing may be sealed to a certificate. */
export type RecipientProblem =
  | 'unreadable'
  | 'not-yet-valid'
  | 'expired'
  /** RSA below 3072 bits, or no RSA key: a capture has to stay closed for as long as the contract may be disputed. */
  | 'weak-key'
  /** The certificate is signed with SHA-1 or MD5, or in a way that is not RSA or ECDSA with SHA-2. */
  | 'weak-signature'
  /** Its key usage does not allow encryption of keys. */
  | 'wrong-usage'
  /** Made for tests, a demo or an example: its private key is in other people's hands. */
  | 'test-key'
  /** Escrow holder and backup have one key between them. */
  | 'same-key'
  /** The list is no row of pairs. */
  | 'not-a-pair';

/**
 * What only time decides: the keys are good, and the next pair or a clock put right mends it. A counter stays open then
 * and records nothing; every other problem keeps it closed.
 */
export function isDated(problem: RecipientProblem): boolean {
  return problem === 'expired' || problem === 'not-yet-valid';
}

export interface RecipientFault {
  readonly problem: RecipientProblem;
  /** Common name of the certificate, so that somebody can be told which; null when it has none. */
  readonly name: string | null;
}

export interface RecipientPolicy {
  readonly at: Date;
  /** A demo seals to its own test keys, and nobody's real ink is at stake. */
  readonly demo: boolean;
}

/** NIST SP 800-57 part 1: 128 bits of strength, for data that is kept beyond 2030. */
const FEWEST_BITS = 3072;
const GOOD_SIGNATURES: ReadonlySet<string> = new Set([
  // RSA PKCS#1 v1.5 with SHA-256, 384, 512; ECDSA with the same (formats 3.1).
  ...['1.2.840.113549.1.1.11', '1.2.840.113549.1.1.12', '1.2.840.113549.1.1.13'],
  ...['1.2.840.10045.4.3.2', '1.2.840.10045.4.3.3', '1.2.840.10045.4.3.4'],
]);
/** Keys that everybody has: those of the test vectors of this project, by SHA-256 of their SubjectPublicKeyInfo. */
const PUBLISHED_KEYS: ReadonlySet<string> = new Set([
  '910f3387111145e996307ae20204f4069bfd94d7356b7a03581bd5af26b644a5',
  'e4952c280de3789bfe13d432aea190d031f13eefa42ef85028c4436edfdbe79b',
]);
/** Words by which makers mark what is not to be used in earnest. */
const TEST_NAME = /(?:^|[^\p{L}])(?:test|tests|testing|demo|example|sample|default|dummy|snakeoil)(?:[^\p{L}]|$)/iu;

/** What is wrong with one certificate, whatever the demo allows; null when nothing is. */
export function recipientProblem(certificate: Uint8Array, at: Date): RecipientProblem | null {
  let own: X509Certificate;
  let signature: string;
  let usage: readonly string[] | null;
  let window: { readonly from: Date; readonly until: Date };
  try {
    own = new X509Certificate(certificate);
    const facts = certificateFacts(certificate);
    usage = facts.keyUsage;
    window = { from: facts.notBefore, until: facts.notAfter };
    signature = expectOid(expectSequence(expectSequence(readDer(certificate))[1])[0]);
  } catch (error) {
    // node:crypto throws errors of its own for what it cannot read.
    if (error instanceof DerError || error instanceof Error) return 'unreadable';
    throw error;
  }
  const { publicKey, subject } = own;
  const published = PUBLISHED_KEYS.has(sha256(publicKey.export({ type: 'spki', format: 'der' })));
  if (published || TEST_NAME.test(subject)) return 'test-key';
  const bits = publicKey.asymmetricKeyDetails?.modulusLength ?? 0;
  if (publicKey.asymmetricKeyType !== 'rsa' || bits < FEWEST_BITS) return 'weak-key';
  if (!GOOD_SIGNATURES.has(signature)) return 'weak-signature';
  if (usage !== null && !usage.includes('keyEncipherment')) return 'wrong-usage';
  if (at < window.from) return 'not-yet-valid';
  return at > window.until ? 'expired' : null;
}

/** The pair that captures are sealed to at a time, or what is wrong with the one that would be. */
export function recipientsAt(
  certificates: readonly Uint8Array[],
  { at, demo }: RecipientPolicy,
): Result<RecipientPair, RecipientFault> {
  const pairs = pairsOf(certificates);
  const first = pairs[0];
  if (first === undefined) return err({ problem: 'not-a-pair', name: null });
  // A pair that begins later waits; of those that have begun the newest counts, even when it is no good: falling back
  // to an older one unnoticed would undo a change of keys.
  const chosen = pairs.findLast((pair) => begins(pair) <= at.getTime()) ?? first;
  const fault = pairFault(chosen, at);
  return fault === null || (demo && fault.problem !== 'unreadable') ? ok(chosen) : err(fault);
}

/** The last moment up to which pairs follow one another without a gap; null when nothing can be sealed at `at`. */
export function sealableUntil(certificates: readonly Uint8Array[], at: Date): Date | null {
  const pairs = pairsOf(certificates);
  let until: Date | null = null;
  for (let moment = at.getTime(); ;) {
    const pair = recipientsAt(certificates, { at: new Date(moment), demo: false });
    // A pair that begins and is no good ends it, whatever was left of the one before.
    if (!pair.ok) return until === null ? null : new Date(moment);
    const end = ends(pair.value);
    until = new Date(end);
    // Certificates count in whole seconds: the next one may begin a second after the last.
    const changes = pairs.map(begins).filter((begin) => begin > moment && begin <= end + 1000);
    if (changes.length === 0) return until;
    moment = Math.min(...changes);
  }
}

/** Everything wrong with the pair in force and with those still to come, for a self-test; a pair to come may not have begun. */
export function recipientFaults(certificates: readonly Uint8Array[], at: Date): readonly RecipientFault[] {
  const pairs = pairsOf(certificates);
  if (pairs.length === 0) return [{ problem: 'not-a-pair', name: null }];
  const current = Math.max(
    0,
    pairs.findLastIndex((pair) => begins(pair) <= at.getTime()),
  );
  return pairs.slice(current).flatMap((pair, i) => {
    const fault = pairFault(pair, i === 0 ? at : new Date(Math.max(begins(pair), at.getTime())));
    return fault === null ? [] : [fault];
  });
}

function pairsOf(certificates: readonly Uint8Array[]): readonly RecipientPair[] {
  const pairs: RecipientPair[] = [];
  for (let i = 0; i < certificates.length; i += 2) {
    const [escrow, backup] = certificates.slice(i, i + 2);
    if (escrow === undefined || backup === undefined) return [];
    pairs.push({ escrow, backup });
  }
  return pairs;
}

/** When both of a pair are valid for the first time; what cannot be read has begun, so that it is found. */
function begins({ escrow, backup }: RecipientPair): number {
  return Math.max(
    ...[escrow, backup].map((certificate) => {
      try {
        return certificateFacts(certificate).notBefore.getTime();
      } catch (error) {
        if (error instanceof DerError) return 0;
        throw error;
      }
    }),
  );
}

function ends({ escrow, backup }: RecipientPair): number {
  return Math.min(...[escrow, backup].map((certificate) => certificateFacts(certificate).notAfter.getTime()));
}

/** What no date mends comes first: behind a certificate that ran out there may be one that must never be used. */
function pairFault({ escrow, backup }: RecipientPair, at: Date): RecipientFault | null {
  const faults = [escrow, backup].flatMap((certificate): readonly RecipientFault[] => {
    const problem = recipientProblem(certificate, at);
    return problem === null ? [] : [{ problem, name: problem === 'unreadable' ? null : nameOf(certificate) }];
  });
  const lasting = faults.find(({ problem }) => !isDated(problem));
  if (lasting !== undefined) return lasting;
  const [own, other] = [escrow, backup].map((certificate) => new X509Certificate(certificate).publicKey);
  const same = own !== undefined && other !== undefined && own.equals(other);
  return same ? { problem: 'same-key', name: nameOf(backup) } : (faults[0] ?? null);
}

function nameOf(certificate: Uint8Array): string | null {
  return certificateFacts(certificate).commonName;
}
