/**
 * When wrong PINs and passwords close an account for a while. Pure: the caller keeps the state, one per account or
 * other thing counted, and gives the time (wall milliseconds).
 */
const MINUTE = 60_000;

export interface LockoutRule {
  /** Wrong answers within the window that lock. */
  readonly attempts: number;
  readonly windowMs: number;
  readonly firstLockMs: number;
  /** Doubling stops here. */
  readonly longestLockMs: number;
  /** After so long without a wrong answer the doubling starts anew. */
  readonly forgetMs: number;
}

export const LOCKOUT: LockoutRule = {
  attempts: 5,
  windowMs: 15 * MINUTE,
  firstLockMs: 15 * MINUTE,
  /** A branch must be able to open the next morning without anyone's help. */
  longestLockMs: 8 * 60 * MINUTE,
  forgetMs: 24 * 60 * MINUTE,
};

export interface LockoutState {
  /** Times of wrong answers that still count, oldest first. */
  readonly failures: readonly number[];
  readonly lockedUntil: number | null;
  /** Locks in a row, for the doubling. */
  readonly locks: number;
}

export const NO_FAILURES: LockoutState = { failures: [], lockedUntil: null, locks: 0 };

/** Until when the account is locked, or null when it is open. */
export function lockedUntil(state: LockoutState, now: number): number | null {
  return state.lockedUntil !== null && now < state.lockedUntil ? state.lockedUntil : null;
}

/** After a wrong answer. Do not call while locked: an answer given then is not even looked at. */
export function afterFailure(state: LockoutState, now: number, rule: LockoutRule = LOCKOUT): LockoutState {
  const latest = Math.max(state.lockedUntil ?? 0, ...state.failures);
  const locks = now - latest > rule.forgetMs ? 0 : state.locks;
  const failures = [...state.failures.filter((at) => now - at < rule.windowMs), now];
  if (failures.length < rule.attempts) return { failures, lockedUntil: null, locks };
  const length = Math.min(rule.firstLockMs * 2 ** locks, rule.longestLockMs);
  return { failures: [], lockedUntil: now + length, locks: locks + 1 };
}
