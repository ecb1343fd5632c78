import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ceremony, CeremonyState } from '../../../signing/ceremony/ceremony.ts';
import type { CeremonyInput, CeremonyRefusalCode } from '../../../signing/ceremony/input.ts';
import { expectedRevision, isEnded, nextCeremony, startCeremony } from '../../../signing/ceremony/next.ts';
import type { DocumentId, PlacementId } from '../../../signing/ids.ts';
import { agreed, ceremonyIn, digestOf, documents, inputs, NOW, states, turn, turns } from './ceremony-fixtures.ts';

type StateKind = CeremonyState['kind'];
type InputKind = CeremonyInput['kind'];

/** Where each input leads from each state; what is not listed is refused as 'wrong-state'. */
const LEADS: { readonly [S in StateKind]: { readonly [I in InputKind]?: StateKind } } = {
  identity: { attest: 'review', cancel: 'cancelled' },
  review: { 'page-seen': 'review', 'finish-review': 'consent', decline: 'declined', cancel: 'cancelled' },
  consent: { 'answer-consent': 'capture', decline: 'declined', cancel: 'cancelled' },
  capture: {
    clear: 'capture',
    question: 'questioned',
    sealed: 'capture',
    interrupt: 'capture',
    decline: 'declined',
    cancel: 'cancelled',
  },
  questioned: { keep: 'capture', redo: 'capture', interrupt: 'questioned', decline: 'declined', cancel: 'cancelled' },
  completed: {},
  declined: {},
  cancelled: {},
};

function take(ceremony: Ceremony, input: CeremonyInput): Ceremony {
  const step = nextCeremony(ceremony, input, NOW);
  if (!step.ok) throw new Error(`${input.kind} refused: ${step.error.code}`);
  return step.value.ceremony;
}
function facts(state: CeremonyState, input: CeremonyInput): unknown {
  const step = nextCeremony(ceremonyIn(state), input, NOW);
  return step.ok ? step.value.audit : step.error;
}
function refusal(state: CeremonyState, input: CeremonyInput): CeremonyRefusalCode | null {
  const step = nextCeremony(ceremonyIn(state), input, NOW);
  return step.ok ? null : step.error.code;
}

describe('every state with every input', () => {
  for (const state of Object.values(states)) {
    for (const input of Object.values(inputs)) {
      const expected = LEADS[state.kind][input.kind];
      const title = expected === undefined ? 'is refused' : `leads to ${expected}`;
      it(`${state.kind}: ${input.kind} ${title}`, () => {
        const before = structuredClone(state);
        const step = nextCeremony(ceremonyIn(state), input, NOW);
        expect(step.ok ? step.value.ceremony.state.kind : step.error.code).toBe(expected ?? 'wrong-state');
        expect(state).toEqual(before);
      });
    }
  }
});

