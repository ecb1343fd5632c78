/** A service that is away is asked again after five minutes, then ever more seldom, at least once a day. */
const FIRST_RETRY_MS = 5 * 60_000;
const LONGEST_RETRY_MS = 24 * 3600_000;

/** @param now wall milliseconds @param attempts failed ones in a row, from 1 */
export function retryAt(now: number, attempts: number): Date {
  return new Date(now + Math.min(FIRST_RETRY_MS * 2 ** Math.min(attempts - 1, 20), LONGEST_RETRY_MS));
}
