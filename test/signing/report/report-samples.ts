import { absent, combine } from '../../../signing/verification/checks.ts';
import type { JudgedReport } from '../../../signing/report/judged-report.ts';
import { reportPage, type ReportPage } from '../../../signing/report/report-page.ts';
import type { ReportLanguage } from '../../../signing/report/report-words.ts';
import type { DocumentReport } from '../../../signing/verification/verification-report.ts';

export const NOW = new Date('2026-11-23T10:00:00Z');

export function reportOn(...documents: readonly DocumentReport[]): JudgedReport {
  const verdict = combine(documents.map((document) => document.verdict));
  return { kind: 'pdf', verdict, documents, container: [], audit: absent('no-audit', 'A PDF carries no audit trail.') };
}

export function pageOf(report: JudgedReport, language: ReportLanguage, trusted = true): ReportPage {
  return reportPage(report, { language, file: 'Pogodba čšž.pdf', judgedAt: NOW, trusted });
}