describe('a sitting from start to end', () => {
  it('goes the whole way, and says so in the audit trail', () => {
    const started = startCeremony({ ...ceremonyIn(states.identity) });
    const told = started.audit.map(({ eventType }) => eventType);
    let { ceremony } = started;
    const go = (input: CeremonyInput): void => {
      const step = nextCeremony(ceremony, input, NOW);
      if (!step.ok) throw new Error(step.error.detail);
      told.push(...step.value.audit.map(({ eventType }) => eventType));
      ({ ceremony } = step.value);
    };
    go(inputs.attest);
    for (const { document, digest, pageCount } of documents) {
      for (let page = 0; page < pageCount; page += 1) go({ kind: 'page-seen', document, digest, page, dwellMs: 10 });
    }
    go(inputs['finish-review']);
    go(inputs['answer-consent']);
    go(inputs.clear);
    go(inputs.question);
    go(inputs.keep);
    go(inputs.sealed);
    go(inputs.interrupt);
    go({ kind: 'sealed', ...turns[1]!, digest: digestOf('two sealed'), length: 2500 });
    expect(told).toEqual([
      'ceremony.started',
      'identity.attested',
      'review.presented',
      'review.presented',
      'review.finished',
      'review.finished',
      'consent.given',
      'capture.started',
      'capture.cleared',
      'capture.questioned',
      'capture.questioned',
      'signature.sealed',
      'capture.started',
      'capture.interrupted',
      'signature.sealed',
      'ceremony.completed',
    ]);
    expect(ceremony.state).toMatchObject({
      kind: 'completed',
      at: NOW,
      sealed: [
        { placement: 'p-1', digest: digestOf('one sealed'), length: 1500 },
        { placement: 'p-2', digest: digestOf('two sealed'), length: 2500 },
      ],
    });
  });

  it('never begins with nothing to sign', () => {
    expect(() => startCeremony({ ...ceremonyIn(states.identity), turns: [] })).toThrow(RangeError);
  });

  it('never captures without identity, every page seen and an answer to the current notice', () => {
    const anyInput = fc.constantFrom<CeremonyInput>(
      ...Object.values(inputs),
      { ...inputs['page-seen'], page: 1 },
      { ...inputs['page-seen'], document: turns[1]!.document, digest: digestOf('two') },
      { ...inputs['answer-consent'], noticeVersion: 'old' },
    );
    fc.assert(
      fc.property(fc.array(anyInput, { maxLength: 60 }), (sequence) => {
        let ceremony = ceremonyIn(states.identity);
        const taken: InputKind[] = [];
        for (const input of sequence) {
          if (input.kind === 'cancel' || input.kind === 'decline') continue;
          const step = nextCeremony(ceremony, input, NOW);
          if (!step.ok) continue;
          taken.push(input.kind);
          ({ ceremony } = step.value);
        }
        if (ceremony.state.kind !== 'capture' && ceremony.state.kind !== 'questioned') return;
        expect(taken).toEqual(expect.arrayContaining(['attest', 'finish-review', 'answer-consent']));
        expect(ceremony.state.shown.map(({ pages }) => Object.keys(pages).length)).toEqual([2, 1]);
      }),
      { seed: 20261123, numRuns: 200 },
    );
  });
});

describe('identity and review', () => {
  it('refuses when a document to be signed is not put before the signatory, or has no page', () => {
    expect(refusal(states.identity, { ...inputs.attest, documents: [documents[0]!] })).toBe('nothing-shown');
    const empty = documents.map((document) => ({ ...document, pageCount: 0 }));
    expect(refusal(states.identity, { ...inputs.attest, documents: empty })).toBe('nothing-shown');
  });

  it('adds up the time a page was looked at, an hour at most each time', () => {
    let ceremony = take(ceremonyIn(states.identity), inputs.attest);
    for (const dwellMs of [10.4, 20, 99_999_999]) ceremony = take(ceremony, { ...inputs['page-seen'], dwellMs });
    expect(ceremony.state).toMatchObject({ shown: [{ pages: { 0: 30 + 3_600_000 } }, { pages: {} }] });
  });

  it('does not take a page of another revision, another document, or one there is not', () => {
    const seen = inputs['page-seen'];
    expect(refusal(states.review, { ...seen, digest: digestOf('other') })).toBe('revision-changed');
    expect(refusal(states.review, { ...seen, document: 'd-9' as DocumentId })).toBe('revision-changed');
    for (const page of [-1, 2, 0.5, NaN]) expect(refusal(states.review, { ...seen, page })).toBe('no-such-page');
    for (const dwellMs of [-1, NaN, Infinity]) {
      expect(refusal(states.review, { ...seen, dwellMs })).toBe('no-such-page');
    }
  });

  it('is not finished while a page is unseen', () => {
    const shown = states.review.shown.map((document) => ({ ...document, pages: { 0: 5 } }));
    expect(refusal({ ...states.review, shown }, inputs['finish-review'])).toBe('pages-unseen');
  });

  it('records how long each revision was read', () => {
    expect(facts(states.review, inputs['finish-review'])).toMatchObject([
      { eventType: 'review.finished', extra: { document: 'd-1', digest: digestOf('one'), pages: 2, dwellMs: 300 } },
      { eventType: 'review.finished', extra: { document: 'd-2', digest: digestOf('two'), pages: 1, dwellMs: 50 } },
    ]);
  });
});

describe('consent', () => {
  it('takes no for an answer and goes on to the same capture', () => {
    const step = nextCeremony(
      ceremonyIn(states.consent),
      { ...inputs['answer-consent'], answer: 'picture-only', language: 'en' },
      NOW,
    );
    expect(step).toMatchObject({
      ok: true,
      value: {
        ceremony: { state: { kind: 'capture', turn, consent: { answer: 'picture-only', language: 'en', at: NOW } } },
        audit: [{ eventType: 'consent.refused' }, { eventType: 'capture.started', extra: { answer: 'picture-only' } }],
      },
    });
  });

  it('is not given to an earlier notice', () => {
    const old = { ...inputs['answer-consent'], noticeVersion: '2020-01-01' };
    expect(refusal(states.consent, old)).toBe('notice-outdated');
  });
});

