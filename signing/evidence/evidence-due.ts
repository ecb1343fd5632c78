import type { LongTermState } from '../verification/long-term-state.ts';

/**
 * Which long-term evidence a document needs next (EN 319 142-1 5.5; EN 319 102-1 5.6 for why): decided from what it has,
 * from the ends of certificates and algorithms, and from a clock. A step is due `ahead` before what it rests on ends, because
 * afterwards nothing can be proved any more.
 */
export type EvidenceState = Pick<LongTermState, 'level' | 'signatureEnds' | 'newestStamp'>;

export interface EvidenceRules {
  /** Until when an algorithm is held to be strong; one that is not listed has no end. */
  readonly algorithmEnds: ReadonlyMap<string, Date>;
  /** Milliseconds before an end at which new evidence is made. */
  readonly ahead: number;
}

export type EvidenceStep =
  | { readonly step: 'timestamp' | 'validation-data' | 'archive-timestamp' }
  /** Revocation data for the newest time-stamp, and another time-stamp over it. */
  | { readonly step: 'renew'; readonly because: 'certificate' | 'algorithm' }
  /** Nothing until `at`; null for never. */
  | { readonly step: 'wait'; readonly at: Date | null }
  /** What the evidence rested on has ended: a new time-stamp would prove nothing about the past. */
  | { readonly step: 'too-late'; readonly because: 'certificate' | 'algorithm' };

/** A signature that is not PAdES baseline gets no level from evidence: nothing is due. @param now milliseconds since 1970 */
export function evidenceDue(state: EvidenceState, rules: EvidenceRules, now: number): EvidenceStep {
  if (state.level === 'not-baseline') return { step: 'wait', at: null };
  if (state.level === 'B-B') {
    return state.signatureEnds.some((end) => end.getTime() <= now)
      ? { step: 'too-late', because: 'certificate' }
      : { step: 'timestamp' };
  }
  const ends = endsOf(state, rules);
  const [next] = ends;
  if (next !== undefined && next.at <= now) return { step: 'too-late', because: next.because };
  if (state.level === 'B-T') return { step: 'validation-data' };
  if (state.level === 'B-LT') return { step: 'archive-timestamp' };
  if (next === undefined) return { step: 'wait', at: null };
  const due = next.at - rules.ahead;
  return due <= now ? { step: 'renew', because: next.because } : { step: 'wait', at: new Date(due) };
}

/** When the first thing ends that the newest time-stamp rests on, milliseconds since 1970; Infinity when nothing does. */
export function evidenceEnd(state: EvidenceState, rules: EvidenceRules): number {
  return endsOf(state, rules)[0]?.at ?? Infinity;
}

/** Ends of what the newest time-stamp rests on, the first one first. */
function endsOf(
  { newestStamp }: EvidenceState,
  { algorithmEnds }: EvidenceRules,
): readonly { readonly at: number; readonly because: 'certificate' | 'algorithm' }[] {
  if (newestStamp === null) return [];
  const certificates = newestStamp.certificateEnds.map((end) => ({
    at: end.getTime(),
    because: 'certificate' as const,
  }));
  const algorithms = newestStamp.algorithms.flatMap((algorithm) => {
    const end = algorithmEnds.get(algorithm);
    return end === undefined ? [] : [{ at: end.getTime(), because: 'algorithm' as const }];
  });
  return [...certificates, ...algorithms].sort((a, b) => a.at - b.at);
}
