import * as fontkit from 'fontkit';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { deflateSync } from 'node:zlib';
import {
  beginText,
  concatTransformationMatrix,
  drawObject,
  endText,
  nextLine,
  PDFDocument,
  popGraphicsState,
  pushGraphicsState,
  setFontAndSize,
  setLineHeight,
  setTextMatrix,
  showText,
  type PDFPage,
} from 'pdf-lib';

const FONT = '@expo-google-fonts/source-sans-3/400Regular/SourceSans3_400Regular.ttf';
const LINES = 42;
/** Pictures, grey and as grainy as what a scanner makes, are what makes a document large: pixels on a side. */
const PICTURE = 512;
const SMALL_PICTURE = 300;
/** Distinct pictures; then they come again, each time as an object of its own. */
const PICTURES = 6;

export interface BenchDocument {
  readonly name: string;
  readonly runs: number;
  readonly make: () => Promise<Uint8Array>;
}

/** Agreements as offices make them: text in an embedded font, pictures, object and cross-reference streams. */
export const BENCH_DOCUMENTS: readonly BenchDocument[] = [
  { name: '0.1 MB', runs: 15, make: () => agreement({ pages: 3, pictureEvery: 3, picture: SMALL_PICTURE }) },
  { name: '1 MB', runs: 11, make: () => agreement({ pages: 4, pictureEvery: 1, picture: PICTURE }) },
  { name: '10 MB', runs: 7, make: () => agreement({ pages: 39, pictureEvery: 1, picture: PICTURE }) },
  { name: '50 MB', runs: 5, make: () => agreement({ pages: 196, pictureEvery: 1, picture: PICTURE }) },
  { name: '500 pages', runs: 5, make: () => agreement({ pages: 500, pictureEvery: 50, picture: SMALL_PICTURE }) },
];

interface Shape {
  readonly pages: number;
  /** A picture on the first page, and on each so many later. */
  readonly pictureEvery: number;
  /** Pixels on a side. */
  readonly picture: number;
}

async function agreement({ pages, pictureEvery, picture }: Shape): Promise<Uint8Array> {
  const pdf = await PDFDocument.create({ updateMetadata: false });
  pdf.registerFontkit(fontkit);
  const font = await pdf.embedFont(readFileSync(createRequire(import.meta.url).resolve(FONT)), { subset: true });
  // Laid out once: that is slow, and 500 pages have many lines.
  const lines = Array.from({ length: LINES }, (_, i) =>
    font.encodeText(`${i + 1}. Stranka in ponudnik se strinjata, da velja člen ${i + 1} te pogodbe.`),
  );
  const pictures = Array.from({ length: PICTURES }, (_, i) => deflateSync(grain(picture, i)));
  for (let page = 0; page < pages; page += 1) {
    const shownPicture = page % pictureEvery === 0 ? pictures[(page / pictureEvery) % PICTURES] : undefined;
    const target = pdf.addPage([595, 842]);
    const key = target.node.newFontDictionary('F', font.ref);
    const shown = shownPicture === undefined ? lines : lines.slice(0, LINES / 2);
    target.pushOperators(beginText(), setFontAndSize(key, 10), setTextMatrix(1, 0, 0, 1, 60, 780), setLineHeight(14));
    for (const line of shown) target.pushOperators(showText(line), nextLine());
    target.pushOperators(endText());
    if (shownPicture !== undefined) drawPicture(pdf, target, shownPicture, picture);
  }
  return pdf.save({ useObjectStreams: true });
}

function drawPicture(pdf: PDFDocument, page: PDFPage, deflated: Uint8Array, side: number): void {
  const image = pdf.context.stream(deflated, {
    Type: 'XObject',
    Subtype: 'Image',
    Width: side,
    Height: side,
    ColorSpace: 'DeviceGray',
    BitsPerComponent: 8,
    Filter: 'FlateDecode',
  });
  const key = page.node.newXObject('I', pdf.context.register(image));
  page.pushOperators(
    pushGraphicsState(),
    concatTransformationMatrix(240, 0, 0, 240, 60, 40),
    drawObject(key),
    popGraphicsState(),
  );
}

/** Pixels that nothing makes small. */
function grain(side: number, seed: number): Uint8Array {
  let state = 0x9e3779b9 + seed;
  return Uint8Array.from({ length: side * side }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}
