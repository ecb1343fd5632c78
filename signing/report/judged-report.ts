import { z } from 'zod';
import { SUB_INDICATIONS, wordsOfDocument, wordsOfReport, wordsOfSignature } from '../verification/etsi-words.ts';
import {
  BASELINE_LEVELS,
  CHANGE_LEVELS,
  type Check,
  type VerificationReport,
} from '../verification/verification-report.ts';
import { reportAbout, type ReportAbout } from './report-about.ts';

/** What is reported on: beside PDFs and packages also an audit trail alone, and a receipt of the cloud. */
export type JudgedReport = Omit<VerificationReport, 'kind'> & {
  readonly kind: VerificationReport['kind'] | 'audit';
  readonly receipt?: Check;
};

export const REPORT_TYPE = 'countersign.verification-report';
export const REPORT_VERSION = 1;

const words = {
  /** EN 319 102-1; null where nothing is signed. */
  indication: z.enum(['TOTAL-PASSED', 'INDETERMINATE', 'TOTAL-FAILED']).nullable(),
  subIndication: z.enum(SUB_INDICATIONS as [string, ...string[]]).nullable(),
  /** Code of the check that decided. */
  because: z.string().nullable(),
};
const outcome = z.enum(['passed', 'failed', 'indeterminate', 'absent']);
const check = z.strictObject({ outcome, code: z.string(), detail: z.string() });
const signature = z.strictObject({
  fieldName: z.string(),
  kind: z.enum(['signature', 'document-timestamp']),
  signerName: z.string().nullable(),
  claimedTime: z.iso.datetime().nullable(),
  revision: z.int().min(1),
  integrity: check,
  chain: check,
  revocation: check,
  timestamp: check.extend({ time: z.iso.datetime().nullable() }),
  coverage: check.extend({ covers: z.enum(['whole-file', 'revision', 'unclear']) }),
  laterChanges: check.extend({ level: z.enum(CHANGE_LEVELS) }),
  binding: check,
  commitment: check,
  opened: check,
  level: z.enum(BASELINE_LEVELS),
  verdict: outcome,
  ...words,
});
const documentReport = z.strictObject({
  name: z.string(),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  structure: check,
  signatures: z.array(signature),
  verdict: outcome,
  ...words,
});

/**
 * The report for machines, version 1 (README.md beside this file). A member may be added within a version; one that is taken
 * away, renamed or given another meaning makes a new version.
 */
export const reportSchema = z.strictObject({
  type: z.literal(REPORT_TYPE),
  version: z.literal(REPORT_VERSION),
  kind: z.enum(['pdf', 'package', 'audit']),
  about: reportAbout,
  verdict: outcome,
  documents: z.array(documentReport),
  container: z.array(check),
  audit: check,
  receipt: check.optional(),
  ...words,
});
export type MachineReport = z.infer<typeof reportSchema>;

const NO_WORDS = { indication: null, subIndication: null, because: null } as const;

/** The report with the words of EN 319 102-1 at each of its levels. */
export function machineReport(report: JudgedReport, about: ReportAbout): MachineReport {
  return {
    type: REPORT_TYPE,
    version: REPORT_VERSION,
    kind: report.kind,
    about,
    verdict: report.verdict,
    ...(wordsOfReport(report) ?? NO_WORDS),
    documents: report.documents.map(({ name, digest, verdict, structure, signatures, ...rest }) => ({
      name,
      digest,
      verdict,
      ...(wordsOfDocument({ name, digest, verdict, structure, signatures, ...rest }) ?? NO_WORDS),
      structure,
      signatures: signatures.map((one) => ({ ...one, ...wordsOfSignature(one) })),
    })),
    container: [...report.container],
    audit: report.audit,
    ...(report.receipt === undefined ? {} : { receipt: report.receipt }),
  };
}
