import type { JudgedReport } from '../../signing/report/judged-report.ts';
import { plain } from '../../signing/report/plain.ts';
import { wordsOfReport, wordsOfSignature, type EtsiWords } from '../../signing/verification/etsi-words.ts';
import type {
  Check,
  DocumentReport,
  Outcome,
  SignatureReport,
} from '../../signing/verification/verification-report.ts';

const KINDS = { pdf: 'PDF document', package: 'package', audit: 'audit trail' } as const;

/** A report as text that a judge could follow: each check with a word and a sentence. */
export function describeReport(report: JudgedReport, input: { file: string; trusted: boolean }): string {
  const lines = [
    `${plain(input.file)} (${KINDS[report.kind]})`,
    '',
    ...report.documents.flatMap(describeDocument),
    ...(report.container.length === 0 ? [] : ['Container', ...report.container.map((check) => row('', check)), '']),
    ...(report.kind === 'pdf' ? [] : ['Audit trail', row('', report.audit), '']),
    ...(report.receipt === undefined ? [] : ['Receipt of the cloud', row('', report.receipt), '']),
    `Verdict: ${report.verdict.toUpperCase()}. ${verdictWords(report)}`,
    ...etsiLine('', wordsOfReport(report)),
  ];
  if (!input.trusted && report.kind !== 'audit')
    lines.push('Give the root certificate with --trust to have the signer judged.');
  return lines.join('\n');
}

function describeDocument(document: DocumentReport): readonly string[] {
  const { signatures } = document;
  return [
    `Document ${plain(document.name)}: ${document.verdict.toUpperCase()}`,
    `  SHA-256 ${document.digest}`,
    row('File', document.structure),
    ...(signatures.length === 0 && document.structure.outcome === 'passed'
      ? ['  The document carries no signature.']
      : []),
    '',
    ...signatures.flatMap((signature, index) => [...describeSignature(signature, index, signatures.length), '']),
  ];
}

function describeSignature(signature: SignatureReport, index: number, count: number): readonly string[] {
  const { kind, fieldName, signerName, claimedTime, revision, level } = signature;
  const stamp = kind === 'document-timestamp';
  return [
    `  ${stamp ? 'Document time-stamp' : 'Signature'} ${index + 1} of ${count}, field "${plain(fieldName)}": ${signature.verdict.toUpperCase()}`,
    `    ${stamp ? 'Issued' : 'Signed'} by ${signerName === null ? 'an unknown signer' : `"${plain(signerName)}"`}, ` +
      `${stamp ? 'time' : 'claimed time'} ${claimedTime ?? 'not given'}, revision ${revision}` +
      (stamp ? '' : `, ${level === 'not-baseline' ? 'not PAdES baseline' : `PAdES ${level}`}`),
    ...ROWS.map(([key, label]) => `  ${row(label, signature[key])}`),
    ...etsiLine('    ', wordsOfSignature(signature)),
  ];
}

function etsiLine(indent: string, words: EtsiWords | null): readonly string[] {
  if (words === null) return [];
  return [`${indent}EN 319 102-1: ${[words.indication, words.subIndication ?? []].flat().join(' / ')}`];
}

const ROWS = [
  ['integrity', 'Integrity'],
  ['chain', 'Certificates'],
  ['revocation', 'Revocation'],
  ['timestamp', 'Time-stamp'],
  ['coverage', 'Coverage'],
  ['laterChanges', 'Later changes'],
  ['binding', 'Binding'],
  ['commitment', 'Commitment'],
  ['opened', 'Opened capture'],
] as const;

function row(label: string, { outcome, detail }: Check): string {
  return `  ${label === '' ? '' : label.padEnd(16)}${outcome.padEnd(14)}${plain(detail)}`;
}

const VERDICTS: Readonly<Record<Outcome, string>> = {
  passed: 'Everything that was checked holds.',
  failed: 'At least one check failed; what it says cannot be relied on.',
  indeterminate: 'Nothing was found wrong, but something could not be judged.',
  absent: 'Nothing here is signed.',
};

function verdictWords({ verdict, documents, container, audit, receipt }: JudgedReport): string {
  const checks = [
    ...container,
    audit,
    ...(receipt === undefined ? [] : [receipt]),
    ...documents.flatMap((document) => [
      document.structure,
      ...document.signatures.flatMap((signature) => ROWS.map(([key]) => signature[key])),
    ]),
  ];
  const decisive = checks.filter(({ outcome }) => outcome === verdict);
  return verdict === 'failed' && decisive.length > 0
    ? `${decisive.length === 1 ? 'One check' : `${decisive.length} checks`} failed: ${[...new Set(decisive.map(({ code }) => code))].join(', ')}.`
    : VERDICTS[verdict];
}
