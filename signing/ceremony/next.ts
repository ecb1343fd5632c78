import type { AuditEventType, AuditProcessState } from '../audit/audit-entry.ts';
import type { DocumentId } from '../ids.ts';
import type { Sha256 } from '../digest.ts';
import { assertNever, err, ok, type Result } from '../result.ts';
import type { Agreed, Ceremony, CeremonyState, FieldTurn, ShownDocument, TurnTarget } from './ceremony.ts';
import type { CeremonyAuditFact, CeremonyInput, CeremonyRefusal, CeremonyRefusalCode } from './input.ts';
import { CURRENT_NOTICE_VERSION } from './notices.ts';

/** An accepted step: state and facts are saved in one transaction. */
export interface CeremonyStep {
  readonly ceremony: Ceremony;
  readonly audit: readonly CeremonyAuditFact[];
}
type Step = Result<CeremonyStep, CeremonyRefusal>;
type StateOf<K extends CeremonyState['kind']> = Extract<CeremonyState, { readonly kind: K }>;
type InputOf<K extends CeremonyInput['kind']> = Extract<CeremonyInput, { readonly kind: K }>;

/** A person looks at one page for at most so long: what is more is a forgotten screen. */
const LONGEST_DWELL_MS = 60 * 60_000;

/**
 * A new sitting, waiting for the identity check.
 * @throws RangeError when there is nothing to sign: `deriveSignatories` names no such signatory.
 */
export function startCeremony(facts: Omit<Ceremony, 'state'>): CeremonyStep {
  if (facts.turns.length === 0) throw new RangeError('a ceremony has at least one field to sign');
  const started = fact('ceremony.started', 'prepared', { ceremony: facts.id, fields: facts.turns.length });
  return { ceremony: { ...facts, state: { kind: 'identity' } }, audit: [started] };
}

/** The ceremony after `input` at wall time `now`, or why the input is not taken: then nothing has changed. */
export function nextCeremony(ceremony: Ceremony, input: CeremonyInput, now: number): Step {
  const { state } = ceremony;
  switch (input.kind) {
    case 'attest':
      return state.kind === 'identity' ? attest(ceremony, input) : wrongState(ceremony, input);
    case 'page-seen':
      return state.kind === 'review' ? pageSeen(ceremony, state, input) : wrongState(ceremony, input);
    case 'finish-review':
      return state.kind === 'review' ? finishReview(ceremony, state) : wrongState(ceremony, input);
    case 'answer-consent':
      return state.kind === 'consent' ? answerConsent(ceremony, state, input, now) : wrongState(ceremony, input);
    case 'decline':
      return decline(ceremony, input, now);
    case 'clear':
      return state.kind === 'capture' ? newAttempt(ceremony, state, { by: 'clear' }) : wrongState(ceremony, input);
    case 'question':
      return state.kind === 'capture' ? question(ceremony, state, input) : wrongState(ceremony, input);
    case 'keep':
      return state.kind === 'questioned' ? keep(ceremony, state) : wrongState(ceremony, input);
    case 'redo':
      return state.kind === 'questioned'
        ? newAttempt(ceremony, state, { by: 'redo', doubt: state.doubt })
        : wrongState(ceremony, input);
    case 'sealed':
      return state.kind === 'capture' ? sealed(ceremony, state, input, now) : wrongState(ceremony, input);
    case 'interrupt':
      return interrupt(ceremony, input);
    case 'cancel':
      return cancel(ceremony, input, now);
    default:
      return assertNever(input);
  }
}

/**
 * The revision this document must be at for the next seal: what was shown, or what this signatory's own
 * last seal made of it. Null for a document that was never put before them.
 */
export function expectedRevision(
  agreed: Pick<Agreed, 'shown' | 'sealed'>,
  document: DocumentId,
): { readonly digest: Sha256; readonly length: number } | null {
  const last = agreed.sealed.findLast((turn) => turn.document === document);
  return last ?? agreed.shown.find((shown) => shown.document === document) ?? null;
}

function attest(ceremony: Ceremony, input: InputOf<'attest'>): Step {
  const { identity, documents } = input;
  const there = new Set(documents.map(({ document }) => document));
  if (documents.some(({ pageCount }) => pageCount < 1) || ceremony.turns.some(({ document }) => !there.has(document))) {
    return refuse('nothing-shown', 'every document to be signed must be put before the signatory');
  }
  const shown = documents.map((document): ShownDocument => ({ ...document, pages: {} }));
  return to(ceremony, { kind: 'review', identity, shown }, [
    fact('identity.attested', 'prepared', { identity }),
    ...documents.map(({ document, digest, length }) =>
      fact('review.presented', 'prepared', { document, digest, length }),
    ),
  ]);
}

