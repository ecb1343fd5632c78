import { describe, expect, it } from 'vitest';
import { countSignatures, hasUsageRights, readCertification } from '../../../signing/pdf/certification.ts';
import { readFields } from '../../../signing/pdf/form.ts';
import { ref } from '../../../signing/pdf/objects.ts';
import { readPdf } from '../../../signing/pdf/read-pdf.ts';
import { buildPdf, onePage } from './build-pdf.ts';
import { corpusBytes } from './corpus.ts';

function form(fields: string, objects: Record<number, string>, catalog = ''): Uint8Array {
  const first = `<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields ${fields}>>${catalog}>>`;
  return buildPdf({ objects: onePage({ 1: first, ...objects }) });
}

describe('fields of a form', () => {
  it('have joined names, inherited types, flags and values, and their widgets with page and box', () => {
    const bytes = form('[4 0 R 7 0 R]', {
      2: '<</Type/Pages/Kids[3 0 R 10 0 R]/Count 2/MediaBox[0 0 9 9]>>',
      3: '<</Type/Page/Annots[8 0 R]>>',
      4: '<</T(customer)/FT/Tx/Ff 2/V(x)/Kids[5 0 R 6 0 R]>>',
      5: '<</T(name)/Rect[9 9 1 2]/P 10 0 R>>',
      6: `<</T<FEFF010D>/FT/Sig/V null>>`,
      7: '<</T(twice)/FT/Btn/Kids[8 0 R 9 0 R 11 0 R]>>',
      8: '<</Subtype/Widget/Rect[0 0 1 1]/P 10 0 R>>',
      9: '<</Subtype/Widget/Rect[0 0 1]>>',
      10: '<</Type/Page/Annots 12 0 R>>',
      11: '<</Subtype/Widget/Rect[0 0 2 2]>>',
      12: '[11 0 R]',
    });
    expect(readFields(readPdf(bytes))).toMatchObject([
      { name: 'customer.name', type: 'Tx', flags: 2, ref: ref(5), widgets: [{ page: 1, rect: [1, 2, 9, 9] }] },
      { name: 'customer.č', type: 'Sig', ref: ref(6), signed: false, widgets: [] },
      {
        name: 'twice',
        type: 'Btn',
        widgets: [
          { ref: ref(8), page: 0 },
          { ref: ref(9), page: null, rect: null },
          { ref: ref(11), page: 1 },
        ],
      },
    ]);
  });

  it('are counted once when the tree loops or leads nowhere', () => {
    const bytes = form('[4 0 R 4 0 R 99 0 R]', { 4: '<</T(a)/Kids[5 0 R]>>', 5: '<</T(b)/Kids[4 0 R]>>' });
    expect(readFields(readPdf(bytes))).toEqual([]);
    const shared = form('[4 0 R 5 0 R]', { 4: '<</T(a)/Kids[5 0 R]>>', 5: '<</T(b)/FT/Sig>>' });
    expect(readFields(readPdf(shared)).map(({ name }) => name)).toEqual(['a.b']);
  });

  it('are none where there is no form', () => {
    expect(readFields(readPdf(buildPdf({ objects: onePage() })))).toEqual([]);
  });

  it('must be indirect objects and not nest without end', () => {
    expect(() => readFields(readPdf(form('[<</T(a)>>]', {})))).toThrow('indirect');
    const deep = Object.fromEntries(
      Array.from({ length: 50 }, (_, i) => [i + 4, `<</T(a)/Kids[${i + 5} 0 R]>>`] as const),
    );
    expect(() => readFields(readPdf(form('[4 0 R]', { ...deep, 54: '<</T(z)>>' })))).toThrow('deep');
  });

  it('are found in other products’ files', () => {
    const names = (file: string): readonly string[] =>
      readFields(readPdf(corpusBytes('valid', file))).map((field) => `${field.name}:${field.type ?? ''}`);
    expect(names('pyhanko-minimal-two-fields.pdf')).toEqual(['Sig1:Sig', 'Sig2:Sig']);
    expect(names('pdfjs-160F-2019.pdf')).toContain('A.CLAIMP:Tx');
    expect(names('pdflib-fancy_fields.pdf')).toContain('First Name 🚀:Tx');
    expect(names('pdflib-fancy_fields.pdf')).toHaveLength(15);
  });
});

describe('certification and signatures', () => {
  it.each([
    ['dss-certified-P3-plus-empty-field.pdf', 3, 1],
    ['pyhanko-certified-P1.pdf', 1, 1],
    ['pyhanko-signed-twice.pdf', null, 2],
    ['dss-signed-pades-lta.pdf', null, 1],
    ['dss-documentEmptySignature.pdf', null, 0],
    ['pdflib-sample_form.pdf', null, 0],
  ] as const)('in %s: level %s, %i signatures', (file, level, signatures) => {
    const pdf = readPdf(corpusBytes('valid', file));
    expect([readCertification(pdf), countSignatures(readFields(pdf))]).toEqual([level, signatures]);
  });

  it('keep usage rights apart', () => {
    expect(hasUsageRights(readPdf(corpusBytes('valid', 'pdflib-sample_form.pdf')))).toBe(true);
    expect(hasUsageRights(readPdf(corpusBytes('valid', 'pyhanko-certified-P1.pdf')))).toBe(false);
  });

  it.each([
    ['<</P 2>>', 2],
    ['<</P 3>>', 3],
    ['<<>>', 2],
    ['<</P 9>>', 1],
  ])('read %s of a signature that is not in /Perms as level %i', (parameters, level) => {
    const bytes = form('[4 0 R]', {
      4: '<</T(a)/FT/Sig/V 5 0 R>>',
      5: `<</Type/Sig/Reference[<</TransformMethod/FieldMDP>><</TransformMethod/DocMDP/TransformParams ${parameters}>>]>>`,
    });
    expect(readCertification(readPdf(bytes))).toBe(level);
  });

  it('take a signature that only /Perms calls a certification as level 2', () => {
    const bytes = form('[]', { 4: '<</Type/Sig>>' }, '/Perms<</DocMDP 4 0 R>>');
    expect(readCertification(readPdf(bytes))).toBe(2);
  });
});
