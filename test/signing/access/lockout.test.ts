import { describe, expect, it } from 'vitest';
import { afterFailure, LOCKOUT, lockedUntil, NO_FAILURES, type LockoutState } from '../../../signing/access/lockout.ts';

const T = 1_795_000_000_000;
const MINUTE = 60_000;

function wrongAnswers(state: LockoutState, ...times: readonly number[]): LockoutState {
  return times.reduce((last, at) => afterFailure(last, at), state);
}
const five = (from: number): number[] => [0, 1, 2, 3, 4].map((i) => from + i * 1000);

describe('lockout', () => {
  it('stays open for four wrong answers and locks on the fifth for a quarter of an hour', () => {
    const four = wrongAnswers(NO_FAILURES, ...five(T).slice(0, 4));
    expect(lockedUntil(four, T + 4000)).toBeNull();
    const locked = wrongAnswers(four, T + 4000);
    expect(lockedUntil(locked, T + 4000)).toBe(T + 4000 + 15 * MINUTE);
    expect(lockedUntil(locked, T + 4000 + 15 * MINUTE - 1)).not.toBeNull();
    expect(lockedUntil(locked, T + 4000 + 15 * MINUTE)).toBeNull();
  });

  it('does not count wrong answers that lie more than a quarter of an hour back', () => {
    const slow = wrongAnswers(NO_FAILURES, ...[0, 4, 8, 12, 16, 20].map((minute) => T + minute * MINUTE));
    expect(lockedUntil(slow, T + 20 * MINUTE)).toBeNull();
    expect(slow.failures).toHaveLength(4);
  });

  it('doubles with every lock in a row, up to a working day', () => {
    let state = NO_FAILURES;
    let now = T;
    const lengths: number[] = [];
    for (let i = 0; i < 8; i += 1) {
      state = wrongAnswers(state, ...five(now));
      const until = lockedUntil(state, now + 4000)!;
      lengths.push((until - now - 4000) / MINUTE);
      now = until;
    }
    expect(lengths).toEqual([15, 30, 60, 120, 240, 480, 480, 480]);
  });

  it('forgets the doubling after a day without a wrong answer', () => {
    const once = wrongAnswers(NO_FAILURES, ...five(T));
    const later = T + LOCKOUT.forgetMs + 20 * MINUTE;
    const again = wrongAnswers(once, ...five(later));
    expect(lockedUntil(again, later + 4000)).toBe(later + 4000 + 15 * MINUTE);
  });

  it('starts afresh after the right answer', () => {
    expect(lockedUntil(NO_FAILURES, T)).toBeNull();
    expect(wrongAnswers(NO_FAILURES, T).failures).toEqual([T]);
  });
});
