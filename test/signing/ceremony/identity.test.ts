import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { identityDigest, parseIdentity } from '../../../signing/ceremony/identity.ts';
import type { StaffId } from '../../../signing/ids.ts';

const clerk = { id: 'k-1' as StaffId, name: 'Ana Žnidaršič' };
const NOW = Date.parse('2026-11-23T10:00:00Z');
const input = {
  documentKind: 'identity-card',
  numberEnding: 'a12',
  expiry: '2030-05-01',
  name: '  Janez   Novák ',
  picturesCompared: true,
};
function faults(changes: Partial<typeof input>, now = NOW): unknown {
  const parsed = parseIdentity({ ...input, ...changes }, clerk, now);
  return parsed.ok ? [] : parsed.error;
}

describe('identity check', () => {
  it('keeps the least: kind, ending, expiry, name, who looked and when', () => {
    expect(parseIdentity(input, clerk, NOW)).toEqual({
      ok: true,
      value: {
        type: 'countersign.identity',
        version: 1,
        documentKind: 'identity-card',
        numberEnding: 'A12',
        expiry: '2030-05-01',
        name: 'Janez Novák',
        picturesCompared: true,
        clerk,
        at: '2026-11-23T10:00:00.000Z',
      },
    });
  });

  it('refuses a whole document number and every other kind of ending', () => {
    for (const numberEnding of ['', '12', '12345', 'IE1234567', '1-2', '1 2']) {
      expect(faults({ numberEnding })).toEqual(['ending-malformed']);
    }
    for (const numberEnding of ['123', '1A2B', 'čž1']) expect(faults({ numberEnding })).toEqual([]);
  });

  it('takes a document until the end of its last day at the counter', () => {
    const lastMinute = Date.parse('2026-11-23T23:59:00+01:00');
    expect(faults({ expiry: '2026-11-23' }, lastMinute)).toEqual([]);
    expect(faults({ expiry: '2026-11-23' }, lastMinute + 60_000)).toEqual(['document-expired']);
  });

  it('refuses dates there are not', () => {
    for (const expiry of ['', '2030-02-30', '2030-13-01', '1.5.2030', '30-05-01']) {
      expect(faults({ expiry })).toEqual(['expiry-malformed']);
    }
  });

  it('lets a colleague be known by account, without number and expiry', () => {
    const staff = { documentKind: 'staff-account', numberEnding: '', expiry: '' };
    expect(faults(staff)).toEqual([]);
    expect(faults({ ...staff, expiry: '2020-01-01' })).toEqual([]);
    expect(faults({ ...staff, expiry: 'never' })).toEqual(['expiry-malformed']);
    expect(faults({ ...staff, numberEnding: '1' })).toEqual(['ending-malformed']);
  });

  it('names every fault at once', () => {
    expect(
      faults({ documentKind: 'library-card', numberEnding: '', expiry: 'x', name: ' ', picturesCompared: false }),
    ).toEqual(['kind-unknown', 'ending-malformed', 'expiry-malformed', 'name-missing', 'not-compared']);
    expect(faults({ name: 'x'.repeat(201) })).toEqual(['name-missing']);
  });

  it('has a digest over a prefix and its canonical form', () => {
    const parsed = parseIdentity(input, clerk, NOW);
    if (!parsed.ok) throw new Error('refused');
    const canonical =
      '{"at":"2026-11-23T10:00:00.000Z","clerk":{"id":"k-1","name":"Ana Žnidaršič"},"documentKind":"identity-card",' +
      '"expiry":"2030-05-01","name":"Janez Novák","numberEnding":"A12","picturesCompared":true,' +
      '"type":"countersign.identity","version":1}';
    const expected = createHash('sha256').update(`countersign.identity/1\n${canonical}`).digest('hex');
    expect(identityDigest(parsed.value)).toBe(expected);
  });
});
