import { concat } from '../../signing/bytes.ts';
import { completeTimestamp, type PreparedTimestamp } from '../../signing/evidence/document-timestamp.ts';
import { evidenceDue, evidenceEnd, type EvidenceRules } from '../../signing/evidence/evidence-due.ts';
import type { ValidationMaterial } from '../../signing/evidence/validation-data.ts';
import { ok, type Result } from '../../signing/result.ts';
import type { StateToAsk } from '../../signing/verification/long-term.ts';
import type { LongTermState } from '../../signing/verification/long-term-state.ts';
import { BASELINE_LEVELS, type BaselineLevel, type Outcome } from '../../signing/verification/verification-report.ts';
import type { EvidenceClient, EvidenceReason } from './evidence-client.ts';

/** What a verifier says of a document (`inspectPdf`). */
export interface Judged {
  readonly verdict: Outcome;
  readonly longTerm: LongTermState | null;
}

/** Everything that reads a whole document, wherever it runs: a large one must not hold up an event loop. */
export interface EvidenceWork {
  judge(bytes: Uint8Array, trust: { readonly roots: readonly Uint8Array[] }): Promise<Result<Judged, EvidenceReason>>;
  prepareTimestamp(revision: Uint8Array): Promise<Result<PreparedTimestamp, EvidenceReason>>;
  /** Gives the increment. */
  addValidationData(revision: Uint8Array, material: ValidationMaterial): Promise<Result<Uint8Array, EvidenceReason>>;
}

export interface RaisePorts {
  readonly client: EvidenceClient;
  readonly work: EvidenceWork;
  readonly rules: EvidenceRules;
  readonly goal: Exclude<BaselineLevel, 'not-baseline' | 'B-B'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface RaisedDocument {
  /** The document given, or with increments behind it. */
  readonly bytes: Uint8Array;
  /** Null when nobody could judge it. */
  readonly level: BaselineLevel | null;
  /** Why it is no higher; null when the goal is reached. */
  readonly reason: EvidenceReason | null;
  /** When evidence is due again, null when nothing is to come. Not given with a reason. */
  readonly dueAt: Date | null;
}

/** Time-stamp, data, archive time-stamp; a renewal takes two more. */
const MAX_STEPS = 6;

/**
 * Adds what evidence is due, step by step, and keeps a step only when a verifier finds the document passed and better for
 * it: a service that fails or lies leaves the document at the level it had. @param roots DER, of the tenant
 */
export async function raiseDocument(
  bytes: Uint8Array,
  roots: readonly Uint8Array[],
  ports: RaisePorts,
): Promise<RaisedDocument> {
  const trusted = [...roots, ...ports.client.roots];
  let current = bytes;
  const first = await ports.work.judge(current, { roots: trusted });
  if (!first.ok) return { bytes, level: null, reason: first.error, dueAt: null };
  let judged = first.value;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const { verdict, longTerm } = judged;
    const level = longTerm?.level ?? 'not-baseline';
    const end = (reason: EvidenceReason | null, dueAt: Date | null = null): RaisedDocument => ({
      bytes: current,
      level,
      reason,
      dueAt,
    });
    if (longTerm === null || verdict !== 'passed') {
      return end({ code: 'not-valid', detail: `Verification ended ${verdict}: there is nothing to prove for long.` });
    }
    const due = evidenceDue(longTerm, ports.rules, ports.now());
    if (due.step === 'too-late') {
      return end({ code: 'too-late', detail: `What the evidence rested on has ended (${due.because}).` });
    }
    if (due.step === 'wait') {
      return level === 'not-baseline'
        ? end({ code: 'not-baseline', detail: 'A signature of the document is not PAdES baseline.' })
        : end(null, due.at);
    }
    if (due.step !== 'renew' && isReached(level, ports.goal)) return end(null);
    const made = await makeEvidence(current, longTerm, due.step, trusted, ports);
    if (!made.ok) return end(made.error);
    const next = await ports.work.judge(made.value, { roots: trusted });
    if (!next.ok) return end(next.error);
    if (next.value.verdict !== 'passed' || !isBetter(longTerm, next.value.longTerm, ports.rules)) {
      return end({ code: 'no-gain', detail: 'The evidence obtained does not prove more, so it was not kept.' });
    }
    current = made.value;
    judged = next.value;
  }
  throw new Error('evidence was due more often than there are steps');
}

function isReached(level: BaselineLevel, goal: BaselineLevel): boolean {
  return BASELINE_LEVELS.indexOf(level) >= BASELINE_LEVELS.indexOf(goal);
}

/** A higher level, or the same one for longer. */
function isBetter(before: LongTermState, after: LongTermState | null, rules: EvidenceRules): boolean {
  if (after === null) return false;
  const [was, is] = [before, after].map(({ level }) => BASELINE_LEVELS.indexOf(level));
  return (is ?? 0) > (was ?? 0) || (is === was && evidenceEnd(after, rules) > evidenceEnd(before, rules));
}

async function makeEvidence(
  bytes: Uint8Array,
  state: LongTermState,
  step: 'timestamp' | 'validation-data' | 'archive-timestamp' | 'renew',
  roots: readonly Uint8Array[],
  { client, work, now }: RaisePorts,
): Promise<Result<Uint8Array, EvidenceReason>> {
  switch (step) {
    case 'timestamp':
    case 'archive-timestamp':
      return addTimestamp(bytes, roots, { client, work });
    case 'validation-data':
      return addStates(bytes, state, state.toAsk, provedAt(state, now), { client, work });
    case 'renew': {
      const settled = await addStates(bytes, state, state.newestStamp?.toAsk ?? [], provedAt(state, now), {
        client,
        work,
      });
      return settled.ok ? addTimestamp(settled.value, roots, { client, work }) : settled;
    }
  }
}

/** Data has to speak of the time of the newest time-stamp, or a later one. */
function provedAt({ newestStamp }: LongTermState, now: () => number): Date {
  return newestStamp?.time ?? new Date(now());
}

async function addTimestamp(
  bytes: Uint8Array,
  roots: readonly Uint8Array[],
  { client, work }: Pick<RaisePorts, 'client' | 'work'>,
): Promise<Result<Uint8Array, EvidenceReason>> {
  const prepared = await work.prepareTimestamp(bytes);
  if (!prepared.ok) return prepared;
  const token = await client.timestamp(prepared.value.digest, roots);
  if (!token.ok) return token;
  const increment = completeTimestamp(prepared.value, token.value);
  return increment.ok ? ok(concat(bytes, increment.value)) : increment;
}

async function addStates(
  bytes: Uint8Array,
  { certificates }: LongTermState,
  asked: readonly StateToAsk[],
  at: Date,
  { client, work }: Pick<RaisePorts, 'client' | 'work'>,
): Promise<Result<Uint8Array, EvidenceReason>> {
  const states = await client.states(asked, at);
  if (!states.ok) return states;
  const increment = await work.addValidationData(bytes, { certificates, ...states.value });
  return increment.ok ? ok(concat(bytes, increment.value)) : increment;
}