function pageSeen(ceremony: Ceremony, state: StateOf<'review'>, input: InputOf<'page-seen'>): Step {
  const target = state.shown.find(({ document }) => document === input.document);
  if (target?.digest !== input.digest) {
    return refuse('revision-changed', 'the page seen is not of the revision that is to be signed');
  }
  const { page, dwellMs } = input;
  if (!Number.isInteger(page) || page < 0 || page >= target.pageCount || !Number.isFinite(dwellMs) || dwellMs < 0) {
    return refuse('no-such-page', 'page or dwell time out of range');
  }
  const dwell = (target.pages[page] ?? 0) + Math.min(Math.round(dwellMs), LONGEST_DWELL_MS);
  const seen: ShownDocument = { ...target, pages: { ...target.pages, [page]: dwell } };
  return to(ceremony, { ...state, shown: state.shown.map((shown) => (shown === target ? seen : shown)) }, []);
}

function finishReview(ceremony: Ceremony, state: StateOf<'review'>): Step {
  const unseen = state.shown.filter(({ pages, pageCount }) => Object.keys(pages).length < pageCount);
  if (unseen.length > 0) return refuse('pages-unseen', `${unseen.length} documents have pages not seen yet`);
  const { identity, shown } = state;
  return to(
    ceremony,
    { kind: 'consent', identity, shown },
    shown.map(({ document, digest, pageCount, pages }) => {
      const dwellMs = Object.values(pages).reduce((sum, dwell) => sum + dwell, 0);
      return fact('review.finished', 'prepared', { document, digest, pages: pageCount, dwellMs });
    }),
  );
}

function answerConsent(
  ceremony: Ceremony,
  state: StateOf<'consent'>,
  input: InputOf<'answer-consent'>,
  now: number,
): Step {
  const { answer, notice, noticeVersion, language } = input;
  if (noticeVersion !== CURRENT_NOTICE_VERSION) {
    return refuse('notice-outdated', 'the answer is to an earlier version of the notice');
  }
  const { identity, shown } = state;
  const consent = { answer, notice, noticeVersion, language, at: now };
  const turn = turnAt(ceremony, 0);
  if (turn === null) throw new RangeError('a ceremony has at least one field to sign');
  return to(ceremony, { kind: 'capture', identity, shown, consent, sealed: [], turn, cleared: 0 }, [
    fact(answer === 'biometric' ? 'consent.given' : 'consent.refused', 'prepared', { notice, noticeVersion, language }),
    captureStarted(turn, answer),
  ]);
}

function decline(ceremony: Ceremony, input: CeremonyInput, now: number): Step {
  const { kind } = ceremony.state;
  const during = kind === 'questioned' ? 'capture' : kind;
  if (during !== 'review' && during !== 'consent' && during !== 'capture') return wrongState(ceremony, input);
  return to(ceremony, { kind: 'declined', at: now, during }, [
    fact('ceremony.declined', 'ended', { ceremony: ceremony.id, during }),
  ]);
}

/** Ink is gone; the same field is asked for again. */
function newAttempt(
  ceremony: Ceremony,
  state: StateOf<'capture' | 'questioned'>,
  extra: CeremonyAuditFact['extra'],
): Step {
  const cleared = state.cleared + 1;
  return to(ceremony, again(state, cleared), [
    fact('capture.cleared', 'signing', { placement: state.turn.placement, cleared, ...extra }),
  ]);
}

function question(ceremony: Ceremony, state: StateOf<'capture'>, input: InputOf<'question'>): Step {
  if (state.kept !== undefined) return refuse('already-kept', 'this ink was questioned once and is kept');
  const { doubt } = input;
  return to(ceremony, { kind: 'questioned', ...agreed(state), turn: state.turn, cleared: state.cleared, doubt }, [
    fact('capture.questioned', 'signing', { placement: state.turn.placement, doubt }),
  ]);
}

