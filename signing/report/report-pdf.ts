import { flow } from './page-flow.ts';
import type { ReportPage } from './report-page.ts';
import { taggedPdf } from './tagged-pdf.ts';
import { REPORT_WORDS } from './words.ts';

/** The page as a PDF on A4, by `taggedPdf`; at the foot of each sheet whose it is and which of how many. */
export function reportPdf(page: ReportPage): Uint8Array {
  const { language, title, file } = page;
  return taggedPdf(flow(page), { language, title, foot: `${title}: ${file}`, pageOf: REPORT_WORDS[language].page });
}
