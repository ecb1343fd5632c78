import type { AuditEntry } from '../../../../signing/audit/audit-entry.ts';
import { auditBodyDigest, auditDigest, nextEntry, type ChainHead } from '../../../../signing/audit/chain.ts';
import { makeExcerpt, type AuditExcerpt } from '../../../../signing/audit/excerpt.ts';
import { auditEntries } from '../samples.ts';
import { resigned, type PackageTampering } from './package-tampering.ts';

const TRANSACTION = 'transaction-1';
const trail = (name: string, change: (said: AuditExcerpt) => AuditExcerpt): PackageTampering => ({
  class: 'audit',
  name,
  make: (world) => resigned(world, { audit: change(makeExcerpt(auditEntries(), TRANSACTION)) }),
});
const items = (said: AuditExcerpt, change: (list: AuditExcerpt['items']) => AuditExcerpt['items']): AuditExcerpt => ({
  ...said,
  items: change(said.items),
});

/** The trail written again from an entry on, every digest right: what no look at the chain alone could tell. */
function forked(from: number): AuditExcerpt {
  const entries: AuditEntry[] = [];
  let head: ChainHead | null = null;
  for (const [index, { eventId, time, transactionId }] of auditEntries().entries()) {
    const told = index >= from ? { success: false } : {};
    const entry: AuditEntry = nextEntry(
      head,
      { eventType: 'signature.sealed', transactionId, ...told },
      { eventId, time },
    );
    entries.push(entry);
    head = { sequence: entry.sequence, digest: auditDigest(entry) };
  }
  return makeExcerpt(entries, TRANSACTION);
}

/** Trails that whoever holds the device key put into a package of his. */
export const AUDIT_LIES: readonly PackageTampering[] = [
  trail('cut at its end', (said) => items(said, (list) => list.slice(0, -1))),
  trail('cut at its end, with the head that is left', (said) => {
    const [first] = auditEntries();
    return { ...items(said, (list) => list.slice(0, 1)), head: { sequence: 1, digest: auditDigest(first!) } };
  }),
  trail('cut in the middle', (said) => items(said, ([first, , ...rest]) => [first!, ...rest])),
  trail('cut at its beginning', () => makeExcerpt(auditEntries().slice(2), TRANSACTION)),
  trail('entries in another order', (said) => items(said, ([a, b, ...rest]) => [b!, a!, ...rest])),
  trail('an entry altered', (said) =>
    items(said, ([first, ...rest]) => [
      'entry' in first! ? { entry: { ...first.entry, eventId: 'event-9' } } : first!,
      ...rest,
    ]),
  ),
  trail('an entry of somebody else shown', (said) =>
    items(said, (list) => list.map((item, i) => ('withheld' in item ? { entry: auditEntries()[i]! } : item))),
  ),
  trail('another entry withheld in the place of one', (said) =>
    items(said, (list) =>
      list.map((item) => ('withheld' in item ? { withheld: auditBodyDigest(auditEntries()[0]!) } : item)),
    ),
  ),
  trail('every entry withheld', (said) =>
    items(said, () => auditEntries().map((entry) => ({ withheld: auditBodyDigest(entry) }))),
  ),
  trail('written again from before the signatures', () => forked(0)),
  trail('written again from the entry the signatures are bound to', () => forked(1)),
  trail('of another transaction', () => makeExcerpt(auditEntries(), 'transaction-2')),
  trail('another number for its head', (said) => ({ ...said, head: { ...said.head, sequence: 9 } })),
  trail('a beginning that is none', (said) => ({ ...said, after: { ...said.after, digest: said.head.digest } })),
];
