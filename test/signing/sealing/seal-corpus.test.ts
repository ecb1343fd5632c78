import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { concat } from '../../../signing/bytes.ts';
import type { DocumentFacts, DocumentRefusalCode } from '../../../signing/documents/document.ts';
import { intakeDocument } from '../../../signing/documents/intake.ts';
import type { Placement } from '../../../signing/documents/placement.ts';
import { prepareDocument, type PreparedDocument } from '../../../signing/documents/prepare.ts';
import type { PlacementId } from '../../../signing/ids.ts';
import { sealField } from '../../../signing/sealing/seal-field.ts';
import { verifyPdf } from '../../../signing/verification/verify-pdf.ts';
import { makePki, scratch, sealInput, trustDatabase } from '../../support/seal-fixtures.ts';
import { requireTool } from '../../support/tools.ts';

const FIXTURES = path.resolve(import.meta.dirname, '../../fixtures');
const work = scratch();
afterAll(() => work.end());
const pki = makePki('p256');

/** Files refused at intake, and why; all others are sealed. */
const REFUSED: Readonly<Record<string, DocumentRefusalCode>> = {
  // Of its three fields the second locks the third and the third locks all.
  'dss-fieldmdp-lock-exclude.pdf': 'signing-forbidden',
  'dss-owner-protected-signing-allowed.pdf': 'encrypted',
  'qpdf-V4-aes-empty-user-password.pdf': 'encrypted',
  'qpdf-aes256-R6-user-view-owner-master.pdf': 'encrypted',
  'pdflib-with_xfa_fields.pdf': 'xfa',
  'pyhanko-certified-P1.pdf': 'certified-no-changes',
  'pyhanko-minimal-hybrid-xref.pdf': 'hybrid',
};

const FILES = [
  'dss-certified-P3-plus-empty-field.pdf',
  'dss-documentEmptySignature.pdf',
  'dss-fieldmdp-lock-exclude.pdf',
  'dss-invisible-signature-field.pdf',
  'dss-negative-mediabox-rotate90.pdf',
  'dss-not_signed_pdfa.pdf',
  'dss-owner-protected-signing-allowed.pdf',
  'dss-pdf-2.0.pdf',
  'dss-pdf-xref-streams.pdf',
  'dss-pdfa2a-rgb.pdf',
  'dss-rotate90.pdf',
  'dss-signed-pades-b.pdf',
  'dss-signed-pades-lta.pdf',
  'pdfjs-160F-2019.pdf',
  'pdfjs-arabic-cid.pdf',
  'pdfjs-attachment.pdf',
  'pdfjs-copy_paste_ligatures.pdf',
  'pdfjs-cropbox-offset.pdf',
  'pdfjs-czech-diacritics.pdf',
  'pdfjs-find_all.pdf',
  'pdfjs-rotation.pdf',
  'pdflib-fancy_fields.pdf',
  'pdflib-linearized_with_object_streams.pdf',
  'pdflib-sample_form.pdf',
  'pdflib-standard_fonts_demo.pdf',
  'pdflib-us_constitution.pdf',
  'pdflib-with_cropbox.pdf',
  'pdflib-with_update_sections.pdf',
  'pdflib-with_xfa_fields.pdf',
  'pyhanko-certified-P1.pdf',
  'pyhanko-compacted-syntax.pdf',
  'pyhanko-minimal-hybrid-xref.pdf',
  'pyhanko-minimal-two-fields.pdf',
  'pyhanko-pades-lta.pdf',
  'pyhanko-signed-twice.pdf',
  'qpdf-V4-aes-empty-user-password.pdf',
  'qpdf-aes256-R6-user-view-owner-master.pdf',
];

