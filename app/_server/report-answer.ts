import { z } from 'zod';

import type { SavedReport } from '../../kiosk-shell/kiosk-api/report.ts';
import { REPORT_FORMATS, REPORT_LANGUAGES } from '../../signing/report/report-words.ts';
import { attachment, bytesAnswer } from './answer.ts';

/** Which form of a report is asked for. */
export const reportWanted = z.object({ format: z.enum(REPORT_FORMATS), language: z.enum(REPORT_LANGUAGES) });

export function reportAnswer({ name, type, bytes }: SavedReport): Response {
  return bytesAnswer(bytes, type, { 'content-disposition': attachment(name) });
}
