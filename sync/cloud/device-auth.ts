import type { KeyObject } from 'node:crypto';
import { decodeJwt, errors, jwtVerify } from 'jose';
import type { Clock } from '../../signing/clock.ts';
import { err, ok, type Result } from '../../signing/result.ts';
import {
  DEVICE_TOKEN_SECONDS,
  DEVICE_TOKEN_SKEW_SECONDS,
  DEVICE_TOKEN_TYPE,
  type DeviceTokenAlgorithm,
} from '../protocol/device-token.ts';
import { PROTOCOL_VERSION } from '../protocol/receipt.ts';
import { PROTOCOL_HEADER, type RequestRefusal } from '../protocol/wire.ts';
import type { Sql } from './database.ts';
import { deviceKeys, findKiosk, type EnrolledKiosk } from './enrolment.ts';

export interface RefusedRequest extends RequestRefusal {
  readonly status: 401 | 403 | 426;
}

/**
 * Who is asking, before anything of the request is acted on. The keys are those whose certificates hold now, and the
 * algorithm follows from the key, never from the token (RFC 8725 3.1).
 */
export async function authenticate(
  request: Request,
  sql: Sql,
  options: { readonly audience: readonly string[]; readonly clock: Clock },
): Promise<Result<EnrolledKiosk, RefusedRequest>> {
  if (Number(request.headers.get(PROTOCOL_HEADER)) < PROTOCOL_VERSION) {
    return err({ status: 426, reason: 'protocol-too-old', detail: `this cloud speaks version ${PROTOCOL_VERSION}` });
  }
  const token = /^Bearer ([\w.-]{20,4096})$/.exec(request.headers.get('authorization') ?? '')?.[1];
  if (token === undefined) return unauthorized('no device token');
  try {
    const claimed = decodeJwt(token).iss;
    if (typeof claimed !== 'string' || claimed.length > 200) return unauthorized('token names no kiosk');
    const kiosk = await findKiosk(sql, claimed);
    if (kiosk === null) return err({ status: 403, reason: 'unknown-kiosk', detail: 'this kiosk is not enrolled here' });
    const now = options.clock.now();
    const keys = deviceKeys(kiosk, now);
    if (keys.length === 0)
      return err({ status: 403, reason: 'certificate-ended', detail: 'its certificate has ended' });
    for (const key of keys) {
      if (await isSignedBy(token, key, kiosk, { ...options, now })) {
        return kiosk.active ? ok(kiosk) : err({ status: 403, reason: 'revoked', detail: 'this kiosk was shut out' });
      }
    }
    return unauthorized('token not accepted');
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) return unauthorized('token not accepted');
    throw error;
  }
}

async function isSignedBy(
  token: string,
  key: KeyObject,
  kiosk: EnrolledKiosk,
  { audience, now }: { readonly audience: readonly string[]; readonly now: number },
): Promise<boolean> {
  try {
    await jwtVerify(token, key, {
      typ: DEVICE_TOKEN_TYPE,
      algorithms: [key.asymmetricKeyType === 'rsa' ? 'RS256' : 'ES256'] satisfies DeviceTokenAlgorithm[],
      issuer: kiosk.id,
      subject: kiosk.id,
      audience: [...audience],
      currentDate: new Date(now),
      clockTolerance: DEVICE_TOKEN_SKEW_SECONDS,
      maxTokenAge: DEVICE_TOKEN_SECONDS,
      requiredClaims: ['exp', 'iat', 'jti'],
    });
    return true;
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) return false;
    throw error;
  }
}

function unauthorized(detail: string): Result<never, RefusedRequest> {
  return err({ status: 401, reason: 'unauthorized', detail });
}
