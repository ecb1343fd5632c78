import { plain } from './plain.ts';
import type { Fact, PageCheck, PageSection, ReportPage } from './report-page.ts';
import { REPORT_WORDS } from './words.ts';

/**
 * The page as one HTML file: no scripts, no requests, readable on paper and by screen readers. Every outcome is a word and a
 * sign, never a colour alone.
 */
export function reportHtml(page: ReportPage): string {
  const words = REPORT_WORDS[page.language];
  const body = [
    `<header><h1>${escape(page.title)}</h1>`,
    `<div class="verdict ${page.tone}"><p class="headline">${sign(page.tone)} ${escape(page.headline)}</p>`,
    ...page.lead.map((line) => `<p>${escape(line)}</p>`),
    '</div></header><main>',
    ...(page.reasons.length === 0
      ? []
      : [`<h2>${escape(words.headings.why)}</h2>`, listHtml(page.reasons.map((reason) => escape(reason)))]),
    `<h2>${escape(words.headings.judged)}</h2>`,
    factsHtml(page.judged),
    ...(page.signatures.length === 0
      ? []
      : [
          `<h2>${escape(words.headings.signatures)}</h2>`,
          ...page.signatures.map(
            ({ outcome, text, document }) =>
              `<p class="${document ? 'of' : 'listed'} ${outcome}">${sign(outcome)} ${escape(text)}</p>`,
          ),
        ]),
    ...page.sections.map((section, index) => sectionHtml(page, section, index)),
    `<h2>${escape(words.headings.terms)}</h2>`,
    `<dl class="terms">${page.terms.map(({ term, meaning }) => `<dt>${escape(term)}</dt><dd>${escape(meaning)}</dd>`).join('')}</dl>`,
    `</main><footer>${page.notes.map((note) => `<p>${escape(note)}</p>`).join('')}</footer>`,
  ];
  return [
    '<!doctype html>',
    `<html lang="${page.language}"><head><meta charset="utf-8">`,
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escape(page.title)}</title><style>${STYLE}</style></head><body>`,
    ...body,
    '</body></html>',
    '',
  ].join('\n');
}

function sectionHtml(page: ReportPage, section: PageSection, index: number): string {
  const words = REPORT_WORDS[page.language];
  const id = `part-${String(index + 1)}`;
  const level = `h${String(section.depth)}`;
  return [
    `<section class="${section.tone}" aria-labelledby="${id}">`,
    `<${level} id="${id}">${sign(section.tone)} ${escape(section.heading)}</${level}>`,
    ...(section.summary === null ? [] : [`<p>${escape(section.summary)}</p>`]),
    ...(section.facts.length === 0 ? [] : [factsHtml(section.facts)]),
    `<table><caption>${escape(words.checksCaption)}</caption><tbody>`,
    ...section.checks.map((check) => checkHtml(page, check, words.codeLabel)),
    '</tbody></table></section>',
  ].join('\n');
}

function factsHtml(facts: readonly Fact[]): string {
  return `<dl>${facts.map(({ label, value }) => `<dt>${escape(label)}</dt><dd>${escape(value)}</dd>`).join('')}</dl>`;
}

/** Items are markup already. */
function listHtml(items: readonly string[]): string {
  return `<ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`;
}

function checkHtml(page: ReportPage, check: PageCheck, codeLabel: string): string {
  const lang = check.sentenceLanguage === page.language ? '' : ` lang="${check.sentenceLanguage}"`;
  const code = check.code === 'ok' ? '' : ` <span class="code">${escape(codeLabel)}: ${escape(check.code)}</span>`;
  return [
    `<tr class="${check.outcome}"><th scope="row">${escape(check.label)}</th>`,
    `<td class="word">${sign(check.outcome)} ${escape(check.word)}</td>`,
    `<td><span${lang}>${escape(check.sentence)}</span>${code}</td></tr>`,
  ].join('');
}

const SIGNS = { passed: '✓', failed: '✗', indeterminate: '?', absent: '–' } as const;
function sign(tone: keyof typeof SIGNS): string {
  return `<span aria-hidden="true">${SIGNS[tone]}</span>`;
}

/** Text only: nothing from a file becomes markup. */
function escape(text: string): string {
  const named: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return plain(text).replace(/[&<>"']/g, (char) => named[char] ?? char);
}

const STYLE = `
:root{color-scheme:light}
body{font:1rem/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff;max-width:50rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem}h2{font-size:1.25rem;margin:2rem 0 .5rem}h3{font-size:1.05rem;margin:1.5rem 0 .5rem}
.verdict{border:2px solid;border-left-width:.75rem;padding:.5rem 1rem}
.headline{font-size:1.3rem;font-weight:700;margin:.25rem 0}
.verdict.passed{border-color:#1b6e3c}.verdict.failed{border-color:#a4161a}
.verdict.indeterminate{border-color:#8a5a00}.verdict.absent{border-color:#555}
dl{display:grid;grid-template-columns:minmax(10rem,auto) 1fr;gap:.15rem 1rem}dt{color:#444}dd{margin:0;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%}caption{text-align:left;font-weight:600;padding:.5rem 0 .25rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .5rem;border-top:1px solid #bbb}th{font-weight:500;width:32%}
.word{white-space:nowrap;font-weight:600}tr.passed .word{color:#1b6e3c}tr.failed .word{color:#a4161a}
tr.indeterminate .word{color:#8a5a00}.code{display:block;color:#555;font-size:.85rem}
ul{padding-left:1.2rem}li{overflow-wrap:anywhere}h1,h2,h3,.verdict{overflow-wrap:anywhere}
.of{font-weight:600;margin:.75rem 0 .25rem}.listed{margin:.25rem 0 .25rem 1.2rem}.of,.listed{overflow-wrap:anywhere}
.terms dt{font-weight:600}
footer{margin-top:2rem;border-top:1px solid #bbb;color:#444;font-size:.9rem}
@page{size:A4;margin:18mm 18mm 20mm;@bottom-right{content:counter(page) ' / ' counter(pages);font:9pt system-ui,sans-serif}}
@media print{body{margin:0;padding:0;max-width:none;font-size:10pt}h2,h3{break-after:avoid}tr,dd,li,.verdict{break-inside:avoid}}
`;
