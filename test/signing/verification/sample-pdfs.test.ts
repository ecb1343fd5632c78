import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { verifyPdf } from '../../../signing/verification/verify-pdf.ts';
import { certificatesIn, fixture, PDF_FOLDERS } from './samples.ts';

/** What the manifests of the sample data expect, signature by signature: integrity, coverage, later changes, level. */
interface Expected {
  readonly structure?: string;
  readonly signatures?: readonly string[];
}
const EXPECTED: Readonly<Record<string, Expected>> = {
  'dss-signed-pades-b.pdf': { signatures: ['ok whole-file none not-baseline'] },
  'dss-signed-pades-lta.pdf': {
    signatures: [
      'ok revision long-term not-baseline',
      'ok revision long-term not-baseline',
      'ok whole-file none not-baseline',
    ],
  },
  'dss-certified-P3-plus-empty-field.pdf': { signatures: ['ok whole-file none B-B'] },
  'pyhanko-certified-P1.pdf': { signatures: ['ok whole-file none not-baseline'] },
  'pyhanko-pades-lta.pdf': { signatures: ['ok revision long-term B-B', 'ok revision long-term not-baseline'] },
  'pyhanko-signed-twice.pdf': {
    signatures: ['ok revision signing not-baseline', 'ok whole-file none not-baseline'],
  },
  'pyhanko-no-signed-attributes.pdf': { signatures: ['ok whole-file none not-baseline'] },
  'dss-byterange-overlap.pdf': {
    signatures: ['ok revision signing B-B', 'byte-range-gap unclear none not-baseline'],
  },
  'dss-double-signerinfo.pdf': { signatures: ['signer-count whole-file none not-baseline'] },
  'dss-isa-added-page.pdf': { signatures: ['ok revision other B-B'] },
  'dss-isa-replaced-sigdict.pdf': {
    signatures: ['ok revision other B-B', 'byte-range-gap unclear none not-baseline'],
  },
  'dss-shadow-hide.pdf': { signatures: ['ok revision other not-baseline'] },
  'pyhanko-byterange-gap-too-big.pdf': { signatures: ['byte-range-gap unclear signing not-baseline'] },
  'pyhanko-byterange-single-range.pdf': { signatures: ['byte-range unclear signing not-baseline'] },
  'pyhanko-byterange-tail-uncovered.pdf': { signatures: ['attributes unclear signing not-baseline'] },
  'pyhanko-detached-with-econtent.pdf': { signatures: ['content-inside whole-file none not-baseline'] },
  'pyhanko-shadow-appearance-clobber.pdf': {
    signatures: ['ok revision other not-baseline', 'ok whole-file none not-baseline'],
  },
  'dss-infinite-loop-xref.pdf': { structure: 'pdf-startxref-missing' },
  'dss-not-a-pdf-header.pdf': { structure: 'pdf-startxref-missing' },
  'dss-signed-corrupted.pdf': { structure: 'pdf-xref-damaged' },
  'pdfjs-not-really-pdf.pdf': { structure: 'pdf-startxref-missing' },
  'pdfjs-xref-keyword-missing.pdf': { structure: 'pdf-xref-damaged' },
  'pdflib-invalid-objects.pdf': { structure: 'pdf-startxref-missing' },
  'qpdf-prev-loop.pdf': { structure: 'pdf-xref-loop' },
  'qpdf-trailer-recovery-bomb.pdf': { structure: 'pdf-header-missing' },
  'pyhanko-malformed-encrypt-dict.pdf': { structure: 'pdf-encrypted' },
  'dss-owner-protected-signing-allowed.pdf': { structure: 'pdf-encrypted' },
  'qpdf-V4-aes-empty-user-password.pdf': { structure: 'pdf-encrypted' },
  'qpdf-aes256-R6-user-view-owner-master.pdf': { structure: 'pdf-encrypted' },
  'pyhanko-minimal-hybrid-xref.pdf': { structure: 'pdf-hybrid' },
};
const FILES = PDF_FOLDERS.flatMap((folder) =>
  readdirSync(path.resolve(import.meta.dirname, '../../fixtures', folder)).map((file) => [folder, file] as const),
);

describe('sample documents of other products', () => {
  it.each(FILES)('judges %s/%s as its manifest expects', async (folder, file) => {
    const report = await verifyPdf(fixture(`${folder}/${file}`), { name: file, roots: [] });
    const expected = EXPECTED[file] ?? {};
    expect(report.structure.code).toBe(expected.structure ?? 'ok');
    expect(
      report.signatures.map(({ integrity, coverage, laterChanges, level }) =>
        [integrity.code, coverage.covers, laterChanges.level, level].join(' '),
      ),
    ).toEqual(expected.signatures ?? []);
    expect(report.verdict).not.toBe('passed');
    if (folder.endsWith('hostile') && report.signatures.length > 0 && file !== 'pyhanko-no-signed-attributes.pdf') {
      expect(report.verdict).toBe('failed');
    }
  });

  it.each([
    'lgpl/pdf/valid/dss-signed-pades-b.pdf',
    'lgpl/pdf/valid/dss-signed-pades-lta.pdf',
    'lgpl/pdf/valid/dss-certified-P3-plus-empty-field.pdf',
    'pdf/valid/pyhanko-pades-lta.pdf',
    'pdf/valid/pyhanko-certified-P1.pdf',
    'pdf/valid/pyhanko-signed-twice.pdf',
  ])('passes %s once a certificate of its chain is trusted, and not for another', async (file) => {
    const bytes = fixture(file);
    const roots = certificatesIn(bytes);
    expect((await verifyPdf(bytes, { name: file, roots })).verdict).toBe('passed');
    const other = certificatesIn(fixture('lgpl/pdf/hostile/dss-shadow-hide.pdf'));
    const report = await verifyPdf(bytes, { name: file, roots: other });
    expect(report.signatures.map(({ chain }) => chain.code)).toContain('chain-untrusted');
    expect(report.verdict).toBe('failed');
  });

  it('takes a certificate that had ended at the claimed time for what it is', async () => {
    const bytes = fixture('lgpl/pdf/valid/dss-signed-pades-b.pdf');
    const options = { name: 'late', roots: certificatesIn(bytes), at: new Date('2040-01-01T00:00:00Z') };
    const report = await verifyPdf(bytes, options);
    expect(report.signatures[0]!.chain.code).toBe('certificate-expired');
    expect(report.verdict).toBe('failed');
  });
});
