import { wordsOfReport, wordsOfSignature, type EtsiWords } from '../verification/etsi-words.ts';
import type { Check, DocumentReport, Outcome, SignatureReport } from '../verification/verification-report.ts';
import type { JudgedReport } from './judged-report.ts';
import type { ReportAbout } from './report-about.ts';
import { listSignatures, reasonsOf, SIGNATURE_AREAS, type ListedSignature } from './report-overview.ts';
import { REPORT_TERMS, type Term } from './report-terms.ts';
import type { ReportLanguage, ReportWords } from './report-words.ts';
import { REPORT_WORDS } from './words.ts';

/** A report as a person reads it, before it is HTML or PDF: the conclusion first, then why, what was checked, and details. */
export interface ReportPage {
  readonly language: ReportLanguage;
  readonly title: string;
  /** Of the file, for the foot of each page. */
  readonly file: string;
  readonly tone: Outcome;
  readonly headline: string;
  readonly lead: readonly string[];
  /** Why it is so; empty where all holds. */
  readonly reasons: readonly string[];
  /** What was checked, when, with what. */
  readonly judged: readonly Fact[];
  readonly signatures: readonly ListedSignature[];
  readonly sections: readonly PageSection[];
  readonly terms: readonly Pick<Term, 'term' | 'meaning'>[];
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

export function reportPage(report: JudgedReport, about: ReportAbout, language: ReportLanguage): ReportPage {
  const words = REPORT_WORDS[language];
  const one = (area: Area, check: Check): PageCheck => pageCheck(words, language, area, check);
  const rest = [
    ...report.container.map((check) => one('container', check)),
    ...(report.audit.outcome === 'absent' && report.kind === 'pdf' ? [] : [one('audit', report.audit)]),
    ...(report.receipt === undefined ? [] : [one('receipt', report.receipt)]),
  ];
  const own = report.documents.some(({ signatures }) => signatures.some(({ binding }) => binding.outcome !== 'absent'));
  return {
    language,
    title: words.title,
    file: about.file,
    tone: report.verdict,
    headline: words.headline[report.verdict],
    lead: leadOf(report, about, words),
    reasons: reasonsOf(report, words, (area, check) => one(area, check).sentence),
    judged: judgedFacts(about, words),
    signatures: listSignatures(report, words),
    sections: [
      ...report.documents.flatMap((document, index) =>
        documentSections(document, words.document(document.name, index + 1, report.documents.length), words, one),
      ),
      ...(rest.length === 0 ? [] : [restSection(report, rest, words)]),
    ],
    terms: REPORT_TERMS[language].filter((term) => own || term.own !== true),
    notes: [words.noteOffline, words.noteWords],
  };
}

type Area = keyof ReportWords['areas'];
type OneCheck = (area: Area, check: Check) => PageCheck;

function leadOf(report: JudgedReport, about: ReportAbout, words: ReportWords): readonly string[] {
  const all = report.documents.flatMap(({ signatures }) => signatures);
  const stamps = all.filter(({ kind }) => kind === 'document-timestamp').length;
  const indication = wordsOfReport(report);
  return [
    words.explanation[report.verdict],
    words.subject(about.file, { signatures: all.length - stamps, stamps }, words.time(new Date(about.judgedAt))),
    ...(indication === null ? [] : [words.etsi(etsiText(indication))]),
  ];
}

function judgedFacts(about: ReportAbout, { judged, time }: ReportWords): readonly Fact[] {
  return [
    { label: judged.file, value: about.file },
    { label: judged.digest, value: about.digest ?? judged.noFile },
    { label: judged.time, value: time(new Date(about.judgedAt)) },
    { label: judged.software, value: `${about.software.name} ${about.software.version}` },
    ...(about.by === null ? [] : [{ label: judged.by, value: about.by }]),
    ...(about.trust.length === 0 ? [{ label: judged.trust, value: judged.trustNone }] : []),
    ...about.trust.map(({ name, digest }) => ({
      label: judged.trust,
      value: `${name === '' ? judged.noName : name}, SHA-256 ${digest}`,
    })),
  ];
}

function documentSections(
  document: DocumentReport,
  heading: string,
  words: ReportWords,
  one: OneCheck,
): readonly PageSection[] {
  return [
    {
      heading,
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
  return {
    label: words.areas[area],
    outcome: check.outcome,
    word: words.outcomes[check.outcome],
    ...sentenceOf(language, area, check),
    code: check.code,
  };
}

/** As records have it, inside a sentence that people read. */
const RECORDED_TIME = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/gu;

/** What a check says, in English where the language has no words for it, with times as people read them. */
export function sentenceOf(
  language: ReportLanguage,
  area: Area,
  check: Check,
): Pick<PageCheck, 'sentence' | 'sentenceLanguage'> {
  const sentence = REPORT_WORDS[language].sentence(area, check);
  const sentenceLanguage = sentence === null ? 'en' : language;
  const { time } = REPORT_WORDS[sentenceLanguage];
  return {
    sentence: (sentence ?? check.detail).replace(RECORDED_TIME, (at) => time(new Date(at))),
    sentenceLanguage,
  };
}

/** Both words as they stand beside each other. */
export function etsiText({ indication, subIndication }: EtsiWords): string {
  return subIndication === null ? indication : `${indication} / ${subIndication}`;
}