/** Existing empty signature fields, or one placed by hand on the first page; where others signed, on a free spot. */
async function prepared(original: Uint8Array, facts: DocumentFacts): Promise<PreparedDocument> {
  const fields = facts.placements.filter(({ kind }) => kind === 'signature');
  const [x0, y0, x1, y1] = facts.pages[0]!.cropBox;
  const [width, height] = [Math.min(160, (x1 - x0) / 2), Math.min(60, (y1 - y0) / 2)];
  const usual = { x: x0 + (x1 - x0) / 4, y: y0 + (y1 - y0) / 4, width, height };
  const small = STEPS.flatMap((steps) => {
    const [w, h] = [(x1 - x0) / steps, (y1 - y0) / steps];
    return Array.from({ length: steps * steps }, (_, i) => {
      return { x: x0 + (i % steps) * w, y: y0 + Math.floor(i / steps) * h, width: w, height: h };
    });
  });
  for (const box of [usual, ...small]) {
    const result = await prepareDocument(original, fields.length > 0 ? fields : [placedAt(box)]);
    if (result.ok) return result.value;
    const occupied = result.error.code === 'placement-over-content' && facts.existingSignatures > 0;
    if (!occupied) throw new Error(`${result.error.code}: ${result.error.detail}`);
  }
  throw new Error('there is no free spot');
}

/** A page is tried in so many rows and columns: pyhanko-signed-twice.pdf has room in its margins only. */
const STEPS = [8, 32];

function placedAt(box: Placement['box']): Placement {
  return {
    id: 'placed-1' as PlacementId,
    kind: 'signature',
    role: 'customer',
    order: 1,
    label: 'Podpis',
    required: true,
    page: 0,
    box,
    fieldName: 'placed_signature',
    source: 'placed',
  };
}

const qpdf = (file: string): number | null => spawnSync('qpdf', ['--check', file]).status;

describe('real documents', () => {
  it.for(FILES)(
    '%s seals and verifies outside, or is refused for its reason',
    { timeout: 180_000 },
    async (name, ctx) => {
      requireTool(ctx, 'pdfsig', 'qpdf', 'certutil');
      const source = path.join(FIXTURES, name.startsWith('dss-') ? 'lgpl/pdf/valid' : 'pdf/valid', name);
      const original = new Uint8Array(readFileSync(source));
      const facts = await intakeDocument(original, randomUUID);
      const refusal = REFUSED[name];
      if (!facts.ok || refusal !== undefined) {
        expect(facts.ok ? 'taken' : facts.error.code).toBe(refusal);
        return;
      }
      const { increment, placements } = await prepared(original, facts.value);
      let bytes = concat(original, increment);
      const sealed: string[] = [];
      for (const { fieldName, page, box } of placements) {
        const field = { name: fieldName, page, box: [box.x, box.y, box.width, box.height] as const };
        const result = await sealField(sealInput(pki, bytes, field));
        if (!result.ok) throw new Error(`${result.error.code}: ${result.error.detail}`);
        bytes = concat(bytes, result.value.increment);
        sealed.push(fieldName);
      }
      expect(Buffer.compare(bytes.subarray(0, original.length), original)).toBe(0);

      const file = work.file(name, bytes);
      // Some samples have warnings of their own (3): sealing adds none, and may end those about linearization.
      const checked = qpdf(file);
      if (checked !== 0) expect(checked).toBe(qpdf(source));
      const dir = path.join(work.dir, `trust-${name}`);
      mkdirSync(dir);
      const outside = execFileSync('pdfsig', ['-nssdir', trustDatabase(dir, pki), file]).toString();
      const ours = outside.split(/^Signature #/m).filter((part) => part.includes('Žig poslovalnice'));
      expect(ours).toHaveLength(sealed.length);
      for (const part of ours) expect(part).toContain('Signature is Valid.');
      // In the order of the form, which need not be that of signing.
      expect(ours.filter((part) => part.includes('- Total document signed'))).toHaveLength(1);

      const report = await verifyPdf(bytes, { name, roots: [pki.root.certificate] });
      for (const signature of report.signatures.filter(({ fieldName }) => sealed.includes(fieldName))) {
        expect([
          signature.fieldName,
          signature.verdict,
          signature.laterChanges.detail,
          signature.binding.detail,
        ]).toEqual([signature.fieldName, 'passed', signature.laterChanges.detail, signature.binding.detail]);
      }
    },
  );
});
