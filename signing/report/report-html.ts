import { plain, type PageCheck, type PageSection, type ReportPage } from './report-page.ts';
import { REPORT_WORDS } from './words.ts';

/**
 * The page as one HTML file: no scripts, no requests, readable on paper and by screen readers. Every outcome is a word and a
 * sign, never a colour alone.
 */
export function reportHtml(page: ReportPage): string {
  const body = [
    `<header><h1>${escape(page.title)}</h1>`,
    `<div class="verdict ${page.tone}"><p class="headline">${sign(page.tone)} ${escape(page.headline)}</p>`,
    ...page.lead.map((line) => `<p>${escape(line)}</p>`),
    '</div></header><main>',
    ...page.sections.map((section, index) => sectionHtml(page, section, index)),
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
    ...(section.facts.length === 0
      ? []
      : [
          '<dl>',
          ...section.facts.map(({ label, value }) => `<dt>${escape(label)}</dt><dd>${escape(value)}</dd>`),
          '</dl>',
        ]),
    `<table><caption>${escape(words.checksCaption)}</caption><tbody>`,
    ...section.checks.map((check) => checkHtml(page, check, words.codeLabel)),
    '</tbody></table></section>',
  ].join('\n');
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
footer{margin-top:2rem;border-top:1px solid #bbb;color:#444;font-size:.9rem}
@media print{body{margin:0;max-width:none;font-size:10pt}section{break-inside:avoid-page}h2,h3{break-after:avoid}tr{break-inside:avoid}}
`;
