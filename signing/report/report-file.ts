import { utf8 } from '../bytes.ts';
import { machineReport, type JudgedReport } from './judged-report.ts';
import type { ReportAbout } from './report-about.ts';
import { reportHtml } from './report-html.ts';
import { reportPage } from './report-page.ts';
import { reportPdf } from './report-pdf.ts';
import type { ReportFormat, ReportLanguage } from './report-words.ts';

const TYPES: Readonly<Record<ReportFormat, string>> = {
  html: 'text/html; charset=utf-8',
  pdf: 'application/pdf',
  json: 'application/json; charset=utf-8',
};

export interface ReportFile {
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** A report as a file, the one way for the command, the counter and the cloud. The language matters to people only. */
export function reportFile(
  report: JudgedReport,
  about: ReportAbout,
  { format, language }: { readonly format: ReportFormat; readonly language: ReportLanguage },
): ReportFile {
  return { type: TYPES[format], bytes: bytesOf(report, about, format, language) };
}

function bytesOf(report: JudgedReport, about: ReportAbout, format: ReportFormat, language: ReportLanguage): Uint8Array {
  if (format === 'json') return utf8(`${JSON.stringify(machineReport(report, about), null, 2)}\n`);
  const page = reportPage(report, about, language);
  return format === 'html' ? utf8(reportHtml(page)) : reportPdf(page);
}
