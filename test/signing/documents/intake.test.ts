import { describe, expect, it } from 'vitest';
import { intakeDocument } from '../../../signing/documents/intake.ts';
import type { DocumentFacts } from '../../../signing/documents/document.ts';
import type { Placement } from '../../../signing/documents/placement.ts';
import { buildPdf, onePage, stream } from '../pdf/build-pdf.ts';
import { corpus, corpusBytes } from '../pdf/corpus.ts';
import { samplePdf, type SamplePage } from '../../support/sample-pdf.ts';

function counter(): () => string {
  let count = 0;
  return () => `id-${(count += 1)}`;
}

async function intake(bytes: Uint8Array): Promise<DocumentFacts> {
  const result = await intakeDocument(bytes, counter());
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.detail}`);
  return result.value;
}

async function placements(...pages: readonly SamplePage[]): Promise<readonly Placement[]> {
  return (await intake(await samplePdf(pages))).placements;
}

async function refusal(...pages: readonly SamplePage[]): Promise<string> {
  const result = await intakeDocument(await samplePdf(pages), counter());
  return result.ok ? 'taken' : result.error.code;
}

const TAG = '{{Podpis;role=customer;type=signature;order=1;width=180;height=60}}';

describe('text tags on a page', () => {
  it('gives the box whose lower left corner is where the tag begins', async () => {
    expect(await placements({ texts: [{ text: `Podpis: ${TAG} konec`, x: 50, y: 300 }] })).toEqual([
      {
        id: 'id-1',
        kind: 'signature',
        role: 'customer',
        order: 1,
        label: 'Podpis',
        required: true,
        page: 0,
        // Helvetica's "Podpis: " is 36.13 wide at 10 points.
        box: { x: 86.13, y: 300, width: 180, height: 60 },
        fieldName: 'customer_signature',
        source: 'tag',
      },
    ]);
  });

  it.each(['helvetica', 'sans'] as const)('finds white text in %s', async (font) => {
    const [only] = await placements({ texts: [{ text: TAG, x: 70, y: 400, white: true, font }] });
    expect(only?.box).toEqual({ x: 70, y: 400, width: 180, height: 60 });
  });

  it('does not move the box for a label with carons', async () => {
    const [plain] = await placements({ texts: [{ text: '{{Ziga Cesnik szc;order=1}}', x: 70, y: 400, font: 'sans' }] });
    const [caron] = await placements({ texts: [{ text: '{{Žiga Češnik šžč;order=1}}', x: 70, y: 400, font: 'sans' }] });
    expect(caron?.label).toBe('Žiga Češnik šžč');
    expect(caron?.box).toEqual(plain?.box);
  });

  it('reads ligatures as their letters', async () => {
    const [only] = await placements({
      texts: [{ text: '{{Office affine fjord;order=4}}', x: 70, y: 400, font: 'sans' }],
    });
    expect(only).toMatchObject({ label: 'Office affine fjord', order: 4 });
  });

  it('joins a tag split over text runs, kerned and shown out of order', async () => {
    const content = [
      'BT /Helv 10 Tf 1 0 0 1 100 500 Tm [({) -20 ({Pod) 15 (pis;or)] TJ (der=) Tj 3 Tr (2;wi) Tj 0 Tr ET',
      'BT /Helv 10 Tf 1 0 0 1 245.14 500 Tm (t=33}}) Tj ET',
      'BT /Helv 10 Tf 1 0 0 1 187.04 500 Tm (dth=44;heigh) Tj ET',
    ].join('\n');
    expect(await placements({ content })).toMatchObject([
      { label: 'Podpis', order: 2, box: { x: 100, y: 500, width: 44, height: 33 } },
    ]);
  });

  it('joins a tag that wraps over lines of a paragraph', async () => {
    const lines = ['Spodaj podpisani {{Podpis strank', 'e;role=customer;type=sig', 'nature;order=3}} izjavljam'];
    const texts = lines.map((text, index) => ({ text, x: 60, y: 500 - 14 * index }));
    expect(await placements({ texts })).toMatchObject([{ kind: 'signature', order: 3, box: { y: 500 } }]);
  });

  it.each(['cell by cell', 'line by line', 'bottom up'])(
    'tells neighbouring table cells apart, written %s',
    async (how) => {
      const cells = [
        ['{{Stranka;role=cus', 'tomer;type=signa', 'ture;order=1}}'],
        ['{{Referent;role=cl', 'erk;type=initials;', 'order=2}}'],
        ['{{Kraj in dan;typ', 'e=date;role=custo', 'mer;order=1}}'],
      ];
      const texts = cells.flatMap((lines, column) =>
        lines.map((text, line) => ({ text, x: 60 + 92 * column, y: 500 - 12 * line, line, column })),
      );
      if (how === 'line by line') texts.sort((a, b) => a.line - b.line || a.column - b.column);
      if (how === 'bottom up') texts.sort((a, b) => b.line - a.line || b.column - a.column);
      const found = await placements({ texts });
      expect(found.map(({ label, kind, role, order, box }) => [label, kind, role, order, box.x, box.y])).toEqual([
        ['Stranka', 'signature', 'customer', 1, 60, 500],
        ['Referent', 'initials', 'clerk', 2, 152, 500],
        ['Kraj in dan', 'date', 'customer', 1, 244, 500],
      ]);
    },
  );

  it('takes text drawn twice to look bold as one tag', async () => {
    const text = { text: TAG, x: 70, y: 400 };
    expect(await placements({ texts: [text, { ...text, x: 70.3 }] })).toHaveLength(1);
  });

  it('finds a tag in a form XObject, with both matrices', async () => {
    const form = { content: 'BT /Helv 5 Tf 10 20 Td ({{Podpis;order=1}}) Tj ET', matrix: [2, 0, 0, 2, 30, 0] };
    const [only] = await placements({ content: 'q 1 0 0 1 40 300 cm /Form Do Q', form });
    expect(only?.box).toEqual({ x: 90, y: 340, width: 180, height: 60 });
  });

  it('passes over inline images whose data looks like text', async () => {
    const content =
      'BI /W 30 /H 1 /BPC 8 /CS /G ID ({{Podpis;order=9}}) Tj EI xx x \nEI BT /Helv 9 Tf 90 90 Td ({{A}}) Tj ET';
    expect(await placements({ content })).toMatchObject([{ label: 'A', order: 1 }]);
  });

  it('survives forms that draw themselves and states that are never restored', async () => {
    const content = `${'q '.repeat(5000)} Q Q Q Q BT /Helv 9 Tf 90 90 Td ({{A}}) Tj ET /Form Do`;
    const form = { content: '/Form Do /Missing Do /Missing gs BT /Missing 4 Tf (x) Tj ET' };
    expect(await placements({ content, form })).toMatchObject([{ label: 'A' }]);
  });
});

describe('turned and cropped pages', () => {
  // The tag is written so that it stands upright for the reader at (100, 150) of the displayed page.
  it.each<[0 | 90 | 180 | 270, { x: number; y: number }, object]>([
    [0, { x: 100, y: 150 }, { x: 100, y: 150, width: 180, height: 60 }],
    [90, { x: 445, y: 100 }, { x: 385, y: 100, width: 60, height: 180 }],
    [180, { x: 495, y: 692 }, { x: 315, y: 632, width: 180, height: 60 }],
    [270, { x: 150, y: 742 }, { x: 150, y: 562, width: 60, height: 180 }],
  ])('stands upright for the reader at /Rotate %d', async (rotate, at, box) => {
    const [only] = await placements({ rotate, texts: [{ text: TAG, ...at, turn: rotate }] });
    expect(only?.box).toEqual(box);
  });

  it('counts from user space when the CropBox begins elsewhere', async () => {
    const crop = [100, 200, 500, 700] as const;
    const [only] = await placements({ cropBox: crop, texts: [{ text: TAG, x: 120, y: 230 }] });
    expect(only?.box).toEqual({ x: 120, y: 230, width: 180, height: 60 });
  });

  it('works in a MediaBox with negative corners', async () => {
    const page = { mediaBox: [-300, -400, 295, 442] as const, rotate: 90 as const };
    const [only] = await placements({ ...page, texts: [{ text: TAG, x: -50, y: -350, turn: 90 }] });
    expect(only?.box).toEqual({ x: -110, y: -350, width: 60, height: 180 });
  });

  it('slides a box that hangs over the edge onto the page', async () => {
    const [only] = await placements({ texts: [{ text: TAG, x: 450, y: 810, size: 2 }] });
    expect(only?.box).toEqual({ x: 415, y: 782, width: 180, height: 60 });
  });

  it('follows dx and dy to the right and up for the reader', async () => {
    const text = '{{A;dx=-20;dy=5;width=100;height=50}}';
    const [only] = await placements({ rotate: 90, texts: [{ text, x: 300, y: 100, turn: 90 }] });
    expect(only?.box).toEqual({ x: 245, y: 80, width: 50, height: 100 });
  });

  it('refuses a place that is not on the page', async () => {
    expect(await refusal({ texts: [{ text: '{{A;dx=4000}}', x: 50, y: 50 }] })).toBe('placement-outside-page');
    expect(await refusal({ texts: [{ text: '{{A;width=900}}', x: 50, y: 50 }] })).toBe('placement-outside-page');
    expect(await refusal({ cropBox: [0, 400, 595, 842], texts: [{ text: TAG, x: 50, y: 50 }] })).toBe(
      'placement-outside-page',
    );
  });
});

describe('turns and names', () => {
  it('lets staff sign last unless the tag says otherwise', async () => {
    const tags = [
      '{{A;role=clerk}}',
      '{{B;role=customer}}',
      '{{C;role=guardian;order=2}}',
      '{{D;role=manager;order=1}}',
    ];
    const found = await placements({ texts: tags.map((text, index) => ({ text, x: 50, y: 700 - 80 * index })) });
    expect(found.map(({ label, order }) => [label, order])).toEqual([
      ['A', 3],
      ['B', 1],
      ['C', 2],
      ['D', 1],
    ]);
  });

  it('gives a tag without a turn that of its role elsewhere', async () => {
    const tags = ['{{A;role=customer;type=date}}', '{{B;role=customer;order=4}}'];
    const found = await placements({ texts: tags.map((text, index) => ({ text, x: 50, y: 700 - 80 * index })) });
    expect(found.map(({ order }) => order)).toEqual([4, 4]);
  });

  it('reads from the top down and left to right, page by page, and makes names unique', async () => {
    const text = '{{P;name=podpis.stranke}}';
    const page = {
      texts: [
        { x: 300, y: 300 },
        { x: 50, y: 300 },
        { x: 50, y: 600 },
      ].map((at) => ({ text, ...at })),
    };
    const found = await placements(page, page);
    expect(found.map(({ page: index, box, fieldName }) => [index, box.x, box.y, fieldName])).toEqual([
      [0, 50, 600, 'podpis_stranke'],
      [0, 50, 300, 'podpis_stranke_2'],
      [0, 300, 300, 'podpis_stranke_3'],
      [1, 50, 600, 'podpis_stranke_4'],
      [1, 50, 300, 'podpis_stranke_5'],
      [1, 300, 300, 'podpis_stranke_6'],
    ]);
  });

  it('warns of a malformed tag with its page and goes on', async () => {
    const texts = [
      { text: '{{A;rol=x}} {{B}} {{C;order=0}}', x: 50, y: 600 },
      { text: '{{D;role=customer', x: 50, y: 90 },
      { text: 'function() { return {}; } }} {{', x: 50, y: 400 },
    ];
    const facts = await intake(await samplePdf([{}, { texts }]));
    expect(facts.placements.map(({ label }) => label)).toEqual(['B']);
    expect(facts.warnings).toEqual([
      { code: 'tag-malformed', detail: 'page 2: key-unknown, unknown key rol' },
      { code: 'tag-malformed', detail: 'page 2: value-invalid, order must be a whole number from 1 to 99' },
      { code: 'tag-malformed', detail: 'page 2: not-a-tag, the tag is never closed' },
    ]);
  });
});

describe('signature fields of the form', () => {
  it('takes empty fields and asks where the name does not tell the role', async () => {
    const facts = await intake(corpusBytes('valid', 'pyhanko-minimal-two-fields.pdf'));
    expect(facts.placements).toMatchObject([
      { fieldName: 'Sig2', role: 'customer', order: 1, source: 'field' },
      { fieldName: 'Sig1', role: 'customer', order: 1, source: 'field' },
    ]);
    expect(facts.unassigned).toEqual(expect.arrayContaining(['Sig1', 'Sig2']));
  });

  it('takes role and turn from the name, the label from the tooltip, and allows no area', async () => {
    const bytes = await samplePdf([
      {
        fields: [
          { name: 'Sig.customer.2', rect: [50, 500, 200, 540], tooltip: 'Podpis, prosim č' },
          { name: 'podpis_stranka_1', rect: [50, 400, 200, 440] },
          { name: 'signature_clerk', rect: [0, 0, 0, 0] },
        ],
      },
    ]);
    const facts = await intake(bytes);
    expect(facts.unassigned).toEqual([]);
    expect(facts.placements.map(({ label, role, order, box }) => [label, role, order, box.width])).toEqual([
      ['Podpis, prosim č', 'customer', 2, 150],
      ['podpis_stranka_1', 'customer', 1, 150],
      ['signature_clerk', 'clerk', 3, 0],
    ]);
  });

  it('refuses two signature fields of the same name', async () => {
    const field = { name: 'customer', rect: [50, 500, 200, 540] as const };
    expect(await refusal({ fields: [field, field] })).toBe('duplicate-field');
  });

  it.each([
    ['dss-documentEmptySignature.pdf', 1],
    ['dss-certified-P3-plus-empty-field.pdf', 1],
    ['pdflib-sample_form.pdf', 1],
    ['pyhanko-signed-twice.pdf', 0],
    ['pdflib-fancy_fields.pdf', 0],
  ])('finds in %s as many empty fields as there are', async (file, count) => {
    const facts = await intake(corpusBytes('valid', file));
    expect(facts.placements).toHaveLength(count);
  });
});

describe('whatever comes in', () => {
  it('reads a page whose content is in more streams than a call takes arguments', async () => {
    const page = `<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents[${'4 0 R '.repeat(150_000)}]>>`;
    const bytes = buildPdf({ objects: onePage({ 3: page, 4: stream(Buffer.from('q Q')) }) });
    expect((await intake(bytes)).placements).toEqual([]);
  });

  it('takes or refuses every file of the corpus, well within ten seconds each', async () => {
    for (const kind of ['valid', 'hostile'] as const) {
      for (const file of corpus(kind).keys()) {
        const started = process.cpuUsage();
        const result = await intakeDocument(corpusBytes(kind, file), counter());
        expect(result.ok || result.error.detail !== '', file).toBe(true);
        // Of the processor, not of the clock: other tests run beside this one.
        expect(process.cpuUsage(started).user / 1000, file).toBeLessThan(10_000);
      }
    }
  }, 120_000);
});
