import { PDFDocument, PDFName, PDFString, type PDFDict, type PDFObject } from 'pdf-lib';
import { beforeEach, describe, expect, it } from 'vitest';
import { concat } from '../../../signing/bytes.ts';
import { intakeDocument } from '../../../signing/documents/intake.ts';
import { prepareDocument } from '../../../signing/documents/prepare.ts';
import { pdfText } from '../../support/poppler.ts';
import { requireTool } from '../../support/tools.ts';

beforeEach((ctx) => {
  requireTool(ctx, 'pdftotext');
});

type Context = PDFDocument['context'];

/** A page that shows `codes` in a font made by `font`. */
async function pageIn(font: (context: Context) => PDFDict, codes: string): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  const page = pdf.addPage([595, 842]);
  const { context } = pdf;
  page.node.setFontDictionary(PDFName.of('F'), context.register(font(context)));
  const content = `BT /F 10 Tf 60 480 Td <${Buffer.from(codes, 'latin1').toString('hex')}> Tj ET`;
  page.node.addContentStream(context.register(context.stream(content)));
  return pdf.save({ useObjectStreams: false });
}

async function prepared(original: Uint8Array): Promise<{ label: string; x: number; text: string }> {
  const intake = await intakeDocument(original, () => 'id');
  if (!intake.ok) throw new Error(intake.error.detail);
  const [placement] = intake.value.placements;
  const result = await prepareDocument(original, intake.value.placements);
  if (!result.ok) throw new Error(result.error.detail);
  const text = pdfText(concat(original, result.value.increment)).trim();
  return { label: placement?.label ?? '', x: placement?.box.x ?? 0, text };
}

const cmap = (body: string): string =>
  `/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CMapName /Test def /CMapType 1 def /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> def
${body}
endcmap end end`;

function composite(context: Context, encoding: PDFObject, ordering: string, toUnicode?: string): PDFDict {
  const system = { Registry: PDFString.of('Adobe'), Ordering: PDFString.of(ordering), Supplement: 0 };
  const descriptor = context.register(
    context.obj({
      Type: 'FontDescriptor',
      FontName: 'Test',
      Flags: 4,
      FontBBox: [0, -200, 1000, 800],
      ItalicAngle: 0,
      Ascent: 800,
      Descent: -200,
      CapHeight: 700,
      StemV: 80,
    }),
  );
  const descendant = context.obj({
    Type: 'Font',
    Subtype: 'CIDFontType2',
    BaseFont: 'Test',
    CIDSystemInfo: system,
    FontDescriptor: descriptor,
    DW: 500,
  });
  return context.obj({
    Type: 'Font',
    Subtype: 'Type0',
    BaseFont: 'Test',
    Encoding: encoding,
    DescendantFonts: [context.register(descendant)],
    ...(toUnicode === undefined ? {} : { ToUnicode: context.register(context.stream(toUnicode)) }),
  });
}

