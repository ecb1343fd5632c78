/** The device protocol and tus 1.0.0 (core, creation, creation-with-upload) over an injected fetch; nothing is retried. */
import { utf8 } from '../../signing/bytes.ts';
import type { Clock } from '../../signing/clock.ts';
import type { Sha256 } from '../../signing/digest.ts';
import { CONFIGURATION_PATH } from '../protocol/configuration.ts';
import {
  jobClaimPath,
  JOBS_PATH,
  jobStatePath,
  parseJobList,
  parseJobStanding,
  type JobStanding,
  type ListedJob,
  type ReportedJob,
} from '../protocol/jobs.ts';
import { parseRenewalAnswer, RENEWAL_PATH, type RenewalAnswer, type RenewalRequest } from '../protocol/enrolment.ts';
import { PROTOCOL_VERSION, type RefusalReason } from '../protocol/receipt.ts';
import { parseReceiptKeysAnswer, RECEIPT_KEYS_PATH } from '../protocol/receipt-key.ts';
import { STATUS_PATH, type KioskStatus } from '../protocol/status.ts';
import {
  encodeUploadMetadata,
  HELLO_PATH,
  packagePath,
  parseHello,
  parsePackageAnswer,
  parseRequestRefusal,
  PROTOCOL_HEADER,
  TIME_HEADER,
  TUS_VERSION,
  UPLOADS_PATH,
  type Hello,
  type PackageAnswer,
  type RequestRefusal,
} from '../protocol/wire.ts';
import { momentOf, readClock, type ClockReading } from './clock-reading.ts';
import { lineProblem, type Fetch } from './line.ts';

/** Why a request did not give what it was for. */
export type RequestFault =
  /** No answer: the line, or the cloud as a whole. */
  | { readonly kind: 'line'; readonly problem: string }
  /** The kiosk itself is not let in: token, enrolment, protocol. */
  | { readonly kind: 'denied'; readonly refusal: RequestRefusal }
  /** The upload is not there (any more). */
  | { readonly kind: 'gone' }
  /** The offset is not where this side thought. */
  | { readonly kind: 'conflict' }
  /** This package cannot be taken, by reason. */
  | { readonly kind: 'refused'; readonly refusal: RequestRefusal }
  /** Too many at once; to come again no sooner than after so long. */
  | { readonly kind: 'busy'; readonly afterMs: number }
  | { readonly kind: 'failed'; readonly problem: string };
export type Reply<T> = { readonly kind: 'done'; readonly value: T } | RequestFault;

/** What any answer of the cloud says beside what it was asked for. */
export interface CloudContact {
  /** Null where the answer did not say the time. */
  readonly clock: ClockReading | null;
  /** Whether this kiosk was let in, or why not; 'unsaid' by a cloud that could not do it now. */
  readonly admission: 'admitted' | 'unsaid' | RefusalReason;
}

export interface CloudClientPorts {
  readonly cloudUrl: string;
  readonly fetch: Fetch;
  readonly token: () => Promise<string>;
  readonly clock: Clock;
  readonly onContact?: (contact: CloudContact) => void;
}

