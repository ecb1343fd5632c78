/** Verification reports as screens ask for them, and files that somebody brings to have them checked. */
import type { ReportAbout } from '../../signing/report/report-about.ts';
import type { ReportFile } from '../../signing/report/report-file.ts';
import type { ReportFormat, ReportLanguage } from '../../signing/report/report-words.ts';
import type { VerificationReport } from '../../signing/verification/verification-report.ts';

export interface ReportWanted {
  readonly format: ReportFormat;
  readonly language: ReportLanguage;
}

/** A report under the name it is saved by. */
export interface SavedReport extends ReportFile {
  readonly name: string;
}

export interface CheckedFile {
  readonly report: VerificationReport;
  readonly about: ReportAbout;
}

export interface CheckRefusal {
  readonly code:
    | 'too-large'
    /** Neither a PDF nor a package. */
    | 'not-a-signed-file'
    /** It took too long or too much memory. */
    | 'takes-too-long'
    /** One file at a time. */
    | 'busy';
}