function keep(ceremony: Ceremony, state: StateOf<'questioned'>): Step {
  const { turn, cleared, doubt } = state;
  if (doubt === 'blank') return refuse('blank-cannot-be-kept', 'nothing was drawn');
  return to(ceremony, { kind: 'capture', ...agreed(state), turn, cleared, kept: doubt }, [
    fact('capture.questioned', 'signing', { placement: turn.placement, doubt, answer: 'keep' }),
  ]);
}

function sealed(ceremony: Ceremony, state: StateOf<'capture'>, input: InputOf<'sealed'>, now: number): Step {
  const { document, placement, digest, length } = input;
  const { turn } = state;
  if (turn.document !== document || turn.placement !== placement) {
    return refuse('not-this-turn', 'another field is being signed');
  }
  const done = fact('signature.sealed', 'signed', {
    document,
    placement,
    digest,
    index: turn.index,
    count: turn.count,
  });
  const after = { ...agreed(state), sealed: [...state.sealed, { document, placement, digest, length, at: now }] };
  const following = turnAt(ceremony, turn.index + 1);
  if (following === null) {
    const completed = fact('ceremony.completed', 'signed', { ceremony: ceremony.id, fields: turn.count });
    return to(ceremony, { kind: 'completed', ...after, at: now }, [done, completed]);
  }
  return to(ceremony, { kind: 'capture', ...after, turn: following, cleared: 0 }, [
    done,
    captureStarted(following, state.consent.answer),
  ]);
}

function interrupt(ceremony: Ceremony, input: InputOf<'interrupt'>): Step {
  const { state } = ceremony;
  if (state.kind !== 'capture' && state.kind !== 'questioned') return wrongState(ceremony, input);
  const { placement } = state.turn;
  const interrupted = (extra: CeremonyAuditFact['extra']): CeremonyAuditFact => {
    const happened = fact('capture.interrupted', 'signing', { placement, reason: input.reason, ...extra });
    return { ...happened, success: false };
  };
  if (input.reason === 'restarted') {
    const cleared = state.cleared + 1;
    return to(ceremony, again(state, cleared), [interrupted({ cleared })]);
  }
  const { keptStrokes, strokeVoid } = input;
  return to(ceremony, state, [interrupted({ keptStrokes, strokeVoid })]);
}

function cancel(ceremony: Ceremony, input: InputOf<'cancel'>, now: number): Step {
  if (isEnded(ceremony.state)) return wrongState(ceremony, input);
  const reason = input.reason.trim().slice(0, 500);
  if (reason === '') return refuse('reason-missing', 'a cancellation says why');
  return to(ceremony, { kind: 'cancelled', at: now, reason }, [
    fact('ceremony.cancelled', 'ended', { ceremony: ceremony.id, during: ceremony.state.kind, reason }),
  ]);
}

/** Over, for good: no input is taken any more. */
export function isEnded(state: CeremonyState): state is StateOf<'completed' | 'declined' | 'cancelled'> {
  return state.kind === 'completed' || state.kind === 'declined' || state.kind === 'cancelled';
}

function again(state: StateOf<'capture' | 'questioned'>, cleared: number): StateOf<'capture'> {
  return { kind: 'capture', ...agreed(state), turn: state.turn, cleared };
}

function agreed({ identity, shown, consent, sealed: turns }: Agreed): Agreed {
  return { identity, shown, consent, sealed: turns };
}

function turnAt(ceremony: Ceremony, index: number): FieldTurn | null {
  const target: TurnTarget | undefined = ceremony.turns[index];
  return target === undefined ? null : { ...target, index, count: ceremony.turns.length };
}

function captureStarted(turn: FieldTurn, answer: Agreed['consent']['answer']): CeremonyAuditFact {
  const { document, placement, index, count } = turn;
  return fact('capture.started', 'signing', { document, placement, index, count, answer });
}

function fact(
  eventType: AuditEventType,
  processState: AuditProcessState,
  extra: CeremonyAuditFact['extra'],
): CeremonyAuditFact {
  return { eventType, success: true, extra, processState };
}

function to(ceremony: Ceremony, state: CeremonyState, audit: readonly CeremonyAuditFact[]): Step {
  return ok({ ceremony: { ...ceremony, state }, audit });
}

function refuse(code: CeremonyRefusalCode, detail: string): Step {
  return err({ code, detail });
}

function wrongState(ceremony: Ceremony, input: CeremonyInput): Step {
  return refuse('wrong-state', `${input.kind} is not possible in ${ceremony.state.kind}`);
}
