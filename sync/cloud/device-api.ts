import { z } from 'zod';
import { isoTime, type Clock } from '../../signing/clock.ts';
import { isSha256, type Sha256 } from '../../signing/digest.ts';
import { ENROLMENT_PATH, RENEWAL_PATH } from '../protocol/enrolment.ts';
import { RECEIPT_KEYS_PATH } from '../protocol/receipt-key.ts';
import { PROTOCOL_VERSION, type RefusalReason } from '../protocol/receipt.ts';
import { CONFIGURATION_PATH } from '../protocol/configuration.ts';
import {
  HELLO_PATH,
  PACKAGES_PATH,
  TIME_HEADER,
  UPLOADS_PATH,
  type Hello,
  type PackageAnswer,
} from '../protocol/wire.ts';
import { STATUS_PATH } from '../protocol/status.ts';
import { traceOf } from '../protocol/trace.ts';
import { json, notFound } from './answers.ts';
import { answerJobs } from './integration/device-jobs.ts';
import type { ObjectStore } from './object-store.ts';
import { JOBS_PATH } from '../protocol/jobs.ts';
import type { CloudEvent } from './cloud-event.ts';
import { answerConfiguration, type ConfigurationPorts } from './configuration/answer.ts';
import type { Database } from './database.ts';
import { answerEnrolment, answerRenewal } from './devices/identity-api.ts';
import type { RedeemPorts } from './devices/redeem.ts';
import { authenticate } from './device-auth.ts';
import type { EnrolledKiosk } from './enrolment.ts';
import { storedReceipt } from './ingest.ts';
import { answerStatus } from './kiosk-status.ts';
import { TRANSPORT_REASONS, type Uploads } from './uploads.ts';

export interface DeviceApiPorts {
  readonly database: Database;
  readonly objects: ObjectStore;
  readonly uploads: Uploads;
  /** Names and addresses that tokens may be for. */
  readonly audience: readonly string[];
  readonly identity: RedeemPorts;
  readonly clock: Clock;
  readonly configuration: Omit<ConfigurationPorts, 'database' | 'clock'>;
  readonly onFault: (error: unknown) => void;
  readonly onEvent: (event: CloudEvent) => void;
}

/** The whole device protocol as one function from request to answer; nothing but a one-time code is looked at before the token. */
export function createDeviceApi(ports: DeviceApiPorts): (request: Request) => Promise<Response> {
  return async (request) => {
    const from = ports.clock.monotonicMicros();
    const { kiosk, response } = await answer(ports, request);
    ports.onEvent({
      type: 'request',
      route: patternOf(new URL(request.url).pathname),
      method: request.method,
      status: response.status,
      milliseconds: (ports.clock.monotonicMicros() - from) / 1000,
      kiosk,
      trace: traceOf(request.headers),
    });
    return timed(response, ports.clock);
  };
}

/** Refusals too: a kiosk whose clock is so wrong that its tokens are not taken learns it from them. */
function timed({ body, status, headers }: Response, clock: Clock): Response {
  const said = new Headers(headers);
  said.set(TIME_HEADER, isoTime(clock.now()));
  return new Response(body, { status, headers: said });
}

const PATTERNS = [
  HELLO_PATH,
  CONFIGURATION_PATH,
  JOBS_PATH,
  RECEIPT_KEYS_PATH,
  ENROLMENT_PATH,
  RENEWAL_PATH,
  STATUS_PATH,
  UPLOADS_PATH,
];

/** So that there are as many as there are routes, whatever is asked for. */
function patternOf(pathname: string): string {
  if (PATTERNS.includes(pathname)) return pathname;
  if (pathname.startsWith(`${UPLOADS_PATH}/`)) return `${UPLOADS_PATH}/[id]`;
  if (pathname.startsWith(`${PACKAGES_PATH}/`)) return `${PACKAGES_PATH}/[digest]`;
  if (pathname.startsWith(`${JOBS_PATH}/`)) return `${JOBS_PATH}/[id]`;
  return '/api/cloud/v1/[path]';
}

