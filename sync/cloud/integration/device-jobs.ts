import { sha256 } from '../../../signing/digest.ts';
import { utf8 } from '../../../signing/bytes.ts';
import { jobId, JOBS_PATH, parseReportedJob, type ListedJob } from '../../protocol/jobs.ts';
import { json, notFound } from '../answers.ts';
import type { EnrolledKiosk } from '../enrolment.ts';
import { hold, type HoldPorts } from '../held.ts';
import type { ObjectStore } from '../object-store.ts';
import { claimJob, jobDocument, jobsForKiosk, reportJob, type BranchJob, type JobPorts } from './branch-jobs.ts';

export interface DeviceJobPorts extends JobPorts, HoldPorts {
  readonly objects: ObjectStore;
}

const LOOK_EVERY_MS = 2000;
const MAX_REPORT_BYTES = 4096;

/** What a kiosk asks about the jobs of its branch; nothing of other branches is ever answered. */
export async function answerJobs(ports: DeviceJobPorts, request: Request, kiosk: EnrolledKiosk): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === JOBS_PATH) return request.method === 'GET' ? list(ports, request, kiosk) : notFound();
  const [id, what, number] = pathname.slice(JOBS_PATH.length + 1).split('/');
  if (!jobId.safeParse(id).success || id === undefined) return notFound();
  if (what === 'claim' && request.method === 'POST') {
    return (await claimJob(ports, kiosk, id)).ok ? json(200, {}) : notFound();
  }
  if (what === 'state' && request.method === 'PUT') return report(ports, request, kiosk, id);
  if (what === 'documents' && request.method === 'GET' && /^[1-9]\d{0,2}$/.test(number ?? '')) {
    return document(ports, request, kiosk, id, Number(number) - 1);
  }
  return notFound();
}

async function list(ports: DeviceJobPorts, request: Request, kiosk: EnrolledKiosk): Promise<Response> {
  const has = request.headers.get('if-none-match');
  const news = await hold(ports, request.signal, LOOK_EVERY_MS, async () => {
    const now = ports.clock.now();
    const jobs = await jobsForKiosk(ports.database, ports.clock, kiosk);
    const body = { jobs: jobs.map((job) => listed(job, kiosk, now)) };
    const etag = `"${sha256(utf8(JSON.stringify(body)))}"`;
    return etag === has ? null : { body, etag };
  });
  if (news === null) return new Response(null, { status: 304, headers: { 'cache-control': 'no-store' } });
  return json(200, news.body, { etag: news.etag });
}

function listed(job: BranchJob, kiosk: EnrolledKiosk, now: number): ListedJob {
  const { id, name, expiresAt } = job;
  const isLapsed = job.claimEndsAt !== null && Date.parse(job.claimEndsAt) <= now;
  const isTheirs = job.kiosk === kiosk.id && job.state !== 'offered' && !isLapsed;
  const state = !isTheirs ? 'offered' : job.withdrawAsked === null ? 'yours' : 'withdrawn';
  return { id, name, state, expiresAt, documents: [...job.documents] };
}

async function report(ports: DeviceJobPorts, request: Request, kiosk: EnrolledKiosk, id: string): Promise<Response> {
  if (Number(request.headers.get('content-length') ?? MAX_REPORT_BYTES + 1) > MAX_REPORT_BYTES) {
    return json(413, { detail: 'a report is smaller' });
  }
  const said = parseReportedJob(await request.json().catch(() => null));
  if (said === null) return json(400, { detail: 'not a report on a job' });
  const done = await reportJob(ports, kiosk, id, said.report, said.reason);
  if (done.ok) return json(200, { withdraw: done.value.withdrawAsked !== null && done.value.state === 'taken' });
  return done.error === 'gone' ? notFound() : json(409, { detail: 'it stands otherwise' });
}

/** From any byte on (RFC 9110 section 14.2, one range without an end); any other range is ignored, as it may be. */
async function document(
  ports: DeviceJobPorts,
  request: Request,
  kiosk: EnrolledKiosk,
  id: string,
  position: number,
): Promise<Response> {
  const found = await jobDocument(ports, kiosk, id, position);
  if (found === null) return notFound();
  const bytes = Uint8Array.from(found.bytes);
  const [, text] = /^bytes=(\d{1,12})-$/.exec(request.headers.get('range') ?? '') ?? [];
  const from = text === undefined ? 0 : Number(text);
  const headers = {
    'content-type': 'application/octet-stream',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'accept-ranges': 'bytes',
  };
  if (from === 0) return new Response(bytes, { headers });
  const whole = `${bytes.length}`;
  if (from >= bytes.length) {
    return new Response(null, { status: 416, headers: { ...headers, 'content-range': `bytes */${whole}` } });
  }
  const range = `bytes ${from}-${bytes.length - 1}/${whole}`;
  return new Response(bytes.subarray(from), { status: 206, headers: { ...headers, 'content-range': range } });
}
