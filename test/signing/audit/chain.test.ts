import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHAIN_START, type AuditEntry } from '../../../signing/audit/audit-entry.ts';
import {
  auditBodyDigest,
  auditDigest,
  EMPTY_CHAIN,
  nextEntry,
  shortCode,
  verifyChain,
} from '../../../signing/audit/chain.ts';
import { parseAuditEntry } from '../../../signing/audit/parse-entry.ts';
import { sha256, type Sha256 } from '../../../signing/digest.ts';
import { chainOf, SEED, transactionsArbitrary } from './audit-fixtures.ts';

interface Vector {
  readonly entry: AuditEntry;
  readonly body: string;
  readonly digest: string;
  readonly shortCode: string;
}
const vectors = (
  JSON.parse(readFileSync(new URL('../../vectors/audit/chain-v1.json', import.meta.url), 'utf8')) as {
    entries: Vector[];
  }
).entries;

describe('audit chain', () => {
  it('gives the frozen digests, made without this code', () => {
    expect(vectors).toHaveLength(4);
    for (const { entry, body, digest, shortCode: code } of vectors) {
      expect(auditBodyDigest(entry)).toBe(body);
      expect(auditDigest(entry)).toBe(digest);
      expect(shortCode(digest as Sha256)).toBe(code);
    }
    const last = vectors.at(-1)!;
    expect(verifyChain(vectors.map(({ entry }) => entry))).toEqual({
      ok: true,
      value: { head: { sequence: 4, digest: last.digest } },
    });
  });

  it('starts at one after zeros and fills in what a draft leaves out', () => {
    const entry = nextEntry(null, { eventType: 'kiosk.started' }, { eventId: 'e', time: '2026-11-23T08:00:00.000Z' });
    expect(entry).toEqual({
      type: 'countersign.audit',
      version: 1,
      sequence: 1,
      previous: CHAIN_START,
      eventId: 'e',
      signatoryId: null,
      userName: null,
      eventType: 'kiosk.started',
      time: '2026-11-23T08:00:00.000Z',
      success: true,
      transactionName: null,
      extra: {},
      processState: 'none',
      ipAddress: null,
      transactionId: null,
    });
    expect(parseAuditEntry(JSON.parse(JSON.stringify(entry)))).toEqual(entry);
  });

  it('cuts texts that are too long, so that no entry is written that the cloud would refuse', () => {
    const long = 'x'.repeat(999) + '\u{1f600}'.repeat(2000);
    const entry = nextEntry(
      null,
      { eventType: 'transaction.voided', transactionName: long, userName: '\ud800', extra: { reason: long, n: 1 } },
      { eventId: 'e', time: '2026-11-23T08:00:00.000Z' },
    );
    expect(entry.transactionName).toBe('x'.repeat(999) + '\ufffd');
    expect(entry.userName).toBe('\ufffd');
    expect(entry.extra).toEqual({ reason: long.slice(0, 3999) + '\ufffd', n: 1 });
    expect(parseAuditEntry(JSON.parse(JSON.stringify(entry)))).toEqual(entry);
    expect(auditDigest(parseAuditEntry(JSON.parse(JSON.stringify(entry))))).toBe(auditDigest(entry));
  });

  it('accepts an empty run, and a run that goes on from a known head', () => {
    const chain = chainOf([null, 't-1', 't-2', null]);
    expect(verifyChain([])).toEqual({ ok: true, value: { head: EMPTY_CHAIN } });
    const from = { sequence: 2, digest: auditDigest(chain[1]!) };
    expect(verifyChain(chain.slice(2), { from }).ok).toBe(true);
    expect(verifyChain(chain.slice(2), { from: { ...from, digest: CHAIN_START } })).toEqual({
      ok: false,
      error: { code: 'previous-mismatch', sequence: 3 },
    });
  });

  it('finds an entry taken out, put in twice, or moved', () => {
    const chain = chainOf([null, 't-1', 't-2', null]);
    const gap = { ok: false, error: { code: 'sequence-gap', sequence: 2 } };
    expect(verifyChain([chain[0]!, ...chain.slice(2)])).toEqual(gap);
    expect(verifyChain([chain[0]!, ...chain])).toEqual(gap);
    expect(verifyChain([chain[0]!, chain[2]!, chain[1]!, chain[3]!])).toEqual(gap);
    expect(verifyChain(chain.slice(1))).toEqual({ ok: false, error: { code: 'sequence-gap', sequence: 1 } });
  });

  it('finds any change to any entry but the last, whose digest then differs', () => {
    fc.assert(
      fc.property(transactionsArbitrary, fc.nat(), fc.nat(5), (transactions, at, what) => {
        const chain = chainOf(transactions);
        const index = at % chain.length;
        const entry = chain[index]!;
        const changed: AuditEntry = [
          { ...entry, success: !entry.success },
          { ...entry, userName: 'somebody else' },
          { ...entry, extra: { ...entry.extra, more: 1 } },
          { ...entry, time: '2026-11-24T00:00:00.000Z' },
          { ...entry, transactionId: 'other' },
          { ...entry, eventId: 'other' },
        ][what]!;
        const verdict = verifyChain(chain.map((one, i) => (i === index ? changed : one)));
        if (index < chain.length - 1) {
          expect(verdict).toEqual({ ok: false, error: { code: 'previous-mismatch', sequence: index + 2 } });
        } else {
          expect(verdict.ok && verdict.value.head.digest).not.toBe(auditDigest(entry));
        }
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  it('has a domain of its own: the body digest is not the digest of the bare JSON', () => {
    const [entry] = chainOf([null]);
    expect(auditBodyDigest(entry!)).not.toBe(sha256(Buffer.from(JSON.stringify(entry))));
    expect(auditDigest(entry!)).not.toBe(auditBodyDigest(entry!));
  });

  it('refuses entries with members that are missing, wrong or unknown', () => {
    const entry = { ...chainOf([null])[0]! };
    expect(() => parseAuditEntry({ ...entry, more: 1 })).toThrow(/more/);
    expect(() => parseAuditEntry({ ...entry, eventType: 'capture.printed' })).toThrow(/eventType/);
    expect(() => parseAuditEntry({ ...entry, time: '2026-11-23T08:00:00Z' })).toThrow(/time/);
    expect(() => parseAuditEntry({ ...entry, previous: 'A'.repeat(64) })).toThrow(/previous/);
    expect(() => parseAuditEntry({ ...entry, extra: { nested: {} } })).toThrow(/extra/);
  });
});

describe('short code', () => {
  it('has eight characters nobody mixes up, grouped by four', () => {
    for (let i = 0; i < 200; i += 1) {
      expect(shortCode(sha256(Buffer.from([i])))).toMatch(
        /^[34679ACDEFGHJKMNPQRTWXY]{4}-[34679ACDEFGHJKMNPQRTWXY]{4}$/,
      );
    }
  });

  it('differs between digests', () => {
    const codes = new Set(Array.from({ length: 500 }, (_, i) => shortCode(sha256(Buffer.from([i, i >> 8])))));
    expect(codes.size).toBe(500);
  });

  it('is made of nothing but a digest', () => {
    expect(() => shortCode('abc' as Sha256)).toThrow(RangeError);
  });
});
