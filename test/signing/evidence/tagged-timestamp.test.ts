import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { PDFArray, PDFDict, PDFDocument, PDFName, PDFNumber } from 'pdf-lib';
import { afterAll, describe, expect, it } from 'vitest';
import { concat } from '../../../signing/bytes.ts';
import { prepareDocument } from '../../../signing/documents/prepare.ts';
import type { Placement } from '../../../signing/documents/placement.ts';
import type { PlacementId } from '../../../signing/ids.ts';
import { sealField } from '../../../signing/sealing/seal-field.ts';
import { inspectPdf } from '../../../signing/verification/verify-pdf.ts';
import { makeAuthorities } from '../../support/authorities.ts';
import { stamped } from '../../support/raise.ts';
import { makePki, samplePdf, scratch, sealInput } from '../../support/seal-fixtures.ts';
import { requireTool } from '../../support/tools.ts';

const work = scratch();
afterAll(() => work.end());
const pki = makePki('p256');

/** Two pages with a CropBox around the origin, marked as tagged; nothing of it is ours. */
async function tagged(): Promise<Uint8Array> {
  const pdf = await PDFDocument.load(await samplePdf({ pages: 2, fields: [] }), { updateMetadata: false });
  const { context, catalog } = pdf;
  for (const page of pdf.getPages()) {
    page.setMediaBox(-100, -50, 695, 892);
    page.setCropBox(-90.5, -40, 600, 800);
  }
  const root = context.obj({ Type: 'StructTreeRoot', ParentTreeNextKey: 0, ParentTree: {} });
  const rootRef = context.register(root);
  root.set(PDFName.of('K'), context.register(context.obj({ Type: 'StructElem', S: 'Document', P: rootRef, K: [] })));
  catalog.set(PDFName.of('StructTreeRoot'), rootRef);
  catalog.set(PDFName.of('MarkInfo'), context.obj({ Marked: true }));
  return pdf.save({ useObjectStreams: false });
}

/** Prepared and sealed by us, with its one field on the second page. */
async function sealedOnSecondPage(): Promise<Uint8Array> {
  const box = { x: 60, y: 300, width: 220, height: 80 };
  const placement: Placement = {
    ...{ id: 'sign' as PlacementId, kind: 'signature', role: 'customer', order: 1, label: 'Podpis', required: true },
    ...{ page: 1, box, fieldName: 'sign', source: 'placed' },
  };
  const original = await tagged();
  const prepared = await prepareDocument(original, [placement]);
  if (!prepared.ok) throw new Error(prepared.error.detail);
  const before = concat(original, prepared.value.increment);
  const sealed = await sealField(sealInput(pki, before, { name: 'sign', page: 1, box: [60, 300, 220, 80] }));
  if (!sealed.ok) throw new Error(sealed.error.detail);
  return concat(before, sealed.value.increment);
}

interface StampWidget {
  readonly page: number;
  readonly rect: readonly number[];
  readonly flags: number;
  readonly inStructure: boolean;
  readonly tabs: string;
}

/** Every widget of a document time-stamp, found by pdf-lib. */
async function stampWidgets(bytes: Uint8Array): Promise<readonly StampWidget[]> {
  const pdf = await PDFDocument.load(bytes, { updateMetadata: false });
  return pdf.getPages().flatMap(({ node }, page) =>
    (node.Annots()?.asArray() ?? []).flatMap((ref) => {
      const widget = pdf.context.lookup(ref, PDFDict);
      const value = widget.lookupMaybe(PDFName.of('V'), PDFDict);
      if (value?.get(PDFName.of('Type')) !== PDFName.of('DocTimeStamp')) return [];
      const rect = widget.lookup(PDFName.of('Rect'), PDFArray).asArray();
      return {
        page,
        rect: rect.map((one) => Number(one.toString())),
        flags: widget.lookup(PDFName.of('F'), PDFNumber).asNumber(),
        inStructure: widget.has(PDFName.of('StructParent')),
        tabs: String(node.get(PDFName.of('Tabs'))),
      };
    }),
  );
}

describe('a document time-stamp in a tagged document', () => {
  it('shows and says nothing: no area, outside what the page shows, out of the structure, on a page read in its order', async (ctx) => {
    requireTool(ctx, 'openssl', 'pdfinfo', 'qpdf');
    const dir = path.join(work.dir, 'authorities');
    mkdirSync(dir);
    const before = await sealedOnSecondPage();
    const { bytes } = await stamped(before, makeAuthorities(pki, dir));
    expect(await stampWidgets(bytes)).toEqual([
      { page: 1, rect: [-92, -41, -92, -41], flags: 132, inStructure: false, tabs: '/S' },
    ]);

    const [was, is] = [before, bytes].map((file, at) => work.file(`tagged-${String(at)}.pdf`, file));
    const structure = (file: string): string => execFileSync('pdfinfo', ['-struct', file], { encoding: 'utf8' });
    expect(structure(is!)).toContain('Form');
    expect(structure(is!)).toBe(structure(was!));
    expect(execFileSync('pdfinfo', [is!], { encoding: 'utf8' })).toMatch(/Tagged:\s+yes/);
    execFileSync('qpdf', ['--check', is!], { stdio: 'pipe' });
    const { report, longTerm } = inspectPdf(bytes, { name: 'tagged', roots: [pki.root.certificate] });
    expect([report.verdict, longTerm?.level]).toEqual(['passed', 'B-T']);
  });
});
