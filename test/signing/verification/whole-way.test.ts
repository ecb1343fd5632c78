import { PDFDocument, StandardFonts } from 'pdf-lib';
import { describe, expect, it } from 'vitest';
import { concat } from '../../../signing/bytes.ts';
import { fillDocument } from '../../../signing/documents/fill.ts';
import { intakeDocument } from '../../../signing/documents/intake.ts';
import type { Placement, PlacementKind } from '../../../signing/documents/placement.ts';
import { prepareDocument } from '../../../signing/documents/prepare.ts';
import { randomId } from '../../../signing/ids.ts';
import type { Result } from '../../../signing/result.ts';
import { verifyPdf } from '../../../signing/verification/verify-pdf.ts';
import { makePki } from '../../support/seal-fixtures.ts';
import { sealOne } from './samples.ts';

const TAGS = [
  '{{Podpis;role=customer;type=signature;order=1;width=180;height=60}}',
  '{{Datum;role=customer;type=date;order=1}}',
  '{{Strinjam;role=customer;type=checkbox;order=1}}',
  '{{Uradnik;role=clerk;type=signature;order=2;width=180;height=60}}',
  '{{Opomba;role=clerk;type=text;order=2;width=180;height=20}}',
  '{{Dan;role=clerk;type=date;order=2}}',
  '{{Pregledano;role=clerk;type=checkbox;order=2}}',
];

async function tagged(): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  const font = await document.embedFont(StandardFonts.Helvetica);
  const page = document.addPage([595, 842]);
  page.drawText('Agreement', { x: 60, y: 780, size: 18, font });
  TAGS.forEach((tag, i) => page.drawText(tag, { x: 60, y: 700 - i * 90, size: 9, font }));
  return document.save();
}

function value<T>(result: Result<T, { readonly code: string }>): T {
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}

describe('a tagged document that two signatories filled in and signed', () => {
  it('passes: what the second added is form filling, and each saw what came before', async () => {
    const pki = makePki('p256');
    const original = await tagged();
    const { placements } = value(await intakeDocument(original, randomId));
    let bytes: Uint8Array = concat(original, value(await prepareDocument(original, placements)).increment);
    for (const role of ['customer', 'clerk']) {
      const of = (kind: PlacementKind): readonly Placement[] =>
        placements.filter((placement) => placement.role === role && placement.kind === kind);
      const values = [
        ...of('text').map(({ fieldName }) => ({ fieldName, value: 'pregledano č š ž' })),
        ...of('checkbox').map(({ fieldName }) => ({ fieldName, value: true })),
      ];
      bytes = concat(bytes, value(await fillDocument(bytes, values)).increment);
      const [field] = of('signature');
      const { x, y, width, height } = field!.box;
      const dates = of('date').map(({ fieldName }) => ({ fieldName, value: '23. 11. 2026' }));
      const target = { name: field!.fieldName, page: field!.page, box: [x, y, width, height] as const };
      ({ bytes } = await sealOne(pki, bytes, target, { dates }));
    }
    const report = await verifyPdf(bytes, { name: 'x', roots: [pki.root.certificate] });
    expect(report.signatures.map(({ laterChanges }) => laterChanges.level)).toEqual(['form-filling', 'none']);
    expect(report.signatures.map(({ binding }) => binding.code)).toEqual(['ok', 'ok']);
    expect(report.verdict).toBe('passed');
  });
});
