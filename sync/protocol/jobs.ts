/** Documents that somebody wants signed at a branch: how kiosks hear of them, take them and say what became of them. */
import { z } from 'zod';
import { isSha256, type Sha256 } from '../../signing/digest.ts';

/**
 * `GET`: what is offered to the kiosk's branch, oldest first, and all that this kiosk has taken. Held like the configuration
 * while it is what `if-none-match` stands for.
 */
export const JOBS_PATH = '/api/cloud/v1/jobs';

/** What a kiosk says about a job that it claimed. Each may be sent any number of times. */
export const JOB_REPORTS = [
  /** Its documents are here, and nobody has begun to sign: the claim runs out no more. Said before anybody sees it. */
  'taken',
  /** A ceremony was begun: from here on only the counter decides. */
  'opened',
  'signed',
  'declined',
  'voided',
  /** Its documents cannot be signed here; the reason is a code of intake. */
  'refused',
  /** Given back: another kiosk may take it. */
  'returned',
  /** Gone from the counter unopened, as was asked. */
  'withdrawn',
] as const;
export type JobReport = (typeof JOB_REPORTS)[number];

/** `PUT`, body `{report, reason}`: 200 with `{withdraw}`; 404 when it is not this kiosk's, 409 when it does not fit. */
export function jobStatePath(id: string): string {
  return `${JOBS_PATH}/${id}/state`;
}

/** `POST`: 200, and 404 when somebody else has it or nobody may have it any more. */
export function jobClaimPath(id: string): string {
  return `${JOBS_PATH}/${id}/claim`;
}

/** `GET`, with `range` from any byte on; for the kiosk that took it. @param number from 1 */
export function jobDocumentPath(id: string, number: number): string {
  return `${JOBS_PATH}/${id}/documents/${number}`;
}

/** An id that is part of a path. */
export const jobId = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/);

const job = z.object({
  id: jobId,
  name: z.string().min(1).max(200),
  /** 'withdrawn': this kiosk has it, and is to give it up unless it was opened. */
  state: z.enum(['offered', 'yours', 'withdrawn']),
  /** Nobody begins to sign after that. */
  expiresAt: z.iso.datetime({ precision: 3 }),
  documents: z
    .array(z.object({ name: z.string().min(1).max(300), digest: z.custom<Sha256>(isSha256), size: z.int().positive() }))
    .min(1),
});
export type ListedJob = z.infer<typeof job>;

/** Of a list that is longer, the oldest; who is not on a full one may be on it all the same. */
export const MAX_LISTED_JOBS = 200;
const list = z.object({ jobs: z.array(job).max(MAX_LISTED_JOBS) });

export function parseJobList(value: unknown): readonly ListedJob[] | null {
  const parsed = list.safeParse(value);
  return parsed.success ? parsed.data.jobs : null;
}

const reported = z.strictObject({
  report: z.enum(JOB_REPORTS),
  /** A code, with 'refused'. */
  reason: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,60}$/)
    .nullable(),
});
export type ReportedJob = z.infer<typeof reported>;

export function parseReportedJob(value: unknown): ReportedJob | null {
  const parsed = reported.safeParse(value);
  return parsed.success ? parsed.data : null;
}

const standing = z.object({
  /** Somebody wants it back: to be given up, unless it was opened. */
  withdraw: z.boolean(),
});
export type JobStanding = z.infer<typeof standing>;

export function parseJobStanding(value: unknown): JobStanding | null {
  const parsed = standing.safeParse(value);
  return parsed.success ? parsed.data : null;
}
