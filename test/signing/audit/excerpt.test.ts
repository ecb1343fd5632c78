import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auditDigest } from '../../../signing/audit/chain.ts';
import { makeExcerpt, parseExcerpt, verifyExcerpt, type AuditExcerpt } from '../../../signing/audit/excerpt.ts';
import { sha256 } from '../../../signing/digest.ts';
import { chainOf, SEED, transactionsArbitrary } from './audit-fixtures.ts';

const chain = chainOf([null, 't-2', 't-1', 't-2', 't-1', null]);
const excerpt = makeExcerpt(chain, 't-1');

describe('audit excerpt', () => {
  it('shows one transaction, withholds the others, and still recomputes the head', () => {
    expect(excerpt.after).toEqual({ sequence: 2, digest: chain[2]!.previous });
    expect(excerpt.items.map((item) => ('entry' in item ? item.entry.sequence : 'withheld'))).toEqual([
      3,
      'withheld',
      5,
      'withheld',
    ]);
    expect(verifyExcerpt(excerpt)).toEqual({
      ok: true,
      value: { head: { sequence: 6, digest: auditDigest(chain[5]!) }, entries: [chain[2], chain[4]] },
    });
  });

  it('has nothing of other transactions in it', () => {
    expect(JSON.stringify(excerpt)).not.toContain('t-2');
    expect(JSON.stringify(excerpt)).not.toContain('Špela 3');
  });

  it('survives JSON, and verifies for any chain', () => {
    fc.assert(
      fc.property(transactionsArbitrary, (transactions) => {
        const entries = chainOf(transactions);
        for (const transaction of new Set(transactions.filter((id) => id !== null))) {
          const parsed = parseExcerpt(JSON.parse(JSON.stringify(makeExcerpt(entries, transaction))));
          const verified = parsed.ok ? verifyExcerpt(parsed.value) : parsed;
          expect(verified.ok && verified.value.head.digest).toBe(auditDigest(entries.at(-1)!));
          expect(verified.ok && verified.value.entries).toEqual(
            entries.filter(({ transactionId }) => transactionId === transaction),
          );
        }
      }),
      { seed: SEED, numRuns: 40 },
    );
  });

  const refused = (changes: Partial<AuditExcerpt>): unknown => {
    const verdict = verifyExcerpt({ ...excerpt, ...changes });
    return verdict.ok ? 'ok' : verdict.error;
  };
  const { items } = excerpt;

  it('names what is wrong and where', () => {
    expect(refused({ items: items.toSpliced(1, 1) })).toEqual({ code: 'sequence-gap', sequence: 4 });
    expect(refused({ items: items.with(1, { withheld: sha256(Buffer.from('x')) }) })).toEqual({
      code: 'previous-mismatch',
      sequence: 5,
    });
    expect(refused({ items: items.with(3, { withheld: sha256(Buffer.from('x')) }) })).toEqual({
      code: 'head-mismatch',
      sequence: 6,
    });
    expect(refused({ items: items.slice(0, 3) })).toEqual({ code: 'head-mismatch', sequence: 5 });
    expect(refused({ items: items.with(0, { entry: { ...chain[2]!, success: false } }) })).toEqual({
      code: 'previous-mismatch',
      sequence: 5,
    });
    expect(refused({ items: items.with(1, { entry: chain[3]! }) })).toEqual({ code: 'foreign-entry', sequence: 4 });
    expect(refused({ items: [], head: excerpt.after })).toEqual({ code: 'empty', sequence: 0 });
    expect(refused({ after: { sequence: 0, digest: chain[2]!.previous } })).toEqual({
      code: 'previous-mismatch',
      sequence: 0,
    });
    expect(refused({ transaction: 't-2' })).toEqual({ code: 'foreign-entry', sequence: 3 });
  });

  it('finds any digest exchanged for another', () => {
    const text = JSON.stringify(excerpt);
    const digests = [...text.matchAll(/[0-9a-f]{64}/g)].map((match) => match.index);
    expect(digests.length).toBeGreaterThan(4);
    for (const at of digests) {
      const flipped = text.slice(0, at) + (text[at] === 'a' ? 'b' : 'a') + text.slice(at + 1);
      const parsed = parseExcerpt(JSON.parse(flipped));
      expect(parsed.ok && verifyExcerpt(parsed.value).ok).toBe(false);
    }
  });

  it('is not made of anything else', () => {
    for (const value of [null, [], { ...excerpt, version: 2 }, { ...excerpt, more: 1 }, { ...excerpt, items: [{}] }]) {
      expect(parseExcerpt(value)).toEqual({ ok: false, error: { code: 'not-an-excerpt', sequence: 0 } });
    }
    expect(() => makeExcerpt(chain, 't-9')).toThrow(RangeError);
  });
});
