import { describe, expect, it } from 'vitest';
import {
  newDisplayCode,
  newToken,
  SESSION,
  sessionEnds,
  sessionState,
  tokenDigest,
  worthTouching,
} from '../../../signing/access/session.ts';
import { may, STAFF_ACTS } from '../../../signing/access/roles.ts';

const T = 1_795_000_000_000;
const HOUR = 3_600_000;

describe('sessions', () => {
  it('end after a quarter of an hour without use', () => {
    const session = { createdAt: T, lastSeenAt: T + HOUR };
    expect(sessionState(session, T + HOUR + SESSION.inactivityMs - 1)).toBe('live');
    expect(sessionState(session, T + HOUR + SESSION.inactivityMs)).toBe('inactive');
    expect(sessionEnds(session)).toBe(T + HOUR + SESSION.inactivityMs);
  });

  it('end after twelve hours whatever is done', () => {
    const session = { createdAt: T, lastSeenAt: T + 12 * HOUR - 1 };
    expect(sessionState(session, T + 12 * HOUR - 1)).toBe('live');
    expect(sessionState(session, T + 12 * HOUR)).toBe('over');
    expect(sessionEnds(session)).toBe(T + 12 * HOUR);
  });

  it('are not made longer by setting the clock back', () => {
    const session = { createdAt: T, lastSeenAt: T + HOUR };
    expect(sessionState(session, T + HOUR - 60_000)).toBe('live');
    expect(sessionState(session, T)).toBe('over');
  });

  it('are written to at most every half minute', () => {
    const session = { createdAt: T, lastSeenAt: T };
    expect(worthTouching(session, T + 29_999)).toBe(false);
    expect(worthTouching(session, T + 30_000)).toBe(true);
  });

  it('have tokens of 32 random bytes whose digest does not give them away', () => {
    const token = newToken(() => new Uint8Array(32).fill(255));
    expect(token).toBe('_'.repeat(42) + '8');
    expect(tokenDigest(token)).toMatch(/^[0-9a-f]{64}$/);
    expect(newToken()).not.toBe(newToken());
    expect(tokenDigest('a')).not.toBe(tokenDigest('b'));
  });

  it('have display codes of six digits, leading zeros kept', () => {
    expect(newDisplayCode(() => Uint8Array.of(0, 0, 0, 0, 0, 42))).toBe('000042');
    for (let i = 0; i < 50; i += 1) expect(newDisplayCode()).toMatch(/^\d{6}$/);
  });
});

describe('roles', () => {
  it('let a manager do everything and a clerk what the counter needs', () => {
    expect(STAFF_ACTS.filter((act) => !may('manager', act))).toEqual([]);
    expect(STAFF_ACTS.filter((act) => !may('clerk', act))).toEqual([
      'transaction.approve',
      'transaction.return',
      'transaction.void',
      'delivery.retry',
      'audit.export',
      'staff.manage',
    ]);
  });
});
