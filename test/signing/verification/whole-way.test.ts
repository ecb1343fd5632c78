import { PDFDocument, StandardFonts } from 'pdf-lib';
import { describe, expect, it } from 'vitest';
import { concat, utf8 } from '../../../signing/bytes.ts';
import { fillDocument } from '../../../signing/documents/fill.ts';
import { intakeDocument } from '../../../signing/documents/intake.ts';
import type { Placement, PlacementKind } from '../../../signing/documents/placement.ts';
import { prepareDocument } from '../../../signing/documents/prepare.ts';
import { randomId } from '../../../signing/ids.ts';
import { readFields } from '../../../signing/pdf/form.ts';
import { array, dict, withEntries } from '../../../signing/pdf/objects.ts';
import { flateStream, PdfUpdate } from '../../../signing/pdf/pdf-update.ts';
import { readPdf } from '../../../signing/pdf/read-pdf.ts';
import type { Result } from '../../../signing/result.ts';
import { verifyPdf } from '../../../signing/verification/verify-pdf.ts';
import { makePki, samplePdf } from '../../support/seal-fixtures.ts';
import { FIRST, SECOND, sealOne } from './samples.ts';

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

/** As form editors leave them: the empty signature fields say "sign here" on a coloured ground. */
async function inviting(): Promise<Uint8Array> {
  const file = readPdf(await samplePdf({ fields: [FIRST, SECOND] }));
  const update = new PdfUpdate(file);
  for (const { ref, dict: widget } of readFields(file)) {
    const look = update.allocate();
    update.set(look, flateStream({ BBox: array([0, 0, 220, 80]) }, utf8('1 1 0 rg 0 0 220 80 re f')));
    update.set(ref, withEntries(widget, { AP: dict({ N: look }) }));
  }
  return concat(file.bytes, update.finish().increment);
}

describe('signature fields that invite to sign', () => {
  it('are empty once the document is prepared, so that signing one changes nothing that was seen', async () => {
    const pki = makePki('p256');
    const original = await inviting();
    const { placements } = value(await intakeDocument(original, randomId));
    expect(placements.map(({ source }) => source)).toEqual(['field', 'field']);
    const { increment } = value(await prepareDocument(original, placements));
    let bytes: Uint8Array = concat(original, increment);
    expect(readFields(readPdf(bytes)).map(({ dict: widget }) => widget.entries.has('AP'))).toEqual([false, false]);
    for (const field of [FIRST, SECOND]) ({ bytes } = await sealOne(pki, bytes, field));
    const report = await verifyPdf(bytes, { name: 'x', roots: [pki.root.certificate] });
    expect(report.signatures.map(({ laterChanges, binding }) => [laterChanges.level, binding.code])).toEqual([
      ['signing', 'ok'],
      ['none', 'ok'],
    ]);
    expect(report.verdict).toBe('passed');
  });
});

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
