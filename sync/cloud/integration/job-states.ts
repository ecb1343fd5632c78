import type { JobReport } from '../../protocol/jobs.ts';

/**
 * The life of a transaction that another program handed in, from the cloud to the counter and back:
 *
 *     offered -> taken -> opened -> signed -> delivered
 *        |         |         +--> declined, voided
 *        |         +--> refused (intake at the counter), offered (given back, or the claim ran out)
 *        +---------+--> withdrawn, expired
 */
export const JOB_STATES = [
  'offered',
  /** A kiosk has it; nobody has begun to sign. */
  'taken',
  /** A ceremony has begun: from here on only the counter decides. */
  'opened',
  /** Everybody has signed; the package is not here yet. */
  'signed',
  /** The package is stored. */
  'delivered',
  'declined',
  'voided',
  'refused',
  'withdrawn',
  'expired',
] as const;
export type JobState = (typeof JOB_STATES)[number];

/** Nothing changes any more, but that a package which arrives nevertheless makes it delivered. */
export function hasEnded(state: JobState): boolean {
  return !['offered', 'taken', 'opened', 'signed'].includes(state);
}

/** A job as far as the rules of its states look. */
export interface JobStanding {
  readonly state: JobState;
  /** Why it is to go, when it is. */
  readonly withdrawAsked: 'cancelled' | 'expired' | null;
}

/**
 * Where a report leads. 'same': it was known, or says less than is known (reports may come twice and late). Null: it does
 * not go with where the job stands.
 */
export function afterReport(job: JobStanding, report: JobReport): JobState | 'same' | null {
  const { state, withdrawAsked } = job;
  if (state === 'delivered' || state === (report === 'returned' ? 'offered' : report)) return 'same';
  if (hasEnded(state) || state === 'offered') {
    return report === 'withdrawn' && state === 'expired' ? 'same' : null;
  }
  switch (report) {
    case 'taken':
      return 'same';
    case 'opened':
      return state === 'taken' ? 'opened' : 'same';
    case 'signed':
      return 'signed';
    case 'declined':
      return state === 'signed' ? null : 'declined';
    case 'voided':
      return 'voided';
    case 'refused':
      return state === 'taken' ? 'refused' : null;
    case 'returned':
      if (state !== 'taken') return null;
      return withdrawAsked === null ? 'offered' : withdrawn(withdrawAsked);
    case 'withdrawn':
      return state === 'taken' && withdrawAsked !== null ? withdrawn(withdrawAsked) : null;
  }
}

export function withdrawn(asked: 'cancelled' | 'expired'): 'withdrawn' | 'expired' {
  return asked === 'expired' ? 'expired' : 'withdrawn';
}
