import type { KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Clock } from '../../signing/clock.ts';
import type { NewId } from '../../signing/ids.ts';
import { DEVICE_TOKEN_SECONDS, DEVICE_TOKEN_TYPE, type DeviceTokenAlgorithm } from '../protocol/device-token.ts';

export interface DeviceTokenOptions {
  readonly kiosk: string;
  /** The cloud's address as enrolled, without a trailing slash. */
  readonly audience: string;
  readonly key: KeyObject;
  readonly algorithm: DeviceTokenAlgorithm;
  readonly clock: Clock;
  readonly newId: NewId;
}

/** Hands out a token with at least a minute of life left, making a fresh one when needed. */
export function createDeviceTokenSource(options: DeviceTokenOptions): () => Promise<string> {
  let held: { readonly token: string; readonly issuedAt: number; readonly renewAt: number } | null = null;
  const lifeMillis = (DEVICE_TOKEN_SECONDS - 60) * 1000;
  return async () => {
    // Both clocks: wall time may be set back, and monotonic time may stand still while the machine sleeps.
    const monotonic = options.clock.monotonicMicros();
    const now = options.clock.now();
    const wallAge = held === null ? 0 : now - held.issuedAt;
    if (held !== null && monotonic < held.renewAt && wallAge >= 0 && wallAge < lifeMillis) return held.token;
    const issuedAt = Math.floor(now / 1000);
    const token = await new SignJWT({})
      .setProtectedHeader({ alg: options.algorithm, typ: DEVICE_TOKEN_TYPE })
      .setIssuer(options.kiosk)
      .setSubject(options.kiosk)
      .setAudience(options.audience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + DEVICE_TOKEN_SECONDS)
      .setJti(options.newId())
      .sign(options.key);
    held = { token, issuedAt: now, renewAt: monotonic + lifeMillis * 1000 };
    return token;
  };
}
