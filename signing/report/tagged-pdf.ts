import { concat, utf8 } from '../bytes.ts';
import { coloursFor } from '../documents/colours.ts';
import { embedTexts, textWidth, type EmbeddedText } from '../documents/embedded-font.ts';
import { array, dict, name, textString, type PdfObject, type PdfRef } from '../pdf/objects.ts';
import { flateStream, PdfUpdate } from '../pdf/pdf-update.ts';
import { readPdf } from '../pdf/read-pdf.ts';
import { plain } from './plain.ts';
import { GREY, heightOf, PAGE, paginate, TEXT_WIDTH, type Colour, type FlowItem, type Placed } from './text-flow.ts';
import { xmpOf } from './xmp.ts';

/** Colours that look the same everywhere and need no output intent: for the operators of drawings. */
export const colours = coloursFor(true);

export interface PdfFacts {
  readonly language: string;
  readonly title: string;
  /** At the foot of every page; cut where it does not fit. */
  readonly foot: string;
  readonly pageOf: (number: number, count: number) => string;
}

/**
 * Lines and drawings as a PDF on A4: text in an embedded font, tagged (ISO 32000-1, 14.8) with headings, paragraphs and
 * described figures in reading order, with language and title, so that it can be read aloud and searched; PDF/A-1b, so that
 * it can be filed. Made of an empty document and one update of it.
 */
export function taggedPdf(items: readonly FlowItem[], facts: PdfFacts): Uint8Array {
  const skeleton = emptyDocument();
  const update = new PdfUpdate(readPdf(skeleton));
  const pages = paginate(items);
  const feet = pages.map((_, index) => footOf(facts, index + 1, pages.length));
  const texts = pages.map((own, index) => [...own.flatMap(textsOf), ...(feet[index] ?? [])]);
  const embedded = embedTexts(update, texts.flat());
  const refs = pages.map(() => update.allocate());
  const [structure, parents, root] = [update.allocate(), update.allocate(), update.allocate()];
  const parts: PdfRef[] = [];
  const byPage: PdfObject[] = [];
  let offset = 0;
  pages.forEach((own, index) => {
    const ref = refs[index];
    if (ref === undefined) throw new Error('a page has its number');
    const part = update.allocate();
    const shown = embedded.texts.slice(offset, (offset += texts[index]?.length ?? 0));
    const groups = groupsOf(own);
    update.set(ref, pageObject(contentOf(groups, shown), embedded.font, index, update));
    const elements = groups.map((group, mark) => {
      const element = update.allocate();
      update.set(element, elementOf(group, { mark, page: ref, parent: part }));
      return element;
    });
    // A page of them at a time: no array grows beyond what PDF/A-1 allows.
    update.set(part, dict({ Type: name('StructElem'), S: name('Div'), P: structure, Pg: ref, K: array(elements) }));
    parts.push(part);
    byPage.push(index, array(elements));
  });
  update.set(structure, dict({ Type: name('StructElem'), S: name('Document'), P: root, K: array(parts) }));
  update.set(parents, dict({ Nums: array(byPage) }));
  const tree = { Type: name('StructTreeRoot'), K: structure, ParentTree: parents, ParentTreeNextKey: pages.length };
  update.set(root, dict(tree));
  update.set(PAGES, dict({ Type: name('Pages'), Kids: array(refs), Count: refs.length }));
  const metadata = update.allocate();
  const xmp = { Type: name('Metadata'), Subtype: name('XML') };
  update.set(metadata, { kind: 'stream', dict: dict(xmp), raw: utf8(xmpOf(facts.title, PRODUCER)) });
  update.set(CATALOG, catalogOf(facts, root, metadata));
  update.set(INFO, dict({ Title: textString(facts.title), Producer: textString(PRODUCER) }));
  return concat(skeleton, update.finish().increment);
}

const PRODUCER = 'Countersign';
const CATALOG: PdfRef = { kind: 'ref', number: 1, generation: 0 };
const PAGES: PdfRef = { kind: 'ref', number: 2, generation: 0 };
const INFO: PdfRef = { kind: 'ref', number: 3, generation: 0 };

function catalogOf({ language }: PdfFacts, root: PdfRef, metadata: PdfRef): PdfObject {
  return dict({
    Type: name('Catalog'),
    Pages: PAGES,
    Lang: textString(language),
    MarkInfo: dict({ Marked: true }),
    ViewerPreferences: dict({ DisplayDocTitle: true, PrintScaling: name('None') }),
    StructTreeRoot: root,
    Metadata: metadata,
  });
}

