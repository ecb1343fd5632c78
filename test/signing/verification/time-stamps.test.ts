import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { concat } from '../../../signing/bytes.ts';
import { completeTimestamp, prepareTimestamp } from '../../../signing/evidence/document-timestamp.ts';
import { wordsOfSignature } from '../../../signing/verification/etsi-words.ts';
import { verifyPdf } from '../../../signing/verification/verify-pdf.ts';
import type { DocumentReport } from '../../../signing/verification/verification-report.ts';
import { issueTsa } from '../../support/authorities.ts';
import { makePki } from '../../support/seal-fixtures.ts';
import { timeStampToken, type Naming } from '../../support/time-stamp-token.ts';
import { FIRST, sealed } from './samples.ts';
import { signatureValue, withToken } from './tamper/forgeries.ts';
import { lastSignature, withCms } from './tamper/tampering.ts';

const pki = makePki('p256');
const authority = issueTsa(pki);
const roots = [pki.root.certificate];
const TIME = new Date('2026-11-23T08:20:00Z');

function token(digest: Uint8Array, naming: Naming): Uint8Array {
  return timeStampToken(authority, [pki.issuing.certificate], digest, { time: TIME, naming });
}

/** With a time-stamp inside the signature, over its value. */
async function stampedInside(naming: Naming): Promise<DocumentReport> {
  const { bytes } = await sealed(pki, [FIRST]);
  const { cms } = lastSignature(bytes);
  const made = withCms(bytes, withToken(cms, token(createHash('sha256').update(signatureValue(cms)).digest(), naming)));
  return verifyPdf(made, { name: 'x', roots });
}

/** With a document time-stamp as a revision of its own. */
async function stampedAfter(naming: Naming): Promise<DocumentReport> {
  const { bytes } = await sealed(pki, [FIRST]);
  const prepared = prepareTimestamp(bytes);
  if (!prepared.ok) throw new Error(prepared.error.detail);
  const increment = completeTimestamp(prepared.value, token(prepared.value.digest, naming));
  if (!increment.ok) throw new Error(increment.error.detail);
  return verifyPdf(concat(bytes, increment.value), { name: 'x', roots });
}

const CASES: readonly (readonly [Naming, string, string])[] = [
  ['version-1', 'ok', 'passed'],
  ['version-2', 'ok', 'passed'],
  ['nothing', 'timestamp-authority-unnamed', 'indeterminate'],
  ['version-1-of-another', 'signing-certificate', 'failed'],
  ['version-2-of-another', 'signing-certificate', 'failed'],
];

describe('a time-stamp names the certificate of its authority (RFC 3161 2.4.2, RFC 5816 2.2.1)', () => {
  it.each(CASES)('inside a signature, by %s: %s', async (naming, code, verdict) => {
    const report = await stampedInside(naming);
    const [signature] = report.signatures;
    expect(signature!.integrity.code).toBe(code);
    expect([report.verdict, signature!.level]).toEqual([verdict, code === 'ok' ? 'B-T' : 'not-baseline']);
    expect(wordsOfSignature(signature!).subIndication).toBe(code === 'ok' ? null : 'SIG_CONSTRAINTS_FAILURE');
  });

  it.each(CASES)('as a revision of its own, by %s: %s', async (naming, code, verdict) => {
    const report = await stampedAfter(naming);
    const [signature, stamp] = report.signatures;
    expect(stamp!.integrity.code).toBe(code);
    expect([report.verdict, signature!.level]).toEqual([verdict, code === 'ok' ? 'B-T' : 'B-B']);
  });
});
