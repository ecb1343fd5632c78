import type { CertificateFacts } from '../cms/certificate-facts.ts';
import { parseCrl } from '../cms/crl.ts';
import { DerError } from '../cms/der-reader.ts';
import { parseOcspResponse, type CertificateStatus } from '../cms/ocsp.ts';
import { Fault } from './checks.ts';
import { statusFromCrl } from './crl.ts';
import { statusFromOcsp } from './ocsp.ts';

/** Answers and lists as they were delivered, DER; from a DSS, or fetched. */
export interface RevocationData {
  /** Not changed after they were judged once. */
  readonly ocsps: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
}

export interface RevocationOptions {
  /** The time that counts: proved, or else claimed. */
  readonly at: Date;
  readonly data: RevocationData;
  /** The own clock, where there is one to trust: what is said to be from later counts for nothing good. */
  readonly now?: Date;
}

/** How far a service may be ahead of the own clock. */
const CLOCK_TOLERANCE_MS = 3_600_000;

/** What is known of one certificate at a time. */
export type RevocationState =
  | { readonly state: 'good' }
  /** `reason` as CRLReason (RFC 5280 5.3.1); null when not said. */
  | { readonly state: 'revoked'; readonly since: Date; readonly reason: number | null }
  /** `reason` as a sub-indication: 'no-data', 'not-fresh', 'from-future', 'on-hold', 'status-unknown', or why the data does not count. */
  | { readonly state: 'open'; readonly reason: string; readonly detail: string };

interface Statement {
  readonly status: CertificateStatus;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | null;
}

/** CRLReason certificateHold: may be lifted again. */
const ON_HOLD = 6;

/**
 * The state of `subject` at a time, from whatever data proves itself. A revocation counts wherever it is said. "Good" counts
 * when it was said at that time or later, or was still current then (nextUpdate), and before the certificate ended: after
 * that authorities forget.
 */
export function revocationOf(
  subject: CertificateFacts,
  issuer: CertificateFacts,
  { at, data, now }: RevocationOptions,
): RevocationState {
  const { statements, fault } = collect(subject, issuer, data);
  const revoked = statements.flatMap(({ status }) => (status.state === 'revoked' ? [status] : []));
  const final = revoked.filter(({ reason }) => reason !== ON_HOLD).sort((a, b) => a.at.getTime() - b.at.getTime());
  const [first] = final;
  if (first !== undefined) return { state: 'revoked', since: first.at, reason: first.reason };
  if (revoked.length > 0) return open('on-hold', 'A certificate of the chain is suspended; it may come back.');
  const said = statements.filter(({ status }) => status.state === 'good');
  const latest = now === undefined ? Infinity : now.getTime() + CLOCK_TOLERANCE_MS;
  const good = said.filter(({ thisUpdate }) => thisUpdate.getTime() <= latest);
  if (good.some((statement) => isConclusive(statement, subject, at))) return { state: 'good' };
  if (good.length < said.length) return open('from-future', 'The revocation data is dated in the future.');
  if (good.length > 0) return open('not-fresh', 'The revocation data is older than the time that counts.');
  if (statements.length > 0) return open('status-unknown', 'The authority does not know a certificate of the chain.');
  if (fault !== null) return open(fault.code, fault.message);
  return open('no-data', 'There is no revocation data for a certificate of the chain.');
}

function open(reason: string, detail: string): RevocationState {
  return { state: 'open', reason, detail };
}

function isConclusive({ thisUpdate, nextUpdate }: Statement, { notAfter }: CertificateFacts, at: Date): boolean {
  if (thisUpdate > notAfter) return false;
  return thisUpdate >= at || (nextUpdate !== null && nextUpdate >= at);
}

/** Lists are long, and asked about every certificate of every signature. */
const OCSPS = new WeakMap<Uint8Array, ReturnType<typeof parseOcspResponse>>();
const CRLS = new WeakMap<Uint8Array, ReturnType<typeof parseCrl>>();

function readOnce<T>(known: WeakMap<Uint8Array, T>, bytes: Uint8Array, read: (bytes: Uint8Array) => T): T {
  const found = known.get(bytes) ?? read(bytes);
  known.set(bytes, found);
  return found;
}

/** Every statement about the certificate that proves itself, and the first reason why another does not. */
function collect(
  subject: CertificateFacts,
  issuer: CertificateFacts,
  data: RevocationData,
): { readonly statements: readonly Statement[]; readonly fault: (Error & { readonly code: string }) | null } {
  const statements: Statement[] = [];
  let fault: (Error & { readonly code: string }) | null = null;
  const attempt = (work: () => Statement | null): void => {
    try {
      const statement = work();
      if (statement !== null) statements.push(statement);
    } catch (error) {
      if (!(error instanceof Fault || error instanceof DerError)) throw error;
      fault ??= error;
    }
  };
  for (const bytes of data.ocsps) {
    const parsed = readOnce(OCSPS, bytes, parseOcspResponse);
    if (parsed.ok) attempt(() => statusFromOcsp(parsed.value, subject, issuer));
  }
  for (const bytes of data.crls) {
    const parsed = readOnce(CRLS, bytes, parseCrl);
    if (!parsed.ok) continue;
    const { thisUpdate, nextUpdate } = parsed.value;
    attempt(() => {
      const status = statusFromCrl(parsed.value, subject, issuer);
      return status === null ? null : { status, thisUpdate, nextUpdate };
    });
  }
  return { statements, fault };
}
