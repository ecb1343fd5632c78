import { randomBytes } from 'node:crypto';
import { sha256, type Sha256 } from '../digest.ts';
import { utf8 } from '../bytes.ts';

/**
 * Sign-in sessions and customer-screen tokens. The token is known to the browser only; the store has
 * its digest, so that whoever reads the store cannot act as somebody.
 */
export const SESSION = {
  inactivityMs: 15 * 60_000,
  absoluteMs: 12 * 60 * 60_000,
  /** Last-seen times are written no more often than this: a screen asks many times a minute. */
  touchEveryMs: 30_000,
  /** A clock set back by more than this ends sessions: otherwise they would live on. */
  clockSlackMs: 5 * 60_000,
} as const;

/** Source of random bytes; injected so that tests are deterministic. */
export type RandomBytes = (length: number) => Uint8Array;
export const systemRandom: RandomBytes = (length) => randomBytes(length);

export interface SessionTimes {
  readonly createdAt: number;
  readonly lastSeenAt: number;
}
export type SessionState = 'live' | 'inactive' | 'over';

/** 32 random bytes, base64url: 43 characters. */
export function newToken(random: RandomBytes = systemRandom): string {
  return Buffer.from(random(32)).toString('base64url');
}

/** What is stored of a token. Plain SHA-256 suffices: the token has 256 random bits. */
export function tokenDigest(token: string): Sha256 {
  return sha256(utf8('countersign.token/1\n'), utf8(token));
}

export function sessionState(session: SessionTimes, now: number): SessionState {
  if (now < session.lastSeenAt - SESSION.clockSlackMs) return 'over';
  if (now >= session.createdAt + SESSION.absoluteMs) return 'over';
  return now >= session.lastSeenAt + SESSION.inactivityMs ? 'inactive' : 'live';
}

/** When the session ends if nothing more is done in it, wall milliseconds. */
export function sessionEnds(session: SessionTimes): number {
  return Math.min(session.lastSeenAt + SESSION.inactivityMs, session.createdAt + SESSION.absoluteMs);
}

/** Whether use of the session is worth a write. */
export function worthTouching(session: SessionTimes, now: number): boolean {
  return Math.abs(now - session.lastSeenAt) >= SESSION.touchEveryMs;
}

/** One-time code for pairing a customer's screen: six digits to type, five minutes, one use. */
export const DISPLAY_CODE = { digits: 6, lifeMs: 5 * 60_000 } as const;

export function newDisplayCode(random: RandomBytes = systemRandom): string {
  // 2^48 is so much more than 10^6 that the remainder is even to one part in 10^8.
  const value = Buffer.from(random(6)).readUIntBE(0, 6) % 10 ** DISPLAY_CODE.digits;
  return value.toString().padStart(DISPLAY_CODE.digits, '0');
}
