import type { OutboxEntry } from './outbox-store.ts';

/** Who has waited so long goes first, whatever its size: small ones must not starve a large one. */
export const STARVED_MS = 10 * 60 * 1000;
/** Seconds of a line, not parts of one: of these one at a time is under way, so that small ones always have a way past. */
export const LARGE_BYTES = 4_000_000;

/**
 * Which of the due entries goes next beside those under way: the oldest of those that waited long, else the smallest,
 * else the oldest. Never two of one transaction (the order in it is kept), never two large ones.
 */
export function nextToDeliver(
  due: readonly OutboxEntry[],
  now: number,
  underWay: readonly Pick<OutboxEntry, 'transaction' | 'size'>[] = [],
): OutboxEntry | null {
  const busy = new Set(underWay.map(({ transaction }) => transaction));
  const largeGoes = underWay.some(({ size }) => size > LARGE_BYTES);
  const free = due.filter(({ transaction, size }) => !busy.has(transaction) && !(largeGoes && size > LARGE_BYTES));
  const age = (entry: OutboxEntry): number => now - Date.parse(entry.queuedAt);
  const starved = free.filter((entry) => age(entry) >= STARVED_MS);
  const ordered =
    starved.length > 0
      ? starved.toSorted((a, b) => age(b) - age(a))
      : free.toSorted((a, b) => a.size - b.size || age(b) - age(a));
  return ordered[0] ?? null;
}
