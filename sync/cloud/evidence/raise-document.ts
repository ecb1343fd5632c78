import { concat } from '../../../signing/bytes.ts';
import { completeTimestamp, prepareTimestamp } from '../../../signing/evidence/document-timestamp.ts';
import { evidenceDue, evidenceEnd, type EvidenceRules } from '../../../signing/evidence/evidence-due.ts';
import { addValidationData } from '../../../signing/evidence/validation-data.ts';
import { err, ok, type Result } from '../../../signing/result.ts';
import type { StateToAsk } from '../../../signing/verification/long-term.ts';
import type { LongTermState } from '../../../signing/verification/long-term-state.ts';
import {
  BASELINE_LEVELS,
  type BaselineLevel,
  type Outcome,
} from '../../../signing/verification/verification-report.ts';
import type { EvidenceClient, EvidenceReason } from './evidence-client.ts';

/** What a verifier says of a document (`inspectPdf`), wherever it runs. */
export type JudgeLongTerm = (
  bytes: Uint8Array,
  trust: { readonly roots: readonly Uint8Array[] },
) => Promise<{ readonly verdict: Outcome; readonly longTerm: LongTermState | null }>;

export interface RaisePorts {
  readonly client: EvidenceClient;
  readonly judge: JudgeLongTerm;
  readonly rules: EvidenceRules;
  readonly goal: Exclude<BaselineLevel, 'not-baseline' | 'B-B'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface RaisedDocument {
  /** The document given, or with increments behind it. */
  readonly bytes: Uint8Array;
  readonly level: BaselineLevel;
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
  let judged = await ports.judge(current, { roots: trusted });
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
    const next = await ports.judge(made.value, { roots: trusted });
    if (next.verdict !== 'passed' || !isBetter(longTerm, next.longTerm, ports.rules)) {
      return end({ code: 'no-gain', detail: 'The evidence obtained does not prove more, so it was not kept.' });
    }
    current = made.value;
    judged = next;
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
  { client, now }: RaisePorts,
): Promise<Result<Uint8Array, EvidenceReason>> {
  switch (step) {
    case 'timestamp':
    case 'archive-timestamp':
      return addTimestamp(bytes, roots, client);
    case 'validation-data':
      return addStates(bytes, state, state.toAsk, provedAt(state, now), client);
    case 'renew': {
      const settled = await addStates(bytes, state, state.newestStamp?.toAsk ?? [], provedAt(state, now), client);
      return settled.ok ? addTimestamp(settled.value, roots, client) : settled;
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
  client: EvidenceClient,
): Promise<Result<Uint8Array, EvidenceReason>> {
  const prepared = prepareTimestamp(bytes);
  if (!prepared.ok) return err(prepared.error);
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
  client: EvidenceClient,
): Promise<Result<Uint8Array, EvidenceReason>> {
  const states = await client.states(asked, at);
  if (!states.ok) return states;
  const increment = addValidationData(bytes, { certificates, ...states.value });
  return increment.ok ? ok(concat(bytes, increment.value)) : increment;
}
