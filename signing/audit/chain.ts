import { isSha256, sha256, type Sha256 } from '../digest.ts';
import { canonicalBytes } from '../canonical-json.ts';
import { utf8 } from '../bytes.ts';
import { err, ok, type Result } from '../result.ts';
import { CHAIN_START, type AuditEntry } from './audit-entry.ts';

/**
 * The hash chain over audit entries. Two steps, so that an entry can be withheld from an excerpt and
 * the chain still be recomputed from its body digest:
 *
 *   body = SHA-256("countersign.audit/1\n" || RFC 8785 bytes of the entry)
 *   link = SHA-256("countersign.audit-link/1\n" || previous link, 32 bytes || body, 32 bytes)
 *
 * The link is the entry's digest: what the next entry names as `previous`, and what a head is.
 */
const BODY_PREFIX = utf8('countersign.audit/1\n');
const LINK_PREFIX = utf8('countersign.audit-link/1\n');

/** Where a chain stands: the newest entry's number and digest. */
export interface ChainHead {
  readonly sequence: number;
  readonly digest: Sha256;
}

/** What the one who reports a fact knows; place in the chain, id and time are added by `nextEntry`. */
export interface AuditDraft {
  readonly eventType: AuditEntry['eventType'];
  /** Default true. */
  readonly success?: boolean;
  readonly signatoryId?: string | null;
  readonly userName?: string | null;
  readonly transactionId?: string | null;
  readonly transactionName?: string | null;
  readonly extra?: AuditEntry['extra'];
  /** Default 'none'. */
  readonly processState?: AuditEntry['processState'];
  readonly ipAddress?: string | null;
}

export interface AuditStamp {
  readonly eventId: string;
  /** RFC 3339 UTC, milliseconds. */
  readonly time: string;
}

export type ChainFaultCode = 'sequence-gap' | 'previous-mismatch';
/** `sequence` is the number that was expected where the chain broke. */
export interface ChainFault {
  readonly code: ChainFaultCode;
  readonly sequence: number;
}

/** Longest texts of an entry, UTF-16 units. What is longer is cut when it is written: the cloud refuses a trail with more. */
export const AUDIT_LIMITS = { text: 1000, extraText: 4000 } as const;

export const EMPTY_CHAIN: ChainHead = { sequence: 0, digest: CHAIN_START };

/** Digest of an entry's contents alone: what an excerpt shows in place of a withheld entry. */
export function auditBodyDigest(entry: AuditEntry): Sha256 {
  return sha256(BODY_PREFIX, canonicalBytes(entry));
}

export function auditLink(previous: Sha256, body: Sha256): Sha256 {
  return sha256(LINK_PREFIX, Buffer.from(previous, 'hex'), Buffer.from(body, 'hex'));
}

/** The digest that the next entry carries as `previous`. */
export function auditDigest(entry: AuditEntry): Sha256 {
  return auditLink(entry.previous, auditBodyDigest(entry));
}

/** The entry that follows `head` (null: the first of the chain). */
export function nextEntry(head: ChainHead | null, draft: AuditDraft, stamp: AuditStamp): AuditEntry {
  const at = head ?? EMPTY_CHAIN;
  return {
    type: 'countersign.audit',
    version: 1,
    sequence: at.sequence + 1,
    previous: at.digest,
    eventId: stamp.eventId,
    signatoryId: cut(draft.signatoryId),
    userName: cut(draft.userName),
    eventType: draft.eventType,
    time: stamp.time,
    success: draft.success ?? true,
    transactionName: cut(draft.transactionName),
    extra: cutExtra(draft.extra ?? {}),
    processState: draft.processState ?? 'none',
    ipAddress: cut(draft.ipAddress),
    transactionId: cut(draft.transactionId),
  };
}

function cut(text: string | null | undefined, longest: number = AUDIT_LIMITS.text): string | null {
  // Half a surrogate pair has no UTF-8 form, and so no digest.
  return text === null || text === undefined ? null : text.slice(0, longest).toWellFormed();
}

function cutExtra(extra: AuditEntry['extra']): AuditEntry['extra'] {
  return Object.fromEntries(
    Object.entries(extra).map(([key, value]) => [
      key,
      typeof value === 'string' ? (cut(value, AUDIT_LIMITS.extraText) ?? '') : value,
    ]),
  );
}

/**
 * Recomputes an unbroken run of entries. `from` is the head the first entry must follow; 'start' means
 * the very beginning of the chain. An excerpt with gaps is checked by `verifyExcerpt`.
 */
export function verifyChain(
  entries: Iterable<AuditEntry>,
  options: { readonly from: 'start' | ChainHead } = { from: 'start' },
): Result<{ head: ChainHead }, ChainFault> {
  let head = options.from === 'start' ? EMPTY_CHAIN : options.from;
  for (const entry of entries) {
    const sequence = head.sequence + 1;
    if (entry.sequence !== sequence) return err({ code: 'sequence-gap', sequence });
    if (entry.previous !== head.digest) return err({ code: 'previous-mismatch', sequence });
    head = { sequence, digest: auditDigest(entry) };
  }
  return ok({ head });
}

/** Letters and digits nobody mixes up on paper or over the phone: no 0 O, 1 I L, 2 Z, 5 S, 8 B, U V. */
const SHORT_ALPHABET = '34679ACDEFGHJKMNPQRTWXY';

/**
 * Eight characters of a digest, 'XXXX-XXXX': enough to compare a slip of paper with a screen, not
 * enough to stand for the digest.
 */
export function shortCode(digest: Sha256): string {
  if (!isSha256(digest)) throw new RangeError('a short code is made from a SHA-256 digest');
  const base = BigInt(SHORT_ALPHABET.length);
  let rest = BigInt(`0x${digest.slice(0, 32)}`);
  let code = '';
  for (let i = 0; i < 8; i += 1) {
    code += SHORT_ALPHABET.charAt(Number(rest % base));
    rest /= base;
  }
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}
