import { describe, expect, it } from 'vitest';
import { concat } from '../../../signing/bytes.ts';
import type { Placement } from '../../../signing/documents/placement.ts';
import { prepareDocument } from '../../../signing/documents/prepare.ts';
import type { PlacementId } from '../../../signing/ids.ts';
import { verifyPdf } from '../../../signing/verification/verify-pdf.ts';
import { samplePdf } from '../../support/sample-pdf.ts';
import { makePki, type SampleField } from '../../support/seal-fixtures.ts';
import { sealOne } from '../verification/samples.ts';

const EARLIER: SampleField = { name: 'earlier', box: [300, 100, 120, 50] };
type Box = SampleField['box'];
const FREE: Box = [60, 100, 120, 40];
const RULED: Box = [60, 285, 120, 40];
const NEXT: Box = [300, 160, 120, 40];
const TEXT: Box = [60, 470, 120, 40];

const pki = makePki('p256');
/** Words above a ruling on both pages, and a field on the first. */
const unsigned = await samplePdf(
  [0, 1].map((page) => ({
    texts: [{ text: 'Some words that were signed', x: 60, y: 480 }],
    content: '60 290 m 240 290 l S',
    fields: page === 0 ? [{ name: EARLIER.name, rect: [300, 100, 420, 150] as const }] : [],
  })),
);
const signed = (await sealOne(pki, unsigned, EARLIER)).bytes;

function place([x, y, width, height]: Box, page = 0): Placement {
  const person = { role: 'customer', order: 1, label: 'Podpis', required: true };
  const id = 'placed' as PlacementId;
  return { id, kind: 'signature', ...person, page, box: { x, y, width, height }, fieldName: 'new', source: 'placed' };
}
async function refusal(bytes: Uint8Array, ...placements: readonly Placement[]): Promise<unknown> {
  const result = await prepareDocument(bytes, placements);
  return result.ok ? 'taken' : [result.error.code, result.error.page];
}

describe('boxes in a document that was signed', () => {
  it.each<[string, readonly Placement[]]>([
    ['on a free spot', [place(FREE)]],
    ['on a ruling', [place(RULED)]],
    ['beside the signature and each other', [place(NEXT), place(FREE)]],
    ['at one place of two pages', [place(FREE), place(FREE, 1)]],
  ])('stand %s', async (_, placements) => {
    expect(await refusal(signed, ...placements)).toBe('taken');
  });

  it.each<[string, readonly Placement[], number]>([
    ['on text', [place(TEXT)], 0],
    ['on text of the second page', [place(FREE), place(TEXT, 1)], 1],
    ['on the signature', [place([350, 120, 120, 40])], 0],
    ['on each other', [place(FREE), place([100, 120, 120, 40])], 0],
  ])('are refused %s, with the page', async (_, placements, page) => {
    expect(await refusal(signed, ...placements)).toEqual(['placement-over-content', page]);
  });

  it('may stand on text while nobody has signed', async () => {
    expect(await refusal(unsigned, place(TEXT))).toBe('taken');
  });

  it('are refused over each other although nobody has signed: the second signature would cover the first', async () => {
    const upper = place([100, 120, 120, 40]);
    expect(await refusal(unsigned, place(FREE), upper)).toEqual(['signatures-overlap', 0]);
    expect(await refusal(unsigned, place(FREE), { ...upper, kind: 'text' })).toBe('taken');
    expect(await refusal(unsigned, place(FREE, 1), upper)).toBe('taken');
  });

  it('leave the earlier signature good, as the verifier has it', async () => {
    const result = await prepareDocument(signed, [place(RULED)]);
    if (!result.ok) throw new Error(result.error.detail);
    const prepared = concat(signed, result.value.increment);
    const { bytes } = await sealOne(pki, prepared, { name: 'new', box: RULED });
    const report = await verifyPdf(bytes, { name: 'x', roots: [pki.root.certificate] });
    expect(report.signatures.map(({ verdict }) => verdict)).toEqual(['passed', 'passed']);
  });
});
