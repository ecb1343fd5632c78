import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import * as fontkit from 'fontkit';
import {
  degrees,
  PDFDict,
  PDFDocument,
  PDFHexString,
  PDFName,
  PDFRef,
  rgb,
  StandardFonts,
  type PDFFont,
  type PDFPage,
} from 'pdf-lib';

export interface SampleText {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly size?: number;
  readonly white?: boolean;
  /** 'sans' is Source Sans 3 embedded as a subset with two-byte codes; the default is Helvetica, not embedded. */
  readonly font?: 'helvetica' | 'sans';
  /** Degrees, counter-clockwise. */
  readonly turn?: number;
}

export interface SampleField {
  readonly name: string;
  readonly rect: readonly [number, number, number, number];
  readonly tooltip?: string;
}

export interface SamplePage {
  /** Lower left and upper right corner; A4 unless given. */
  readonly mediaBox?: readonly [number, number, number, number];
  readonly cropBox?: readonly [number, number, number, number];
  readonly rotate?: 0 | 90 | 180 | 270;
  readonly texts?: readonly SampleText[];
  /** Operators drawn first, with the fonts `/Helv` and `/Sans` and the form `/Form` at hand. */
  readonly content?: string;
  /** Operators of a form XObject `/Form`, with the fonts at hand; `matrix` is its /Matrix. */
  readonly form?: { readonly content: string; readonly matrix?: readonly number[] };
  /** Empty signature fields. */
  readonly fields?: readonly SampleField[];
}

const FONT = '@expo-google-fonts/source-sans-3/400Regular/SourceSans3_400Regular.ttf';

/** A PDF as other programs write it, made with pdf-lib. */
export async function samplePdf(
  pages: readonly SamplePage[],
  options: { readonly objectStreams?: boolean; readonly shareForm?: boolean } = {},
): Promise<Uint8Array> {
  const pdf = await PDFDocument.create({ updateMetadata: false });
  pdf.registerFontkit(fontkit);
  const helvetica = await pdf.embedFont(StandardFonts.Helvetica);
  const usesSans = pages.some((page) => page.texts?.some(({ font }) => font === 'sans') === true);
  const sans = usesSans
    ? await pdf.embedFont(readFileSync(createRequire(import.meta.url).resolve(FONT)), { subset: true })
    : helvetica;
  for (const sample of pages) addPage(pdf, sample, helvetica, sans);
  const [first] = pdf.getPages();
  if (options.shareForm === true && first !== undefined) shareForm(pdf, first);
  return pdf.save({ useObjectStreams: options.objectStreams ?? false });
}

function addPage(pdf: PDFDocument, sample: SamplePage, helvetica: PDFFont, sans: PDFFont): void {
  const [x0, y0, x1, y1] = sample.mediaBox ?? [0, 0, 595, 842];
  const page = pdf.addPage([x1 - x0, y1 - y0]);
  page.setMediaBox(x0, y0, x1 - x0, y1 - y0);
  if (sample.cropBox !== undefined) {
    const [a, b, c, d] = sample.cropBox;
    page.setCropBox(a, b, c - a, d - b);
  }
  page.setRotation(degrees(sample.rotate ?? 0));
  for (const field of sample.fields ?? []) addField(pdf, page, field);
  if (sample.content !== undefined) drawRaw(pdf, page, sample, helvetica);
  for (const text of sample.texts ?? []) {
    page.drawText(text.text, {
      x: text.x,
      y: text.y,
      size: text.size ?? 10,
      font: text.font === 'sans' ? sans : helvetica,
      color: text.white === true ? rgb(1, 1, 1) : rgb(0, 0, 0),
      rotate: degrees(text.turn ?? 0),
    });
  }
}

/** Every page gets the form of the first. */
function shareForm(pdf: PDFDocument, first: PDFPage): void {
  const form = first.node.Resources()?.lookup(PDFName.of('XObject'), PDFDict).get(PDFName.of('Form'));
  if (!(form instanceof PDFRef)) throw new Error('the first page has no form');
  for (const page of pdf.getPages()) page.node.setXObject(PDFName.of('Form'), form);
}

function addField(pdf: PDFDocument, page: PDFPage, field: SampleField): void {
  const { context } = pdf;
  const tooltip = field.tooltip === undefined ? {} : { TU: PDFHexString.fromText(field.tooltip) };
  const widget = context.obj({
    Type: 'Annot',
    Subtype: 'Widget',
    FT: 'Sig',
    F: 4,
    T: PDFHexString.fromText(field.name),
    Rect: [...field.rect],
    P: page.ref,
    ...tooltip,
  });
  const ref = context.register(widget);
  page.node.addAnnot(ref);
  pdf.catalog.getOrCreateAcroForm().addField(ref);
}

function drawRaw(pdf: PDFDocument, page: PDFPage, sample: SamplePage, helvetica: PDFFont): void {
  const { context } = pdf;
  page.node.setFontDictionary(PDFName.of('Helv'), helvetica.ref);
  if (sample.form !== undefined) {
    const form = context.stream(sample.form.content, {
      Type: 'XObject',
      Subtype: 'Form',
      BBox: [-1000, -1000, 2000, 2000],
      ...(sample.form.matrix === undefined ? {} : { Matrix: [...sample.form.matrix] }),
      Resources: { Font: { Helv: helvetica.ref } },
    });
    page.node.setXObject(PDFName.of('Form'), context.register(form));
  }
  page.node.addContentStream(context.register(context.stream(sample.content ?? '')));
}
