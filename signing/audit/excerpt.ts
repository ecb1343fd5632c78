import { z } from 'zod';
import type { Sha256 } from '../digest.ts';
import { err, ok, type Result } from '../result.ts';
import type { AuditEntry } from './audit-entry.ts';
import { CHAIN_START } from './audit-entry.ts';
import { auditBodyDigest, auditDigest, auditLink, type ChainFaultCode, type ChainHead } from './chain.ts';
import { auditEntrySchema, sha256Schema } from './parse-entry.ts';

/**
 * One transaction's part of a kiosk's chain. Every entry of the range is there: those of the
 * transaction in full, all others withheld, as
 * body digests. So the head can be recomputed and other people's data stays out. What an excerpt
 * alone cannot show is that a withheld entry is of another transaction: the whole chain shows that.
 */
export interface AuditExcerpt {
  readonly type: 'countersign.audit-excerpt';
  readonly version: 1;
  readonly transaction: string;
  /** What the first item follows; sequence 0 and zeros at the start of the chain. */
  readonly after: ChainHead;
  readonly items: readonly ExcerptItem[];
  /** Claimed head: must come out of the recomputation. */
  readonly head: ChainHead;
}
export type ExcerptItem =
  | { readonly entry: AuditEntry }
  /** Body digest (`auditBodyDigest`) of an entry that is not of this transaction. */
  | { readonly withheld: Sha256 };

export type ExcerptFaultCode = ChainFaultCode | 'not-an-excerpt' | 'head-mismatch' | 'foreign-entry' | 'empty';
export interface ExcerptFault {
  readonly code: ExcerptFaultCode;
  /** Sequence number where it broke; 0 when the excerpt as a whole is meant. */
  readonly sequence: number;
}

/**
 * Excerpt of an unbroken run of entries, which must reach from at or before the transaction's first
 * entry to the head. The excerpt begins at the transaction's first entry.
 *
 * @throws RangeError when the run has no entry of the transaction.
 */
export function makeExcerpt(entries: readonly AuditEntry[], transaction: string): AuditExcerpt {
  const start = entries.findIndex((entry) => entry.transactionId === transaction);
  const first = entries[start];
  const last = entries.at(-1);
  if (first === undefined || last === undefined) throw new RangeError('no entry of this transaction');
  return {
    type: 'countersign.audit-excerpt',
    version: 1,
    transaction,
    after: { sequence: first.sequence - 1, digest: first.previous },
    items: entries
      .slice(start)
      .map((entry) => (entry.transactionId === transaction ? { entry } : { withheld: auditBodyDigest(entry) })),
    head: { sequence: last.sequence, digest: auditDigest(last) },
  };
}

const headSchema = z.strictObject({ sequence: z.int().min(0), digest: sha256Schema }).readonly();
const excerptSchema = z
  .strictObject({
    type: z.literal('countersign.audit-excerpt'),
    version: z.literal(1),
    transaction: z.string().min(1).max(100),
    after: headSchema,
    items: z
      .array(
        z.union([
          z.strictObject({ entry: auditEntrySchema }).readonly(),
          z.strictObject({ withheld: sha256Schema }).readonly(),
        ]),
      )
      .max(1_000_000)
      .readonly(),
    head: headSchema,
  })
  .readonly();

/** Any JSON value to an excerpt; shape only, the chain is not checked yet. */
export function parseExcerpt(value: unknown): Result<AuditExcerpt, ExcerptFault> {
  const parsed = excerptSchema.safeParse(value);
  return parsed.success ? ok(parsed.data) : err({ code: 'not-an-excerpt', sequence: 0 });
}

/** Recomputes the head from the items. Returns the transaction's entries in order. */
export function verifyExcerpt(
  excerpt: AuditExcerpt,
): Result<{ head: ChainHead; entries: readonly AuditEntry[] }, ExcerptFault> {
  let { sequence, digest } = excerpt.after;
  if (sequence === 0 && digest !== CHAIN_START) return err({ code: 'previous-mismatch', sequence: 0 });
  const entries: AuditEntry[] = [];
  for (const item of excerpt.items) {
    sequence += 1;
    if ('withheld' in item) {
      digest = auditLink(digest, item.withheld);
      continue;
    }
    const { entry } = item;
    if (entry.sequence !== sequence) return err({ code: 'sequence-gap', sequence });
    if (entry.previous !== digest) return err({ code: 'previous-mismatch', sequence });
    if (entry.transactionId !== excerpt.transaction) return err({ code: 'foreign-entry', sequence });
    digest = auditDigest(entry);
    entries.push(entry);
  }
  if (entries.length === 0) return err({ code: 'empty', sequence: 0 });
  if (excerpt.head.sequence !== sequence || excerpt.head.digest !== digest) {
    return err({ code: 'head-mismatch', sequence });
  }
  return ok({ head: { sequence, digest }, entries });
}
