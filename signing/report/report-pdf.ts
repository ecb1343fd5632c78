import { utf8 } from '../bytes.ts';
import { embedTexts, type EmbeddedTexts } from '../documents/embedded-font.ts';
import { array, dict, name, textString, type PdfObject, type PdfRef } from '../pdf/objects.ts';
import { flateStream, PdfUpdate } from '../pdf/pdf-update.ts';
import { readPdf } from '../pdf/read-pdf.ts';
import { concat } from '../bytes.ts';
import { flow, PAGE, paginate, type PlacedLine } from './page-flow.ts';
import type { ReportPage } from './report-page.ts';

/**
 * The page as a PDF on A4: text in an embedded font, tagged (ISO 32000-1, 14.8) with headings and paragraphs in reading order,
 * with language and title, so that it can be read aloud and searched. Made of an empty document and one update of it.
 */
export function reportPdf(page: ReportPage): Uint8Array {
  const skeleton = emptyDocument();
  const update = new PdfUpdate(readPdf(skeleton));
  const pages = paginate(flow(page));
  const lines = pages.flat();
  const texts = embedTexts(
    update,
    lines.map(({ text }) => text),
  );
  const refs = pages.map(() => update.allocate());
  const structure = update.allocate();
  const parents = update.allocate();
  const root = update.allocate();
  const elements: PdfRef[] = [];
  const byPage: PdfObject[] = [];
  let offset = 0;
  pages.forEach((own, index) => {
    const ref = refs[index];
    if (ref === undefined) throw new Error('a page has its number');
    const marked = structureOf(own);
    const content = contentOf(own, marked, texts, offset);
    offset += own.length;
    update.set(ref, pageObject(content, texts.font, index, update));
    const owners = marked.map(({ tag }, mark) => {
      const element = update.allocate();
      update.set(element, dict({ Type: name('StructElem'), S: name(tag), P: structure, Pg: ref, K: mark }));
      elements.push(element);
      return element;
    });
    byPage.push(index, array(owners));
  });
  update.set(structure, dict({ Type: name('StructElem'), S: name('Document'), P: root, K: array(elements) }));
  update.set(parents, dict({ Nums: array(byPage) }));
  const tree = { Type: name('StructTreeRoot'), K: structure, ParentTree: parents, ParentTreeNextKey: pages.length };
  update.set(root, dict(tree));
  update.set(PAGES, dict({ Type: name('Pages'), Kids: array(refs), Count: refs.length }));
  update.set(CATALOG, catalogOf(page, root));
  update.set(INFO, dict({ Title: textString(page.title), Producer: textString('Countersign') }));
  return concat(skeleton, update.finish().increment);
}

const CATALOG: PdfRef = { kind: 'ref', number: 1, generation: 0 };
const PAGES: PdfRef = { kind: 'ref', number: 2, generation: 0 };
const INFO: PdfRef = { kind: 'ref', number: 3, generation: 0 };

function catalogOf(page: ReportPage, root: PdfRef): PdfObject {
  return dict({
    Type: name('Catalog'),
    Pages: PAGES,
    Lang: textString(page.language),
    MarkInfo: dict({ Marked: true }),
    ViewerPreferences: dict({ DisplayDocTitle: true }),
    StructTreeRoot: root,
  });
}

/** Three objects and no page: what the update fills. */
function emptyDocument(): Uint8Array {
  const objects = ['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [] /Count 0 >>', '<< >>'];
  let text = '%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n';
  const offsets = objects.map((object, index) => {
    const at = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const rows = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
  const table = `xref\n0 4\n0000000000 65535 f \n${rows}trailer\n<< /Size 4 /Root 1 0 R /Info 3 0 R >>\n`;
  return Buffer.from(`${text}${table}startxref\n${text.length}\n%%EOF\n`, 'latin1');
}

interface Marked {
  readonly paragraph: number;
  readonly tag: string;
}

/** One marked stretch for each paragraph of the page. */
function structureOf(lines: readonly PlacedLine[]): readonly Marked[] {
  return lines
    .filter((line, index) => lines[index - 1]?.paragraph !== line.paragraph)
    .map(({ paragraph, tag }) => ({ paragraph, tag }));
}

function contentOf(
  lines: readonly PlacedLine[],
  marked: readonly Marked[],
  { texts }: EmbeddedTexts,
  offset: number,
): string {
  return marked
    .map(({ paragraph, tag }, mark) => {
      const shown = lines.map((line, index) => {
        if (line.paragraph !== paragraph) return '';
        const codes = Buffer.from(texts[offset + index]?.codes ?? []).toString('hex');
        const [red, green, blue] = line.color;
        return `BT ${red} ${green} ${blue} rg /F ${line.size} Tf 1 0 0 1 ${line.x} ${line.y.toFixed(2)} Tm <${codes}> Tj ET\n`;
      });
      return `/${tag} << /MCID ${mark} >> BDC\n${shown.join('')}EMC\n`;
    })
    .join('');
}

function pageObject(content: string, font: PdfRef, index: number, update: PdfUpdate): PdfObject {
  const stream = update.allocate();
  update.set(stream, flateStream({}, utf8(content)));
  return dict({
    Type: name('Page'),
    Parent: PAGES,
    MediaBox: array([0, 0, PAGE.width, PAGE.height]),
    Resources: dict({ Font: dict({ F: font }) }),
    Contents: stream,
    StructParents: index,
    Tabs: name('S'),
  });
}
