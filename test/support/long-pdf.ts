import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as fontkit from 'fontkit';
import { PDFDocument, PDFName, type PDFRef } from 'pdf-lib';
import { seededRandom } from './pen.ts';

const FONT = '@expo-google-fonts/source-sans-3/400Regular/SourceSans3_400Regular.ttf';
const WORDS =
  'Pogodbeni stranki soglašata, da se obveznosti po tej pogodbi izpolnijo v rokih iz splošnih pogojev, ki so njen sestavni del.';
const LINES = 42;
const IMAGE_SIDE = 200;
/** A picture on every so many pages, as scans and charts come in a long contract. */
const PICTURE_EVERY = 4;

/**
 * A contract as an office writes it: pages set in an embedded font, pictures between them, and these tags in white on the
 * last page. With `bytes` it is grown to exactly that length by one more stream, as a scan would.
 */
export async function longPdf(pages: number, tags: readonly string[], bytes?: number): Promise<Uint8Array> {
  const plain = await written(pages, tags, 0);
  if (bytes === undefined) return plain;
  let filler = bytes - plain.length;
  // The digits that state how long it is, and its own object, come on top.
  for (let tries = 0; tries < 4; tries += 1) {
    const grown = await written(pages, tags, filler);
    if (grown.length === bytes) return grown;
    filler += bytes - grown.length;
  }
  throw new Error(`no file of exactly ${bytes} bytes came out`);
}

async function written(pages: number, tags: readonly string[], filler: number): Promise<Uint8Array> {
  const pdf = await PDFDocument.create({ updateMetadata: false });
  pdf.registerFontkit(fontkit);
  const { context } = pdf;
  const font = await pdf.embedFont(readFileSync(createRequire(import.meta.url).resolve(FONT)), { subset: true });
  const random = seededRandom(7);
  const picture = noise(pdf, random);
  // Set once: laying the same words out on each of 500 pages would take most of the test.
  const [line, number] = [font.encodeText(WORDS), font.encodeText('Stran 0123456789')].map(String);
  for (let index = 0; index < pages; index += 1) {
    const page = pdf.addPage([595, 842]);
    page.node.setFontDictionary(PDFName.of('F'), font.ref);
    page.node.setXObject(PDFName.of('Im'), picture);
    const lines = Array.from({ length: LINES }, (_, at) => `1 0 0 1 60 ${770 - at * 14} Tm ${line} Tj`);
    const image = index % PICTURE_EVERY === 0 ? 'q 120 0 0 120 420 30 cm /Im Do Q' : '';
    const last = index === pages - 1 ? tags.map((tag, at) => hidden(font.encodeText(`{{${tag}}}`), at)) : [];
    const content = `BT /F 8.5 Tf 1 0 0 1 60 800 Tm ${number} Tj\n${lines.join('\n')}\nET ${image}\n${last.join('\n')}`;
    page.node.addContentStream(context.register(context.flateStream(content)));
  }
  if (filler > 0) pdf.catalog.set(PDFName.of('Filler'), context.register(context.stream(Buffer.alloc(filler, 'scan'))));
  return pdf.save({ useObjectStreams: true });
}

function hidden(text: unknown, at: number): string {
  return `q 1 1 1 rg BT /F 5 Tf 1 0 0 1 60 ${160 - at * 70} Tm ${String(text)} Tj ET Q`;
}

function noise(pdf: PDFDocument, random: () => number): PDFRef {
  const pixels = Uint8Array.from({ length: IMAGE_SIDE * IMAGE_SIDE * 3 }, () => Math.floor(random() * 256));
  const size = { Width: IMAGE_SIDE, Height: IMAGE_SIDE, BitsPerComponent: 8 };
  const entries = { Type: 'XObject', Subtype: 'Image', ColorSpace: 'DeviceRGB', ...size };
  return pdf.context.register(pdf.context.flateStream(pixels, entries));
}
