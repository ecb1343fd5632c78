import { mkdirSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { readPdf } from '../../../signing/pdf/read-pdf.ts';
import { verifyPdf } from '../../../signing/verification/verify-pdf.ts';
import { makeAuthorities } from '../../support/authorities.ts';
import { stamped, withValidationData } from '../../support/raise.ts';
import { makePki, scratch, type TestPki } from '../../support/seal-fixtures.ts';
import { requireTool } from '../../support/tools.ts';
import { mutated, MUTATIONS, visiblyChanged } from './mutations.ts';
import { FIRST, sealed, SECOND } from './samples.ts';

/** A long run by hand asks for more, and for another seed. */
const RUNS = Number(process.env['COUNTERSIGN_MUTATIONS'] ?? 120);
const SEED = Number(process.env['COUNTERSIGN_SEED'] ?? 20_261_123);

const work = scratch();
afterAll(() => work.end());

/** Two signatures, B-LTA. */
async function archived(pki: TestPki): Promise<Uint8Array> {
  const dir = path.join(work.dir, 'authorities');
  mkdirSync(dir);
  const authorities = makeAuthorities(pki, dir);
  const { bytes } = await stamped((await sealed(pki, [FIRST, SECOND])).bytes, authorities);
  const withData = await withValidationData(bytes, authorities, [pki.root.certificate]);
  return (await stamped(withData, authorities)).bytes;
}

describe('a document of two signatures and two time-stamps, with one change that keeps its structure', () => {
  it('passes only if nothing that is shown is another', { timeout: 60_000 + RUNS * 1_000 }, async (ctx) => {
    requireTool(ctx, 'openssl');
    const pki = makePki('p256');
    const roots = [pki.root.certificate];
    const original = await archived(pki);
    expect((await verifyPdf(original, { name: 'x', roots })).verdict).toBe('passed');
    const before = readPdf(original);
    let harmless = 0;
    await fc.assert(
      fc.asyncProperty(MUTATIONS, async (mutation) => {
        const bytes = mutated(original, mutation);
        const { verdict } = await verifyPdf(bytes, { name: 'x', roots });
        if (verdict !== 'passed' || Buffer.compare(bytes, original) === 0) return;
        harmless += 1;
        expect(Buffer.compare(bytes.subarray(0, original.length), original)).toBe(0);
        expect(visiblyChanged(before, readPdf(bytes))).toEqual([]);
      }),
      { seed: SEED, numRuns: RUNS },
    );
    // Some changes are harmless, or the property would say nothing about them.
    expect(harmless).toBeGreaterThan(0);
  });
});
