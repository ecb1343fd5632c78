import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { concat } from '../../../signing/bytes.ts';
import { sha256 } from '../../../signing/digest.ts';
import type { DocumentRefusalCode } from '../../../signing/documents/document.ts';
import { intakeDocument } from '../../../signing/documents/intake.ts';
import type { Placement, PlacementBox } from '../../../signing/documents/placement.ts';
import { prepareDocument, type PreparedDocument } from '../../../signing/documents/prepare.ts';
import type { PlacementId } from '../../../signing/ids.ts';
import { readAcroForm, readFields } from '../../../signing/pdf/form.ts';
import { isArray, isStream } from '../../../signing/pdf/objects.ts';
import { readPdf } from '../../../signing/pdf/read-pdf.ts';
import { sealField } from '../../../signing/sealing/seal-field.ts';
import { difference, pdfPicture, pdfText, pdfWords, qpdfCheck } from '../../support/poppler.ts';
import { samplePdf, type SamplePage } from '../../support/sample-pdf.ts';
import { makePki, sealInput } from '../../support/seal-fixtures.ts';
import { requireTool } from '../../support/tools.ts';
import { corpusBytes } from '../pdf/corpus.ts';

beforeEach((ctx) => {
  requireTool(ctx, 'pdftotext', 'pdftoppm', 'qpdf');
});

interface Prepared extends PreparedDocument {
  readonly bytes: Uint8Array;
}

async function found(original: Uint8Array): Promise<readonly Placement[]> {
  let count = 0;
  const intake = await intakeDocument(original, () => `id-${(count += 1)}`);
  if (!intake.ok) throw new Error(`${intake.error.code}: ${intake.error.detail}`);
  return intake.value.placements;
}

async function prepare(original: Uint8Array, more: readonly Placement[] = []): Promise<Prepared> {
  const result = await prepareDocument(original, [...(await found(original)), ...more]);
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.detail}`);
  return { ...result.value, bytes: concat(original, result.value.increment) };
}

async function refusal(original: Uint8Array, placements: readonly Placement[]): Promise<DocumentRefusalCode | 'taken'> {
  const result = await prepareDocument(original, placements);
  return result.ok ? 'taken' : result.error.code;
}

function placed(changes: Partial<Placement> & { readonly box: PlacementBox }): Placement {
  return {
    id: 'placed' as PlacementId,
    kind: 'signature',
    role: 'customer',
    order: 1,
    label: 'Podpis stranke',
    required: true,
    page: 0,
    fieldName: 'placed',
    source: 'placed',
    ...changes,
  };
}

const TAG = '{{Podpis č;role=customer;type=signature;order=1;width=90;height=30}}';
const PLAIN_TAG = TAG.replace('č', 'c');
const around = [
  { text: 'Above the line stands this text.', x: 60, y: 520 },
  { text: 'And below it this one, with (brackets) and \\ strokes.', x: 60, y: 440 },
];
const helv = (operators: string): string => `BT /Helv 10 Tf ${operators} ET`;

const CASES: Readonly<Record<string, SamplePage>> = {
  'between other words': { texts: [...around, { text: `Before ${PLAIN_TAG} after`, x: 60, y: 480, size: 8 }] },
  'white on white': { texts: [...around, { text: PLAIN_TAG, x: 60, y: 480, white: true }] },
  'in an embedded font with carons': {
    texts: [...around, { text: `Žiga Češnik ${TAG} žaba`, x: 60, y: 480, font: 'sans', size: 8 }],
  },
  'split over runs': {
    texts: around,
    content: helv(`60 480 Td [(Be) 30 (fore {) -20 ({A;or)] TJ (der=1;wi) Tj (dth=60}} af) Tj [(t) -40 (er)] TJ`),
  },
  'shown by quote operators': {
    texts: around,
    content: helv(
      `60 490 Td 14 TL (Before {{A;or) ' 3 1.5 (der=1}} after words) " (next line {{B;dx=200}} end) ' 0 Tw 0 Tc (last) '`,
    ),
  },
  'with spacing, scaling and rise': {
    texts: around,
    content: helv(`60 480 Td 2 Tc 5 Tw 70 Tz 3 Ts (Before {{A; order = 1}} after it) Tj 0 Ts ( and on) Tj`),
  },
  'wrapped over the lines of two table cells': {
    texts: [
      ...around,
      ...['{{Stranka;role=cus', 'tomer;order=1;width=120}} konec'].map((text, i) => ({ text, x: 60, y: 490 - 12 * i })),
      ...['{{Referent;role=cl', 'erk;order=2}} fin'].map((text, i) => ({ text, x: 200, y: 490 - 12 * i })),
    ],
  },
  'in a form XObject': {
    texts: around,
    content: 'q 1 0 0 1 40 300 cm /Form Do Q',
    form: { content: helv('20 180 Td (Before {{A;order=1;width=60}} after) Tj'), matrix: [1, 0, 0, 1, 5, 0] },
  },
  'on a turned page': {
    rotate: 90,
    texts: [{ text: `Before ${PLAIN_TAG} after`, x: 300, y: 60, turn: 90, size: 8 }],
  },
  'on a page upside down': {
    rotate: 180,
    texts: [{ text: `Before ${PLAIN_TAG} after`, x: 500, y: 480, turn: 180, size: 8 }],
  },
  'on a page with offset boxes': {
    mediaBox: [-100, -50, 495, 792],
    cropBox: [-80, 20, 400, 700],
    rotate: 270,
    texts: [{ text: `Before ${PLAIN_TAG} after`, x: 100, y: 600, turn: 270, size: 8 }],
  },
  'beside an inline image': {
    texts: around,
    content: `q 30 0 0 30 60 560 cm BI /W 2 /H 2 /BPC 8 /CS /G ID (()]\nEI Q ${helv('60 480 Td (Before {{A}} after) Tj')}`,
  },
};