export interface CloudClient {
  hello(signal: AbortSignal): Promise<Reply<Hello>>;
  /** Tells how this kiosk is. */
  report(status: KioskStatus, signal: AbortSignal): Promise<Reply<'kept'>>;
  /** New certificates for these requests; the same requests are answered the same. 'conflict': it is too early. */
  renew(request: RenewalRequest, signal: AbortSignal): Promise<Reply<RenewalAnswer>>;
  /** JWS of each change of the key that receipts are signed with, oldest first. */
  receiptKeys(signal: AbortSignal): Promise<Reply<readonly string[]>>;
  /** Held by the cloud while it has nothing but what `etag` stands for. */
  configuration(
    etag: string | null,
    signal: AbortSignal,
  ): Promise<Reply<'nothing-new' | { readonly jws: string; readonly etag: string | null }>>;
  /** Held by the cloud while the list is what `etag` stands for. */
  jobs(
    etag: string | null,
    signal: AbortSignal,
  ): Promise<Reply<'nothing-new' | { readonly jobs: readonly ListedJob[]; readonly etag: string | null }>>;
  /** 'gone': somebody else has it. */
  claimJob(id: string, signal: AbortSignal): Promise<Reply<true>>;
  /** 'gone': it is not this kiosk's; 'conflict': it has ended otherwise. */
  reportJob(id: string, report: ReportedJob, signal: AbortSignal): Promise<Reply<JobStanding>>;
  /** Null: the cloud knows nothing of it. */
  ask(digest: Sha256, signal: AbortSignal): Promise<Reply<PackageAnswer | null>>;
  /** Begins an upload with its first bytes. `upload` is a path. */
  create(
    about: { readonly digest: Sha256; readonly transaction: string; readonly size: number },
    first: Uint8Array,
    signal: AbortSignal,
  ): Promise<Reply<{ readonly upload: string; readonly offset: number }>>;
  offset(upload: string, signal: AbortSignal): Promise<Reply<number>>;
  /** New offset. */
  append(upload: string, offset: number, chunk: Uint8Array, signal: AbortSignal): Promise<Reply<number>>;
}

