import { isoTime } from '../../../signing/clock.ts';
import {
  parseEnrolmentRequest,
  parseRenewalRequest,
  type EnrolmentRefusal,
  type EnrolmentRefusalReason,
} from '../../protocol/enrolment.ts';
import { json, notFound } from '../answers.ts';
import type { EnrolledKiosk } from '../enrolment.ts';
import { redeem, type RedeemPorts } from './redeem.ts';
import type { Refused } from './issue-pair.ts';
import { renew } from './renew.ts';

/** Two requests for certificates, in base64, fit in this many characters with room to spare. */
const MAX_BODY = 32_768;

const STATUS: Readonly<Record<EnrolmentRefusalReason, number>> = {
  malformed: 400,
  'code-unknown': 403,
  'code-used': 409,
  'code-expired': 410,
  'code-withdrawn': 410,
  'too-many-attempts': 429,
  'clock-wrong': 400,
  'key-weak': 422,
  'proof-invalid': 422,
  'wrong-name': 422,
  'no-authority': 503,
  'too-early': 409,
};

/** A kiosk with a one-time code and no token yet. */
export async function answerEnrolment(ports: RedeemPorts, request: Request): Promise<Response> {
  if (request.method !== 'POST') return notFound();
  const parsed = parseEnrolmentRequest(await readBody(request));
  if (parsed === null) return refused(ports, { reason: 'malformed', detail: 'not a request for enrolment' });
  const redeemed = await redeem(ports, parsed, sourceOf(request));
  return redeemed.ok ? json(200, { enrolment: redeemed.value }) : refused(ports, redeemed.error);
}

/** A kiosk whose certificates grow old. */
export async function answerRenewal(ports: RedeemPorts, request: Request, kiosk: EnrolledKiosk): Promise<Response> {
  if (request.method !== 'POST') return notFound();
  const parsed = parseRenewalRequest(await readBody(request));
  if (parsed === null) return refused(ports, { reason: 'malformed', detail: 'not a request for renewal' });
  const renewed = await renew(ports, kiosk, parsed);
  return renewed.ok ? json(200, renewed.value) : refused(ports, renewed.error);
}

function refused({ clock }: Pick<RedeemPorts, 'clock'>, { reason, detail }: Refused): Response {
  const body: EnrolmentRefusal = { reason, detail, time: isoTime(clock.now()) };
  return json(STATUS[reason], body, reason === 'too-many-attempts' ? { 'retry-after': '900' } : {});
}

async function readBody(request: Request): Promise<unknown> {
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY) return null;
  const text = await request.text();
  if (text.length > MAX_BODY) return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/** The nearest hop's view of the peer, which Next appends last; everybody without one is one source. */
function sourceOf(request: Request): string {
  return request.headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() ?? '';
}
