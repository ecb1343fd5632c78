import type { TransactionSummary } from '../../../../kiosk-shell/kiosk-api/transaction.ts';

/** By consequence: what needs a person comes first. */
export const GROUPS = ['refused', 'signing', 'waiting', 'review', 'rest'] as const;
export type Group = (typeof GROUPS)[number];

export function groupOf(one: TransactionSummary): Group {
  if (one.delivery === 'refused' || one.delivery === 'set-aside') return 'refused';
  if (one.state === 'signing') return 'signing';
  if (one.delivery === 'waiting' || one.delivery === 'sending') return 'waiting';
  if (one.state === 'complete' && one.review === 'to-review') return 'review';
  return 'rest';
}

/** The oldest first where waiting matters, the newest first where it does not. */
export function grouped(
  list: readonly TransactionSummary[],
): readonly { readonly group: Group; readonly entries: readonly TransactionSummary[] }[] {
  return GROUPS.map((group) => {
    const entries = list.filter((one) => groupOf(one) === group);
    const direction = group === 'rest' ? -1 : 1;
    return { group, entries: entries.toSorted((a, b) => direction * a.changedAt.localeCompare(b.changedAt)) };
  }).filter(({ entries }) => entries.length > 0);
}