interface Answered {
  readonly kiosk: string | null;
  readonly response: Response;
}

async function answer(ports: DeviceApiPorts, request: Request): Promise<Answered> {
  let kiosk: string | null = null;
  const answered = (response: Response): Answered => ({ kiosk, response });
  try {
    if (new URL(request.url).pathname === ENROLMENT_PATH)
      return answered(await answerEnrolment(ports.identity, request));
    const caller = await authenticate(request, ports.database, ports);
    if (!caller.ok) {
      const { status, reason, detail } = caller.error;
      return answered(json(status, { reason, detail }, status === 401 ? { 'www-authenticate': 'Bearer' } : {}));
    }
    kiosk = caller.value.id;
    return answered(await route(ports, request, caller.value));
  } catch (error) {
    ports.onFault(error);
    return answered(json(503, { detail: 'the cloud could not do this now' }, { 'retry-after': '5' }));
  }
}

async function route(ports: DeviceApiPorts, request: Request, kiosk: EnrolledKiosk): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === UPLOADS_PATH || pathname.startsWith(`${UPLOADS_PATH}/`)) {
    return ports.uploads.handle(request, kiosk);
  }
  if (pathname === RENEWAL_PATH) return answerRenewal(ports.identity, request, kiosk);
  if (pathname === STATUS_PATH) return answerStatus(ports, request, kiosk);
  if (pathname === JOBS_PATH || pathname.startsWith(`${JOBS_PATH}/`)) {
    return answerJobs({ ...ports, ...ports.configuration }, request, kiosk);
  }
  if (request.method !== 'GET') return notFound();
  if (pathname === RECEIPT_KEYS_PATH) {
    return json(200, { statements: await ports.identity.ring.statements(ports.database) });
  }
  if (pathname === HELLO_PATH) {
    const hello: Hello = { time: isoTime(ports.clock.now()), protocol: PROTOCOL_VERSION };
    await ports.database.query('update kiosks set last_contact = $2 where id = $1', [kiosk.id, hello.time]);
    return json(200, hello);
  }
  if (pathname === CONFIGURATION_PATH) {
    return answerConfiguration({ ...ports, ...ports.configuration }, request, kiosk);
  }
  const digest = pathname.startsWith(`${PACKAGES_PATH}/`) ? pathname.slice(PACKAGES_PATH.length + 1) : null;
  if (!isSha256(digest)) return notFound();
  const answer = await packageAnswer(ports, digest, kiosk);
  if (answer === null) return notFound();
  const underWay = answer.state === 'receiving' || answer.state === 'checking';
  return json(underWay ? 202 : 200, answer);
}

async function packageAnswer(
  ports: DeviceApiPorts,
  digest: Sha256,
  kiosk: EnrolledKiosk,
): Promise<PackageAnswer | null> {
  const known = await storedReceipt(ports.database, digest, kiosk.id);
  if (known !== null) return { state: 'stored', receipt: known };
  const progress = await ports.uploads.progress(digest, kiosk);
  if (progress === 'checking') return { state: 'checking' };
  if (typeof progress === 'object' && progress !== null) return progress;
  const receipt = progress === 'settled' ? await storedReceipt(ports.database, digest, kiosk.id) : null;
  if (receipt !== null) return { state: 'stored', receipt };
  return refusalAnswer(ports.database, digest, kiosk.id);
}

const refusalRow = z.object({
  reason: z.custom<RefusalReason>((value) => typeof value === 'string'),
  detail: z.string(),
});

/** A transport fault says nothing about the package of this name: to the kiosk it is unknown. */
async function refusalAnswer(database: Database, digest: Sha256, kiosk: string): Promise<PackageAnswer | null> {
  const [row] = await database.query('select reason, detail from refusals where digest = $1 and kiosk = $2', [
    digest,
    kiosk,
  ]);
  if (row === undefined) return null;
  const { reason, detail } = refusalRow.parse(row);
  return TRANSPORT_REASONS.has(reason) ? null : { state: 'refused', reason, detail: detail.slice(0, 2000) };
}
