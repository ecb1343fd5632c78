import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { concat } from '../../../signing/bytes.ts';
import { completeTimestamp, prepareTimestamp } from '../../../signing/evidence/document-timestamp.ts';
import { wordsOfDocument, wordsOfSignature } from '../../../signing/verification/etsi-words.ts';
import { verifyPdf, type VerifyOptions } from '../../../signing/verification/verify-pdf.ts';
import type { DocumentReport } from '../../../signing/verification/verification-report.ts';
import { issueTsa } from '../../support/authorities.ts';
import { makePki, samplePdf } from '../../support/seal-fixtures.ts';
import { timeStampToken, type Naming } from '../../support/time-stamp-token.ts';
import { FIRST, sealed } from './samples.ts';
import { signatureValue, withToken } from './tamper/forgeries.ts';
import { lastSignature, rewritten, withCms } from './tamper/tampering.ts';

const pki = makePki('p256');
const authority = issueTsa(pki);
const roots = [pki.root.certificate];
const TIME = new Date('2026-11-23T08:20:00Z');

type Stamp = Partial<{ readonly naming: Naming; readonly time: Date }>;

function token(digest: Uint8Array, { naming = 'version-2', time = TIME }: Stamp): Uint8Array {
  return timeStampToken(authority, [pki.issuing.certificate], digest, { time, naming });
}

/** With a time-stamp inside the signature, over its value. */
function stampedInside(bytes: Uint8Array, stamp: Stamp): Uint8Array {
  const { cms } = lastSignature(bytes);
  const digest = createHash('sha256').update(signatureValue(cms)).digest();
  return withCms(bytes, withToken(cms, token(digest, stamp)));
}

/** With a document time-stamp as a revision of its own. */
function stampedAfter(bytes: Uint8Array, stamp: Stamp): Uint8Array {
  const prepared = prepareTimestamp(bytes);
  if (!prepared.ok) throw new Error(prepared.error.detail);
  const increment = completeTimestamp(prepared.value, token(prepared.value.digest, stamp));
  if (!increment.ok) throw new Error(increment.error.detail);
  return concat(bytes, increment.value);
}

const judged = (bytes: Uint8Array, options: Partial<VerifyOptions> = {}): Promise<DocumentReport> =>
  verifyPdf(bytes, { name: 'x', roots, ...options });
const wordsOf = (report: DocumentReport): string => {
  const words = wordsOfDocument(report);
  return [words?.indication, words?.subIndication].join(' ').trim();
};

const CASES: readonly (readonly [Naming, string, string])[] = [
  ['version-1', 'ok', 'passed'],
  ['version-2', 'ok', 'passed'],
  ['nothing', 'timestamp-authority-unnamed', 'indeterminate'],
  ['version-1-of-another', 'signing-certificate', 'failed'],
  ['version-2-of-another', 'signing-certificate', 'failed'],
];

describe('a time-stamp names the certificate of its authority (RFC 3161 2.4.2, RFC 5816 2.2.1)', () => {
  it.each(CASES)('inside a signature, by %s: %s', async (naming, code, verdict) => {
    const report = await judged(stampedInside((await sealed(pki, [FIRST])).bytes, { naming }));
    const [signature] = report.signatures;
    expect(signature!.integrity.code).toBe(code);
    expect([report.verdict, signature!.level]).toEqual([verdict, code === 'ok' ? 'B-T' : 'not-baseline']);
    expect(wordsOfSignature(signature!).subIndication).toBe(code === 'ok' ? null : 'SIG_CONSTRAINTS_FAILURE');
  });

  it.each(CASES)('as a revision of its own, by %s: %s', async (naming, code, verdict) => {
    const report = await judged(stampedAfter((await sealed(pki, [FIRST])).bytes, { naming }));
    const [signature, stamp] = report.signatures;
    expect(stamp!.integrity.code).toBe(code);
    expect([report.verdict, signature!.level]).toEqual([verdict, code === 'ok' ? 'B-T' : 'B-B']);
  });
});

/** The signer says 08:09:10 on that day. */
const at = (time: string): Date => new Date(`2026-11-23T${time}Z`);

describe('times that contradict each other (EN 319 102-1, TIMESTAMP_ORDER_FAILURE)', () => {
  it.each<[string, (bytes: Uint8Array) => Uint8Array, readonly string[]]>([
    [
      'a stamp in the signature two hours before it says it was made',
      (b) => stampedInside(b, { time: at('06:09:00') }),
      ['timestamp-order'],
    ],
    [
      'such a stamp as a revision of its own',
      (b) => stampedAfter(b, { time: at('06:09:00') }),
      ['timestamp-order', 'own-time'],
    ],
    [
      'a document time-stamp before the one that it covers',
      (b) => stampedAfter(stampedAfter(b, { time: at('09:00:00') }), { time: at('08:50:00') }),
      ['ok', 'timestamp-order', 'own-time'],
    ],
    [
      'a document time-stamp before the one in the signature',
      (b) => stampedAfter(stampedInside(b, { time: at('09:00:00') }), { time: at('08:50:00') }),
      ['timestamp-order', 'own-time'],
    ],
  ])('are left open: %s', async (_, make, codes) => {
    const report = await judged(make((await sealed(pki, [FIRST])).bytes));
    expect(report.signatures.map(({ timestamp }) => timestamp.code)).toEqual(codes);
    expect([report.verdict, wordsOf(report)]).toEqual(['indeterminate', 'INDETERMINATE TIMESTAMP_ORDER_FAILURE']);
  });

  it('are not seen in a clock that is half an hour ahead, nor in authorities that are seconds apart', async () => {
    const { bytes } = await sealed(pki, [FIRST]);
    const inside = stampedInside(bytes, { time: at('07:40:00') });
    expect((await judged(stampedAfter(inside, { time: at('07:39:30') }))).verdict).toBe('passed');
  });

  it('are nothing where nobody trusts the authority', async () => {
    const { bytes } = await sealed(pki, [FIRST]);
    const report = await judged(stampedInside(bytes, { time: at('06:09:00') }), { roots: [] });
    expect(report.signatures[0]!.timestamp.code).toBe('timestamp-untrusted');
  });
});

describe('a file with a time-stamp and without a signature', () => {
  it.each([1, 2])('is not passed and says that nobody signed, after %d', async (count) => {
    let bytes = await samplePdf({ fields: [FIRST] });
    for (let i = 0; i < count; i += 1) bytes = stampedAfter(bytes, {});
    const report = await judged(bytes);
    expect(report.signatures.map(({ verdict }) => verdict)).toEqual(Array.from({ length: count }, () => 'passed'));
    expect([report.verdict, report.structure.code]).toEqual(['indeterminate', 'nobody-signed']);
    expect(report.structure.detail).toContain('Nobody has signed this file');
    expect(wordsOf(report)).toBe('INDETERMINATE SIG_CONSTRAINTS_FAILURE');
    expect(wordsOfDocument(report)?.because).toBe('nobody-signed');
  });

  it('is failed when the time-stamp is', async () => {
    const bytes = stampedAfter(await samplePdf({ fields: [FIRST] }), {});
    expect((await judged(rewritten(bytes, (text) => text.replace('[ 0 0 595', '[ 0 0 495')))).verdict).toBe('failed');
  });
});