describe('capture', () => {
  it('counts cleared attempts, and starts counting anew for the next field', () => {
    const twice = take(take(ceremonyIn(states.capture), inputs.clear), inputs.clear);
    expect(twice.state).toMatchObject({ kind: 'capture', cleared: 2 });
    expect(take(twice, inputs.sealed).state).toMatchObject({ kind: 'capture', cleared: 0, turn: { index: 1 } });
  });

  it('questions the same ink once only, but a new attempt again', () => {
    const kept = take(ceremonyIn(states.questioned), inputs.keep);
    expect(kept.state).toMatchObject({ kind: 'capture', kept: 'dot' });
    expect(refusal(kept.state, inputs.question)).toBe('already-kept');
    const again = take(kept, inputs.clear);
    expect(again.state).not.toHaveProperty('kept');
    expect(refusal(again.state, inputs.question)).toBeNull();
  });

  it('does not keep a blank', () => {
    expect(refusal({ ...states.questioned, doubt: 'blank' }, inputs.keep)).toBe('blank-cannot-be-kept');
    expect(refusal({ ...states.questioned, doubt: 'blank' }, inputs.redo)).toBeNull();
  });

  it('seals only the field whose turn it is', () => {
    expect(refusal(states.capture, { ...inputs.sealed, placement: 'p-2' as PlacementId })).toBe('not-this-turn');
    expect(refusal(states.capture, { ...inputs.sealed, document: 'd-2' as DocumentId })).toBe('not-this-turn');
  });

  it('stays where it is when the pad is lost, a question included: finished strokes are kept', () => {
    for (const state of [states.capture, states.questioned]) {
      expect(take(ceremonyIn(state), inputs.interrupt).state).toEqual(state);
    }
    expect(facts(states.capture, inputs.interrupt)).toEqual([
      {
        eventType: 'capture.interrupted',
        success: false,
        processState: 'signing',
        extra: { placement: 'p-1', reason: 'unplugged', keptStrokes: 2, strokeVoid: true },
      },
    ]);
  });

  it('offers the same field anew after a restart, which costs all ink of the attempt', () => {
    const restarted = { kind: 'interrupt', reason: 'restarted' } as const;
    for (const state of [states.capture, states.questioned]) {
      expect(take(ceremonyIn(state), restarted).state).toEqual({ kind: 'capture', ...agreed, turn, cleared: 1 });
    }
    expect(facts(states.capture, restarted)).toMatchObject([
      { success: false, extra: { placement: 'p-1', reason: 'restarted', cleared: 1 } },
    ]);
  });

  it('remembers declining from a question as declining to sign', () => {
    expect(take(ceremonyIn(states.questioned), inputs.decline).state).toMatchObject({ during: 'capture' });
  });
});

describe('ending', () => {
  it('needs a reason to cancel, and keeps no more than 500 characters of it', () => {
    expect(refusal(states.review, { kind: 'cancel', reason: '  ' })).toBe('reason-missing');
    const long = take(ceremonyIn(states.review), { kind: 'cancel', reason: ` ${'x'.repeat(600)}` });
    expect(long.state).toMatchObject({ kind: 'cancelled', reason: 'x'.repeat(500) });
  });

  it('is final', () => {
    expect(
      Object.values(states)
        .filter(isEnded)
        .map(({ kind }) => kind),
    ).toEqual(['completed', 'declined', 'cancelled']);
  });
});

describe('the revision the next seal must start from', () => {
  it('is what was shown, then what this signatory sealed last', () => {
    const d1 = turns[0]!.document;
    expect(expectedRevision(agreed, d1)).toMatchObject({ digest: digestOf('one'), length: 1000 });
    const after = take(ceremonyIn(states.capture), inputs.sealed).state;
    if (after.kind !== 'capture') throw new Error('still in capture');
    expect(expectedRevision(after, d1)).toMatchObject({ digest: digestOf('one sealed'), length: 1500 });
    expect(expectedRevision(after, turns[1]!.document)).toMatchObject({ digest: digestOf('two') });
    expect(expectedRevision(after, 'd-9' as DocumentId)).toBeNull();
  });
});
