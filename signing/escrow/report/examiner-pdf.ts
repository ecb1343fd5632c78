import type { CapturePart } from '../../capture/capture-record.ts';
import { taggedPdf } from '../../report/tagged-pdf.ts';
import { BODY, HEADING, TextFlow, type Figure, type TextStyle } from '../../report/text-flow.ts';
import { partsOf } from '../release-files.ts';
import { histogramDrawing, inkDrawing, timeDrawing } from './drawings.ts';
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
  type Row,
} from './examiner-facts.ts';
import { histogramOf } from './histogram.ts';
import { runsOf, type Series } from './plots.ts';
import type { ExaminerWords } from './report-words.ts';

const PART: TextStyle = { ...HEADING, size: 14, gap: 20, tag: 'H2' };
const SUB: TextStyle = { ...HEADING, size: 11.5, gap: 14, tag: 'H3' };
const WARNING: TextStyle = { ...BODY, size: 11, gap: 8, indent: 12, bar: [0.64, 0.09, 0.1], color: [0.64, 0.09, 0.1] };

/** What `examinerReport` says, as a PDF on A4 with the ink in millimetres of the paper; no opinion either. */
export function examinerPdf(
  captures: readonly ReportedCapture[],
  release: ReleaseFacts,
  words: ExaminerWords,
): Uint8Array {
  const flow = new TextFlow();
  flow.text(words.title, { ...HEADING, size: 18, tag: 'H1' });
  flow.text(words.confidential, WARNING);
  flow.text(words.release, PART);
  rows(flow, releaseRows(release, words));
  captures.forEach(({ capture, files }, index) => {
    flow.text(words.capture(index + 1), PART);
    rows(flow, captureRows(capture, words));
    flow.text(words.checks, SUB);
    rows(flow, checkRows(capture, words));
    const parts = partsOf(capture.content.capture);
    parts.forEach((part, at) =>
      partOf(flow, part, words, parts.length === 1 ? null : words.deviceOf(at + 1, parts.length)),
    );
    flow.text(words.files, SUB);
    rows(flow, fileRows(files, words));
  });
  for (const sentence of words.caution) flow.text(`• ${sentence}`, { ...BODY, gap: 4 });
  const foot = `${words.title}; ${release.reason}`;
  return taggedPdf(flow.items, { language: words.lang, title: words.title, foot, pageOf: words.page });
}

function partOf(flow: TextFlow, part: CapturePart, words: ExaminerWords, heading: string | null): void {
  const dynamics = dynamicsOf(part);
  const { unit, figures } = dynamics;
  const hasPressure = part.columns.pressure !== undefined;
  flow.text(heading ?? words.deviceHeading, SUB);
  if (part.device.simulated) flow.text(words.simulated, WARNING);
  rows(flow, deviceRows(part, words));
  flow.text(words.inkHeading, SUB);
  const ink = inkDrawing(dynamics, words.inkHeading);
  const reduced = ink.scale !== null && ink.scale < 1;
  flow.text(reduced ? words.inkReduced(decimal(ink.scale * 100, words)) : words.inkNote[unit], {
    ...BODY,
    keep: true,
  });
  flow.figure(ink.figure, { gap: 6 });
  flow.text(words.figures.heading, SUB);
  rows(flow, figureRows(dynamics, hasPressure, words));
  const length = words.units[unit];
  plot(flow, { label: words.plots.x, unit: length, runs: runsOf(dynamics, ({ x }) => x, 'all') }, dynamics, words);
  plot(flow, { label: words.plots.y, unit: length, runs: runsOf(dynamics, ({ y }) => y, 'all') }, dynamics, words);
  const pressure = runsOf(dynamics, (point) => point.pressure, 'down');
  if (hasPressure) plot(flow, { label: words.plots.pressure, unit: words.level, runs: pressure }, dynamics, words);
  else flow.text(words.noPressure, BODY);
  const speed = runsOf(dynamics, (point) => point.speed, 'down');
  plot(flow, { label: words.plots.speed, unit: `${length}/s`, runs: speed }, dynamics, words);
  flow.text(words.airHeading, SUB);
  flow.text(words.airNote(`${decimal(figures.airShare * 100, words)} %`), BODY);
  flow.text(words.gaps.heading, SUB);
  const steps = [dynamics.intervals.map(({ at, millis }) => [at, millis] as const)];
  plot(flow, { label: words.plots.interval, unit: 'ms', runs: steps, dots: true }, dynamics, words);
  regularity(flow, dynamics, words);
}

function plot(flow: TextFlow, series: Series, dynamics: Dynamics, words: ExaminerWords): void {
  const count = series.runs.reduce((sum, run) => sum + run.length, 0);
  const caption = `${series.label} (${series.unit}); ${words.count(count)}`;
  const own = { alt: caption, time: words.plots.time, decimal: (value: number) => precise(value, words) };
  captioned(flow, caption, timeDrawing(series, dynamics, own));
}

function regularity(flow: TextFlow, dynamics: Dynamics, words: ExaminerWords): void {
  const histogram = histogramOf(dynamics);
  if (histogram !== null) {
    const count = histogram.bars.reduce((sum, bar) => sum + bar.count, 0);
    const caption = `${words.plots.intervals}; ${words.binWidth(decimal(histogram.width, words))}; ${words.count(count)}`;
    const own = {
      alt: caption,
      across: words.plots['interval-axis'],
      decimal: (value: number) => precise(value, words),
    };
    captioned(flow, caption, histogramDrawing(histogram, own));
  }
  if (dynamics.gaps.length === 0) flow.text(words.gaps.none, BODY);
  for (const { at, millis, skipped } of dynamics.gaps) {
    const facts: readonly Row[] = [
      [words.gaps.at, `${decimal(at, words)} ms`],
      [words.gaps.length, `${decimal(millis, words)} ms`],
      [words.gaps.skipped, skipped === null ? words.unknown : `${skipped}`],
    ];
    flow.text(facts.map(([name, value]) => `${name}: ${value}`).join('; '), BODY);
  }
}

function captioned(flow: TextFlow, caption: string, figure: Figure | null): void {
  if (figure === null) return;
  flow.text(caption, { ...BODY, gap: 12, keep: true });
  flow.figure(figure, { gap: 2 });
}

function rows(flow: TextFlow, facts: readonly Row[]): void {
  for (const [name, value] of facts) flow.text(`${name}: ${value}`, { ...BODY, size: 9.5, indent: 10 });
}

function precise(value: number, { lang }: ExaminerWords): string {
  const text = String(Number(value.toPrecision(6)));
  return lang === 'sl' ? text.replace('.', ',') : text;
}
