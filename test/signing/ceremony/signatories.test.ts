import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  deriveSignatories,
  nextSignatories,
  turnsOf,
  type DocumentPlacements,
  type SignatoryProgress,
} from '../../../signing/ceremony/signatories.ts';
import type { Placement } from '../../../signing/documents/placement.ts';
import type { DocumentId, PlacementId } from '../../../signing/ids.ts';

function placement(id: string, role: string, order: number, kind: Placement['kind'] = 'signature'): Placement {
  return {
    id: id as PlacementId,
    kind,
    role,
    order,
    label: id,
    required: true,
    page: 0,
    box: { x: 0, y: 0, width: 180, height: 60 },
    fieldName: id,
    source: 'tag',
  };
}
const inDocument = (id: string, ...placements: Placement[]): DocumentPlacements => ({
  document: id as DocumentId,
  placements,
});

describe('signatories of a transaction', () => {
  const documents = [
    inDocument('d-1', placement('a', 'clerk', 2), placement('b', 'customer', 1), placement('c', 'customer', 1, 'date')),
    inDocument('d-2', placement('d', 'customer', 1, 'initials'), placement('e', 'guardian', 1)),
  ];

  it('are one per role over all documents, by turn, then by first appearance', () => {
    expect(deriveSignatories(documents)).toEqual({
      ok: true,
      value: [
        {
          role: 'customer',
          order: 1,
          turns: [
            { document: 'd-1', placement: 'b' },
            { document: 'd-2', placement: 'd' },
          ],
        },
        { role: 'guardian', order: 1, turns: [{ document: 'd-2', placement: 'e' }] },
        { role: 'clerk', order: 2, turns: [{ document: 'd-1', placement: 'a' }] },
      ],
    });
  });

  it('sign signatures and initials; dates, texts and boxes are not turns', () => {
    expect(turnsOf(documents, 'customer').map(({ placement: id }) => id)).toEqual(['b', 'd']);
    expect(turnsOf(documents, 'nobody')).toEqual([]);
  });

  it('are refused when nobody signs, or somebody only fills in', () => {
    const fault = (...placements: Placement[]): unknown => {
      const derived = deriveSignatories([inDocument('d', ...placements)]);
      return derived.ok ? 'ok' : derived.error;
    };
    expect(fault()).toEqual({ code: 'no-signature' });
    expect(fault(placement('a', 'x', 1, 'text'))).toEqual({ code: 'no-signature' });
    expect(fault(placement('a', 'x', 1, 'text'), placement('b', 'y', 1))).toEqual({
      code: 'role-without-signature',
      roles: ['x'],
    });
    expect(fault(placement('a', 'x', 3), placement('b', 'x', 1))).toEqual({
      code: 'order-conflict',
      document: 'd',
      role: 'x',
      orders: [1, 3],
    });
    const crowd = Array.from({ length: 21 }, (_, i) => placement(`p${i}`, `r${i}`, 1));
    expect(fault(...crowd)).toEqual({ code: 'too-many-signatories', document: 'd', count: 21 });
    expect(fault(...crowd.slice(1))).toBe('ok');
  });

  it('may sign 200 fields of a document and 1,000 in all, so that what was sealed can be packed and judged', () => {
    const signed = (count: number, from: number): Placement[] =>
      Array.from({ length: count }, (_, i) =>
        placement(`p${from + i}`, 'x', 1, i % 2 === 0 ? 'signature' : 'initials'),
      );
    const fault = (...counts: number[]): unknown => {
      const derived = deriveSignatories(counts.map((count, i) => inDocument(`d-${i}`, ...signed(count, i * 1_000))));
      return derived.ok ? 'ok' : derived.error;
    };
    expect(fault(200)).toBe('ok');
    expect(fault(1, 201)).toEqual({ code: 'too-many-signatures', document: 'd-1', count: 201 });
    expect(fault(200, 200, 200, 200, 200)).toBe('ok');
    expect(fault(200, 200, 200, 200, 199, 2)).toEqual({ code: 'too-many-signatures', document: 'd-5', count: 1001 });
  });

  it('do not mind the order number of a field that is only filled in', () => {
    const derived = deriveSignatories([inDocument('d', placement('a', 'x', 2), placement('b', 'x', 1, 'date'))]);
    expect(derived).toMatchObject({ ok: true, value: [{ role: 'x', order: 2 }] });
  });
});

describe('who may sign next', () => {
  const person = (name: string, order: number, state: SignatoryProgress['state'] = 'waiting') => ({
    name,
    order,
    state,
  });
  const next = (...people: ReturnType<typeof person>[]): string[] => nextSignatories(people).map(({ name }) => name);

  it('are all of the lowest turn not finished', () => {
    expect(next(person('a', 1), person('b', 1), person('c', 2))).toEqual(['a', 'b']);
    expect(next(person('a', 1, 'signed'), person('b', 1), person('c', 2))).toEqual(['b']);
    expect(next(person('a', 1, 'signed'), person('b', 1, 'signed'), person('c', 2))).toEqual(['c']);
    expect(next(person('a', 1, 'signed'))).toEqual([]);
    expect(next()).toEqual([]);
  });

  it('are not those who sit already, but their turn still holds the later ones back', () => {
    expect(next(person('a', 1, 'active'), person('b', 2))).toEqual([]);
    expect(next(person('a', 1, 'active'), person('b', 1), person('c', 2))).toEqual(['b']);
  });

  it('are nobody once somebody declined, and again the one whose sitting was cancelled', () => {
    expect(next(person('a', 1, 'declined'), person('b', 1))).toEqual([]);
    expect(next(person('a', 1, 'cancelled'), person('b', 2))).toEqual(['a']);
  });

  it('never include one with somebody of an earlier turn unfinished', () => {
    const people = fc.array(
      fc.record({
        name: fc.string(),
        order: fc.integer({ min: 1, max: 4 }),
        state: fc.constantFrom<SignatoryProgress['state']>('waiting', 'active', 'signed', 'declined', 'cancelled'),
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(people, (all) => {
        for (const one of nextSignatories(all)) {
          expect(one.state).not.toBe('signed');
          expect(all.every(({ order, state }) => order >= one.order || state === 'signed')).toBe(true);
        }
      }),
      { seed: 20261123, numRuns: 200 },
    );
  });
});