describe('fonts of all kinds', () => {
  it('reads codes of one and two bytes in one string', async () => {
    const ranges = '2 begincodespacerange <00> <7F> <8140> <9FFC> endcodespacerange';
    const font = (context: Context): PDFDict =>
      composite(
        context,
        context.register(
          context.stream(cmap(`${ranges}\n2 begincidrange <20> <7E> 1 <8140> <8150> 200 endcidrange`), {
            Type: 'CMap',
            CMapName: 'Test',
          }),
        ),
        'Identity',
        cmap(`${ranges}\n2 beginbfrange <20> <7E> <0020> <8140> <8141> <010D> endbfrange`),
      );
    const result = await prepared(await pageIn(font, 'Pred {{Po\x81\x40as;order=1}} ko\x81\x40nec'));
    expect(result).toMatchObject({ label: 'Počas', x: 85 });
    expect(result.text.replace(/\s+/g, ' ')).toBe('Pred kočnec');
  });

  it('reads a predefined CMap from the package of pdf.js', async () => {
    const font = (context: Context): PDFDict => composite(context, PDFName.of('90ms-RKSJ-H'), 'Japan1');
    const original = await pageIn(font, 'A {{\x83\x54\x83\x43\x83\x93;order=1}} Z');
    const intake = await intakeDocument(original, () => 'id');
    expect(intake.ok ? intake.value.placements.map(({ label }) => label) : []).toEqual(['サイン']);
  });

  it('reads codes that only /Differences explain', async () => {
    const names = [
      'braceleft',
      'A',
      'ccaron',
      'semicolon',
      'o',
      'r',
      'd',
      'e',
      'equal',
      'two',
      'braceright',
      'K',
      'space',
    ];
    const font = (context: Context): PDFDict =>
      context.obj({
        Type: 'Font',
        Subtype: 'Type1',
        BaseFont: 'Helvetica',
        FirstChar: 1,
        LastChar: names.length,
        Widths: names.map(() => 500),
        Encoding: { Type: 'Encoding', Differences: [1, ...names.map((name) => PDFName.of(name))] },
      });
    // Pages may use any code for any letter: here 1 is "{", 2 is "A", 3 is "č".
    const codes = [12, 13, 1, 1, 2, 3, 4, 5, 6, 7, 8, 6, 9, 10, 11, 11, 13, 12];
    const result = await prepared(await pageIn(font, String.fromCharCode(...codes)));
    expect(result).toMatchObject({ label: 'Ač', x: 70 });
    expect(result.text.replace(/\s+/g, ' ')).toBe('K K');
  });

  it('reads Type 3 fonts with their own glyph space', async () => {
    const font = (context: Context): PDFDict => {
      const shape = context.register(context.stream('50 0 0 0 40 40 d1 0 0 40 40 re f'));
      const letters = { braceleft: 123, B: 66, braceright: 125, space: 32 };
      return context.obj({
        Type: 'Font',
        Subtype: 'Type3',
        FontBBox: [0, 0, 50, 50],
        FontMatrix: [0.01, 0, 0, 0.01, 0, 0],
        FirstChar: 32,
        LastChar: 126,
        Widths: Array.from({ length: 95 }, () => 50),
        CharProcs: Object.fromEntries(Object.keys(letters).map((name) => [name, shape])),
        Encoding: {
          Type: 'Encoding',
          Differences: Object.entries(letters).flatMap(([name, code]) => [code, PDFName.of(name)]),
        },
      });
    };
    const result = await prepared(await pageIn(font, 'BB {{B}} B'));
    expect(result).toMatchObject({ label: 'B', x: 75 });
    expect(result.text).not.toContain('{');
  });

  it.each(['an ExtGState each', 'one form, with the resources of the page that draws it'])(
    'tells fonts apart that are no objects of their own: %s',
    async (way) => {
      const names = ['braceleft', 'A', 'braceright'];
      const fontOf = (letters: readonly string[]) => ({
        ...{
          Type: 'Font',
          Subtype: 'Type1',
          BaseFont: 'Helvetica',
          FirstChar: 1,
          LastChar: 3,
          Widths: [500, 500, 500],
        },
        Encoding: { Type: 'Encoding', Differences: [1, ...letters] },
      });
      const [plain, telling] = [fontOf(['x', 'y', 'z']), fontOf(names)];
      const shown = 'BT 60 480 Td <0101020303> Tj ET';
      const pdf = await PDFDocument.create();
      const { context } = pdf;
      if (way === 'an ExtGState each') {
        const page = pdf.addPage([595, 842]);
        const states = { A: { Font: [plain, 10] }, B: { Font: [telling, 10] } };
        page.node.set(PDFName.of('Resources'), context.obj({ ExtGState: states }));
        page.node.addContentStream(context.register(context.stream(`/A gs ${shown} /B gs ${shown}`)));
      } else {
        const entries = { Type: 'XObject', Subtype: 'Form', BBox: [0, 0, 595, 842] };
        const form = context.register(context.stream(`/F 10 Tf ${shown}`, entries));
        for (const font of [plain, telling]) {
          const page = pdf.addPage([595, 842]);
          page.node.set(PDFName.of('Resources'), context.obj({ Font: { F: font }, XObject: { X: form } }));
          page.node.addContentStream(context.register(context.stream('/X Do')));
        }
      }
      const intake = await intakeDocument(await pdf.save({ useObjectStreams: false }), () => 'id');
      if (!intake.ok) throw new Error(intake.error.detail);
      expect(intake.value.placements.map(({ label }) => label)).toEqual(['A']);
    },
  );
});