/** Three objects and no page: what the update fills. */
function emptyDocument(): Uint8Array {
  const objects = ['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [] /Count 0 >>', '<< >>'];
  let text = '%PDF-1.4\n%\u00e2\u00e3\u00cf\u00d3\n';
  const offsets = objects.map((object, index) => {
    const at = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const rows = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
  const table = `xref\n0 4\n0000000000 65535 f \n${rows}trailer\n<< /Size 4 /Root 1 0 R /Info 3 0 R >>\n`;
  return Buffer.from(`${text}${table}startxref\n${text.length}\n%%EOF\n`, 'latin1');
}

const FOOT_SIZE = 8.5;
const FOOT_Y = 32;

/** What the page is of, and its number. */
function footOf({ foot, pageOf }: PdfFacts, number: number, count: number): readonly [string, string] {
  const right = pageOf(number, count);
  const room = TEXT_WIDTH / FOOT_SIZE - textWidth(right) - 2;
  const whole = plain(foot);
  if (textWidth(whole) <= room) return [whole, right];
  const kept = Array.from(whole);
  while (kept.length > 1 && textWidth(`${kept.join('')}…`) > room) kept.pop();
  return [`${kept.join('')}…`, right];
}

function textsOf(item: FlowItem): readonly string[] {
  return item.kind === 'line' ? [item.text] : item.figure.labels.map(({ text }) => text);
}

/** The lines of one paragraph, or one drawing: a marked stretch of the page. */
type Group = readonly [Placed, ...Placed[]];

function groupsOf(items: readonly Placed[]): readonly Group[] {
  const groups: [Placed, ...Placed[]][] = [];
  for (const item of items) {
    const last = groups.at(-1);
    const [first] = last ?? [];
    const same = item.kind === 'line' && first?.kind === 'line' && first.paragraph === item.paragraph;
    if (same && last !== undefined) last.push(item);
    else groups.push([item]);
  }
  return groups;
}

function elementOf(
  [first]: Group,
  { mark, page, parent }: { readonly mark: number; readonly page: PdfRef; readonly parent: PdfRef },
): PdfObject {
  const shared = { Type: name('StructElem'), P: parent, Pg: page, K: mark };
  if (first.kind === 'line') return dict({ ...shared, S: name(first.tag) });
  const { x, y, figure } = first;
  const box = array([x, y, x + figure.width, y + figure.height].map((value) => Math.round(value * 100) / 100));
  const place = dict({ O: name('Layout'), Placement: name('Block'), BBox: box });
  return dict({ ...shared, S: name('Figure'), Alt: textString(figure.alt), A: place });
}

/** `texts` in the order of `textsOf`, those of the foot last. */
function contentOf(groups: readonly Group[], texts: readonly EmbeddedText[]): string {
  let at = 0;
  const next = (): EmbeddedText | undefined => texts[at++];
  const bars: string[] = [];
  let barred = false;
  const marked = groups.map((group, mark) => {
    const tag = group[0].kind === 'line' ? group[0].tag : 'Figure';
    const shown = group.map((item) => {
      if (item.kind === 'figure') return drawing(item, next);
      if (item.bar !== null) bars.push(barOf(item, item.bar, barred ? item.gap : 0));
      barred = item.bar !== null;
      return line(next(), item.size, item.color, item.x, item.y);
    });
    return `/${tag} << /MCID ${mark} >> BDC\n${shown.join('')}EMC\n`;
  });
  const [left, right] = [next(), next()];
  const end = PAGE.width - PAGE.margin - (right?.width ?? 0) * FOOT_SIZE;
  const foot = line(left, FOOT_SIZE, GREY, PAGE.margin, FOOT_Y) + line(right, FOOT_SIZE, GREY, end, FOOT_Y);
  return `${marked.join('')}/Artifact BMC\n${bars.join('')}${foot}EMC\n`;
}

function drawing({ figure, x, y }: Placed & { kind: 'figure' }, next: () => EmbeddedText | undefined): string {
  const labels = figure.labels.map((label) => {
    const text = next();
    const width = (text?.width ?? 0) * label.size;
    const left = label.anchor === 'start' ? 0 : label.anchor === 'middle' ? width / 2 : width;
    return line(text, label.size, GREY, label.x - left, label.y);
  });
  return `q 1 0 0 1 ${fixed(x)} ${fixed(y)} cm\n${figure.operators}\n${labels.join('')}Q\n`;
}

function line(text: EmbeddedText | undefined, size: number, color: Colour, x: number, y: number): string {
  const codes = Buffer.from(text?.codes ?? []).toString('hex');
  return `BT ${colours.fill(color.join(' '))} /F ${size} Tf 1 0 0 1 ${fixed(x)} ${fixed(y)} Tm <${codes}> Tj ET\n`;
}

const BAR_WIDTH = 3;
/** From below its own line up, with the gap above it where the line before has one too: neighbours make one bar. */
function barOf(item: Placed & { kind: 'line' }, color: Colour, gap: number): string {
  const box = [PAGE.margin, item.y - item.size * 0.3, BAR_WIDTH, heightOf(item) + gap].map(fixed);
  return `${colours.fill(color.join(' '))} ${box.join(' ')} re f\n`;
}

function fixed(value: number): string {
  return value.toFixed(2);
}

function pageObject(content: string, font: PdfRef, index: number, update: PdfUpdate): PdfObject {
  const stream = update.allocate();
  update.set(stream, flateStream({}, utf8(content)));
  return dict({
    Type: name('Page'),
    Parent: PAGES,
    MediaBox: array([0, 0, PAGE.width, PAGE.height]),
    Resources: dict({ Font: dict({ F: font }), ...colours.resources }),
    Contents: stream,
    StructParents: index,
    Tabs: name('S'),
  });
}
