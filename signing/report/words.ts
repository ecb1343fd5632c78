import type { ReportLanguage, ReportWords } from './report-words.ts';
import { english } from './words-en.ts';
import { slovene } from './words-sl.ts';

export const REPORT_WORDS: Readonly<Record<ReportLanguage, ReportWords>> = { sl: slovene, en: english };
