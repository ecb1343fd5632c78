import { afterAll, describe, expect, it } from 'vitest';
import { verifyPdf } from '../../../signing/verification/verify-pdf.ts';
import { openSsl, PDFBOX_TOOLS, pdfBox, pdfSig } from '../../support/outside-judges.ts';
import { hasPyHanko } from '../../support/pyhanko.ts';
import {
  makePki,
  scratch,
  trustDatabase,
  trustPem,
  type KeyKind,
  type SampleField,
} from '../../support/seal-fixtures.ts';
import { requireTool } from '../../support/tools.ts';
import { sealed } from './samples.ts';

const work = scratch();
afterAll(() => work.end());
const FIELDS: readonly SampleField[] = [
  { name: 'Podpis stranke', box: [60, 300, 220, 80] },
  { name: 'Clerk-signature', box: [320, 300, 180, 60] },
  { name: 'third', box: [60, 180, 180, 60] },
  { name: 'fourth', box: [320, 180, 180, 60] },
];

describe('four signatures in a row', () => {
  it.for<[KeyKind, boolean]>([
    ['rsa', false],
    ['p256', true],
  ])(
    'are all good after each of them: %s key, object streams %s',
    { timeout: 120_000 },
    async ([kind, objectStreams], ctx) => {
      requireTool(ctx, 'pdfsig', 'certutil', 'openssl', ...PDFBOX_TOOLS);
      const pki = makePki(kind);
      const { revisions } = await sealed(pki, FIELDS, { sample: { objectStreams } });
      const trust = work.file(`${kind}.pem`, trustPem(pki));
      const database = trustDatabase(work.file(`nss-${kind}`), pki);
      const files = revisions.map((bytes, i) => work.file(`${kind}-${String(i)}.pdf`, bytes));
      const [unsigned, ...boxed] = pdfBox(files);
      expect(unsigned).toBe('rejects');
      for (const [index, bytes] of revisions.slice(1).entries()) {
        const report = await verifyPdf(bytes, { name: 'x', roots: [pki.root.certificate] });
        expect(report.verdict).toBe('passed');
        expect(report.signatures.map(({ verdict }) => verdict)).toEqual(Array(index + 1).fill('passed'));
        expect(pdfSig(files[index + 1]!, database)).toBe('accepts');
        expect(boxed[index]).toBe('accepts');
        expect(openSsl(bytes, trust, work.dir)).toBe('accepts');
      }
    },
  );
});

// Not even registered elsewhere: CI cannot have it, and nothing may be skipped there.
if (hasPyHanko()) await import('./pyhanko-judged.ts');
