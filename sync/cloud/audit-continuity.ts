import type { ChainHead } from '../../signing/audit/chain.ts';
import { auditBodyDigest, auditLink } from '../../signing/audit/chain.ts';
import type { AuditExcerpt } from '../../signing/audit/excerpt.ts';
import type { Sha256 } from '../../signing/digest.ts';

/**
 * Does the chain a package carries go on from what this kiosk has shown before? An alarm is recorded beside the
 * package and never refuses it: a signed document is not lost because a trail is in doubt.
 */
export type ContinuityAlarm =
  /** Entries `from` to `to` have not been carried by any package yet; goes away when one brings them. */
  | { readonly code: 'gap'; readonly from: number; readonly to: number }
  /** Two different entries were shown under one number: the chain was rewritten, or the kiosk restored from a copy. */
  | { readonly code: 'fork'; readonly at: number }
  /** The same transaction, or the same head of chain, came before in other bytes. */
  | { readonly code: 'replay'; readonly of: Sha256 };

/** One earlier package of the same kiosk. */
export interface KnownRange {
  readonly digest: Sha256;
  readonly transaction: string;
  /** The range carried is after `after` up to and including `head`. */
  readonly after: ChainHead;
  readonly head: ChainHead;
}

/** `known` are the ranges that touch or follow the carried one, and the newest before it. Pure. */
export function continuityAlarms(
  excerpt: Pick<AuditExcerpt, 'transaction' | 'after' | 'items' | 'head'>,
  known: readonly KnownRange[],
): readonly ContinuityAlarm[] {
  const carried = digestsBySequence(excerpt);
  const alarms: ContinuityAlarm[] = [];

  const points = known.flatMap((range) => [range.after, range.head]);
  const fork = points
    .filter(({ sequence, digest }) => carried.has(sequence) && carried.get(sequence) !== digest)
    .sort((a, b) => a.sequence - b.sequence)[0];
  if (fork !== undefined) alarms.push({ code: 'fork', at: fork.sequence });

  const again = known.find(
    (range) => range.transaction === excerpt.transaction || range.head.digest === excerpt.head.digest,
  );
  if (again !== undefined) alarms.push({ code: 'replay', of: again.digest });

  const gap = gapBefore(excerpt.after.sequence, known);
  if (gap !== null) alarms.push(gap);
  return alarms;
}

/** What is missing right before a range that follows entry `after`, or null when some package has brought it. */
export function gapBefore(
  after: number,
  known: readonly Pick<KnownRange, 'after' | 'head'>[],
): Extract<ContinuityAlarm, { code: 'gap' }> | null {
  if (after === 0) return null;
  if (known.some((range) => range.after.sequence < after && range.head.sequence >= after)) return null;
  const newest = Math.max(0, ...known.map((range) => range.head.sequence).filter((sequence) => sequence < after));
  return { code: 'gap', from: newest + 1, to: after };
}

function digestsBySequence(excerpt: Pick<AuditExcerpt, 'after' | 'items'>): ReadonlyMap<number, Sha256> {
  let { sequence, digest } = excerpt.after;
  const digests = new Map([[sequence, digest]]);
  for (const item of excerpt.items) {
    sequence += 1;
    digest = auditLink(digest, 'withheld' in item ? item.withheld : auditBodyDigest(item.entry));
    digests.set(sequence, digest);
  }
  return digests;
}