export function createCloudClient(ports: CloudClientPorts): CloudClient {
  async function exchange<T>(
    method: string,
    path: string,
    init: {
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: Uint8Array;
      readonly signal: AbortSignal;
    },
    read: (response: Response, body: string) => T | null,
  ): Promise<Reply<T>> {
    const token = await ports.token();
    const sent = momentOf(ports.clock);
    let response: Response;
    let body: string;
    try {
      response = await ports.fetch(`${ports.cloudUrl}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, [PROTOCOL_HEADER]: `${PROTOCOL_VERSION}`, ...init.headers },
        signal: init.signal,
        redirect: 'error',
        // Node's fetch takes bytes as they are; the type only knows ArrayBuffer-backed ones.
        ...(init.body === undefined ? {} : { body: init.body as Uint8Array<ArrayBuffer> }),
      });
      body = await response.text();
    } catch (error) {
      return { kind: 'line', problem: lineProblem(error) };
    }
    const clock = readClock(sent, momentOf(ports.clock), response.headers.get(TIME_HEADER));
    const fault = faultOf(response, body, ports.clock.now());
    ports.onContact?.({ clock, admission: admissionOf(fault) });
    if (fault !== null) return fault;
    const value = read(response, body);
    return value === null ? { kind: 'failed', problem: `${method}: answer not understood` } : { kind: 'done', value };
  }

  return {
    hello: (signal) => exchange('GET', HELLO_PATH, { signal }, (_, body) => parseHello(parseJson(body))),

    report: (status, signal) => exchange('POST', STATUS_PATH, { ...jsonBody(status), signal }, () => 'kept' as const),
    renew: (request, signal) =>
      exchange('POST', RENEWAL_PATH, { ...jsonBody(request), signal }, (_, body) =>
        parseRenewalAnswer(parseJson(body)),
      ),
    receiptKeys: (signal) =>
      exchange('GET', RECEIPT_KEYS_PATH, { signal }, (_, body) => parseReceiptKeysAnswer(parseJson(body))),
    configuration: (etag, signal) =>
      exchange(
        'GET',
        CONFIGURATION_PATH,
        { headers: etag === null ? {} : { 'if-none-match': etag }, signal },
        (response, body) =>
          response.status === 200 ? { jws: body.trim(), etag: response.headers.get('etag') } : 'nothing-new',
      ),

    jobs: (etag, signal) =>
      exchange(
        'GET',
        JOBS_PATH,
        { headers: etag === null ? {} : { 'if-none-match': etag }, signal },
        (response, body) => {
          if (response.status === 304) return 'nothing-new';
          const jobs = parseJobList(parseJson(body));
          return jobs === null ? null : { jobs, etag: response.headers.get('etag') };
        },
      ),
    claimJob: (id, signal) => exchange('POST', jobClaimPath(id), { signal }, () => true),
    reportJob: (id, report, signal) =>
      exchange(
        'PUT',
        jobStatePath(id),
        { headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(report)), signal },
        (_, body) => parseJobStanding(parseJson(body)),
      ),

    async ask(digest, signal) {
      const reply = await exchange('GET', packagePath(digest), { signal }, (_, body) =>
        parsePackageAnswer(parseJson(body)),
      );
      return reply.kind === 'gone' ? { kind: 'done', value: null } : reply;
    },

    create: (about, first, signal) =>
      exchange(
        'POST',
        UPLOADS_PATH,
        {
          headers: {
            ...OFFSET_STREAM,
            'upload-length': `${about.size}`,
            'upload-metadata': encodeUploadMetadata({ digest: about.digest, transaction: about.transaction }),
          },
          body: first,
          signal,
        },
        (response) => {
          const upload = response.headers.get('location');
          const offset = readOffset(response);
          return upload?.startsWith(`${UPLOADS_PATH}/`) === true && offset !== null ? { upload, offset } : null;
        },
      ),

    offset: (upload, signal) =>
      exchange('HEAD', upload, { headers: { 'tus-resumable': TUS_VERSION }, signal }, readOffset),

    append: (upload, offset, chunk, signal) =>
      exchange(
        'PATCH',
        upload,
        { headers: { ...OFFSET_STREAM, 'upload-offset': `${offset}` }, body: chunk, signal },
        readOffset,
      ),
  };
}

function jsonBody(value: object): { readonly headers: Readonly<Record<string, string>>; readonly body: Uint8Array } {
  return { headers: { 'content-type': 'application/json' }, body: utf8(JSON.stringify(value)) };
}

const OFFSET_STREAM = { 'tus-resumable': TUS_VERSION, 'content-type': 'application/offset+octet-stream' };

function faultOf(response: Response, body: string, now: number): RequestFault | null {
  // 304: nothing is wrong, and nothing is new.
  if (response.ok || response.status === 304) return null;
  const afterMs = retryAfter(response, now);
  if (afterMs !== null) return { kind: 'busy', afterMs };
  const refusal = parseRequestRefusal(parseJson(body));
  switch (response.status) {
    case 401:
    case 403:
    case 426:
      return { kind: 'denied', refusal: refusal ?? { reason: 'unauthorized', detail: `status ${response.status}` } };
    case 404:
    case 410:
      return { kind: 'gone' };
    case 409:
      return { kind: 'conflict' };
    case 413:
      return { kind: 'refused', refusal: refusal ?? { reason: 'too-large', detail: 'status 413' } };
    default:
      return { kind: 'failed', problem: refusal?.reason ?? `status ${response.status}` };
  }
}

function admissionOf(fault: RequestFault | null): CloudContact['admission'] {
  if (fault?.kind === 'denied') return fault.refusal.reason;
  return fault?.kind === 'failed' || fault?.kind === 'busy' ? 'unsaid' : 'admitted';
}

/** A pause that nobody asked for. */
const TOO_MANY_MS = 15_000;
/** Whoever names a longer one may be wrong, and is asked again. */
const LONGEST_MS = 60 * 60_000;

/** Of 429 and of a 503 that names a pause (RFC 9110 section 10.2.3: seconds or a date), milliseconds; else null. */
function retryAfter({ status, headers }: Response, now: number): number | null {
  const named = headers.get('retry-after')?.trim() ?? '';
  if (status !== 429 && (status !== 503 || named === '')) return null;
  const pause = /^\d{1,9}$/.test(named) ? Number(named) * 1000 : Date.parse(named) - now;
  return Number.isNaN(pause) ? TOO_MANY_MS : Math.min(Math.max(pause, 0), LONGEST_MS);
}

function readOffset(response: Response): number | null {
  const text = response.headers.get('upload-offset') ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
