import type {
  BaselineLevel,
  ChangeLevel,
  Check,
  Outcome,
  SignatureReport,
} from '../verification/verification-report.ts';

export const REPORT_LANGUAGES = ['sl', 'en'] as const;
export type ReportLanguage = (typeof REPORT_LANGUAGES)[number];
export const REPORT_FORMATS = ['html', 'pdf', 'json'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

export type ReportArea =
  | 'structure'
  | 'integrity'
  | 'coverage'
  | 'laterChanges'
  | 'chain'
  | 'revocation'
  | 'timestamp'
  | 'binding'
  | 'commitment'
  | 'opened'
  | 'container'
  | 'audit'
  | 'receipt';

/** Everything a report says, in one language. */
export interface ReportWords {
  readonly title: string;
  readonly headline: Readonly<Record<Outcome, string>>;
  readonly explanation: Readonly<Record<Outcome, string>>;
  readonly subject: (
    file: string,
    count: { readonly signatures: number; readonly stamps: number },
    judgedAt: string,
  ) => string;
  readonly headings: Readonly<Record<'why' | 'judged' | 'signatures' | 'terms', string>>;
  readonly judged: Readonly<
    Record<'file' | 'digest' | 'time' | 'software' | 'by' | 'trust' | 'trustNone' | 'noName' | 'noFile', string>
  >;
  /** A signature among others, as short as it goes. */
  readonly nth: (number: number) => string;
  readonly nthDocument: (number: number) => string;
  readonly andMore: (count: number) => string;
  readonly claimed: (time: string) => string;
  readonly proved: (time: string) => string;
  readonly page: (number: number, count: number) => string;
  readonly etsi: (words: string) => string;
  /** Numbered where there are several. */
  readonly document: (name: string, number: number, count: number) => string;
  readonly unsigned: string;
  readonly signature: (number: number, count: number, signer: string) => string;
  readonly timestamp: (number: number, count: number, signer: string) => string;
  readonly summary: Readonly<Record<Outcome, string>>;
  readonly package: string;
  readonly trail: string;
  readonly unknown: string;
  readonly unknownSigner: string;
  readonly facts: Readonly<
    Record<
      'digest' | 'indication' | 'field' | 'claimedTime' | 'provedTime' | 'level' | 'covers' | 'later' | 'revision',
      string
    >
  >;
  readonly levels: Readonly<Record<BaselineLevel, string>>;
  readonly covers: Readonly<Record<SignatureReport['coverage']['covers'], string>>;
  readonly changes: Readonly<Record<ChangeLevel, string>>;
  readonly areas: Readonly<Record<ReportArea, string>>;
  readonly outcomes: Readonly<Record<Outcome, string>>;
  /** In this language; null where only the check's own English sentence is there. */
  readonly sentence: (area: ReportArea, check: Check) => string | null;
  readonly noteOffline: string;
  readonly noteWords: string;
  readonly codeLabel: string;
  readonly checksCaption: string;
  /** UTC, said so. */
  readonly time: (date: Date) => string;
}
