import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { concat } from '../../../signing/bytes.ts';
import { completeTimestamp, prepareTimestamp } from '../../../signing/evidence/document-timestamp.ts';
import { wordsOfDocument, wordsOfReport } from '../../../signing/verification/etsi-words.ts';
import { verifyPackage } from '../../../signing/verification/verify-package.ts';
import { verifyPdf, type VerifyOptions } from '../../../signing/verification/verify-pdf.ts';
import { issueTsa, makeAuthorities } from '../../support/authorities.ts';
import { withValidationData } from '../../support/raise.ts';
import { makePki, scratch } from '../../support/seal-fixtures.ts';
import { timeStampToken } from '../../support/time-stamp-token.ts';
import { requireTool } from '../../support/tools.ts';
import { FIRST, packaged, sealed, SECOND } from './samples.ts';

const work = scratch();
afterAll(() => work.end());
const pki = makePki('p256');
const roots = [pki.root.certificate];
/** Certificates of the sample tenant are valid from 2026-01-01 to 2036-01-01. */
const VALID = new Date('2035-12-31T00:00:00Z');
const ENDED = new Date('2036-06-01T00:00:00Z');
const EARLY = new Date('2025-06-01T00:00:00Z');

async function judged(bytes: Uint8Array, options: Partial<VerifyOptions>): Promise<readonly (string | null)[]> {
  const report = await verifyPdf(bytes, { name: 'x', roots, ...options });
  const words = wordsOfDocument(report);
  return [report.verdict, report.signatures[0]!.chain.code, words?.subIndication ?? null];
}

describe('a signature whose time nobody proves (EN 319 102-1 5.2.6)', () => {
  it('is undecided once its certificate ended, and while it is not valid yet', async () => {
    const { bytes } = await sealed(pki, [FIRST]);
    const undecided = ['indeterminate', 'certificate-ended-no-poe', 'OUT_OF_BOUNDS_NO_POE'];
    expect(await judged(bytes, { now: VALID })).toEqual(['passed', 'ok', null]);
    expect(await judged(bytes, { now: ENDED })).toEqual(undecided);
    expect(await judged(bytes, { now: EARLY })).toEqual(undecided);
  });

  it('is judged at its claimed time by who asks only whether it is what it was, and at the time that was asked for', async () => {
    const { bytes } = await sealed(pki, [FIRST]);
    expect(await judged(bytes, {})).toEqual(['passed', 'ok', null]);
    expect(await judged(bytes, { now: ENDED, at: VALID })).toEqual(['passed', 'ok', null]);
  });

  it('counts for as long as a time-stamp proves its time', async () => {
    const { bytes } = await sealed(pki, [FIRST]);
    const prepared = prepareTimestamp(bytes);
    if (!prepared.ok) throw new Error(prepared.error.detail);
    const stamp = { time: new Date('2026-11-23T08:20:00Z'), naming: 'version-2' } as const;
    const token = timeStampToken(issueTsa(pki), [pki.issuing.certificate], prepared.value.digest, stamp);
    const increment = completeTimestamp(prepared.value, token);
    if (!increment.ok) throw new Error(increment.error.detail);
    expect(await judged(concat(bytes, increment.value), { now: ENDED })).toEqual(['passed', 'ok', null]);
  });

  it('is said not to be revoked where the document shows it', async (ctx) => {
    requireTool(ctx, 'openssl');
    const dir = path.join(work.dir, 'authorities');
    mkdirSync(dir);
    const { bytes } = await sealed(pki, [FIRST]);
    const settled = await withValidationData(bytes, makeAuthorities(pki, dir), roots);
    expect(await judged(settled, { now: VALID })).toEqual(['passed', 'ok', null]);
    expect(await judged(settled, { now: ENDED })).toEqual([
      ...['indeterminate', 'certificate-ended-not-revoked', 'OUT_OF_BOUNDS_NOT_REVOKED'],
    ]);
  });
});

describe('a package without a time-stamp', () => {
  it('is undecided once the certificates of its kiosk ended', async () => {
    const { bytes } = await packaged(pki, await sealed(pki, [FIRST, SECOND]));
    expect((await verifyPackage(bytes, { name: 'x', roots, now: VALID })).verdict).toBe('passed');
    expect((await verifyPackage(bytes, { name: 'x', roots })).verdict).toBe('passed');
    const report = await verifyPackage(bytes, { name: 'x', roots, now: ENDED });
    expect([report.verdict, wordsOfReport(report)?.subIndication]).toEqual(['indeterminate', 'OUT_OF_BOUNDS_NO_POE']);
    expect(report.container.filter(({ code }) => code === 'certificate-ended-no-poe')).toHaveLength(2);
  });
});
