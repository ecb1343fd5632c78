import type { PageSection, ReportPage } from './report-page.ts';
import { BODY, GREY, HEADING, TextFlow, type Colour, type FlowItem, type TextStyle } from './text-flow.ts';
import { REPORT_WORDS } from './words.ts';

const TONES: Readonly<Record<ReportPage['tone'], Colour>> = {
  passed: [0.1, 0.43, 0.24],
  failed: [0.64, 0.09, 0.1],
  indeterminate: [0.54, 0.35, 0],
  absent: [0.33, 0.33, 0.33],
};
const PART: TextStyle = { ...HEADING, size: 13, gap: 18, tag: 'H2' };

/** The whole report as lines, in reading order. */
export function flow(page: ReportPage): readonly FlowItem[] {
  const flow = new TextFlow();
  const { headings } = REPORT_WORDS[page.language];
  flow.text(page.title, { ...HEADING, size: 18, tag: 'H1' });
  const bar = TONES[page.tone];
  flow.text(page.headline, { ...HEADING, size: 15, gap: 14, indent: 14, color: bar, bar });
  for (const line of page.lead) flow.text(line, { ...BODY, size: 11, gap: 4, indent: 14, bar });
  if (page.reasons.length > 0) {
    flow.text(headings.why, PART);
    for (const reason of page.reasons) flow.text(`• ${reason}`, { ...BODY, gap: 4, indent: 10 });
  }
  flow.text(headings.judged, PART);
  for (const { label, value } of page.judged) flow.text(`${label}: ${value}`, { ...BODY, gap: 3, indent: 10 });
  if (page.signatures.length > 0) {
    flow.text(headings.signatures, PART);
    for (const { text, outcome, document } of page.signatures) {
      const color = TONES[outcome];
      flow.text(text, document ? { ...HEADING, gap: 8, color } : { ...BODY, gap: 3, indent: 10, color });
    }
  }
  for (const section of page.sections) addSection(section, flow);
  flow.text(headings.terms, PART);
  for (const { term, meaning } of page.terms)
    flow.text(`${term}: ${meaning}`, { ...BODY, size: 9.5, gap: 4, indent: 10 });
  page.notes.forEach((note, index) => {
    flow.text(note, { ...BODY, size: 9, gap: index === 0 ? 18 : 2, color: GREY });
  });
  return flow.items;
}

function addSection(section: PageSection, flow: TextFlow): void {
  flow.text(section.heading, section.depth === 2 ? PART : { ...PART, size: 11.5, gap: 12, tag: 'H3' });
  if (section.summary !== null) flow.text(section.summary, { ...BODY, color: TONES[section.tone], keep: true });
  for (const { label, value } of section.facts) flow.text(`${label}: ${value}`, { ...BODY, size: 9.5, indent: 10 });
  for (const check of section.checks) {
    const label: TextStyle = { ...BODY, gap: 5, indent: 10, color: TONES[check.outcome], keep: true };
    flow.text(`${check.label}: ${check.word}`, label);
    const code = check.code === 'ok' ? '' : ` (${check.code})`;
    flow.text(`${check.sentence}${code}`, { ...BODY, size: 9.5, indent: 22, gap: 0, color: GREY });
  }
}
