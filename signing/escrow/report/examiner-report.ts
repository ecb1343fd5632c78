import type { CapturePart } from '../../capture/capture-record.ts';
import type { OpenedCapture } from '../open-captures.ts';
import { partsOf, type ExportedFile } from '../release-files.ts';
import { dynamicsOf, type Dynamics } from './dynamics.ts';
import {
  captureRows,
  checkRows,
  decimal,
  deviceRows,
  figureRows,
  fileRows,
  releaseRows,
  type ReleaseFacts,
  type ReportedCapture,
} from './examiner-facts.ts';
import { histogramOf } from './histogram.ts';
import { escapeXml, factTable } from './markup.ts';
import { histogramPlot, inkPlot, runsOf, timePlot } from './plots.ts';
import type { ExaminerWords } from './report-words.ts';

/**
 * One HTML file for a forensic examiner: no script, no font, no picture from anywhere, so that it can be read off line and
 * printed. It states and plots; it gives no opinion on who wrote.
 */
export function examinerReport(
  captures: readonly ReportedCapture[],
  release: ReleaseFacts,
  words: ExaminerWords,
): string {
  const body = [
    `<h1>${escapeXml(words.title)}</h1>`,
    `<p class="confidential">${escapeXml(words.confidential)}</p>`,
    `<h2>${escapeXml(words.release)}</h2>`,
    factTable(releaseRows(release, words)),
    ...captures.map(({ capture, files }, i) => captureSection(capture, files, i, words)),
    `<ul>${words.caution.map((sentence) => `<li>${escapeXml(sentence)}</li>`).join('')}</ul>`,
  ];
  return (
    `<!doctype html><html lang="${words.lang}"><head><meta charset="utf-8">` +
    // Belt and braces: the file needs nothing, and may fetch nothing.
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">` +
    `<title>${escapeXml(words.title)}</title><style>${STYLE}</style></head><body>${body.join('\n')}</body></html>\n`
  );
}

function captureSection(
  capture: OpenedCapture,
  files: readonly ExportedFile[],
  index: number,
  words: ExaminerWords,
): string {
  const parts = partsOf(capture.content.capture);
  return [
    `<section><h2>${escapeXml(words.capture(index + 1))}</h2>`,
    factTable(captureRows(capture, words)),
    `<h3>${escapeXml(words.checks)}</h3>`,
    factTable(checkRows(capture, words)),
    ...parts.map((part, i) => partSection(part, i, parts.length, words)),
    `<h3>${escapeXml(words.files)}</h3>`,
    factTable(fileRows(files, words)),
    '</section>',
  ].join('\n');
}

function partSection(part: CapturePart, index: number, all: number, words: ExaminerWords): string {
  const dynamics = dynamicsOf(part);
  const { unit } = dynamics;
  const histogram = histogramOf(dynamics);
  const length = words.units[unit];
  const plot = (label: string, own: string, runs: ReturnType<typeof runsOf>, dots = false): string =>
    timePlot({ label, unit: own, runs, dots }, dynamics, { time: words.plots.time });
  const hasPressure = part.columns.pressure !== undefined;
  return [
    `<h3>${escapeXml(all === 1 ? words.deviceHeading : words.deviceOf(index + 1, all))}</h3>`,
    part.device.simulated ? `<p class="confidential">${escapeXml(words.simulated)}</p>` : '',
    factTable(deviceRows(part, words)),
    `<h3>${escapeXml(words.inkHeading)}</h3>`,
    inkPlot(dynamics, { label: words.inkHeading }),
    `<p>${escapeXml(words.inkNote[unit])}</p>`,
    `<h3>${escapeXml(words.figures.heading)}</h3>`,
    factTable(figureRows(dynamics, hasPressure, words)),
    plot(
      words.plots.x,
      length,
      runsOf(dynamics, ({ x }) => x, 'all'),
    ),
    plot(
      words.plots.y,
      length,
      runsOf(dynamics, ({ y }) => y, 'all'),
    ),
    hasPressure
      ? plot(
          words.plots.pressure,
          words.level,
          runsOf(dynamics, ({ pressure }) => pressure, 'down'),
        )
      : `<p>${escapeXml(words.noPressure)}</p>`,
    plot(
      words.plots.speed,
      `${length}/s`,
      runsOf(dynamics, ({ speed }) => speed, 'down'),
    ),
    `<h3>${escapeXml(words.airHeading)}</h3>`,
    `<p>${escapeXml(words.airNote(`${decimal(dynamics.figures.airShare * 100, words)} %`))}</p>`,
    `<h3>${escapeXml(words.gaps.heading)}</h3>`,
    plot(words.plots.interval, 'ms', [dynamics.intervals.map(({ at, millis }) => [at, millis] as const)], true),
    histogram === null
      ? ''
      : histogramPlot(histogram, {
          label: `${words.plots.intervals}; ${words.binWidth(decimal(histogram.width, words))}`,
          across: words.plots['interval-axis'],
        }),
    gapTable(dynamics, words),
  ].join('\n');
}

function gapTable({ gaps }: Dynamics, words: ExaminerWords): string {
  if (gaps.length === 0) return `<p>${escapeXml(words.gaps.none)}</p>`;
  const head = [words.gaps.at, words.gaps.length, words.gaps.skipped];
  const rows = gaps.map(({ at, millis, skipped }) => [
    `${decimal(at, words)} ms`,
    `${decimal(millis, words)} ms`,
    skipped === null ? words.unknown : `${skipped}`,
  ]);
  const row = (cells: readonly string[], tag: 'th' | 'td'): string =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeXml(cell)}</${tag}>`).join('')}</tr>`;
  return `<table>${row(head, 'th')}${rows.map((cells) => row(cells, 'td')).join('')}</table>`;
}

const STYLE = `
body{font:14px/1.45 system-ui,sans-serif;color:#111;background:#fff;margin:2em auto;max-width:52em;padding:0 1em}
h1{font-size:1.6em}h2{border-top:2px solid #111;padding-top:.6em;margin-top:2em}h3{margin-top:1.6em}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.25em .6em .25em 0;border-bottom:1px solid #ccc;overflow-wrap:anywhere}
th[scope=row]{width:38%;font-weight:400;color:#444}.confidential{font-weight:700;border:2px solid #a00;padding:.5em .8em}
svg{display:block;overflow:visible}svg.time{width:100%;height:auto}svg text{font-size:11px;fill:#333}svg.true-size text{font-size:3px}
.ink,.air,.bar{fill:none;stroke:#0b1f4d;stroke-linecap:round;stroke-linejoin:round}.air{stroke:#b35c00}.bar{stroke:#111}
polyline{fill:none;stroke:#0b1f4d;stroke-width:1}circle,.bin{fill:#0b1f4d}.down{fill:#eef2fb}.grid{stroke:#ddd;stroke-width:.5}
figure{margin:1em 0;break-inside:avoid}figcaption{font-weight:600}
@media print{body{margin:0;max-width:none}section{break-before:page}}
@page{margin:15mm}
`.replace(/\n/g, '');
