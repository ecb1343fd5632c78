import { absent, combine } from '../../../signing/verification/checks.ts';
import type { JudgedReport } from '../../../signing/report/judged-report.ts';
import type { ReportAbout } from '../../../signing/report/report-about.ts';
import { reportPage, type ReportPage } from '../../../signing/report/report-page.ts';
import type { ReportLanguage } from '../../../signing/report/report-words.ts';
import type { DocumentReport } from '../../../signing/verification/verification-report.ts';

export const NOW = new Date('2026-11-23T10:00:00Z');

export function reportOn(...documents: readonly DocumentReport[]): JudgedReport {
  const verdict = combine(documents.map((document) => document.verdict));
  return { kind: 'pdf', verdict, documents, container: [], audit: absent('no-audit', 'A PDF carries no audit trail.') };
}

export const ABOUT: ReportAbout = {
  file: 'Pogodba čšž.pdf',
  digest: 'ab'.repeat(32),
  judgedAt: NOW.toISOString(),
  software: { name: 'Countersign', version: '0.1.0' },
  by: null,
  trust: [{ name: 'Test Root', digest: 'cd'.repeat(32) }],
};

export function pageOf(report: JudgedReport, language: ReportLanguage, about: Partial<ReportAbout> = {}): ReportPage {
  return reportPage(report, { ...ABOUT, ...about }, language);
}
