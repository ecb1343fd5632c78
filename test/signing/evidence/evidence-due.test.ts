import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evidenceDue, evidenceEnd, type EvidenceState } from '../../../signing/evidence/evidence-due.ts';

const DAY = 86_400_000;
const now = Date.parse('2026-11-23T00:00:00Z');
const days = (count: number): Date => new Date(now + count * DAY);
const rules = { algorithmEnds: new Map([['rsa-2048', days(400)]]), ahead: 30 * DAY };

function state(
  level: EvidenceState['level'],
  ends: readonly Date[] = [days(900)],
  algorithms = ['sha256'],
): EvidenceState {
  const stamp = { time: days(-1), certificateEnds: ends, algorithms, toAsk: [] };
  return { level, signatureEnds: [days(100)], newestStamp: level === 'B-B' ? null : stamp };
}

describe('which evidence is due', () => {
  it('goes up one level at a time', () => {
    expect(evidenceDue(state('B-B'), rules, now)).toEqual({ step: 'timestamp' });
    expect(evidenceDue(state('B-T'), rules, now)).toEqual({ step: 'validation-data' });
    expect(evidenceDue(state('B-LT'), rules, now)).toEqual({ step: 'archive-timestamp' });
    expect(evidenceDue(state('not-baseline'), rules, now)).toEqual({ step: 'wait', at: null });
  });

  it('waits at the top until the margin before the first end, then renews', () => {
    const top = state('B-LTA', [days(900), days(200)]);
    expect(evidenceDue(top, rules, now)).toEqual({ step: 'wait', at: days(170) });
    expect(evidenceDue(top, rules, now + 170 * DAY - 1).step).toBe('wait');
    expect(evidenceDue(top, rules, now + 170 * DAY)).toEqual({ step: 'renew', because: 'certificate' });
  });

  it('renews before an algorithm ends, too', () => {
    const top = state('B-LTA', [days(900)], ['sha256', 'rsa-2048']);
    expect(evidenceDue(top, rules, now)).toEqual({ step: 'wait', at: days(370) });
    expect(evidenceDue(top, rules, now + 380 * DAY)).toEqual({ step: 'renew', because: 'algorithm' });
  });

  it('is too late once what it rests on has ended', () => {
    expect(evidenceDue(state('B-B'), rules, now + 100 * DAY)).toEqual({ step: 'too-late', because: 'certificate' });
    expect(evidenceDue(state('B-T', [days(5)]), rules, now + 5 * DAY)).toMatchObject({ step: 'too-late' });
    expect(evidenceDue(state('B-LTA', [days(5)]), rules, now + 6 * DAY)).toMatchObject({ step: 'too-late' });
  });

  it('waits for ever where nothing ends', () => {
    expect(evidenceDue(state('B-LTA', []), rules, now)).toEqual({ step: 'wait', at: null });
    expect(evidenceEnd(state('B-LTA', []), rules)).toBe(Infinity);
  });

  it('never lets an end pass between two looks at the times it names', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 31, max: 5000 }), { minLength: 1, maxLength: 5 }), (ends) => {
        const top = state('B-LTA', ends.map(days));
        const first = evidenceDue(top, rules, now);
        const at = first.step === 'wait' ? (first.at?.getTime() ?? NaN) : now;
        return at < Math.min(...ends) * DAY + now && evidenceDue(top, rules, at).step === 'renew';
      }),
    );
  });
});
