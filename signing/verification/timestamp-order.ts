import { indeterminate } from './checks.ts';
import type { Check } from './verification-report.ts';

/** Clocks of authorities keep within a second of UTC (EN 319 421 7.7.2); a minute is generous. */
const STAMP_TOLERANCE_MS = 60_000;
/** A kiosk's clock may be wrong by as much as when a time-stamp is asked for. */
const CLAIM_TOLERANCE_MS = 3_600_000;

export interface TimesInOrder {
  /** What the signer says; undefined for a time-stamp, or where nothing is said. */
  readonly claimed: Date | undefined;
  /** Trusted time-stamps over the signature value, or the one judged itself. */
  readonly own: readonly Date[];
  /** Trusted document time-stamps of later revisions. */
  readonly later: readonly Date[];
}

/**
 * What was there before may not say a later time (EN 319 102-1, TIMESTAMP_ORDER_FAILURE): a stamp than one that covers it, or the
 * signer than a stamp over the signature. Null when the order holds. Which of them is wrong nobody can say.
 */
export function orderFault({ claimed, own, later }: TimesInOrder): Check | null {
  const isBehind = (before: Date, after: readonly Date[], tolerance: number): boolean =>
    after.some((time) => before.getTime() - time.getTime() > tolerance);
  if (own.some((time) => isBehind(time, later, STAMP_TOLERANCE_MS))) {
    return indeterminate('timestamp-order', 'A time-stamp says a later time than another one that was made after it.');
  }
  if (claimed !== undefined && isBehind(claimed, [...own, ...later], CLAIM_TOLERANCE_MS)) {
    return indeterminate(
      'timestamp-order',
      'The signer says a later time than a time-stamp that is over the signature.',
    );
  }
  return null;
}
