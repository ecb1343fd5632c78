import type { Check, Outcome, SignatureReport } from '../verification/verification-report.ts';
import type { JudgedReport } from './judged-report.ts';
import type { ReportArea, ReportWords } from './report-words.ts';

/** In the order in which a reader asks: is it unchanged, what came after, who, when, what was shown. */
export const SIGNATURE_AREAS = [
  ...(['integrity', 'coverage', 'laterChanges', 'chain', 'revocation', 'timestamp'] as const),
  ...(['binding', 'commitment', 'opened'] as const),
] as const;

/** One line of the list of signatures, or the name of the document that the lines after it are about. */
export interface ListedSignature {
  readonly outcome: Outcome;
  readonly text: string;
  readonly document: boolean;
}

/** Every signature in the order in which they stand in the files, with who, when and what came of it. */
export function listSignatures(report: JudgedReport, words: ReportWords): readonly ListedSignature[] {
  const several = report.documents.length > 1;
  return report.documents.flatMap(({ name, verdict, signatures }, at) => [
    ...(several
      ? [{ outcome: verdict, text: words.document(name, at + 1, report.documents.length), document: true }]
      : []),
    ...signatures.map((one, index) => ({
      outcome: one.verdict,
      text: [
        `${index + 1}. ${one.signerName ?? words.unknownSigner}`,
        `${words.facts.field.toLowerCase()} ${one.fieldName}`,
        ...timeOf(one, words),
        words.outcomes[one.verdict],
      ].join('; '),
      document: false,
    })),
  ]);
}

function timeOf({ claimedTime, timestamp, kind }: SignatureReport, words: ReportWords): readonly string[] {
  if (timestamp.time !== null) return [words.proved(words.time(new Date(timestamp.time)))];
  if (claimedTime === null) return [];
  const time = words.time(new Date(claimedTime));
  return [(kind === 'document-timestamp' ? words.proved : words.claimed)(time)];
}

/** A document is told apart only where there are several, and by its number: names can be long. */
function subject(report: JudgedReport, at: number, index: number, words: ReportWords): string {
  const nth = words.nth(index + 1);
  return report.documents.length === 1 ? nth : `${words.nthDocument(at + 1)}, ${nth}`;
}

/** So many are named after a reason; the rest is counted. */
const NAMED = 4;

/** Each reason for the verdict once, with what it concerns; empty where there is nothing to explain. */
export function reasonsOf(
  report: JudgedReport,
  words: ReportWords,
  sentenceOf: (area: ReportArea, check: Check) => string,
): readonly string[] {
  if (report.verdict !== 'failed' && report.verdict !== 'indeterminate') return [];
  const found = new Map<string, string[]>();
  const note = (area: ReportArea, check: Check, about: string | null): void => {
    if (check.outcome !== report.verdict) return;
    const sentence = sentenceOf(area, check);
    found.set(sentence, [...(found.get(sentence) ?? []), ...(about === null ? [] : [about])]);
  };
  report.documents.forEach(({ structure, signatures }, at) => {
    note('structure', structure, report.documents.length === 1 ? null : words.nthDocument(at + 1));
    signatures.forEach((one, index) => {
      for (const area of SIGNATURE_AREAS) note(area, one[area], subject(report, at, index, words));
    });
  });
  for (const check of report.container) note('container', check, null);
  note('audit', report.audit, null);
  if (report.receipt !== undefined) note('receipt', report.receipt, null);
  return [...found].map(([sentence, about]) => (about.length === 0 ? sentence : `${sentence} (${some(about, words)})`));
}

function some(about: readonly string[], words: ReportWords): string {
  if (about.length <= NAMED) return about.join('; ');
  return `${about.slice(0, NAMED).join('; ')} ${words.andMore(about.length - NAMED)}`;
}
