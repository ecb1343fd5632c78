import { sign, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, compactVerify, decodeProtectedHeader, errors, importJWK, type JWK } from 'jose';
import { isoTime, type Clock } from '../../signing/clock.ts';
import { toBase64 } from '../../signing/bytes.ts';
import { createCertificationRequest } from '../../signing/cms/certification-request.ts';
import { err, ok, type Result } from '../../signing/result.ts';
import type { EnrolmentCode } from '../protocol/enrolment-code.ts';
import {
  ENROLMENT_PATH,
  ENROLMENT_SKEW_MS,
  ENROLMENT_TYPE,
  parseEnrolmentAnswer,
  parseEnrolmentRefusal,
  requestDigest,
  statementBytes,
  type EnrolmentAnswer,
  type EnrolmentRefusalReason,
} from '../protocol/enrolment.ts';
import { parsePinnedKey } from '../protocol/receipt-key.ts';
import type { Fetch } from './line.ts';

/** The two PKCS#10 requests in base64: kept, so that asking again is the same request. */
export interface KeyRequests {
  readonly device: string;
  readonly seal: string;
}

export function requestsFor(deviceKey: KeyObject, sealKey: KeyObject): KeyRequests {
  const request = (key: KeyObject): string => toBase64(createCertificationRequest(key, null));
  return { device: request(deviceKey), seal: request(sealKey) };
}

export type EnrolmentFault =
  /** `offsetMs`: how far this kiosk's clock is ahead of the cloud's. */
  | { readonly kind: 'refused'; readonly reason: EnrolmentRefusalReason; readonly offsetMs: number }
  | { readonly kind: 'line'; readonly problem: string }
  /** Whoever answered does not have the key that the code recognises. */
  | { readonly kind: 'false-cloud' }
  /** Genuine, but not understood, or about another request. */
  | { readonly kind: 'bad-answer' };

export interface EnrolmentPorts {
  /** Without a trailing slash. */
  readonly cloudUrl: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
}

/** Asks for certificates with a one-time code; what comes back is signed by the key that the code recognises. */
export async function requestEnrolment(
  ports: EnrolmentPorts,
  code: EnrolmentCode,
  requests: KeyRequests,
  signal: AbortSignal,
): Promise<Result<EnrolmentAnswer, EnrolmentFault>> {
  const statement = { code: code.lookup, ...requests };
  const signature = toBase64(sign(null, statementBytes(statement), code.key));
  const sentAt = ports.clock.now();
  const body = JSON.stringify({ ...statement, signature, time: isoTime(sentAt) });
  let status: number;
  let text: string;
  try {
    const response = await ports.fetch(`${ports.cloudUrl}${ENROLMENT_PATH}`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body, signal, redirect: 'error' },
    });
    ({ status } = response);
    text = await response.text();
  } catch (error) {
    return err({ kind: 'line', problem: problemOf(error) });
  }
  const answer = parseJson(text);
  if (status !== 200) {
    const refusal = parseEnrolmentRefusal(answer);
    if (refusal === null) return err({ kind: 'line', problem: `status ${status}` });
    return err({ kind: 'refused', reason: refusal.reason, offsetMs: sentAt - Date.parse(refusal.time) });
  }
  const jws = typeof answer === 'object' && answer !== null && 'enrolment' in answer ? answer.enrolment : null;
  if (typeof jws !== 'string') return err({ kind: 'bad-answer' });
  const enrolment = await verified(jws, code);
  if (!enrolment.ok) return enrolment;
  if (enrolment.value.request !== requestDigest(statement)) return err({ kind: 'bad-answer' });
  const offsetMs = sentAt - Date.parse(enrolment.value.time);
  // The cloud looked at this already; here it is the signed time that is looked at.
  if (Math.abs(offsetMs) > 2 * ENROLMENT_SKEW_MS) return err({ kind: 'refused', reason: 'clock-wrong', offsetMs });
  return enrolment;
}

/** ES256 by the key in the answer itself, and that key by the code. */
async function verified(jws: string, code: EnrolmentCode): Promise<Result<EnrolmentAnswer, EnrolmentFault>> {
  try {
    const { kid } = decodeProtectedHeader(jws);
    const claimed = parseEnrolmentAnswer(JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()));
    const key = claimed?.receiptKeys.map(parsePinnedKey).find((one) => one !== null && one.kid === kid);
    if (key === undefined || key === null) return err({ kind: 'bad-answer' });
    const jwk: JWK = { kty: key.kty, crv: key.crv, x: key.x, y: key.y };
    if (!code.isOf(await calculateJwkThumbprint(jwk))) return err({ kind: 'false-cloud' });
    const { protectedHeader } = await compactVerify(jws, await importJWK(jwk, 'ES256'), { algorithms: ['ES256'] });
    if (claimed === null || protectedHeader.typ !== ENROLMENT_TYPE) return err({ kind: 'bad-answer' });
    return ok(claimed);
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) return err({ kind: 'false-cloud' });
    if (error instanceof errors.JOSEError || error instanceof SyntaxError || error instanceof TypeError) {
      return err({ kind: 'bad-answer' });
    }
    throw error;
  }
}

/** The code of a failed connection where there is one: `fetch failed` says nothing. */
function problemOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : null;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return error instanceof Error ? error.name : 'unknown';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
