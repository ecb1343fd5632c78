import { wrap } from '../documents/fit-text.ts';
import { plain, type PageSection, type ReportPage } from './report-page.ts';

/** Structure types of tagged PDF (ISO 32000-1, 14.8.4.3.2). */
export type LineTag = 'H1' | 'H2' | 'H3' | 'P';

/** One line of text as it will stand on a page. */
export interface FlowLine {
  readonly text: string;
  readonly size: number;
  readonly indent: number;
  /** Red, green, blue from 0 to 1. */
  readonly color: readonly [number, number, number];
  /** Points above it, beside its own height. */
  readonly gap: number;
  /** Lines with the same number are one paragraph, read as one. */
  readonly paragraph: number;
  readonly tag: LineTag;
  /** Stays on the page of the line after it. */
  readonly keep: boolean;
}

export const PAGE = { width: 595.28, height: 841.89, margin: 56 } as const;
const TEXT_WIDTH = PAGE.width - 2 * PAGE.margin;
const BLACK = [0.1, 0.1, 0.1] as const;
const GREY = [0.35, 0.35, 0.35] as const;
const TONES = {
  passed: [0.1, 0.43, 0.24],
  failed: [0.64, 0.09, 0.1],
  indeterminate: [0.54, 0.35, 0],
  absent: [0.33, 0.33, 0.33],
} as const;

type Style = Pick<FlowLine, 'size' | 'indent' | 'color' | 'gap' | 'tag' | 'keep'>;
const BODY: Style = { size: 10, indent: 0, color: BLACK, gap: 2, tag: 'P', keep: false };
const HEADING: Style = { ...BODY, keep: true };

/** The whole report as lines, in reading order. */
export function flow(page: ReportPage): readonly FlowLine[] {
  const lines: FlowLine[] = [];
  let paragraph = 0;
  const add = (text: string, style: Style): void => {
    const parts = wrap(plain(text), (TEXT_WIDTH - style.indent) / style.size);
    parts.forEach((part, index) => {
      const first = index === 0;
      lines.push({
        ...style,
        text: part,
        paragraph,
        gap: first ? style.gap : 0,
        keep: style.keep || !lastOf(parts, index),
      });
    });
    paragraph += 1;
  };
  add(page.title, { ...HEADING, size: 18, tag: 'H1' });
  add(page.headline, { ...HEADING, size: 15, gap: 14, color: TONES[page.tone] });
  for (const line of page.lead) add(line, { ...BODY, size: 11, gap: 4 });
  for (const section of page.sections) addSection(section, add);
  page.notes.forEach((note, index) => {
    add(note, { ...BODY, size: 9, gap: index === 0 ? 18 : 2, color: GREY });
  });
  return lines;
}

function addSection(section: PageSection, add: (text: string, style: Style) => void): void {
  const top = section.depth === 2;
  const heading: Style = { ...HEADING, size: top ? 13 : 11.5, gap: top ? 18 : 12, tag: top ? 'H2' : 'H3' };
  add(section.heading, heading);
  if (section.summary !== null) add(section.summary, { ...BODY, color: TONES[section.tone], keep: true });
  for (const { label, value } of section.facts) add(`${label}: ${value}`, { ...BODY, size: 9.5, indent: 10 });
  for (const check of section.checks) {
    const label: Style = { ...BODY, gap: 5, indent: 10, color: TONES[check.outcome], keep: true };
    add(`${check.label}: ${check.word}`, label);
    const code = check.code === 'ok' ? '' : ` (${check.code})`;
    add(`${check.sentence}${code}`, { ...BODY, size: 9.5, indent: 22, gap: 0, color: GREY });
  }
}

function lastOf(parts: readonly string[], index: number): boolean {
  return index === parts.length - 1;
}

export interface PlacedLine extends FlowLine {
  /** Baseline, points from the lower left. */
  readonly x: number;
  readonly y: number;
}

const LEADING = 1.3;

/** Pages of lines, broken where a line would fall below the margin and never behind one that is kept with the next. */
export function paginate(lines: readonly FlowLine[]): readonly (readonly PlacedLine[])[] {
  const pages: PlacedLine[][] = [[]];
  let y = PAGE.height - PAGE.margin;
  lines.forEach((line, index) => {
    const page = pages.at(-1) ?? [];
    const height = line.size * LEADING + (page.length === 0 ? 0 : line.gap);
    if (page.length > 0 && y - height - following(lines, index) < PAGE.margin) {
      y = PAGE.height - PAGE.margin - line.size * LEADING;
      pages.push([{ ...line, x: PAGE.margin + line.indent, y }]);
      return;
    }
    y -= height;
    page.push({ ...line, x: PAGE.margin + line.indent, y });
  });
  return pages;
}

/** Height of the lines that must stand on the same page, at most half a page of them. */
function following(lines: readonly FlowLine[], index: number): number {
  let height = 0;
  for (let at = index; lines[at]?.keep === true && height < PAGE.height / 2; at += 1) {
    const next = lines[at + 1];
    if (next !== undefined) height += next.size * LEADING + next.gap;
  }
  return height;
}
