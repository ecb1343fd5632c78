import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { concat } from '../../../signing/bytes.ts';
import { verifyPdf } from '../../../signing/verification/verify-pdf.ts';
import { makeAuthorities, type Authorities } from '../../support/authorities.ts';
import { makePki, scratch, trustPem, type SampleField } from '../../support/seal-fixtures.ts';
import { stamped } from '../../support/raise.ts';
import { requireTool } from '../../support/tools.ts';
import { FIRST, SECOND, sealed } from '../verification/samples.ts';

const work = scratch();
afterAll(() => work.end());
const pki = makePki('p256');
const FIELDS: readonly SampleField[] = [
  FIRST,
  SECOND,
  { name: 'third', box: [60, 180, 180, 60] },
  { name: 'fourth', box: [320, 180, 180, 60] },
];

let made: Authorities | undefined;
function authorities(): Authorities {
  const dir = path.join(work.dir, 'authorities');
  mkdirSync(dir, { recursive: true });
  made ??= makeAuthorities(pki, dir);
  return made;
}

/** The bytes the last ByteRange of a file names. */
function lastRanges(bytes: Uint8Array): Uint8Array {
  const all = [
    ...Buffer.from(bytes)
      .toString('latin1')
      .matchAll(/\/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]/g),
  ];
  const [, a, b, c, d] = all.at(-1)!.map(Number) as [number, number, number, number, number];
  return concat(bytes.subarray(a, a + b), bytes.subarray(c, c + d));
}

describe('a document time-stamp', () => {
  it('is accepted by openssl ts and qpdf, on tables and on streams, and touches no earlier byte', async (ctx) => {
    requireTool(ctx, 'openssl', 'qpdf');
    for (const objectStreams of [false, true]) {
      const { bytes: before } = await sealed(pki, [FIRST], { sample: { objectStreams } });
      const { bytes, token } = await stamped(before, authorities());
      expect(Buffer.compare(bytes.subarray(0, before.length), before)).toBe(0);
      const files = {
        token: work.file('token.der', token),
        data: work.file('ranges', lastRanges(bytes)),
        root: work.file('root.pem', trustPem(pki)),
        pdf: work.file('stamped.pdf', bytes),
      };
      const args = ['-token_in', '-in', files.token, '-data', files.data, '-CAfile', files.root];
      const verdict = execFileSync('openssl', ['ts', '-verify', ...args], { stdio: 'pipe' });
      expect(verdict.toString()).toContain('Verification: OK');
      const checked = spawnSync('qpdf', ['--check', files.pdf]);
      expect(checked.stderr.toString() + checked.stdout.toString()).not.toMatch(/WARNING|ERROR/);
      expect(checked.status).toBe(0);
    }
  });

  it('stands after one to four signatures and leaves each of them valid', async (ctx) => {
    requireTool(ctx, 'openssl');
    for (let count = 1; count <= 4; count += 1) {
      const { bytes } = await stamped((await sealed(pki, FIELDS.slice(0, count))).bytes, authorities());
      const report = await verifyPdf(bytes, { name: 'stamped', roots: [pki.root.certificate] });
      expect(report.verdict).toBe('passed');
      expect(report.signatures.map(({ kind }) => kind)).toEqual([
        ...Array.from({ length: count }, () => 'signature'),
        'document-timestamp',
      ]);
    }
  });
});