describe.each(Object.entries(CASES))('a tag %s', (_, page) => {
  let original: Uint8Array;
  let prepared: Prepared;
  beforeAll(async () => {
    original = await samplePdf([page]);
    prepared = await prepare(original);
  });

  it('is gone from the text, and every other word stays where it was', () => {
    expect(pdfText(original)).toMatch(/\{\s?\{/);
    expect(pdfText(prepared.bytes)).not.toMatch(/[{}]/);
    const before = pdfWords(original);
    const after = pdfWords(prepared.bytes);
    expect(after.length).toBeGreaterThan(0);
    for (const word of after) {
      const same = before.find(
        (other) =>
          other.text === word.text &&
          Math.hypot(other.xMin - word.xMin, other.yMin - word.yMin) < 0.1 &&
          Math.hypot(other.xMax - word.xMax, other.yMax - word.yMax) < 0.1,
      );
      expect(same, word.text).toBeDefined();
    }
    const kept = before.filter(({ text }) =>
      /^(?:Above|line|stands|below|Before|after|konec|fin|end|last)$/.test(text),
    );
    for (const { text } of kept) expect(after.map((word) => word.text)).toContain(text);
  });

  it('leaves a file that qpdf finds clean, with its digest', () => {
    qpdfCheck(prepared.bytes);
    expect(prepared.digest).toBe(sha256(prepared.bytes));
    expect(prepared.bytes.subarray(0, original.length)).toEqual(original);
  });

  it('changes no pixel where the tag was not', () => {
    const [before, after] = [pdfPicture(original), pdfPicture(prepared.bytes)];
    const box = difference(before, after);
    const white = page.texts?.every(({ text, white: isWhite }) => isWhite === true || !text.includes('{')) === true;
    if (box === null) {
      expect(white && page.content === undefined).toBe(true);
      return;
    }
    // Everything that differs lies in the band of lines that held the tag, and gets lighter only.
    expect(box.bottom - box.top).toBeLessThan(45);
    const darker = after.pixels.findIndex((value, index) => value < (before.pixels[index] ?? 0));
    expect(darker).toBe(-1);
  });

  it('leaves no tag to be found again, and one field for each placement', async () => {
    const again = await found(prepared.bytes);
    expect(again.map(({ fieldName }) => fieldName).sort()).toEqual(
      prepared.placements.map(({ fieldName }) => fieldName).sort(),
    );
    expect(again.every(({ source }) => source === 'field')).toBe(true);
    const byName = new Map(again.map((placement) => [placement.fieldName, placement]));
    for (const { fieldName, box, label } of prepared.placements) {
      expect(byName.get(fieldName)).toMatchObject({ box, label });
    }
  });
});

describe('a tag that /ActualText says a second time', () => {
  it('is taken out of there, too, and marked content stays otherwise', async () => {
    const content = helv(
      '60 480 Td /Span <</Lang (sl) /ActualText (Pred {{A}} po)>> BDC (Pred {{A}} po) Tj EMC ' +
        '/Span <</ActualText (konec)>> BDC ( kon) Tj EMC',
    );
    const { bytes } = await prepare(await samplePdf([{ content }]));
    const file = readPdf(bytes);
    const stream = file.resolve(file.pages()[0]?.dict.entries.get('Contents'));
    const written = isStream(stream) ? Buffer.from(file.decode(stream)).toString('latin1') : '';
    expect(written).not.toContain('{');
    expect(written).toMatch(/\/Span <<\s*\/Lang \(sl\)\s*>> BDC/);
    expect(written).toContain('/Span <</ActualText (konec)>> BDC ( kon) Tj EMC');
    expect(pdfText(bytes).replace(/\s+/g, ' ').trim()).toMatch(/^Pred po ?konec$/);
  });
});

describe('what cannot be taken out', () => {
  it('refuses a tag in a font of no size', async () => {
    const original = await samplePdf([{ content: 'BT /Helv 0 Tf 5 Tc 60 480 Td (Text {{A}} more) Tj ET' }]);
    expect(await refusal(original, await found(original))).toBe('tag-not-removable');
  });

  it('refuses a tag that ends outside a form which another page shows as well', async () => {
    const form = { content: helv('60 480 Td (Text {{A;order=) Tj') };
    const content = `/Form Do ${helv('127.54 480 Td (1}} more) Tj')}`;
    const { bytes } = await prepare(await samplePdf([{ content, form }]));
    expect(pdfText(bytes)).not.toContain('{');
    const shared = await samplePdf([{ content, form }, { content: '/Form Do' }], { shareForm: true });
    expect(await refusal(shared, await found(shared))).toBe('tag-not-removable');
  });

  it('refuses tags in a document that was signed before', async () => {
    const fields = [{ name: 'earlier', rect: [300, 100, 400, 150] as const }];
    const tagged = await samplePdf([{ texts: [{ text: TAG.replace('č', 'c'), x: 60, y: 480 }], fields }]);
    const input = sealInput(makePki('p256'), tagged, { name: 'earlier', box: [300, 100, 100, 50] });
    const sealed = await sealField(input);
    if (!sealed.ok) throw new Error(sealed.error.detail);
    const signed = concat(tagged, sealed.value.increment);
    const intake = await intakeDocument(signed, () => 'id');
    expect(intake.ok ? 'taken' : intake.error.code).toBe('signed-before-tags');
    expect(await refusal(signed, [])).toBe('signed-before-tags');
  });
});

describe('fields', () => {
  it('makes one of each kind, read-only where the kiosk fills it, printed and labelled', async () => {
    const kinds = ['signature', 'initials', 'date', 'text', 'checkbox'];
    const texts = kinds.map((kind, index) => ({
      text: `{{Čas ${kind};type=${kind}}}`,
      x: 60,
      y: 700 - 80 * index,
      font: 'sans' as const,
    }));
    const { bytes } = await prepare(await samplePdf([{ texts }]));
    const file = readPdf(bytes);
    const fields = readFields(file);
    expect(fields.map(({ name, type, flags, widgets }) => [name, type, flags & 1, widgets[0]?.page])).toEqual([
      ['customer_signature', 'Sig', 0, 0],
      ['customer_initials', 'Sig', 0, 0],
      ['customer_date', 'Tx', 1, 0],
      ['customer_text', 'Tx', 1, 0],
      ['customer_checkbox', 'Btn', 1, 0],
    ]);
    for (const { dict } of fields) expect(dict.entries.get('F')).toBe(4);
    expect(readAcroForm(file)?.entries.has('NeedAppearances')).toBe(false);
    expect(readAcroForm(file)?.entries.has('SigFlags')).toBe(false);
    const annotations = file.resolve(file.pages()[0]?.dict.entries.get('Annots'));
    expect(isArray(annotations) ? annotations.items.length : 0).toBe(5);
  });

  it.each(['pdflib-fancy_fields.pdf', 'pyhanko-minimal-two-fields.pdf'])(
    'leaves the fields of %s as they are and finds free names',
    async (file) => {
      const original = new Uint8Array(corpusBytes('valid', file));
      const before = readFields(readPdf(original));
      const box = { x: 20, y: 20, width: 90, height: 30 };
      const names = ['a.b', 'a b', 'Sig1', ''];
      const { bytes, placements } = await prepare(
        original,
        names.map((fieldName) => placed({ kind: 'text', box, fieldName })),
      );
      const after = readFields(readPdf(bytes));
      expect(after.slice(0, before.length).map(({ name, ref, dict }) => ({ name, ref, dict }))).toEqual(
        before.map(({ name, ref, dict }) => ({ name, ref, dict })),
      );
      const added = placements.filter(({ source }) => source === 'placed').map(({ fieldName }) => fieldName);
      expect(after.slice(before.length).map(({ name }) => name)).toEqual(added);
      expect(added).toEqual(['a_b', 'a_b_2', file.startsWith('pyhanko') ? 'Sig1_2' : 'Sig1', 'field']);
    },
  );

  it('appends nothing where every placement is a field already', async () => {
    const original = corpusBytes('valid', 'pyhanko-minimal-two-fields.pdf');
    const { increment, digest } = await prepare(original);
    expect(increment).toHaveLength(0);
    expect(digest).toBe(sha256(original));
  });

  it('refuses a place outside the visible page', async () => {
    const original = await samplePdf([{ cropBox: [100, 100, 400, 400] }]);
    const place = (x: number): Placement => placed({ box: { x, y: 200, width: 90, height: 30 } });
    expect(await refusal(original, [place(311)])).toBe('placement-outside-page');
    expect(await refusal(original, [{ ...place(200), page: 7 }])).toBe('placement-outside-page');
    expect(await refusal(original, [place(310)])).toBe('taken');
  });

  it('adds no field to a certified document', async () => {
    const original = corpusBytes('valid', 'dss-certified-P3-plus-empty-field.pdf');
    const box = { x: 20, y: 20, width: 90, height: 30 };
    expect(await refusal(original, await found(original))).toBe('taken');
    expect(await refusal(original, [placed({ box })])).toBe('certified-no-changes');
  });

  it.each([
    'dss-pdf-xref-streams.pdf',
    'dss-pdfa2a-rgb.pdf',
    'dss-negative-mediabox-rotate90.pdf',
    'pdflib-with_update_sections.pdf',
    'pdflib-sample_form.pdf',
    'pdfjs-cropbox-offset.pdf',
  ])('goes behind %s with hand-placed fields, clean for qpdf', async (file) => {
    const original = corpusBytes('valid', file);
    const [page] = readPdf(original).pages();
    const [x, y] = page?.cropBox ?? [0, 0];
    const { bytes } = await prepare(original, [
      placed({ box: { x: x + 5, y: y + 5, width: 60, height: 30 } }),
      placed({ box: { x: x + 5, y: y + 40, width: 18, height: 18 }, kind: 'checkbox', fieldName: 'tick' }),
    ]);
    qpdfCheck(bytes);
    expect(readFields(readPdf(bytes)).map(({ name }) => name)).toEqual(expect.arrayContaining(['placed', 'tick']));
  });
});
