import { PDFDocument, PDFName, PDFRawStream } from 'pdf-lib';
import { beforeEach, describe, expect, it } from 'vitest';
import { concat } from '../../../signing/bytes.ts';
import { fillDocument } from '../../../signing/documents/fill.ts';
import { intakeDocument } from '../../../signing/documents/intake.ts';
import type { Placement } from '../../../signing/documents/placement.ts';
import { prepareDocument } from '../../../signing/documents/prepare.ts';
import type { PlacementId } from '../../../signing/ids.ts';
import { sealField } from '../../../signing/sealing/seal-field.ts';
import { pdfaFaults, PREFLIGHT, preflightFaults } from '../../support/pdfa-judges.ts';
import { qpdfCheck } from '../../support/poppler.ts';
import { makePki, samplePdf, sealInput } from '../../support/seal-fixtures.ts';
import { requireTool } from '../../support/tools.ts';
import { corpusBytes } from '../pdf/corpus.ts';

const pki = makePki('p256');

function placed(fieldName: string, kind: Placement['kind'], y: number): Placement {
  return {
    id: fieldName as PlacementId,
    kind,
    role: 'customer',
    order: 1,
    label: `Oznaka ${fieldName} č`,
    required: true,
    page: 0,
    box: { x: 60, y, width: kind === 'checkbox' ? 14 : 180, height: kind === 'signature' ? 60 : 16 },
    fieldName,
    source: 'placed',
  };
}

const PLACEMENTS = [
  placed('sign', 'signature', 40),
  placed('again', 'signature', 110),
  placed('when', 'date', 180),
  placed('what', 'text', 205),
  placed('yes', 'checkbox', 230),
];

/** Each revision we make of a document: prepared, filled, signed with date and lines, signed again. */
async function revisionsOf(original: Uint8Array): Promise<readonly Uint8Array[]> {
  const prepared = await prepareDocument(original, PLACEMENTS);
  if (!prepared.ok) throw new Error(prepared.error.detail);
  const revisions = [concat(original, prepared.value.increment)];
  const newest = (): Uint8Array => revisions.at(-1) ?? original;
  const values = [
    { fieldName: 'what', value: 'Škofja Loka, Žiče' },
    { fieldName: 'yes', value: true },
  ];
  const filled = await fillDocument(newest(), values);
  if (!filled.ok) throw new Error(filled.error.detail);
  revisions.push(concat(newest(), filled.value.increment));
  for (const [name, dates] of [
    ['sign', [{ fieldName: 'when', value: '23. 11. 2026' }]],
    ['again', []],
  ] as const) {
    const { x, y, width, height } = PLACEMENTS.find(({ fieldName }) => fieldName === name)!.box;
    const caption = ['Žiga Čšćđ', '23. 11. 2026, 09:09:10', 'Podpis'];
    const field = { name, box: [x, y, width, height] as const };
    const sealed = await sealField(sealInput(pki, newest(), field, { dates, caption }));
    if (!sealed.ok) throw new Error(sealed.error.detail);
    revisions.push(concat(newest(), sealed.value.increment));
  }
  return revisions;
}

/** The sample of part 2 with its claim of another part: what its own content is does not matter to these clauses. */
async function claiming(part: number, conformance: string, intent = true): Promise<Uint8Array> {
  const pdf = await PDFDocument.load(corpusBytes('valid', 'dss-pdfa2a-rgb.pdf'), { updateMetadata: false });
  const stream = pdf.catalog.lookup(PDFName.of('Metadata'));
  if (!(stream instanceof PDFRawStream)) throw new Error('no metadata');
  const xmp = Buffer.from(stream.contents)
    .toString('utf8')
    .replace(/(pdfaid:part)(>|=")\d/, `$1$2${part}`)
    .replace(/(pdfaid:conformance)(>|=")[A-Z]/, `$1$2${conformance}`);
  pdf.catalog.set(
    PDFName.of('Metadata'),
    pdf.context.register(pdf.context.stream(xmp, { Type: 'Metadata', Subtype: 'XML' })),
  );
  if (!intent) pdf.catalog.delete(PDFName.of('OutputIntents'));
  return pdf.save({ useObjectStreams: false });
}

beforeEach((ctx) => {
  requireTool(ctx, 'qpdf');
});

describe('PDF/A stays PDF/A', () => {
  it('1b through every revision, as PDFBox Preflight judges', { timeout: 120_000 }, async (ctx) => {
    requireTool(ctx, ...PREFLIGHT);
    const original = corpusBytes('valid', 'dss-not_signed_pdfa.pdf');
    expect(preflightFaults(original)).toEqual([]);
    for (const revision of await revisionsOf(original)) expect(preflightFaults(revision)).toEqual([]);
    // The judge can say no.
    expect(preflightFaults(await samplePdf({ fields: [] }))).not.toEqual([]);
  });

  it.each([
    ['1b', () => corpusBytes('valid', 'dss-not_signed_pdfa.pdf'), 'PDF/A-1b'],
    ['2a', () => corpusBytes('valid', 'dss-pdfa2a-rgb.pdf'), 'PDF/A-2a'],
    ['2b', () => claiming(2, 'B'), 'PDF/A-2b'],
    ['3b', () => claiming(3, 'B'), 'PDF/A-3b'],
    ['2b without output intent', () => claiming(2, 'B', false), 'PDF/A-2b'],
  ])('%s: no revision breaks a clause that an increment can break', async (_, source, claim) => {
    const original = await source();
    const facts = await intakeDocument(original, () => 'id');
    expect(facts.ok && facts.value.pdfa).toBe(claim);
    for (const revision of await revisionsOf(original)) {
      expect(pdfaFaults(original, revision)).toEqual([]);
      qpdfCheck(revision);
    }
  });

  it('and the clauses are broken by what we write into an ordinary document', async () => {
    const faults = new Set(
      (await revisionsOf(await samplePdf({ fields: [] }))).flatMap((bytes) => pdfaFaults(bytes, bytes)),
    );
    expect([...faults].sort()).toEqual([
      '6.2.11.4 fonts are embedded',
      '6.2.3 DeviceRGB only with an RGB output intent',
      '6.3.3 appearances are streams, of buttons one a state',
      '6.3.3 only buttons have states',
      '6.3.3 widgets have a normal appearance and no other',
      '6.6.2 there is metadata',
    ]);
  });
});
