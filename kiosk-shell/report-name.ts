import type { ReportWanted } from './kiosk-api/report.ts';

const PREFIX: Readonly<Record<ReportWanted['language'], string>> = { sl: 'porocilo', en: 'report' };

/** Beside the file it is about, and told apart from it. */
export function reportName(file: string, { format, language }: ReportWanted): string {
  return `${PREFIX[language]}-${file.replace(/\.(pdf|asice|asics|zip)$/i, '')}.${format}`;
}
