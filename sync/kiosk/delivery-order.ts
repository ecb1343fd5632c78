import type { OutboxEntry } from './outbox-store.ts';

/** Who has waited so long goes first, whatever its size: small ones must not starve a large one. */
export const STARVED_MS = 10 * 60 * 1000;

/** Which of the due entries goes next: the oldest of those that waited long, else the smallest, else the oldest. */
export function nextToDeliver(due: readonly OutboxEntry[], now: number): OutboxEntry | null {
  const age = (entry: OutboxEntry): number => now - Date.parse(entry.queuedAt);
  const starved = due.filter((entry) => age(entry) >= STARVED_MS);
  const ordered =
    starved.length > 0
      ? starved.toSorted((a, b) => age(b) - age(a))
      : due.toSorted((a, b) => a.size - b.size || age(b) - age(a));
  return ordered[0] ?? null;
}
