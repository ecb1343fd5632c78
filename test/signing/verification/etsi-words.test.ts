import { describe, expect, it } from 'vitest';
import { absent, failed, indeterminate, passed } from '../../../signing/verification/checks.ts';
import { wordsOfDocument, wordsOfReport, wordsOfSignature } from '../../../signing/verification/etsi-words.ts';
import type { DocumentReport, SignatureReport } from '../../../signing/verification/verification-report.ts';

const GOOD: SignatureReport = {
  fieldName: 'f',
  kind: 'signature',
  signerName: null,
  claimedTime: null,
  revision: 1,
  integrity: passed('x'),
  chain: passed('x'),
  revocation: absent('revocation-not-asked', 'x'),
  timestamp: { ...absent('no-timestamp', 'x'), time: null },
  coverage: { ...passed('x'), covers: 'whole-file' },
  laterChanges: { ...passed('x'), level: 'none' },
  binding: passed('x'),
  commitment: absent('capture-not-here', 'x'),
  opened: absent('no-escrow-key', 'x'),
  level: 'B-B',
  verdict: 'passed',
};
const documentWith = (signatures: readonly SignatureReport[], structure = passed('x')): DocumentReport => ({
  ...{ name: 'x', digest: '0', signatures, structure },
  verdict: signatures.length === 0 ? 'absent' : 'passed',
});

describe('the words of EN 319 102-1', () => {
  it.each<[string, Partial<SignatureReport>, string]>([
    ['all holds', {}, 'TOTAL-PASSED'],
    ['the bytes are others', { integrity: failed('digest-mismatch', '') }, 'TOTAL-FAILED HASH_FAILURE'],
    ['the value is wrong', { integrity: failed('signature-value', '') }, 'TOTAL-FAILED SIG_CRYPTO_FAILURE'],
    ['the form is wrong', { integrity: failed('contents-padding', '') }, 'TOTAL-FAILED FORMAT_FAILURE'],
    ['a weak algorithm', { integrity: failed('key-too-weak', '') }, 'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE'],
    ['no root', { chain: indeterminate('no-trust-root', '') }, 'INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND'],
    ['a stranger', { chain: failed('chain-untrusted', '') }, 'INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND'],
    ['too late', { chain: failed('certificate-expired', '') }, 'INDETERMINATE OUT_OF_BOUNDS_NO_POE'],
    ['another purpose', { chain: failed('key-usage', '') }, 'INDETERMINATE CHAIN_CONSTRAINTS_FAILURE'],
    ['no time', { chain: indeterminate('no-time', '') }, 'INDETERMINATE NO_POE'],
    ['revoked', { revocation: failed('certificate-revoked', '') }, 'TOTAL-FAILED REVOKED'],
    [
      'perhaps revoked',
      { revocation: indeterminate('certificate-revoked-no-poe', '') },
      'INDETERMINATE REVOKED_NO_POE',
    ],
    [
      'changed afterwards',
      { laterChanges: { ...failed('later-content-change', ''), level: 'other' } },
      'TOTAL-FAILED FORMAT_FAILURE',
    ],
    ['another binding', { binding: failed('binding-statement', '') }, 'INDETERMINATE SIG_CONSTRAINTS_FAILURE'],
    ['another capture', { commitment: failed('capture-mismatch', '') }, 'TOTAL-FAILED HASH_FAILURE'],
    [
      'an attribute nobody signed',
      { integrity: indeterminate('unsigned-attribute', '') },
      'INDETERMINATE SIG_CONSTRAINTS_FAILURE',
    ],
    [
      'a stranger and other bytes',
      { chain: failed('chain-untrusted', ''), integrity: failed('digest-mismatch', '') },
      'TOTAL-FAILED HASH_FAILURE',
    ],
  ])('say it when %s', (_, changes, expected) => {
    const { indication, subIndication } = wordsOfSignature({ ...GOOD, ...changes });
    expect([indication, ...(subIndication === null ? [] : [subIndication])].join(' ')).toBe(expected);
  });

  it('take the gravest signature for the document, and have none for a file without one', () => {
    const stranger = { ...GOOD, chain: indeterminate('no-trust-root', '') };
    expect(wordsOfDocument(documentWith([GOOD, stranger]))?.indication).toBe('INDETERMINATE');
    expect(wordsOfDocument(documentWith([GOOD]))?.indication).toBe('TOTAL-PASSED');
    expect(wordsOfDocument(documentWith([]))).toBeNull();
    expect(wordsOfDocument(documentWith([], failed('pdf-xref-loop', '')))).toEqual({
      indication: 'TOTAL-FAILED',
      subIndication: 'FORMAT_FAILURE',
      because: 'pdf-xref-loop',
    });
  });

  it('never pass a report that did not', () => {
    const report = { documents: [documentWith([GOOD])], container: [], audit: absent('no-audit', '') };
    expect(wordsOfReport({ ...report, verdict: 'passed' })?.indication).toBe('TOTAL-PASSED');
    expect(wordsOfReport({ ...report, verdict: 'failed' })?.indication).toBe('INDETERMINATE');
    expect(wordsOfReport({ ...report, documents: [], verdict: 'absent' })).toBeNull();
    const container = [failed('file-altered', '')];
    expect(wordsOfReport({ ...report, container, verdict: 'failed' })?.subIndication).toBe('HASH_FAILURE');
  });
});
