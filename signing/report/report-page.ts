import { wordsOfReport, wordsOfSignature, type EtsiWords } from '../verification/etsi-words.ts';
import type { Check, DocumentReport, Outcome, SignatureReport } from '../verification/verification-report.ts';
import type { JudgedReport } from './judged-report.ts';
import { REPORT_WORDS } from './words.ts';
import type { ReportLanguage, ReportWords } from './report-words.ts';

/** A report as a person reads it, before it is HTML or PDF: plain words first, then details. */
export interface ReportPage {
  readonly language: ReportLanguage;
  readonly title: string;
  readonly tone: Outcome;
  readonly headline: string;
  readonly lead: readonly string[];
  readonly sections: readonly PageSection[];
  readonly notes: readonly string[];
}

export interface PageSection {
  readonly heading: string;
  /** 2 for a document, 3 for a signature in it. */
  readonly depth: 2 | 3;
  readonly tone: Outcome;
  readonly summary: string | null;
  readonly facts: readonly Fact[];
  readonly checks: readonly PageCheck[];
}

export interface Fact {
  readonly label: string;
  readonly value: string;
}

export interface PageCheck {
  readonly label: string;
  readonly outcome: Outcome;
  readonly word: string;
  readonly sentence: string;
  /** Of the sentence, where it is not the page's own. */
  readonly sentenceLanguage: ReportLanguage;
  readonly code: string;
}

export interface PageOptions {
  readonly language: ReportLanguage;
  /** What the file is called; shown. */
  readonly file: string;
  /** When it was judged; shown. */
  readonly judgedAt: Date;
  /** Whether a root certificate was given. */
  readonly trusted: boolean;
}

export function reportPage(report: JudgedReport, options: PageOptions): ReportPage {
  const words = REPORT_WORDS[options.language];
  const one = (area: Area, check: Check): PageCheck => pageCheck(words, options.language, area, check);
  const rest = [
    ...report.container.map((check) => one('container', check)),
    ...(report.kind === 'pdf' ? [] : [one('audit', report.audit)]),
    ...(report.receipt === undefined ? [] : [one('receipt', report.receipt)]),
  ];
  return {
    language: options.language,
    title: words.title,
    tone: report.verdict,
    headline: words.headline[report.verdict],
    lead: leadOf(report, options, words),
    sections: [
      ...report.documents.flatMap((document) => documentSections(document, words, one)),
      ...(rest.length === 0 ? [] : [restSection(report, rest, words)]),
    ],
    notes: [words.noteTime, words.noteWords, ...(options.trusted ? [] : [words.noteTrust])],
  };
}

type Area = keyof ReportWords['areas'];
type OneCheck = (area: Area, check: Check) => PageCheck;

function leadOf(report: JudgedReport, { file, judgedAt }: PageOptions, words: ReportWords): readonly string[] {
  const count = report.documents.reduce((sum, { signatures }) => sum + signatures.length, 0);
  const indication = wordsOfReport(report);
  return [
    words.explanation[report.verdict],
    words.subject(file, count, words.time(judgedAt)),
    ...(indication === null ? [] : [words.etsi(etsiText(indication))]),
  ];
}

function documentSections(document: DocumentReport, words: ReportWords, one: OneCheck): readonly PageSection[] {
  return [
    {
      heading: words.document(document.name),
      depth: 2,
      tone: document.verdict,
      summary: document.signatures.length === 0 && document.structure.outcome === 'passed' ? words.unsigned : null,
      facts: [{ label: words.facts.digest, value: document.digest }],
      checks: [one('structure', document.structure)],
    },
    ...document.signatures.map((signature, index) =>
      signatureSection(signature, index + 1, document.signatures.length, words, one),
    ),
  ];
}

function signatureSection(
  signature: SignatureReport,
  number: number,
  count: number,
  words: ReportWords,
  one: OneCheck,
): PageSection {
  const { facts } = words;
  const stamp = signature.kind === 'document-timestamp';
  const claimed = signature.claimedTime === null ? words.unknown : words.time(new Date(signature.claimedTime));
  const proved = signature.timestamp.time;
  return {
    heading: (stamp ? words.timestamp : words.signature)(number, count, signature.signerName ?? words.unknownSigner),
    depth: 3,
    tone: signature.verdict,
    summary: words.summary[signature.verdict],
    facts: [
      { label: facts.indication, value: etsiText(wordsOfSignature(signature)) },
      { label: facts.field, value: signature.fieldName },
      { label: stamp ? facts.provedTime : facts.claimedTime, value: claimed },
      ...(proved === null ? [] : [{ label: facts.provedTime, value: words.time(new Date(proved)) }]),
      ...(stamp ? [] : [{ label: facts.level, value: words.levels[signature.level] }]),
      { label: facts.covers, value: words.covers[signature.coverage.covers] },
      { label: facts.later, value: words.changes[signature.laterChanges.level] },
      { label: facts.revision, value: String(signature.revision) },
    ],
    checks: SIGNATURE_AREAS.map((area) => one(area, signature[area])),
  };
}

/** In the order in which a reader asks: is it unchanged, what came after, who, when, what was shown. */
export const SIGNATURE_AREAS = [
  ...(['integrity', 'coverage', 'laterChanges', 'chain', 'revocation', 'timestamp'] as const),
  ...(['binding', 'commitment', 'opened'] as const),
] as const;

function restSection(report: JudgedReport, checks: readonly PageCheck[], words: ReportWords): PageSection {
  const grave = (outcome: Outcome): boolean => checks.some((check) => check.outcome === outcome);
  return {
    heading: report.kind === 'audit' ? words.trail : words.package,
    depth: 2,
    tone: grave('failed') ? 'failed' : grave('indeterminate') ? 'indeterminate' : 'passed',
    summary: null,
    facts: [],
    checks,
  };
}

function pageCheck(words: ReportWords, language: ReportLanguage, area: Area, check: Check): PageCheck {
  const sentence = words.sentence(area, check);
  return {
    label: words.areas[area],
    outcome: check.outcome,
    word: words.outcomes[check.outcome],
    sentence: sentence ?? check.detail,
    sentenceLanguage: sentence === null ? 'en' : language,
    code: check.code,
  };
}

/** Both words as they stand beside each other. */
export function etsiText({ indication, subIndication }: EtsiWords): string {
  return subIndication === null ? indication : `${indication} / ${subIndication}`;
}

/** For what is shown: names come from the file, and nothing in them may steer a terminal or turn a line round. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd');
}
