import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { wordsOfDocument, wordsOfSignature, type EtsiWords } from '../../../signing/verification/etsi-words.ts';
import { verifyPdf } from '../../../signing/verification/verify-pdf.ts';
import { certificatesIn, fixture } from './samples.ts';

/**
 * Documents that other products signed: what we say of each when nobody is trusted, and of each signature, with its level and
 * what came after it, once the certificates in its signatures are.
 */
const SIGNED: Readonly<Record<string, readonly string[]>> = {
  'lgpl/pdf/valid/dss-certified-P3-plus-empty-field.pdf': ['TOTAL-PASSED, B-B, none'],
  // A signing-time attribute, which real files carry: not baseline, and not invalid (formats 5.2).
  'lgpl/pdf/valid/dss-signed-pades-b.pdf': ['TOTAL-PASSED, not-baseline, none'],
  'lgpl/pdf/valid/dss-signed-pades-lta.pdf': [
    'TOTAL-PASSED, not-baseline, long-term',
    'TOTAL-PASSED, time-stamp, long-term',
    'TOTAL-PASSED, time-stamp, none',
  ],
  'pdf/valid/pyhanko-certified-P1.pdf': ['TOTAL-PASSED, not-baseline, none'],
  'pdf/valid/pyhanko-pades-lta.pdf': ['TOTAL-PASSED, B-LTA, long-term', 'TOTAL-PASSED, time-stamp, long-term'],
  'pdf/valid/pyhanko-signed-twice.pdf': ['TOTAL-PASSED, not-baseline, signing', 'TOTAL-PASSED, not-baseline, none'],
  // Legal CMS without signed attributes, below PAdES.
  'pdf/hostile/pyhanko-no-signed-attributes.pdf': ['TOTAL-PASSED, not-baseline, none'],
};

/** What cannot be judged is not called damaged. */
const UNDECIDED: Readonly<Record<string, string>> = {
  'lgpl/pdf/valid/dss-owner-protected-signing-allowed.pdf': 'pdf-encrypted',
  'pdf/valid/qpdf-V4-aes-empty-user-password.pdf': 'pdf-encrypted',
  'pdf/valid/qpdf-aes256-R6-user-view-owner-master.pdf': 'pdf-encrypted',
  'pdf/valid/pyhanko-minimal-hybrid-xref.pdf': 'pdf-hybrid',
};

function words({ indication, subIndication }: EtsiWords): string {
  return subIndication === null ? indication : `${indication} ${subIndication}`;
}

describe('documents that other products made', () => {
  it.each(Object.entries(SIGNED))('%s is judged sensibly, with and without trust', async (file, signatures) => {
    const bytes = fixture(file);
    const alone = await verifyPdf(bytes, { name: file, roots: [] });
    expect(words(wordsOfDocument(alone)!)).toBe('INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND');
    const trusted = await verifyPdf(bytes, { name: file, roots: certificatesIn(bytes) });
    expect(
      trusted.signatures.map((one) =>
        [
          words(wordsOfSignature(one)),
          one.kind === 'document-timestamp' ? 'time-stamp' : one.level,
          one.laterChanges.level,
        ].join(', '),
      ),
    ).toEqual(signatures);
    expect(trusted.verdict).toBe('passed');
    for (const one of trusted.signatures) expect(one.binding.code).toBe('no-binding');
  });

  it.each(Object.entries(UNDECIDED))('%s is left undecided', async (file, code) => {
    const report = await verifyPdf(fixture(file), { name: file, roots: [] });
    expect(report).toMatchObject({ verdict: 'indeterminate', structure: { code } });
    expect(wordsOfDocument(report)?.indication).toBe('INDETERMINATE');
  });

  it.each(['pdf/valid', 'lgpl/pdf/valid'])(
    'none of %s is left out of these tables, and the others are unsigned',
    async (folder) => {
      const files = readdirSync(path.resolve(import.meta.dirname, '../../fixtures', folder));
      for (const file of files.map((name) => `${folder}/${name}`)) {
        if (!file.endsWith('.pdf') || file in SIGNED || file in UNDECIDED) continue;
        const report = await verifyPdf(fixture(file), { name: file, roots: [] });
        expect([file, report.verdict, wordsOfDocument(report)]).toEqual([file, 'absent', null]);
      }
    },
  );
});
