/**
 * Whether the seal we make is what the author of a signature field asks for (seed values, ISO 32000-2, 12.7.5.5).
 * A wish that is not required and not met is passed over; what is required is met or refused by name.
 */
import { X509Certificate } from 'node:crypto';
import { equalBytes } from '../bytes.ts';
import { certificateFacts, KEY_USAGES } from '../cms/certificate-facts.ts';
import type { FieldLock } from '../pdf/field-lock.ts';
import type { CertificateEntry, CertificateSeed, SeedEntry, SeedValues } from '../pdf/seed-values.ts';

/** How every seal is made (EN 319 142-1, B-B). */
const FILTER = 'Adobe.PPKLite';
const SUB_FILTER = 'ETSI.CAdES.detached';
const DIGEST = 'SHA256';
/** Of the seed value dictionary: 3 is PDF 2.0. */
const HIGHEST_VERSION = 3;

export interface SeedQuestion {
  readonly seed: SeedValues;
  readonly lock: FieldLock | null;
  /** What the signature would give as its reason without seed values; null when that is not settled yet. */
  readonly reason: string | null;
  /** DER, the signer's own first; null when the key is not known yet: then /Cert waits for the seal. */
  readonly chain: readonly Uint8Array[] | null;
}

/** The entry that is not met and why, "/SubFilter asks for ...", without text of the document; null when all are. */
export function unmetSeedValue({ seed, lock, reason, chain }: SeedQuestion): string | null {
  if (seed.unknownFlags !== 0) return `/Ff requires something unknown (bits ${seed.unknownFlags.toString(2)})`;
  for (const entry of seed.required) {
    const problem = CHECKS[entry](seed, lock, reason);
    if (problem !== null) return `/${entry} ${problem}`;
  }
  if (seed.timestampRequired) return '/TimeStamp requires a time-stamp inside the signature; ours comes afterwards';
  return seed.certificate === null || chain === null ? null : unmetCertificate(seed.certificate, chain);
}

/** The reason to give: that of the seed values where they require one. */
export function reasonFor(seed: SeedValues | null, reason: string | null): string | null {
  if (seed === null || !seed.required.has('Reasons')) return reason;
  if (seed.reasons.length === 0 || isNoReason(seed)) return null;
  return reason !== null && seed.reasons.includes(reason) ? reason : (seed.reasons[0] ?? null);
}

type Check = (seed: SeedValues, lock: FieldLock | null, reason: string | null) => string | null;

const CHECKS: Readonly<Record<SeedEntry, Check>> = {
  Filter: ({ filter }) =>
    filter === null || filter === FILTER ? null : `requires ${quoted(filter)}, the seal has ${FILTER}`,
  SubFilter: ({ subFilters }) => missing(subFilters, SUB_FILTER),
  DigestMethod: ({ digestMethods }) => missing(digestMethods, DIGEST),
  V: ({ version }) =>
    version === null || version <= HIGHEST_VERSION
      ? null
      : `is ${version}, known are versions up to ${HIGHEST_VERSION}`,
  Reasons: (seed, _, reason) => {
    if (seed.reasons.length <= 1 || (reason !== null && seed.reasons.includes(reason))) return null;
    return `requires one of ${seed.reasons.length} reasons, and at the counter nobody chooses`;
  },
  LegalAttestation: () => 'requires an attestation, which a seal does not make',
  AddRevInfo: ({ addRevocation }) =>
    addRevocation ? 'requires revocation data inside the signature; ours comes afterwards' : null,
  LockDocument: ({ lockDocument }, lock) =>
    lockDocument !== 'true' || lock?.permission === 1 ? null : 'requires true, and the field has no /Lock with /P 1',
  AppearanceFilter: () => 'requires an appearance of its own; the seal draws the ink',
};

function missing(allowed: readonly string[], ours: string): string | null {
  if (allowed.length === 0 || allowed.includes(ours)) return null;
  return `requires ${allowed.map(quoted).join(' or ')}, the seal has ${ours}`;
}

/** Table 237: a single full stop stands for "none". */
function isNoReason({ reasons }: SeedValues): boolean {
  return reasons.length === 1 && reasons[0] === '.';
}

/** Values of the standard are short words; anything else is not repeated. */
function quoted(value: string): string {
  return /^[\w.-]{1,40}$/.test(value) ? value : 'an unknown value';
}

function unmetCertificate(seed: CertificateSeed, chain: readonly Uint8Array[]): string | null {
  const own = chain[0];
  if (own === undefined) return '/Cert cannot be judged without a certificate';
  if (seed.hasSignaturePolicy) return '/Cert /SignaturePolicyOID requires a signature policy; the seal names none';
  for (const entry of seed.required) {
    if (!CERTIFICATE_CHECKS[entry](seed, own, chain)) return `/Cert /${entry} does not fit the certificate of the seal`;
  }
  return null;
}

type CertificateCheck = (seed: CertificateSeed, own: Uint8Array, chain: readonly Uint8Array[]) => boolean;

const CERTIFICATE_CHECKS: Readonly<Record<CertificateEntry, CertificateCheck>> = {
  Subject: ({ subjects }, own) => subjects.some((subject) => equalBytes(subject, own)),
  Issuer: ({ issuers }, _, chain) => issuers.some((issuer) => leadsTo(chain, issuer)),
  SubjectDN: ({ subjectNames }, own) => subjectNames.some((name) => hasName(own, name)),
  KeyUsage: ({ keyUsages }, own) => keyUsages.some((pattern) => hasUsages(own, pattern)),
  // Certificates of seals carry no policies, and nothing is fetched while somebody signs.
  OID: () => false,
  URL: () => false,
};

/** Whether `issuer` is in the chain above the signer, or issued its last certificate. */
function leadsTo(chain: readonly Uint8Array[], issuer: Uint8Array): boolean {
  if (chain.slice(1).some((certificate) => equalBytes(certificate, issuer))) return true;
  const last = chain.at(-1);
  if (last === undefined) return false;
  try {
    const [above, below] = [new X509Certificate(issuer), new X509Certificate(last)];
    return below.checkIssued(above) && below.verify(above.publicKey);
  } catch {
    // A listed certificate that cannot be read issues nothing.
    return false;
  }
}

function hasName(certificate: Uint8Array, wanted: Readonly<Record<string, string>>): boolean {
  const lines = new X509Certificate(certificate).subject.split('\n');
  const entries = Object.entries(wanted);
  return entries.length > 0 && entries.every(([key, value]) => lines.includes(`${key}=${value}`));
}

/** Without the extension a key may be used for anything (RFC 5280 4.2.1.3). */
function hasUsages(certificate: Uint8Array, pattern: string): boolean {
  const usages = certificateFacts(certificate).keyUsage;
  return Array.from(pattern).every((wish, bit) => {
    const name = KEY_USAGES[bit];
    const set = name !== undefined && (usages === null || usages.includes(name));
    return wish === '1' ? set : wish !== '0' || !set;
  });
}
